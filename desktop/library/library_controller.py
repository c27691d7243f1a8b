"""What the library pane lists, read from the library, and its changes: adding, removing, sorting into collections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from core.errors import UnknownDocument
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.types import Document, IngestProgress
from desktop.library.collection_model import CollectionModel
from desktop.library.document_model import DocumentModel
from desktop.library.ingest_events import IngestEvents
from desktop.tasks import Tasks

# One document is read in a fraction of a millisecond, all of them in tenths of a second; up to this many one by one.
_ONE_BY_ONE = 100
# What single readings cannot see (documents replaced by newer versions, sizes of collections) is seen after this long.
_THOROUGH_MS = 2_000


class LibraryController(QObject):
    """Stands between the library pane and core. Reading the library happens on other threads.

    Args:
        thorough_ms: how long after the first change everything is read again.

    Signals:
        refreshed: documents were read again.
        removed: document ids that went.
        noticed: a sentence for the person.
    """

    refreshed = Signal()
    removed = Signal(list)
    noticed = Signal(str)

    def __init__(
        self,
        document_model: DocumentModel,
        collection_model: CollectionModel,
        events: IngestEvents,
        tasks: Tasks,
        parent: QObject,
        thorough_ms: int = _THOROUGH_MS,
    ) -> None:
        super().__init__(parent)
        self._document_model = document_model
        self._collection_model = collection_model
        self._tasks = tasks
        self._library: Library | None = None
        self._ingestor: Ingestor | None = None
        self._early: list[tuple[Sequence[Path], str | None]] = []  # added before the library was open
        self._refreshing = False
        self._refresh_again = False
        self._changed: set[str] = set()
        self._thorough = QTimer(self)
        self._thorough.setSingleShot(True)
        self._thorough.setInterval(thorough_ms)
        self._thorough.timeout.connect(self.refresh)
        events.progressed.connect(self._on_progressed)
        events.states_changed.connect(self._on_states_changed)
        events.skipped.connect(self._on_skipped)

    @property
    def documents(self) -> list[Document]:
        """What the library holds, as last read."""
        return self._document_model.documents()

    async def attach(self, library: Library, ingestor: Ingestor) -> None:
        """Begin to work with an open library and read its lists."""
        self._library, self._ingestor = library, ingestor
        for paths, collection in self._early:
            ingestor.add(paths, collection)
        self._refreshing = True
        await self._refresh(library)

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, paths: Sequence[Path], collection: str | None = None) -> Future[list[str]] | None:
        """Add files and folders, into a collection if one is given; what comes before the library is open waits.

        Returns:
            What gives the documents' ids once all are hashed; None where the library is not open yet.
        """
        if self._ingestor is None:
            self._early.append((paths, collection))
            return None
        return self._ingestor.add(paths, collection)

    def remove(self, documents: list[str]) -> None:
        """Remove documents from the library; the files stay."""
        if self._ingestor is not None:
            self._tasks.start(self._remove(self._ingestor, documents))

    @Slot(str)
    def create_collection(self, name: str) -> None:
        """Make a collection."""
        self._change(lambda library: library.add_collection(name))

    @Slot(str)
    def remove_collection(self, name: str) -> None:
        """Dissolve a collection; its documents stay."""
        self._change(lambda library: library.remove_collection(name))

    @Slot(str, list)
    def assign(self, collection: str, documents: list[str]) -> None:
        """Put documents into a collection."""
        self._change(lambda library: library.assign(documents, collection))

    @Slot(str, list)
    def unassign(self, collection: str, documents: list[str]) -> None:
        """Take documents out of a collection."""
        self._change(lambda library: library.unassign(documents, collection))

    @Slot(str, list)
    def tag(self, tag: str, documents: list[str]) -> None:
        """Give documents a tag."""
        self._change(lambda library: library.tag(documents, tag))

    @Slot(str, list)
    def untag(self, tag: str, documents: list[str]) -> None:
        """Take a tag from documents."""
        self._change(lambda library: library.untag(documents, tag))

    @Slot(str)
    def reveal(self, document: str) -> None:
        """Open the folder that holds a document's file."""
        known = self._document_model.document(document)
        if known is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(known.path).parent)))

    @Slot()
    def refresh(self) -> None:
        """Read the lists again; requests while that goes on are answered by one more reading."""
        if self._library is None:
            return
        if self._refreshing:
            self._refresh_again = True
            return
        self._refreshing = True
        self._tasks.start(self._refresh(self._library))

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _refresh(self, library: Library) -> None:
        self._thorough.stop()
        self._changed.clear()

        def read() -> tuple[list[Document], list[tuple[str, int]], set[str]]:
            late = {job.document for job in library.jobs() if job.priority < 0}
            return library.documents(), library.collections(), late

        try:
            documents, collections, late = await asyncio.to_thread(read)
        finally:
            self._refreshing = False
        self._document_model.set_documents(documents, late)
        self._collection_model.set_collections(collections, len(documents))
        self.refreshed.emit()
        self._go_on()

    async def _refresh_some(self, library: Library) -> None:
        changed, self._changed = sorted(self._changed), set()
        try:
            documents = await asyncio.to_thread(_read_some, library, changed)
        finally:
            self._refreshing = False
        for document in documents:
            self._refresh_again |= not self._document_model.update_document(document)
        self._refresh_again |= len(documents) < len(changed)
        self.refreshed.emit()
        self._go_on()

    def _go_on(self) -> None:
        """Answer what was asked for during a reading."""
        if self._refresh_again:
            self._refresh_again = False
            self.refresh()
        elif self._changed:
            self._read_changed()

    def _read_changed(self) -> None:
        if self._library is None or self._refreshing:
            return
        if len(self._changed) > _ONE_BY_ONE:
            self.refresh()
            return
        self._refreshing = True
        self._tasks.start(self._refresh_some(self._library))

    async def _remove(self, ingestor: Ingestor, documents: list[str]) -> None:
        await asyncio.wrap_future(ingestor.remove(documents))
        self.removed.emit(documents)
        self.refresh()

    def _change(self, change: Callable[[Library], None]) -> None:
        if self._library is not None and self._ingestor is not None:
            self._tasks.start(self._perform(self._ingestor, partial(change, self._library)))

    async def _perform(self, ingestor: Ingestor, change: Callable[[], None]) -> None:
        await asyncio.wrap_future(ingestor.run_on_writer(change))
        self.refresh()

    # ── news ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot(list)
    def _on_progressed(self, progress: list[IngestProgress]) -> None:
        unknown = [one for one in progress if not self._document_model.update_progress(one)]
        if unknown:
            self.refresh()

    @Slot(list)
    def _on_states_changed(self, documents: list[str]) -> None:
        self._changed.update(documents)
        if not self._thorough.isActive():
            self._thorough.start()
        self._read_changed()

    @Slot(list)
    def _on_skipped(self, skipped: list[tuple[Path, str]]) -> None:
        path, reason = skipped[0]
        if len(skipped) == 1:
            self.noticed.emit(self.tr("{name} was not added. {reason}").format(name=path.name, reason=reason))
        else:
            names = ", ".join(path.name for path, _ in skipped[:3]) + (" …" if len(skipped) > 3 else "")
            self.noticed.emit(
                self.tr("{count} files were not added, among them {names}").format(count=len(skipped), names=names)
            )


def _read_some(library: Library, documents: Sequence[str]) -> list[Document]:
    """These documents, without those that have gone."""
    found = []
    for document in documents:
        try:
            found.append(library.document(document))
        except UnknownDocument:
            continue
    return found
