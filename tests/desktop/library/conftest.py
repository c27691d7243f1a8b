"""A theme and a library of a few documents in every state."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from library_pane import Pane
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.types import Conversation, Document, DocumentState, Health
from desktop.library.collection_model import CollectionModel
from desktop.library.conversation_model import ConversationModel
from desktop.library.document_model import DocumentModel
from desktop.library.library_panel import LibraryPanel
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

if sys.version_info < (3, 12):
    # PySide6 6.12 gives references to these away, as if they were immortal, which they are from Python 3.12 on.
    for constant in (None, True, False, NotImplemented):
        ctypes.c_ssize_t.from_address(id(constant)).value += 1 << 40

RESOURCES = Path(__file__).parents[3] / "resources"


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(RESOURCES, "light")
    qapp.setFont(theme.font(TextStyle.BODY))
    qapp.setPalette(theme.palette())
    qapp.setStyleSheet(theme.style_sheet())
    yield theme
    qapp.setStyleSheet("")


@pytest.fixture
def make_document() -> Callable[..., Document]:
    def make(document_id: str, state: DocumentState = DocumentState.READY, **fields: Any) -> Document:
        fields.setdefault("title", f"Title {document_id}")
        fields.setdefault("paths", (f"/files/{document_id}.pdf",))
        return Document(id=document_id, state=state, **fields)

    return make


@pytest.fixture
def documents(make_document: Callable[..., Document]) -> list[Document]:
    return [
        make_document("ready", title="Élan vital", page_count=98, health=Health(text=98), collections=("Benefits",)),
        make_document("working", DocumentState.EMBEDDING, title="Annual report", page_count=188),
        make_document("locked", DocumentState.NEEDS_PASSWORD, title="Perks plus"),
        make_document("broken", DocumentState.FAILED, title="Broken", reason="The file is damaged"),
        make_document("scan", title="Role library", page_count=34, health=Health(text=32, ocr=2)),
    ]


@pytest.fixture
def pane(qtbot: QtBot, theme: Theme, documents: list[Document]) -> Iterator[Pane]:
    host = QWidget()
    qtbot.addWidget(host)
    models = DocumentModel(host), CollectionModel(host), ConversationModel(host)
    panel = LibraryPanel(theme, *models, QWidget(host), host)
    models[0].set_documents(documents)
    models[1].set_collections([("Benefits", 1), ("Contracts", 0)], len(documents))
    models[2].set_conversations([Conversation(7, "Notice periods", "", "2024-11-12T10:00:00+00:00")])
    host.resize(296, 900)
    panel.resize(296, 900)
    with qtbot.waitExposed(host):
        host.show()
    yield Pane(panel, *models)
    host.close()
