"""What the tests of the window share: the theme, a widget to build others in, and the whole desk with a real library.

A test that is `async def` runs on qasync's loop, as the window does.
"""

from __future__ import annotations

import asyncio
import inspect
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from real_desk import NoKeyring, OpenDesk, ScriptedModel, forget, source_of

from core import composition
from core.llm.chat_model import ChatModel
from core.paths import resources_folder
from core.types import Document, DocumentState
from desktop.app import Desk
from desktop.passwords.password_controller import Keyring
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test with the `run_async` fixture that it, or one of its fixtures, asked for."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    pyfuncitem.funcargs["run_async"](pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(autouse=True)
def _clipboard_left_empty(qapp: QApplication) -> Iterator[None]:
    """Take what Python made off the clipboard: the offscreen platform frees it after the interpreter has gone."""
    yield
    qapp.clipboard().clear()


@pytest.fixture
def own_look(qapp: QApplication) -> Iterator[None]:
    """Give the application back the look that it had."""
    font, palette = qapp.font(), qapp.palette()
    yield
    qapp.setStyleSheet("")
    qapp.setFont(font)
    qapp.setPalette(palette)


@pytest.fixture
def theme(qapp: QApplication, own_look: None) -> Iterator[Theme]:
    """Return the light theme, in force in the application for one test."""
    theme = Theme(resources_folder(), "light", qapp)
    qapp.setFont(theme.font(TextStyle.BODY))
    qapp.setPalette(theme.palette())
    qapp.setStyleSheet(theme.style_sheet())
    yield theme
    theme.deleteLater()


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    """Return a widget that the ones under test are built in."""
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def make_document() -> Callable[..., Document]:
    def make(document_id: str, state: DocumentState = DocumentState.READY, **fields: Any) -> Document:
        fields.setdefault("title", f"Title {document_id}")
        fields.setdefault("paths", (f"/files/{document_id}.pdf",))
        return Document(id=document_id, state=state, **fields)

    return make


# ── the whole desk ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the library of a test lies."""
    return tmp_path / "library"


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Path:
    """Return a library that holds the sample document, filled once; only copies of it are opened."""
    folder = tmp_path_factory.mktemp("filled") / "library"
    library = composition.open_library(folder)
    ingestor = composition.start_ingestor(library)
    ingestor.add([sample])
    ingestor.wait()
    ingestor.close()
    library.close()
    return folder


@pytest.fixture
def lamps(filled: Path, folder: Path) -> Path:
    """Return the test's library with the sample document in it."""
    shutil.copytree(filled, folder)
    return folder


@pytest.fixture
def open_desk(qapp: QApplication, run_async: Any, own_look: None, folder: Path) -> OpenDesk:
    """Return a function that opens the window for a block and closes it in order at the end."""

    @asynccontextmanager
    async def open_it(
        at: Path | None = None, *models: ChatModel, keyring: Keyring | None = None, wait: bool = True
    ) -> AsyncIterator[Desk]:
        source = source_of(*(models or (ScriptedModel("Nothing."),)))
        desk = Desk(qapp, at or folder, source, keyring or NoKeyring())
        running = asyncio.ensure_future(desk.run())
        ready = asyncio.ensure_future(desk.ready.wait())
        if wait:
            await asyncio.wait((running, ready), return_when=asyncio.FIRST_COMPLETED)
        try:
            yield desk
        finally:
            desk.window.close()
            assert await running == 0
            forget(desk)

    return open_it
