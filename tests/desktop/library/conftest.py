"""A library of a few documents in every state."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from library_pane import Pane
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.types import Conversation, Document, DocumentState, Health
from desktop.library.collection_model import CollectionModel
from desktop.library.conversation_model import ConversationModel
from desktop.library.document_model import DocumentModel
from desktop.library.library_panel import LibraryPanel
from desktop.theme.theme import Theme


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
def more_documents(make_document: Callable[..., Document], documents: list[Document]) -> list[Document]:
    return [
        *documents,
        make_document("partly", page_count=212, health=Health(text=206, failed=6), reason="6 pages could not be read."),
        make_document("gone", page_count=12, health=Health(text=12), missing=True),
        make_document("paused", DocumentState.PAUSED, page_count=80, health=Health(text=20), reason="Paused."),
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
