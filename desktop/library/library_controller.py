"""What the library pane asks for, done: adding, stopping, retrying, unlocking, removing, sorting into collections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.types import Document, DocumentState, IngestProgress, OverallProgress
from desktop.activity.activity_footer import ActivityFooter
from desktop.library.collection_model import CollectionModel
from desktop.library.document_model import DocumentModel
from desktop.library.ingest_events import IngestEvents
from desktop.library.wording import summary_line
from desktop.tasks import Tasks

_NEEDS_ATTENTION = (DocumentState.FAILED, DocumentState.NEEDS_PASSWORD)


class LibraryController(QObject):
    """Stands between the library pane and core. Reading the library happens on other threads.

    Attributes:
        documents: what the library holds, as last read.
        passwords: given in this session, by document; never written down.

    Signals:
        refreshed: the lists were read again.
        unlocked: a password was given: document id, password.
        removed: document ids that went.
        noticed: a sentence for the person.
    """

    refreshed = Signal()
    unlocked = Signal(str, str)
    removed = Signal(list)
    noticed = Signal(str)

    def __init__(
        self,
        document_model: DocumentModel,
        collection_model: CollectionModel,
        footer: ActivityFooter,
        events: IngestEvents,
        tasks: Tasks,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document_model = document_model
        self._collection_model = collection_model
        self._footer = footer
        self._tasks = tasks
        self._library: Library | None = None
        self._ingestor: Ingestor | None = None
        self._busy_since: float | None = None
        self._early: list[tuple[Sequence[Path], str | None]] = []  # added before the library was open
        self._refreshing = False
        self._refresh_again = False
        self.documents: list[Document] = []
        self.passwords: dict[str, str] = {}
        events.progressed.connect(self._on_progressed)
        events.overall_progressed.connect(self._on_overall_progressed)
        events.states_changed.connect(self.refresh)
        events.skipped.connect(self._on_skipped)

    async def attach(self, library: Library, ingestor: Ingestor) -> None:
        """Begin to work with an open library and read its lists; what an earlier run left unfinished goes on."""
        self._library, self._ingestor = library, ingestor
        ingestor.recover()
        for paths, collection in self._early:
            ingestor.add(paths, collection)
        self._refreshing = True
        await self._refresh(library)

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, paths: Sequence[Path], collection: str | None = None) -> None:
        """Add files and folders, into a collection if one is given; what comes before the library is open waits."""
        if self._ingestor is None:
            self._early.append((paths, collection))
        else:
            self._ingestor.add(paths, collection)

    @Slot(list)
    def cancel(self, documents: list[str]) -> None:
        """Stop working on documents."""
        if self._ingestor is not None:
            self._ingestor.cancel(documents)

    @Slot(list)
    def retry(self, documents: list[str]) -> None:
        """Try documents again."""
        if self._ingestor is not None:
            self._ingestor.retry(documents)

    def unlock(self, document: str, password: str) -> None:
        """Try a password on a document."""
        if self._ingestor is not None:
            self.passwords[document] = password
            self._ingestor.retry([document], [password])
            self.unlocked.emit(document, password)

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
        try:
            documents, collections = await asyncio.to_thread(lambda: (library.documents(), library.collections()))
        finally:
            self._refreshing = False
        self.documents = documents
        self._document_model.set_documents(documents)
        self._collection_model.set_collections(collections, len(documents))
        self.refreshed.emit()
        if self._refresh_again:
            self._refresh_again = False
            self.refresh()

    async def _remove(self, ingestor: Ingestor, documents: list[str]) -> None:
        await asyncio.wrap_future(ingestor.remove(documents))
        for document in documents:
            self.passwords.pop(document, None)
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

    @Slot(object)
    def _on_overall_progressed(self, overall: OverallProgress) -> None:
        self._footer.set_overall(overall)
        now = time.monotonic()
        if not overall.is_idle:
            self._busy_since = self._busy_since or now
        else:  # what was done in a moment is told of only here
            seconds = now - (self._busy_since or now)
            self._busy_since = None
            self._tasks.start(self._summarise(overall, seconds))

    async def _summarise(self, overall: OverallProgress, seconds: float) -> None:
        if self._library is None:
            return
        documents = await asyncio.to_thread(self._library.documents)
        attention = sum(document.state in _NEEDS_ATTENTION for document in documents)
        self._footer.set_summary(summary_line(overall.files_total, overall.pages_total, seconds, attention), attention)

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
