"""Documents in the window: joins the lists, the queue, health, passwords and the viewer to what is asked of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.settings import OCR_LANGUAGE
from core.types import Document, DocumentKind, Passage
from core.types import Place as Span
from desktop.activity.activity_footer import ActivityFooter
from desktop.activity.ingest_controller import IngestController
from desktop.activity.queue_dialog import QueueDialog
from desktop.activity.queue_model import QueueModel
from desktop.dialogs import QuestionDialog, answered, choose_files, choose_folder
from desktop.document_action import DocumentAction
from desktop.embedding.embedding_controller import EmbeddingController
from desktop.health.health_controller import HealthController
from desktop.health.health_dialog import HealthDialog
from desktop.health.report_dialog import ReportDialog
from desktop.library.collection_model import CollectionModel
from desktop.library.document_model import DocumentModel
from desktop.library.ingest_events import IngestEvents
from desktop.library.library_controller import LibraryController
from desktop.library.library_panel import LibraryPanel
from desktop.main_window import MainWindow
from desktop.passwords.password_controller import Keyring, PasswordController
from desktop.passwords.password_dialog import PasswordDialog
from desktop.tasks import Tasks
from desktop.theme.theme import Theme
from desktop.viewer.cited_place import cited_place
from desktop.viewer.content import ContentSource
from desktop.viewer.history import Place
from desktop.viewer.viewer_panel import ViewerPanel
from desktop.watching.watched_folder_model import WatchedFolderModel
from desktop.watching.watching_controller import WatchingController
from desktop.wording import format_count, title_of


@dataclass(frozen=True, slots=True)
class DocumentModels:
    """What the left pane lists of the library."""

    documents: DocumentModel
    collections: CollectionModel


class Documents(QObject):
    """Builds the dialogs about documents and their controllers, and says who does what is asked.

    Attributes:
        library: the lists.
        ingest: the work under way.
        passwords: of locked documents.
        health: of documents and of the library.
        watching: folders whose files come in by themselves.
        embedding: the model that passages are found with.
    """

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        panel: LibraryPanel,
        viewer: ViewerPanel,
        footer: ActivityFooter,
        models: DocumentModels,
        events: IngestEvents,
        tasks: Tasks,
        keyring: Keyring,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._window = window
        self._panel = panel
        self._viewer = viewer
        self._tasks = tasks
        self._models = models
        self._core: Library | None = None
        self._ingestor: Ingestor | None = None
        self._contents: ContentSource | None = None
        queue = QueueModel(self)
        self.queue_dialog = QueueDialog(theme, queue, window)
        self.health_dialog = HealthDialog(theme, window)
        self.report_dialog = ReportDialog(theme, window)
        self.password_dialog = PasswordDialog(theme, window)
        self.library = LibraryController(models.documents, models.collections, events, tasks, self)
        self.passwords = PasswordController(self.password_dialog, models.documents, events, tasks, keyring, self)
        self.ingest = IngestController(footer, self.queue_dialog, queue, events, tasks, self.passwords.passwords, self)
        self.health = HealthController(self.health_dialog, self.report_dialog, tasks, self)
        self.watching = WatchingController(theme, WatchedFolderModel(self), tasks, self)
        self.embedding = EmbeddingController(panel, window, tasks, self)
        self._connect(footer)

    async def attach(self, library: Library, ingestor: Ingestor) -> None:
        """Begin to work with an open library."""
        self._core = library
        self._contents = ContentSource(library)
        self._ingestor = ingestor
        self.health.attach(library)
        self.ingest.attach(library, ingestor)
        await self.library.attach(library, ingestor)
        await self.passwords.attach(ingestor)
        await self.watching.attach(library.database, library.folder, ingestor)
        await self._show_scan_language(library)
        self._tasks.start(self.embedding.attach(library, ingestor))  # asks Ollama, which may take a moment

    async def detach(self) -> None:
        """Watch no more; before the ingestion ends and the library is closed."""
        await self.watching.close()

    def close_dialogs(self) -> None:
        """Put away what stands beside the window, which does not go with it by itself."""
        for dialog in (self.queue_dialog, self.health_dialog, self.report_dialog, self.password_dialog):
            dialog.close()

    # ── adding ───────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def choose_files(self) -> None:
        """Add files that the person chooses."""
        self._tasks.start(self._choose(choose_files))

    @Slot()
    def choose_folder(self) -> None:
        """Add a folder that the person chooses."""
        self._tasks.start(self._choose(choose_folder))

    async def _choose(self, choose: Callable[[QWidget], Awaitable[list[str]]]) -> None:
        if chosen := await choose(self._window):
            self._panel.paths_dropped.emit([Path(path) for path in chosen])

    # ── what is asked of documents ───────────────────────────────────────────────────────────────────────────────

    @Slot(object, list)
    def perform(self, action: DocumentAction, documents: list[str]) -> None:
        """Do what is asked of whole documents."""
        ingest = self.ingest
        match action:
            case DocumentAction.OPEN | DocumentAction.OPEN_PAGE:
                self.open_document(documents[0])
            case DocumentAction.UNLOCK:
                self.passwords.prompt()
            case DocumentAction.PAUSE:
                ingest.pause(documents)
            case DocumentAction.RESUME:
                ingest.resume(documents)
            case DocumentAction.STOP:
                ingest.cancel(documents)
            case DocumentAction.RETRY:
                ingest.retry(documents)
            case DocumentAction.RECOGNISE:
                self._recognise_all(documents)
            case DocumentAction.FIRST:
                ingest.move_first(documents)
            case DocumentAction.UP:
                ingest.move_up(documents)
            case DocumentAction.DOWN:
                ingest.move_down(documents)
            case DocumentAction.LAST:
                ingest.move_last(documents)
            case DocumentAction.DETAILS:
                self.health.show_health(documents[0])
            case DocumentAction.LOCATE:
                self.locate(documents[0])
            case DocumentAction.REVEAL:
                self.library.reveal(documents[0])
            case DocumentAction.REMOVE:
                self._tasks.start(self._remove(documents))

    @Slot(object, str, list)
    def perform_on_pages(self, action: DocumentAction, document: str, pages: list[int]) -> None:
        """Do what is asked of some pages of a document."""
        match action:
            case DocumentAction.RETRY:
                self.ingest.retry([document], pages)
            case DocumentAction.RECOGNISE:
                self.ingest.recognise(document, pages)
            case DocumentAction.SKIP:
                self.ingest.skip(document, pages)
            case DocumentAction.OPEN_PAGE:
                self.open_document(document, pages[0])

    def _recognise_all(self, documents: list[str]) -> None:
        for document in documents:
            known = self._models.documents.document(document)
            if known is not None:
                self.ingest.recognise(document, range(known.page_count))

    async def _remove(self, documents: list[str]) -> None:
        first = self._models.documents.document(documents[0]) if documents else None
        if first is None:
            return
        heading = (
            self.tr("Remove “{title}”?").format(title=title_of(first))
            if len(documents) == 1
            else self.tr("Remove {count} documents?").format(count=format_count(len(documents)))
        )
        text = self.tr("Pages and passages leave the library. The files stay where they are.")
        if await answered(QuestionDialog(self._theme, self._window, heading, text, self.tr("Remove"))):
            known = [self._models.documents.document(document) for document in documents]
            # A watched folder is not to bring back what was removed on purpose.
            self.watching.leave_out([path for one in known if one for path in one.paths])
            self.library.remove(documents)

    # ── the viewer ───────────────────────────────────────────────────────────────────────────────────────────────

    @Slot(str)
    @Slot(str, int)
    def open_document(self, document: str, page: int = 0) -> None:
        """Show a document in the viewer."""
        known = self._models.documents.document(document)
        if known is not None:
            self._show(Place(known.id, known.path, known.title, page), known)

    @Slot(object, list, bool)
    def open_citation(self, passage: Passage, spans: list[Span], numbered: bool) -> None:
        """Show a passage in the viewer with some of its words marked."""
        if self._core is not None:
            self._tasks.start(self._show_citation(self._core, passage, spans, numbered))

    async def _show_citation(self, library: Library, passage: Passage, spans: list[Span], numbered: bool) -> None:
        known = self._models.documents.document(passage.document)
        path = known.path if known else passage.path
        word_boxes = partial(library.word_boxes, passage.document)
        self._show(await asyncio.to_thread(cited_place, passage, path, spans, word_boxes, numbered=numbered), known)

    def _show(self, place: Place, known: Document | None) -> None:
        """Show a place; what there is to show of other kinds than PDF is read first, on another thread."""
        if known is None or known.kind is DocumentKind.PDF or self._contents is None:
            self._show_place(place)
        else:
            self._tasks.start(self._show_with_content(self._contents, place, known))

    async def _show_with_content(self, contents: ContentSource, place: Place, known: Document) -> None:
        found = await asyncio.to_thread(contents.content, known)
        self._show_place(replace(place, kind=found.kind, parts=found.parts, data=found.data))

    def _show_place(self, place: Place) -> None:
        self._window.show_viewer()
        if password := self.passwords.passwords.get(place.document):
            self._viewer.unlock(place.path, password)
        self._viewer.show_place(place)

    @Slot(str)
    def unlock_for_viewer(self, document: str) -> None:
        """Unlock what the viewer shows: with what is remembered, else by asking."""
        self._tasks.start(self._unlock_for_viewer(document))

    async def _unlock_for_viewer(self, document: str) -> None:
        known = self._models.documents.document(document)
        password = await self.passwords.recall(document)
        if known is not None and password is not None:
            self._viewer.unlock(known.path, password)
        else:
            self.passwords.prompt(document)

    @Slot(str)
    def locate(self, document: str) -> None:
        """Ask where a document's file is: the same bytes at another place are the same document."""
        self._tasks.start(self._locate(document))

    async def _locate(self, document: str) -> None:
        if not (chosen := await choose_files(self._window)):
            return
        begun = self.library.add([Path(chosen[0])])
        if begun is None:
            return
        found = await asyncio.wrap_future(begun)
        self.library.refresh()
        if document not in found:
            if found:
                self._window.notice.tell(self.tr("That is another document. It was added to the library by itself."))
            return
        place = self._viewer.place
        if place is not None and place.document == document:
            self._show(replace(place, path=chosen[0]), self._models.documents.document(document))

    # ── connections ──────────────────────────────────────────────────────────────────────────────────────────────

    def _connect(self, footer: ActivityFooter) -> None:
        panel, viewer, report = self._panel, self._viewer, self.report_dialog
        panel.document_opened.connect(self.open_document)
        panel.report_requested.connect(self.health.show_report)
        panel.watching_requested.connect(self._on_watching_requested)
        panel.scan_language_selected.connect(self._on_scan_language_selected)
        self.watching.files_changed.connect(self.library.refresh)
        panel.collection_create_requested.connect(self.library.create_collection)
        panel.collection_remove_requested.connect(self.library.remove_collection)
        panel.documents_assigned.connect(self.library.assign)
        panel.documents_unassigned.connect(self.library.unassign)
        panel.documents_tagged.connect(self.library.tag)
        panel.documents_untagged.connect(self.library.untag)
        footer.attention_requested.connect(self.health.show_report)
        report.list_requested.connect(panel.show_attention)
        for source in (panel, report, self.health_dialog, self.queue_dialog):
            source.action_requested.connect(self.perform)
        self.health_dialog.pages_action_requested.connect(self.perform_on_pages)
        self.library.refreshed.connect(self.health.refresh)
        self.library.refreshed.connect(self.passwords.refresh)
        self.library.removed.connect(self._on_removed)
        self.passwords.unlocked.connect(self._on_unlocked)
        viewer.password_required.connect(self.unlock_for_viewer)
        viewer.locate_requested.connect(self.locate)
        for controller in (self.library, self.passwords, self.health, self.embedding):
            controller.noticed.connect(self._window.notice.tell)

    @Slot()
    def _on_watching_requested(self) -> None:
        self.watching.open_dialog(self._models.collections.names, self._window)

    @Slot(str)
    def _on_scan_language_selected(self, language: str) -> None:
        if self._core is not None and self._ingestor is not None:
            self._tasks.start(self._choose_scan_language(self._core, self._ingestor, language))

    async def _choose_scan_language(self, library: Library, ingestor: Ingestor, language: str) -> None:
        await asyncio.wrap_future(ingestor.run_on_writer(partial(library.choose, OCR_LANGUAGE, language)))
        await self._show_scan_language(library)
        self._window.notice.tell(
            self.tr("Scans are read in this language from now on. “Run OCR” reads a document again.")
        )

    async def _show_scan_language(self, library: Library) -> None:
        chosen = await asyncio.to_thread(library.setting, OCR_LANGUAGE)
        self._panel.set_scan_languages(OCR_LANGUAGE.choices(), chosen)

    @Slot(str, str)
    def _on_unlocked(self, document: str, password: str) -> None:
        place = self._viewer.place
        if place is not None and place.document == document:
            self._viewer.unlock(place.path, password)

    @Slot(list)
    def _on_removed(self, documents: list[str]) -> None:
        self.passwords.forget(documents)
        place = self._viewer.place
        if place is not None and place.document in documents:
            self._viewer.clear()
            self._window.hide_viewer()
