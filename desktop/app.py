"""The composition root: builds everything once, connects it, runs the loop, and shuts down in order."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSettings, Qt, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from core import composition
from core.answering.answerer import Answerer
from core.answering.conversations import ConversationStore
from core.control.control import LocalControl
from core.control.server import ControlServer
from core.embedding.embedder import Embedder
from core.errors import PaperlampError
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.ingest.listening import Callbacks
from core.paths import default_library_folder, keep_files_private, resources_folder
from core.retrieval.retriever import Retriever
from core.types import Document, DocumentKind, Passage, Scope
from desktop.activity.activity_footer import ActivityFooter
from desktop.chat.chat_controller import ChatController
from desktop.chat.chat_panel import ChatPanel
from desktop.chat.model_source import ModelSource
from desktop.chat.transcript_model import TranscriptModel
from desktop.dialogs import QuestionDialog, answered, choose_files, choose_folder
from desktop.library.brand_mark import paint_mark
from desktop.library.collection_model import CollectionModel
from desktop.library.conversation_model import ConversationModel
from desktop.library.document_model import DocumentModel
from desktop.library.empty_state import EmptyState
from desktop.library.ingest_events import IngestEvents
from desktop.library.library_controller import LibraryController
from desktop.library.library_panel import LibraryPanel
from desktop.library.wording import format_count
from desktop.main_window import MainWindow
from desktop.python_constants import protect
from desktop.tasks import Tasks
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle
from desktop.viewer.content import Content, ContentSource
from desktop.viewer.history import Place
from desktop.viewer.viewer_panel import ViewerPanel

logger = logging.getLogger(__name__)

SAMPLE = "sample/paperlamp-sample.pdf"
SAMPLE_QUESTIONS = (
    "Who lit the first lamp on the Long Pier, and when?",
    "How long does a mantle last?",
    "When is the Lamp Museum open?",
)


def run(library: str | None) -> int:
    """Open the window on a library folder, by default the person's; returns the exit code."""
    protect()
    keep_files_private()
    from qasync import QEventLoop

    logging.basicConfig(level=logging.WARNING, format="paperlamp: %(message)s", stream=sys.stderr)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Paperlamp")
    application.setDesktopFileName("paperlamp")
    application.setStyle("Fusion")
    application.setQuitOnLastWindowClosed(False)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(application)) as runner:
        desk = Desk(application, Path(library) if library else default_library_folder())
        return runner.run(desk.run())


@dataclass(frozen=True, slots=True)
class OpenLibrary:
    """Core, once it is open."""

    library: Library
    ingestor: Ingestor
    answerer: Answerer
    conversations: ConversationStore
    embedder: Embedder
    server: ControlServer
    contents: ContentSource


class Desk(QObject):
    """Owns all parts of the running application and what passes between them.

    Args:
        folder: the library's.
        models: where chat models come from.

    Attributes:
        window: the window.
        ready: set once the library is open.
    """

    def __init__(self, application: QApplication, folder: Path, models: ModelSource | None = None) -> None:
        super().__init__(application)
        self._application = application
        self._folder = folder
        self._open: OpenLibrary | None = None
        self._leaving = asyncio.Event()
        self.ready = asyncio.Event()
        self._settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat, self)
        self.theme = Theme(resources_folder(), str(self._settings.value("appearance", "system")), self)
        # Connected before any pane is made, so that panes find the new palette in force when they hear of it.
        self.theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

        self.documents = DocumentModel(self)
        self.collections = CollectionModel(self)
        self.conversations = ConversationModel(self)
        self.transcript = TranscriptModel(self)
        self.events = IngestEvents(self)
        self.footer = ActivityFooter(self.theme)
        self.library_panel = LibraryPanel(self.theme, self.documents, self.collections, self.conversations, self.footer)
        self.chat_panel = ChatPanel(self.theme, self.transcript)
        self.viewer = ViewerPanel(self.theme)
        self.empty = EmptyState(self.theme)
        self.window = MainWindow(
            self.theme, self.library_panel, self.chat_panel, self.viewer, self.empty, self._settings
        )
        self.tasks = Tasks(self.window.notice.tell)
        self.library = LibraryController(self.documents, self.collections, self.footer, self.events, self.tasks, self)
        self.chat = ChatController(
            self.chat_panel, self.transcript, self.conversations, self.tasks, models or ModelSource(), self
        )
        self._connect()

    async def run(self) -> int:
        """Show the window, open the library behind it, and stay until the person leaves; returns the exit code."""
        self.window.show()
        self.chat_panel.focus_composer()
        try:
            self._open = await asyncio.to_thread(self._open_core)
        except PaperlampError as error:
            return await self._give_up(str(error))
        except Exception as error:  # the boundary of the start: whatever is in the way is named
            logger.exception("the library could not be opened")
            return await self._give_up(self.tr("Something unexpected is in the way: {error}").format(error=error))
        core = self._open
        await self.library.attach(core.library, core.ingestor)
        model = self._settings.value("model")
        self.chat.attach(core.conversations, core.answerer, str(model) if model else None)
        self.ready.set()
        await self._leaving.wait()
        await self._close(core)
        return 0

    # ── opening and closing ──────────────────────────────────────────────────────────────────────────────────────

    def _open_core(self) -> OpenLibrary:
        """Open library, embedder and workers; runs on a thread, because it reads files and loads a model."""
        library = composition.open_library(self._folder)
        try:
            embedder = composition.open_embedder()
            ingestor = composition.start_ingestor(
                library, Callbacks(self.events.tell_progress, self.events.tell_overall, self.events.tell_skipped)
            )
        except BaseException:
            library.close()
            raise
        server = ControlServer(self._folder, LocalControl(library, ingestor))
        answerer = Answerer(library, Retriever(library, embedder), embedder)
        return OpenLibrary(
            library, ingestor, answerer, ConversationStore(library.database), embedder, server, ContentSource(library)
        )

    async def _close(self, core: OpenLibrary) -> None:
        """In order: window away, answer kept, workers ended, indexes saved, folder given back."""
        self.window.remember()
        self.window.hide()
        await self.chat.close()
        await asyncio.to_thread(core.server.close)
        await asyncio.to_thread(core.ingestor.close)
        await self.tasks.close()
        await asyncio.to_thread(core.library.close)
        await asyncio.to_thread(core.embedder.close)

    async def _give_up(self, sentence: str) -> int:
        heading = self.tr("Paperlamp cannot open its library")
        await answered(QuestionDialog(self.theme, self.window, heading, sentence, self.tr("Close"), cancel=False))
        self.window.hide()
        return 1

    # ── connections ──────────────────────────────────────────────────────────────────────────────────────────────

    def _connect(self) -> None:
        window, pane, empty = self.window, self.library_panel, self.empty
        window.close_requested.connect(self._on_close_requested)
        for source in (window.paths_dropped, pane.paths_dropped, empty.paths_dropped):
            source.connect(self._on_paths_dropped)
        for source in (window.add_files_requested, pane.add_files_requested, empty.choose_requested):
            source.connect(self._on_add_files_requested)
        for source in (window.add_folder_requested, pane.add_folder_requested):
            source.connect(self._on_add_folder_requested)
        for source in (window.conversation_new_requested, pane.conversation_new_requested):
            source.connect(self._on_conversation_new_requested)
        empty.sample_requested.connect(self._on_sample_requested)

        pane.document_opened.connect(self._on_document_opened)
        pane.unlock_requested.connect(self._on_unlock_requested)
        pane.remove_requested.connect(self._on_remove_requested)
        pane.scope_selected.connect(self._on_scope_selected)
        pane.collection_selected.connect(self._on_collection_selected)
        pane.conversation_opened.connect(self._on_conversation_opened)
        pane.cancel_requested.connect(self.library.cancel)
        pane.retry_requested.connect(self.library.retry)
        pane.reveal_requested.connect(self.library.reveal)
        pane.collection_create_requested.connect(self.library.create_collection)
        pane.collection_remove_requested.connect(self.library.remove_collection)
        pane.documents_assigned.connect(self.library.assign)
        pane.documents_unassigned.connect(self.library.unassign)
        pane.conversation_remove_requested.connect(self.chat.remove_conversation)
        self.footer.attention_requested.connect(pane.show_attention)

        self.library.refreshed.connect(self._on_library_refreshed)
        self.library.noticed.connect(window.notice.tell)
        self.library.unlocked.connect(self._on_unlocked)
        self.library.removed.connect(self._on_documents_removed)
        self.chat.citation_opened.connect(self._on_citation_opened)
        self.chat.conversation_changed.connect(self._on_conversation_changed)
        self.chat.model_changed.connect(self._on_model_changed)
        self.chat.privacy_changed.connect(self.footer.set_privacy)
        self.chat_panel.scope_cleared.connect(self._on_scope_cleared)
        self.chat_panel.question_submitted.connect(self._on_question_submitted)
        self.viewer.password_required.connect(self._on_unlock_requested)
        self.viewer.locate_requested.connect(self._on_locate_requested)

    @Slot()
    def _on_close_requested(self) -> None:
        self._say_if_opening()
        self._leaving.set()

    @Slot()
    def _on_question_submitted(self) -> None:
        self._say_if_opening()

    def _say_if_opening(self) -> None:
        if self._open is None:  # or explaining why that failed
            self.window.notice.tell(self.tr("Opening the library. One moment."))

    @Slot(list)
    def _on_paths_dropped(self, paths: list[Path]) -> None:
        self._say_if_opening()
        self.library.add(paths, self.library_panel.collection)

    @Slot()
    def _on_add_files_requested(self) -> None:
        self.tasks.start(self._choose(choose_files))

    @Slot()
    def _on_add_folder_requested(self) -> None:
        self.tasks.start(self._choose(choose_folder))

    async def _choose(self, choose: Callable[[QWidget], Awaitable[list[str]]]) -> None:
        if chosen := await choose(self.window):
            self._on_paths_dropped([Path(path) for path in chosen])

    @Slot()
    def _on_sample_requested(self) -> None:
        self.library.add([resources_folder() / SAMPLE])

    # ── documents ────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_library_refreshed(self) -> None:
        is_empty = not self.library.documents
        self.window.show_empty(is_empty and self.transcript.rowCount() == 0)
        self.chat_panel.set_library_empty(is_empty)
        only_sample = [Path(document.path).name for document in self.library.documents] == [Path(SAMPLE).name]
        self.chat_panel.set_suggestions(list(SAMPLE_QUESTIONS) if only_sample else [])
        self._show_scope()

    @Slot(str)
    def _on_document_opened(self, document: str) -> None:
        known = self.documents.document(document)
        if known is not None:
            self._show(Place(known.id, known.path, known.title, 0), known)

    @Slot(object, list)
    def _on_citation_opened(self, passage: Passage, spans: list[tuple[int, int]]) -> None:
        if self._open is not None:
            self.tasks.start(self._show_citation(self._open.library, passage, spans))

    async def _show_citation(self, library: Library, passage: Passage, spans: list[tuple[int, int]]) -> None:
        words = await asyncio.to_thread(library.word_boxes, passage.document, passage.page_index)
        known = self.documents.document(passage.document)
        path = known.path if known else passage.path
        self._show(
            Place(passage.document, path, passage.title, passage.page_index, passage.page_label, tuple(spans), words),
            known,
        )

    def _show(self, place: Place, known: Document | None) -> None:
        """Show a place; what there is to show of other kinds than PDF is read first, on another thread."""
        if known is None or known.kind is DocumentKind.PDF or self._open is None:
            self._show_place(place)
        else:
            self.tasks.start(self._show_with_content(self._open.contents, place, known))

    async def _show_with_content(self, contents: ContentSource, place: Place, known: Document) -> None:
        found: Content = await asyncio.to_thread(contents.content, known)
        self._show_place(replace(place, kind=found.kind, parts=found.parts, data=found.data))

    def _show_place(self, place: Place) -> None:
        if password := self.library.passwords.get(place.document):
            self.viewer.unlock(place.path, password)
        self.window.show_viewer()
        self.viewer.show_place(place)

    @Slot(str)
    def _on_unlock_requested(self, document: str) -> None:
        self.tasks.start(self._unlock(document))

    async def _unlock(self, document: str) -> None:
        known = self.documents.document(document)
        if known is None:
            return
        text = self.tr("{name} is protected. The password is kept until Paperlamp closes, and only in memory.")
        dialog = QuestionDialog(
            self.theme,
            self.window,
            self.tr("Enter the password"),
            text.format(name=Path(known.path).name),
            self.tr("Unlock"),
            secret=True,
        )
        field = dialog.field
        if await answered(dialog) and field.text():
            self.library.unlock(document, field.text())

    @Slot(str, str)
    def _on_unlocked(self, document: str, password: str) -> None:
        place = self.viewer.place
        if place is not None and place.document == document:
            self.viewer.unlock(place.path, password)

    @Slot(list)
    def _on_remove_requested(self, documents: list[str]) -> None:
        self.tasks.start(self._remove(documents))

    async def _remove(self, documents: list[str]) -> None:
        first = self.documents.document(documents[0]) if documents else None
        if first is None:
            return
        heading = (
            self.tr("Remove “{title}”?").format(title=first.title)
            if len(documents) == 1
            else self.tr("Remove {count} documents?").format(count=format_count(len(documents)))
        )
        text = self.tr("Pages and passages leave the library. The files stay where they are.")
        if await answered(QuestionDialog(self.theme, self.window, heading, text, self.tr("Remove"))):
            self.library.remove(documents)

    @Slot(list)
    def _on_documents_removed(self, documents: list[str]) -> None:
        place = self.viewer.place
        if place is not None and place.document in documents:
            self.viewer.clear()
            self.window.hide_viewer()

    @Slot(str)
    def _on_locate_requested(self, document: str) -> None:
        """The same bytes at another place are the same document: adding the file tells where it is now."""
        self.tasks.start(self._locate(document))

    async def _locate(self, document: str) -> None:
        if not (chosen := await choose_files(self.window)) or self._open is None:
            return
        self.library.add([Path(chosen[0])])
        await asyncio.to_thread(self._open.ingestor.wait)
        known = await asyncio.to_thread(self._open.library.document, document)
        place = self.viewer.place
        if place is not None and place.document == document and known.path == chosen[0]:
            self._show(replace(place, path=known.path), known)
        else:
            self.window.notice.tell(self.tr("That is another document. It was added to the library by itself."))

    # ── scope and conversations ──────────────────────────────────────────────────────────────────────────────────

    @Slot(list)
    def _on_scope_selected(self, documents: list[str]) -> None:
        self._set_scope(Scope(tuple(documents), self.library_panel.collection if not documents else None))

    @Slot(object)
    def _on_collection_selected(self, collection: str | None) -> None:
        self._set_scope(Scope((), collection))

    @Slot()
    def _on_scope_cleared(self) -> None:
        self.library_panel.set_scope([])
        self.library_panel.set_collection(None)
        self._set_scope(Scope())

    def _set_scope(self, scope: Scope) -> None:
        self.chat.set_scope(scope)
        self._show_scope()

    def _show_scope(self) -> None:
        scope = self.chat.scope
        if len(scope.documents) == 1:
            known = self.documents.document(scope.documents[0])
            text = self.tr("Asking “{title}”").format(title=known.title if known else "…")
        elif scope.documents:
            text = self.tr("Asking {count} documents").format(count=format_count(len(scope.documents)))
        elif scope.collection is not None:
            members = sum(scope.collection in document.collections for document in self.library.documents)
            count = self.tr("1 document") if members == 1 else self.tr("{n} documents").format(n=format_count(members))
            text = self.tr("Asking {name}").format(name=scope.collection) + f" · {count}"
        else:
            text = ""
        self.chat_panel.set_scope_label(text, text, clearable=bool(text))

    @Slot()
    def _on_conversation_new_requested(self) -> None:
        self.window.close_drawer()
        self.chat.start_conversation()

    @Slot(int)
    def _on_conversation_opened(self, conversation: int) -> None:
        self.window.close_drawer()
        self.chat.open_conversation(conversation)

    @Slot()
    def _on_conversation_changed(self) -> None:
        opened = self.chat.conversation
        self.library_panel.set_current_conversation(opened.id if opened else None)
        if opened is not None:
            self.library_panel.set_collection(opened.scope.collection)
            self.library_panel.set_scope(opened.scope.documents)
            there = Scope(tuple(self.library_panel.scope), self.library_panel.collection)
            if there != opened.scope:  # asking in what has gone would find nothing, and nobody could see why
                self.chat.set_scope(there)
        self.window.show_empty(not self.library.documents and self.transcript.rowCount() == 0)
        self._show_scope()

    @Slot(str)
    def _on_model_changed(self, model: str) -> None:
        self._settings.setValue("model", model)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._application.setPalette(self.theme.palette())
        self._application.setFont(self.theme.font(TextStyle.BODY))
        self._application.setStyleSheet(self.theme.style_sheet())
        self._application.setWindowIcon(_window_icon(self.theme))


def _window_icon(theme: Theme) -> QIcon:
    icon = QIcon()
    for size in (16, 32, 48, 64, 128, 256):
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_mark(painter, QRectF(0, 0, size, size), theme)
        painter.end()
        icon.addPixmap(picture)
    return icon
