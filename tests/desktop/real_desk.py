"""What tests of the whole window need: waiting inside its loop, dropping files, and a model that reads a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from core.errors import ModelError
from core.llm.chat_model import ChatModel, ChatTurn, ModelInfo, estimate_tokens
from core.types import DocumentState
from desktop.app import Desk
from desktop.chat.model_source import ModelSource
from desktop.passwords.password_controller import Keyring

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


class OpenDesk(Protocol):
    """Opens a desk on a library folder, by default the test's own, and closes it at the end of the block.

    Without `wait` it does not wait for the library to be open.
    """

    def __call__(
        self, folder: Path | None = None, *models: ChatModel, keyring: Keyring | None = None, wait: bool = True
    ) -> AbstractAsyncContextManager[Desk]: ...


class NoKeyring:
    """A system without a keyring: that of whoever runs the tests is none of their business."""

    def is_available(self) -> bool:
        return False

    def remember(self, document: str, password: str) -> bool:
        raise AssertionError

    def recall(self, document: str) -> str | None:
        raise AssertionError

    def forget(self, document: str) -> None:
        raise AssertionError


class ScriptedModel:
    """A chat model that says its pieces, waits where it meets an event, and fails where it meets an error.

    Args:
        pause: seconds before each piece.

    Attributes:
        asked: the last turn of every prompt.
        is_closed: whether it was let go.
    """

    is_small = False

    def __init__(self, *script: str | asyncio.Event | ModelError, model_id: str = "scripted", pause: float = 0) -> None:
        self.info = ModelInfo(model_id, "Scripted model")
        self.asked: list[str] = []
        self.is_closed = False
        self._script = script
        self._pause = pause

    async def is_loaded(self) -> bool:
        return True

    async def context_limit(self) -> int:
        return 4096

    async def count_tokens(self, text: str) -> int:
        return estimate_tokens(text)

    async def stream(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        self.asked.append(turns[-1].content)
        for step in self._script:
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, ModelError):
                raise step
            else:
                await asyncio.sleep(self._pause)
                yield step

    async def close(self) -> None:
        self.is_closed = True


def source_of(*models: ChatModel) -> ModelSource:
    """Return a source that offers these models."""

    async def available() -> list[ModelInfo]:
        return [model.info for model in models]

    async def choose(wanted: str | None) -> ChatModel:
        return next((model for model in models if model.info.id == wanted), models[0])

    return ModelSource(available, choose)


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something holds: `qtbot.waitUntil`, but without a second event loop inside the first."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (what is waited for is not ours to set an event)
            await asyncio.sleep(0.01)


def mime_of(*paths: Path) -> QMimeData:
    """Return files as they are dragged or copied."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(widget: QWidget, *paths: Path) -> None:
    """Drag files onto the middle of a widget and let go."""
    data = mime_of(*paths)
    centre = QPointF(widget.rect().center())
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, QDragEnterEvent(centre, *arguments))
    QApplication.sendEvent(widget, QDropEvent(centre, *arguments))


async def dialog_of(desk: Desk, kind: type[AnyWidget]) -> AnyWidget:
    """Return the dialog that the window shows, once it does."""
    await until(lambda: any(dialog.isVisible() for dialog in desk.window.findChildren(kind)))
    return next(dialog for dialog in desk.window.findChildren(kind) if dialog.isVisible())


def button(widget: QWidget, text: str) -> QPushButton:
    """Return the button that says `text`."""
    return next(one for one in widget.findChildren(QPushButton) if one.text() == text)


def states(desk: Desk) -> dict[str, DocumentState]:
    """Return the state of every document by its file's name, as the window knows it."""
    return {Path(document.path).name: document.state for document in desk.library.documents}


def all_are(desk: Desk, state: DocumentState, count: int) -> bool:
    """Tell whether the window lists `count` documents, all of them in one state."""
    return list(states(desk).values()) == [state] * count


def forget(desk: Desk) -> None:
    """Delete a desk that has ended, so that the next one has the application for itself."""
    desk.window.deleteLater()
    desk.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
