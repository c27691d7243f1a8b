"""The composition root: builds everything once, connects it, runs the loop, and shuts down in order."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSettings, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from core import composition
from core.answering.answerer import Answerer
from core.answering.conversations import ConversationStore
from core.control.control import LocalControl
from core.control.server import ControlServer
from core.errors import PaperlampError
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.ingest.listening import Callbacks
from core.passwords import RememberedPasswords
from core.paths import default_library_folder, keep_files_private, resources_folder
from core.retrieval.embedder_in_force import EmbedderInForce
from core.retrieval.reranking import Reranker
from core.retrieval.retriever import Retriever
from core.types import Scope
from desktop.activity.activity_footer import ActivityFooter
from desktop.async_generators import closed_by
from desktop.chat.chat_controller import ChatController
from desktop.chat.chat_panel import ChatPanel
from desktop.chat.model_source import ModelSource
from desktop.chat.transcript_model import TranscriptModel
from desktop.conversations.conversation_controller import ConversationController, ConversationPanes
from desktop.dialogs import QuestionDialog, answered
from desktop.documents import DocumentModels, Documents
from desktop.library.brand_mark import paint_mark
from desktop.library.collection_model import CollectionModel
from desktop.library.conversation_model import ConversationModel
from desktop.library.document_model import DocumentModel
from desktop.library.empty_state import EmptyState
from desktop.library.ingest_events import IngestEvents
from desktop.library.library_panel import LibraryPanel
from desktop.main_window import MainWindow
from desktop.models.idle_preload import IdlePreload
from desktop.models.models_controller import ModelsController
from desktop.passwords.password_controller import Keyring
from desktop.python_constants import protect
from desktop.recovery import open_or_recover
from desktop.scope_wording import limits
from desktop.tasks import Tasks
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle
from desktop.viewer.viewer_panel import ViewerPanel
from desktop.wholedoc.wholedoc_controller import WholedocController
from desktop.wording import SEPARATOR, format_count

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
        return runner.run(_run(desk))


async def _run(desk: Desk) -> int:
    """Run the window, and keep the garbage collector away from what stays for good.

    Modules and the like are 180,000 objects by the time that the library is open. To look through them again holds
    everything up for a tenth of a second, each time; what comes later is little.
    """

    async def settle() -> None:
        await desk.ready.wait()
        gc.freeze()

    settling = asyncio.ensure_future(settle())
    try:
        with closed_by(asyncio.get_running_loop()):
            return await desk.run()
    finally:
        settling.cancel()


@dataclass(frozen=True, slots=True)
class OpenLibrary:
    """Core, once it is open."""

    library: Library
    ingestor: Ingestor
    retriever: Retriever
    answerer: Answerer
    conversations: ConversationStore
    embedder: EmbedderInForce
    server: ControlServer
    reranker: Reranker | None


class Desk(QObject):
    """Owns all parts of the running application and what passes between them.

    Args:
        folder: the library's.
        models: where chat models come from.
        keyring: where passwords are remembered that the person wants remembered.

    Attributes:
        window: the window.
        ready: set once the library is open.
    """

    def __init__(
        self,
        application: QApplication,
        folder: Path,
        models: ModelSource | None = None,
        keyring: Keyring | None = None,
    ) -> None:
        super().__init__(application)
        self._application = application
        self._folder = folder
        self._open: OpenLibrary | None = None
        self._scope_text = ""  # what is asked, in words; empty for everything
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
        self.files = Documents(
            self.theme,
            self.window,
            self.library_panel,
            self.viewer,
            self.footer,
            DocumentModels(self.documents, self.collections),
            self.events,
            self.tasks,
            keyring or RememberedPasswords(),
            self,
        )
        self.library = self.files.library
        self.models = ModelsController(self.theme, self.window, self.tasks, self)
        source = models or self.models.source
        self.chat = ChatController(self.chat_panel, self.transcript, self.conversations, self.tasks, source, self)
        self.preload = IdlePreload(self.chat.preload, self.models.wants_preload, self.tasks, self)
        self.wholedoc = WholedocController(
            self.theme, self.window, self.documents, self.tasks, source, lambda: self.chat.model_id, self
        )
        self.chat_panel.transcript.reading.page_count = self._page_count
        panes = ConversationPanes(self.window, self.library_panel, self.chat_panel)
        self.talks = ConversationController(self.theme, panes, self.chat, self.tasks, self)
        self._connect()

    async def run(self) -> int:
        """Show the window, open the library behind it, and stay until the person leaves; returns the exit code."""
        self.window.show()
        self.chat_panel.focus_composer()
        try:
            core, add_again = await open_or_recover(self.theme, self.window, self._folder, self._open_core)
        except PaperlampError as error:
            return await self._give_up(str(error))
        except Exception as error:  # the boundary of the start: whatever is in the way is named
            logger.exception("the library could not be opened")
            return await self._give_up(self.tr("Something unexpected is in the way: {error}").format(error=error))
        self._open = core
        self.chat_panel.transcript.reading.words = core.library.words
        await self.files.attach(core.library, core.ingestor)
        if add_again:
            self.library.add([Path(path) for path in add_again])
        await self.models.attach(core.library, core.ingestor)
        model = self._settings.value("model")
        self.talks.attach(core.conversations)
        self.chat.attach(core.conversations, core.answerer, str(model) if model else None)
        self.wholedoc.attach(core.library, core.embedder, core.answerer)
        self.ready.set()
        self.preload.wait()
        self.tasks.start(asyncio.to_thread(core.retriever.prepare))
        await self._leaving.wait()
        await self._close(core)
        return 0

    # ── opening and closing ──────────────────────────────────────────────────────────────────────────────────────

    def _open_core(self) -> OpenLibrary:
        """Open library, embedder and workers; runs on a thread, because it reads files and loads a model."""
        library = composition.open_library(self._folder)
        try:
            embedder = composition.open_embedder(library)
            ingestor = composition.start_ingestor(
                library,
                Callbacks(
                    self.events.tell_progress,
                    self.events.tell_overall,
                    self.events.tell_skipped,
                    self.events.tell_removed,
                ),
            )
        except BaseException:
            library.close()
            raise
        control = LocalControl(library, ingestor, self.files.watching.follow_rows, self.events.tell_changed)
        server = ControlServer(self._folder, control)
        reranker = composition.open_reranker(library)
        retriever = Retriever(library, embedder, reranker=reranker)
        answerer = Answerer(library, retriever, embedder)
        conversations = ConversationStore(library.database)
        return OpenLibrary(library, ingestor, retriever, answerer, conversations, embedder, server, reranker)

    async def _close(self, core: OpenLibrary) -> None:
        """In order: window away, answer kept, workers ended, indexes saved, folder given back."""
        self.window.remember()
        self.window.hide()
        self.files.close_dialogs()
        self.models.close_dialog()
        self.preload.stop()
        await self.chat.close()
        await self.wholedoc.close()
        await asyncio.to_thread(core.server.close)
        await self.files.detach()
        await asyncio.to_thread(core.ingestor.close)
        await self.tasks.close()
        await asyncio.to_thread(core.library.close)
        await asyncio.to_thread(core.embedder.close)
        if core.reranker is not None:
            await asyncio.to_thread(core.reranker.close)

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
            source.connect(self.files.choose_files)
        for source in (window.add_folder_requested, pane.add_folder_requested):
            source.connect(self.files.choose_folder)
        for source in (window.conversation_new_requested, pane.conversation_new_requested):
            source.connect(self._on_conversation_new_requested)
        empty.sample_requested.connect(self._on_sample_requested)

        pane.scope_selected.connect(self._on_scope_selected)
        pane.collection_selected.connect(self._on_collection_selected)
        pane.conversation_opened.connect(self._on_conversation_opened)
        self.library.refreshed.connect(self._on_library_refreshed)
        self.files.embedding.changed.connect(self._on_embedder_changed)
        self.chat.citation_opened.connect(self.files.open_citation)
        self._connect_whole_documents()
        self.chat.conversation_changed.connect(self._on_conversation_changed)
        self.chat.model_changed.connect(self._on_model_changed)
        self.chat.privacy_changed.connect(self.footer.set_privacy)
        self._connect_models()
        self.chat_panel.scope_cleared.connect(self._on_scope_cleared)
        self.chat_panel.collection_chosen.connect(self._on_collection_chosen)
        self.chat_panel.tags_chosen.connect(self._on_tags_chosen)
        self.chat_panel.question_submitted.connect(self._on_question_submitted)
        self.chat_panel.wider_scope_requested.connect(self._on_wider_scope_requested)
        self.chat_panel.address_chosen.connect(self._on_address_chosen)

    def _connect_whole_documents(self) -> None:
        pane, wholedoc = self.library_panel, self.wholedoc
        pane.action_requested.connect(wholedoc.perform)
        for source in (pane, self.window, self.chat_panel.composer.filter):
            source.ask_every_requested.connect(self._on_ask_every_requested)
        wholedoc.citation_opened.connect(self.files.open_citation)
        wholedoc.page_opened.connect(self.files.open_document)
        wholedoc.noticed.connect(self.window.notice.tell)
        self.library.removed.connect(wholedoc.forget)

    def _connect_models(self) -> None:
        self.chat_panel.models_requested.connect(self.models.open_dialog)
        self.library_panel.models_requested.connect(self.models.open_dialog)
        self.window.models_requested.connect(self.models.open_dialog)
        self.models.models_changed.connect(self.chat.refresh_models)
        self._application.applicationStateChanged.connect(self._on_application_state_changed)
        self.models.access_changed.connect(self.chat.forget_model)
        self.models.model_chosen.connect(self.chat.choose_model)
        self.models.remote_changed.connect(self.footer.set_remote)
        self.models.remote_changed.connect(self.chat_panel.header.set_remote)
        self.chat_panel.header.remote_details_requested.connect(self.models.explain_remote)
        self.models.noticed.connect(self.window.notice.tell)
        self.footer.remote_details_requested.connect(self.models.explain_remote)
        self.chat.current_changed.connect(self.models.set_current)
        self.chat.current_changed.connect(self.preload.wait)
        self.chat.answered.connect(self.preload.wait)

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
    def _on_sample_requested(self) -> None:
        self.library.add([resources_folder() / SAMPLE])

    @Slot()
    def _on_library_refreshed(self) -> None:
        documents = self.library.documents
        is_empty = not documents
        self.window.show_empty(is_empty and self.transcript.rowCount() == 0)
        self.chat_panel.set_library_empty(is_empty)
        only_sample = len(documents) == 1 and Path(documents[0].path).name == Path(SAMPLE).name
        self.chat_panel.set_suggestions(list(SAMPLE_QUESTIONS) if only_sample else [])
        tags = tuple(tag for tag in self.chat.scope.tags if tag in self.documents.tags)
        if tags != self.chat.scope.tags:  # asking for a tag that nothing has any more would find nothing
            self.chat.set_scope(replace(self.chat.scope, tags=tags))
        self._show_scope()

    @Slot()
    def _on_embedder_changed(self) -> None:
        if self._open is not None:  # loaded now, so that the next question need not wait for it
            self.tasks.start(asyncio.to_thread(self._open.embedder.prepare))

    def _page_count(self, document: str) -> int:
        known = self.documents.document(document)
        return known.page_count if known is not None else 0

    # ── scope and conversations ──────────────────────────────────────────────────────────────────────────────────

    @Slot(list)
    def _on_scope_selected(self, documents: list[str]) -> None:
        collection = self.library_panel.collection if not documents else None
        self._set_scope(replace(self.chat.scope, documents=tuple(documents), collections=_one(collection)))

    @Slot(object)
    def _on_collection_selected(self, collection: str | None) -> None:
        self._set_scope(replace(self.chat.scope, documents=(), collections=_one(collection)))

    @Slot(object)
    def _on_collection_chosen(self, collection: str | None) -> None:
        self.library_panel.set_scope([])
        self.library_panel.set_collection(collection)
        self._on_collection_selected(collection)

    @Slot(list)
    def _on_tags_chosen(self, tags: list[str]) -> None:
        self._set_scope(replace(self.chat.scope, tags=tuple(tags)))

    @Slot()
    def _on_scope_cleared(self) -> None:
        self.library_panel.set_scope([])
        self.library_panel.set_collection(None)
        self._set_scope(Scope())

    @Slot(str, object)
    def _on_wider_scope_requested(self, question: str, scope: Scope) -> None:
        """Ask again in a wider scope, which from now on is the one in force, as the window says everywhere."""
        if self.chat.is_answering:
            return
        self.library_panel.set_scope(scope.documents)
        self.library_panel.set_collection(next(iter(scope.collections), None))
        self._set_scope(scope)
        self.chat.ask(question)

    @Slot(QUrl)
    def _on_address_chosen(self, address: QUrl) -> None:
        QDesktopServices.openUrl(address)

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
        elif scope.collections:
            members = sum(bool(set(scope.collections) & set(d.collections)) for d in self.library.documents)
            count = self.tr("1 document") if members == 1 else self.tr("{n} documents").format(n=format_count(members))
            text = self.tr("Asking {name}").format(name=", ".join(scope.collections)) + f" · {count}"
        else:
            text = ""
        narrower = limits(scope)
        if narrower:
            text = SEPARATOR.join([text or self.tr("Asking all documents"), *narrower])
        self._scope_text = text
        self.chat_panel.set_scope_label(text, text, clearable=bool(text))
        names = self.collections.names
        self.chat_panel.set_filters(names, next(iter(scope.collections), None), self.documents.tags, scope.tags)

    @Slot()
    def _on_ask_every_requested(self) -> None:
        self._say_if_opening()
        if self._open is not None:
            self.wholedoc.ask_every(self.chat.scope, self._scope_text or self.tr("Asking all documents"))

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
            self.library_panel.set_collection(next(iter(opened.scope.collections), None))
            self.library_panel.set_scope(opened.scope.documents)
            there = replace(
                opened.scope,
                documents=tuple(self.library_panel.scope),
                collections=_one(self.library_panel.collection),
                tags=tuple(tag for tag in opened.scope.tags if tag in self.documents.tags),
            )
            if there != opened.scope:  # asking in what has gone would find nothing, and nobody could see why
                self.chat.set_scope(there)
        self.window.show_empty(not self.library.documents and self.transcript.rowCount() == 0)
        self._show_scope()

    @Slot(str)
    def _on_model_changed(self, model: str) -> None:
        self._settings.setValue("model", model)

    @Slot(Qt.ApplicationState)
    def _on_application_state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:  # perhaps from starting Ollama
            self.chat.refresh_models()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._application.setPalette(self.theme.palette())
        self._application.setFont(self.theme.font(TextStyle.BODY))
        self._application.setStyleSheet(self.theme.style_sheet())
        self._application.setWindowIcon(_window_icon(self.theme))


def _one(collection: str | None) -> tuple[str, ...]:
    """A scope's collections: the window shows one at a time."""
    return () if collection is None else (collection,)


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
