"""Stands between models on the screen and core: offers them, fetches and removes them, and guards where passages go."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from core import composition
from core.errors import UserError
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.llm import registry
from core.llm.access import ModelAccess
from core.llm.catalogue import Catalogue, read_catalogue
from core.llm.chat_model import ChatModel, ModelInfo
from core.llm.ollama_models import PREFIX, remove
from core.llm.ollama_pull import PullProgress, PullStage, pull
from core.settings import (
    KEEP_ALIVE,
    NO_HOST,
    OLLAMA_ADDRESS,
    ON,
    PRELOAD,
    REMOTE_HOST,
    SERVER_ADDRESS,
    Setting,
)
from desktop.chat.model_source import ModelSource
from desktop.dialogs import QuestionDialog, answered
from desktop.document_action import DocumentAction
from desktop.models.models_dialog import ModelsDialog
from desktop.models.pulls import Pull, PullState
from desktop.models.wording import consent_text
from desktop.tasks import Tasks
from desktop.theme.theme import Theme

_SHOWN = (OLLAMA_ADDRESS, SERVER_ADDRESS, KEEP_ALIVE, PRELOAD)
_BETWEEN_MS = 100  # a download tells of itself more often than anybody looks


class ModelsController(QObject):
    """Knows the servers of models as the library's settings say.

    Attributes:
        current: the id of the model in use, for the list; kept by whoever chooses.

    Signals:
        models_changed: a model has come or gone, or another server is asked.
        access_changed: who may be asked, or how, is another than before; nobody may go on as before.
        model_chosen: the id of a model that is to answer from now on.
        remote_changed: `host:port` of the other computer that passages may go to; empty for none.
        noticed: a sentence for the person.
    """

    models_changed = Signal()
    access_changed = Signal()
    model_chosen = Signal(str)
    remote_changed = Signal(str)
    noticed = Signal(str)

    def __init__(self, theme: Theme, window: QWidget, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._window = window
        self._tasks = tasks
        self._library: Library | None = None
        self._ingestor: Ingestor | None = None
        self._dialog: ModelsDialog | None = None
        self._catalogue: Catalogue | None = None
        self._pulls: dict[str, Pull] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._consented = ""
        self._progressing = QTimer(self)
        self._progressing.setSingleShot(True)
        self._progressing.setInterval(_BETWEEN_MS)
        self._progressing.timeout.connect(self._on_progressing_timeout)
        self.current = ""

    @property
    def source(self) -> ModelSource:
        """Where the chat takes models from: the servers that the settings name at that moment."""
        return ModelSource(self._available, self._choose)

    async def attach(self, library: Library, ingestor: Ingestor) -> None:
        """Begin to work with an open library."""
        self._library, self._ingestor = library, ingestor
        await self._access()

    async def wants_preload(self) -> bool:
        """Whether a model may be loaded before it is asked."""
        library = self._library
        return library is not None and await asyncio.to_thread(library.setting, PRELOAD) == ON

    @Slot()
    def open_dialog(self) -> None:
        """Show the dialog, and what there is as soon as it is known."""
        if self._dialog is None:
            self._dialog = self._build_dialog()
        self._dialog.present()
        self._tasks.start(self._refresh())

    def close_dialog(self) -> None:
        """Put the dialog away; what is being fetched is paused, and Ollama keeps what has arrived."""
        for task in self._running.values():
            task.cancel()
        if self._dialog is not None:
            self._dialog.close()

    @Slot()
    def explain_remote(self) -> None:
        """Say what goes to the other computer, and offer to end that."""
        if self._consented:
            self._tasks.start(self._explain_remote(self._consented))

    # ── who is asked ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _access(self) -> ModelAccess:
        """What the settings say now; they may have been changed by another process."""
        if self._library is None:
            return ModelAccess()
        access = await asyncio.to_thread(composition.model_access, self._library)
        if access.consented != self._consented:
            self._consented = access.consented
            self.remote_changed.emit(self._consented)
        return access

    async def _available(self) -> list[ModelInfo]:
        return await registry.available_models(await self._access())

    async def _choose(self, wanted: str | None) -> ChatModel:
        return await registry.choose(wanted, await self._access())

    async def _set(self, setting: Setting, value: str) -> None:
        library, ingestor = self._library, self._ingestor
        if library is None or ingestor is None:
            return
        try:
            await asyncio.wrap_future(ingestor.run_on_writer(partial(library.choose, setting, value)))
        except UserError as error:
            self._show_problem(str(error))
            return
        self._show_problem("")
        await self._access()
        self.access_changed.emit()
        await self._refresh()

    async def _consent(self, host: str, *, encrypted: bool) -> None:
        heading = self.tr("Let passages leave this computer?")
        text = consent_text(host, encrypted=encrypted)
        question = QuestionDialog(
            self._theme, self._dialog or self._window, heading, text, self.tr("Allow {host}").format(host=host)
        )
        if await answered(question):
            await self._set(REMOTE_HOST, host)

    async def _explain_remote(self, host: str) -> None:
        heading = self.tr("Passages may go to {host}").format(host=host)
        address = self._catalogue.address if self._catalogue else ""
        text = consent_text(host, encrypted=address.startswith("https:"))
        if await answered(QuestionDialog(self._theme, self._window, heading, text, self.tr("Withdraw"))):
            await self._set(REMOTE_HOST, NO_HOST)

    # ── the dialog ───────────────────────────────────────────────────────────────────────────────────────────────

    def _build_dialog(self) -> ModelsDialog:
        dialog = ModelsDialog(self._theme, self._window)
        dialog.action_requested.connect(self._on_action_requested)
        dialog.pull_action_requested.connect(self._on_pull_action_requested)
        dialog.pull_requested.connect(self._on_pull_requested)
        dialog.setting_chosen.connect(self._on_setting_chosen)
        dialog.refresh_requested.connect(self._on_refresh_requested)
        dialog.consent_requested.connect(self._on_consent_requested)
        dialog.withdraw_requested.connect(self._on_withdraw_requested)
        return dialog

    async def _refresh(self) -> None:
        """Ask the servers what there is, and show it."""
        access = await self._access()
        self._catalogue = await read_catalogue(access)
        library = self._library
        if self._dialog is not None and library is not None:
            values = await asyncio.to_thread(lambda: {one.name: library.setting(one) for one in _SHOWN})
            self._dialog.editor.show_values(values)
        self._show()

    def _show(self) -> None:
        if self._dialog is not None and self._catalogue is not None:
            self._dialog.show_catalogue(self._catalogue, self.current, self._consented)
            self._dialog.show_pulls(list(self._pulls.values()))

    def _show_problem(self, sentence: str) -> None:
        if self._dialog is not None:
            self._dialog.show_problem(sentence)
        elif sentence:
            self.noticed.emit(sentence)

    # ── fetching and removing ────────────────────────────────────────────────────────────────────────────────────

    def _start_pull(self, name: str) -> None:
        if name in self._running:
            return
        before = self._pulls.get(name)
        progress = before.progress if before else PullProgress(name, PullStage.STARTING)
        self._pulls[name] = Pull(replace(progress, bytes_per_second=None, eta_seconds=None))
        self._running[name] = self._tasks.start(self._pull(name))
        self._show()

    async def _pull(self, name: str) -> None:
        try:
            async with aclosing(pull(name, await self._access())) as steps:
                async for progress in steps:
                    # The first words of a resumed download know less than what is on screen.
                    known = self._pulls[name].progress
                    if not progress.total and known.total:
                        progress = replace(progress, done=known.done, total=known.total)
                    self._pulls[name] = Pull(progress)
                    if not self._progressing.isActive():
                        self._progressing.start()
        except UserError as error:
            self._pulls[name] = replace(self._pulls[name], state=PullState.FAILED, reason=str(error))
        else:
            del self._pulls[name]
            self.noticed.emit(self.tr("{name} is there and can be asked.").format(name=name))
            self.models_changed.emit()
            await self._refresh()
        finally:
            if self._running.get(name) is asyncio.current_task():
                del self._running[name]
            self._show()

    def _stop_pull(self, name: str) -> None:
        """Close the connection, whereupon Ollama stops and keeps what it has."""
        task = self._running.pop(name, None)
        if task is not None:
            task.cancel()
        if name in self._pulls:
            self._pulls[name] = replace(self._pulls[name], state=PullState.PAUSED)
        self._show()

    async def _remove(self, model: str) -> None:
        name = model.removeprefix(PREFIX)
        heading = self.tr("Remove {name}?").format(name=name.removesuffix(":latest"))
        text = self.tr("Its file is deleted from Ollama, for other programs as well. It can be downloaded again.")
        question = QuestionDialog(self._theme, self._dialog or self._window, heading, text, self.tr("Remove"))
        if not await answered(question):
            return
        await self._guard(remove(name, await self._access()))
        self.models_changed.emit()
        await self._refresh()

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except UserError as error:
            self._show_problem(str(error))

    # ── slots ────────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_progressing_timeout(self) -> None:
        if self._dialog is not None:
            self._dialog.show_pulls(list(self._pulls.values()))

    @Slot(str, object)
    def _on_action_requested(self, model: str, action: DocumentAction) -> None:
        self._show_problem("")
        if action == DocumentAction.REMOVE:
            self._tasks.start(self._remove(model))
        else:
            self.model_chosen.emit(model)

    @Slot(str)
    def _on_pull_requested(self, name: str) -> None:
        self._show_problem("")
        self._start_pull(name.removeprefix(PREFIX))

    @Slot(str, object)
    def _on_pull_action_requested(self, name: str, action: DocumentAction) -> None:
        if action == DocumentAction.PAUSE:
            self._stop_pull(name)
        elif action == DocumentAction.RESUME:
            self._start_pull(name)
        else:
            self._pulls.pop(name, None)
            self._stop_pull(name)

    @Slot(object, str)
    def _on_setting_chosen(self, setting: Setting, value: str) -> None:
        self._tasks.start(self._set(setting, value))

    @Slot()
    def _on_refresh_requested(self) -> None:
        self._show_problem("")
        self._tasks.start(self._refresh())

    @Slot()
    def _on_consent_requested(self) -> None:
        found = self._catalogue
        if found is not None and found.refused:
            self._tasks.start(self._consent(found.refused_host, encrypted=found.refused.startswith("https:")))

    @Slot()
    def _on_withdraw_requested(self) -> None:
        self._tasks.start(self._set(REMOTE_HOST, NO_HOST))

    @Slot(str)
    def set_current(self, model: str) -> None:
        """Another model is in use."""
        self.current = model
        self._show()
