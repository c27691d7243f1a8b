"""Stands between the watched folders on the screen and core: keeps the rows, runs the watcher, opens the dialog."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.errors import UserError
from core.index.collections import insert_collection
from core.index.database import Database
from core.index.locations import KnownFile, forget_missing, mark_missing, read_known, read_missing
from core.watching.command import unwatch_folders, watch_folders
from core.watching.folders import WatchedFolder, check_patterns, folder_of, leaving_out, read_folders, update_folder
from core.watching.states import FolderState, WatchTimes
from core.watching.watcher import FolderWatcher
from desktop.tasks import Tasks
from desktop.theme.theme import Theme
from desktop.watching.watched_folder_model import WatchedFolderModel
from desktop.watching.watching_dialog import WatchingDialog


class Ingest(Protocol):
    """What is asked of the ingestor; all of it may be called from any thread."""

    def add(self, paths: Sequence[Path], collection: str | None = None) -> object:
        """Add files, into a collection if one is given."""

    def remove(self, documents: Sequence[str]) -> object:
        """Remove documents with all that was read of them."""

    def run_on_writer(self, function: Callable[[], Any]) -> Future[Any]:
        """Change the library in turn with everything else that does."""


@dataclass(frozen=True, slots=True)
class _Attached:
    """An open library and the watcher that finds what is to be added to it."""

    database: Database
    folder: Path
    ingest: Ingest
    watcher: FolderWatcher


class WatchingController(QObject):
    """Watches the folders of the library for as long as it is attached.

    Signals:
        files_changed: files were marked as missing, or forgotten, so that lists must be read again.
    """

    files_changed = Signal()
    _state_arrived = Signal(object)
    _files_marked = Signal()
    _rows_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        model: WatchedFolderModel,
        tasks: Tasks,
        parent: QObject,
        times: WatchTimes = WatchTimes(),  # noqa: B008 (frozen)
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._tasks = tasks
        self._times = times
        self._attached: _Attached | None = None
        self._dialog: WatchingDialog | None = None
        self._kept: frozenset[str] = frozenset()  # documents without a file that the person said are to stay
        self._turn = asyncio.Lock()
        # These are emitted on the folders' threads, and arrive on the window's.
        self._state_arrived.connect(self._on_state_arrived)
        self._files_marked.connect(self._on_files_marked)
        self._rows_changed.connect(self._on_rows_changed)

    async def attach(self, database: Database, library_folder: Path, ingest: Ingest) -> None:
        """Begin to watch the folders of an open library."""

        def known_files(folder: WatchedFolder) -> Mapping[Path, KnownFile]:
            return read_known(database.read(), Path(folder.path))

        def on_found(path: Path, folder: WatchedFolder) -> None:
            ingest.add([path], folder.collection)

        def on_gone(path: Path) -> None:
            marked = ingest.run_on_writer(partial(_write, database, partial(mark_missing, path=str(path))))
            marked.add_done_callback(lambda _: self._files_marked.emit())

        watcher = FolderWatcher(
            [], known_files, on_found, on_gone, self._state_arrived.emit, excluded=[library_folder], times=self._times
        )
        watcher.start()
        self._attached = _Attached(database, library_folder, ingest, watcher)
        await self._follow_rows(self._attached)

    async def close(self) -> None:
        """Watch no more; to be awaited before the library is closed."""
        async with self._turn:
            attached, self._attached = self._attached, None
            if attached is not None:
                await asyncio.to_thread(attached.watcher.stop)

    def follow_rows(self) -> None:
        """The rows were changed by another process that asked us to: watch as they say now. From any thread."""
        self._rows_changed.emit()

    def open_dialog(self, collections: Sequence[str], parent: QWidget) -> WatchingDialog:
        """Open the dialog over the window; it goes when it is closed."""
        dialog = WatchingDialog(self._theme, self._model, parent)
        dialog.set_collections(collections)
        dialog.folder_added.connect(self._on_folder_added)
        dialog.folder_removed.connect(self._on_folder_removed)
        dialog.folder_edited.connect(self._on_folder_edited)
        dialog.missing_forgotten.connect(self._on_missing_forgotten)
        dialog.missing_kept.connect(self._on_missing_kept)
        dialog.finished.connect(self._on_dialog_finished)
        self._dialog = dialog
        self._on_files_marked()
        dialog.open()
        return dialog

    def leave_out(self, paths: Sequence[str]) -> None:
        """Files whose documents the person removed: their folders are not to bring them back."""
        self._start(lambda attached: partial(_leave_out, attached.database, [Path(path) for path in paths]))

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _start(self, change: Callable[[_Attached], Callable[[], Any]]) -> None:
        if self._attached is not None:
            self._tasks.start(self._change(self._attached, change(self._attached)))

    async def _change(self, attached: _Attached, change: Callable[[], Any]) -> None:
        """Make a change to the rows, on the writer's thread, and watch as they say then."""
        problem = ""
        try:
            await asyncio.wrap_future(attached.ingest.run_on_writer(change))
        except UserError as error:
            if self._dialog is None:
                raise
            problem = str(error)
        await self._follow_rows(attached)
        if self._dialog is not None:
            self._dialog.show_problem(problem)

    async def _follow_rows(self, attached: _Attached) -> None:
        async with self._turn:
            if self._attached is not attached:
                return
            folders = await asyncio.to_thread(lambda: read_folders(attached.database.read()))
            self._model.set_folders(folders)
            await asyncio.to_thread(attached.watcher.set_folders, folders)

    async def _show_missing(self, attached: _Attached) -> None:
        missing = await asyncio.to_thread(lambda: read_missing(attached.database.read()))
        self._kept &= {one.document for one in missing}
        if self._dialog is not None:  # what is kept is asked about again only together with others
            self._dialog.set_missing([] if {one.document for one in missing} <= self._kept else missing)

    # ── slots ────────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot(object)
    def _on_state_arrived(self, state: FolderState) -> None:
        self._model.set_state(state)

    @Slot()
    def _on_files_marked(self) -> None:
        if self._attached is not None:
            self.files_changed.emit()
            if self._dialog is not None:
                self._tasks.start(self._show_missing(self._attached))

    @Slot(Path)
    def _on_folder_added(self, path: Path) -> None:
        self._start(lambda attached: partial(watch_folders, attached.database, attached.folder, [path]))

    @Slot()
    def _on_rows_changed(self) -> None:
        if self._attached is not None:
            self._tasks.start(self._follow_rows(self._attached))

    @Slot(str)
    def _on_folder_removed(self, path: str) -> None:
        self._start(lambda attached: partial(unwatch_folders, attached.database, [Path(path)]))

    @Slot(object)
    def _on_folder_edited(self, folder: WatchedFolder) -> None:
        self._start(lambda attached: partial(_edit, attached.database, folder))

    @Slot(list)
    def _on_missing_forgotten(self, documents: list[str]) -> None:
        self._start(lambda attached: partial(self._forget, attached, documents))

    @Slot(list)
    def _on_missing_kept(self, documents: list[str]) -> None:
        self._kept = frozenset(documents)

    @Slot()
    def _on_dialog_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _forget(self, attached: _Attached, documents: list[str]) -> None:
        without_file = _write(attached.database, partial(forget_missing, documents=documents))
        removed = attached.ingest.remove(without_file)
        if isinstance(removed, Future):
            removed.add_done_callback(lambda _: self._files_marked.emit())
        else:
            self._files_marked.emit()


def _write(database: Database, change: Callable[[sqlite3.Connection], Any]) -> Any:
    with database.write() as db:
        return change(db)


def _edit(database: Database, folder: WatchedFolder) -> None:
    check_patterns(folder.ignore)
    with database.write() as db:
        if folder.collection is not None:
            insert_collection(db, folder.collection)
        update_folder(db, folder)


def _leave_out(database: Database, paths: Sequence[Path]) -> None:
    with database.write() as db:
        for path in paths:
            folder = folder_of(path, read_folders(db))
            if folder is not None:
                update_folder(db, leaving_out(folder, path))
