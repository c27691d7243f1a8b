"""The left pane: what is in the library, what is asked of it, and what is going on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.answering.conversation_search import Found
from desktop.conversations.conversation_search import ConversationSearch
from desktop.library.collection_list import CollectionList
from desktop.library.collection_model import CollectionModel
from desktop.library.conversation_list import ConversationList
from desktop.library.conversation_model import ConversationModel
from desktop.library.document_list import DocumentList
from desktop.library.document_model import DocumentFilterModel, DocumentModel
from desktop.library.drop_target import DropTarget
from desktop.library.filter_field import FilterField, NameField
from desktop.library.pane_parts import DropOutline, EmbedderEntry, PaneHeader, SectionTitle
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space
from desktop.wording import format_count

PANE_WIDTH = 296


class LibraryPanel(QWidget):
    """Shows collections, documents and conversations over a footer; it says what is wanted and does nothing itself.

    Signals:
        paths_dropped: files and folders were dropped or pasted: list[Path].
        add_files_requested, add_folder_requested: chosen in the "+" menu.
        collection_create_requested: a new collection was named.
        collection_remove_requested: a collection is to be dissolved.
        collection_selected: a collection's name, or None for the whole library.
        documents_assigned, documents_unassigned: a collection's name, list[str] of document ids.
        documents_tagged, documents_untagged: a tag, list[str] of document ids.
        document_opened: a document's id.
        action_requested: a `DocumentAction`, list[str] of document ids.
        report_requested, watching_requested, models_requested: chosen in the header.
        scan_language_selected: a language, chosen in the header.
        embedder_selected: an embedding model by its value, chosen there.
        embedder_folder_requested: the folder of one is to be chosen.
        scope_selected: list[str] of document ids.
        conversation_opened, conversation_remove_requested, conversation_export_requested: a conversation's id.
        conversation_renamed: a conversation's id, its new title.
        conversation_searched: words to look for in all conversations; `set_found_conversations` answers.
        conversation_found_opened: a conversation's id, that of a message in it or None.
        conversation_new_requested: a new conversation is wanted.
    """

    paths_dropped = Signal(list)
    add_files_requested = Signal()
    add_folder_requested = Signal()
    collection_create_requested = Signal(str)
    collection_remove_requested = Signal(str)
    collection_selected = Signal(object)
    documents_assigned = Signal(str, list)
    documents_unassigned = Signal(str, list)
    documents_tagged = Signal(str, list)
    documents_untagged = Signal(str, list)
    document_opened = Signal(str)
    scope_selected = Signal(list)
    action_requested = Signal(object, list)
    report_requested = Signal()
    ask_every_requested = Signal()
    watching_requested = Signal()
    models_requested = Signal()
    scan_language_selected = Signal(str)
    embedder_selected = Signal(str)
    embedder_folder_requested = Signal()
    conversation_opened = Signal(int)
    conversation_remove_requested = Signal(int)
    conversation_export_requested = Signal(int)
    conversation_renamed = Signal(int, str)
    conversation_searched = Signal(str)
    conversation_found_opened = Signal(int, object)
    conversation_new_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        documents: DocumentModel,
        collections: CollectionModel,
        conversations: ConversationModel,
        footer: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document_model = documents
        self._collection_model = collections
        self._conversation_model = conversations
        self._filter = DocumentFilterModel(documents, self)
        self._to_assign: list[str] = []
        self._to_tag: list[str] = []
        self.setObjectName("libraryPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Library"))

        self._header = PaneHeader(theme, self)
        self._field = FilterField(theme, self)
        self._collections = CollectionList(theme, collections, self)
        self._name_field = NameField(self.tr("Name of the collection"), self.tr("Name of the new collection"), self)
        self._documents_title = SectionTitle(theme, self.tr("Documents"), self)
        self._tag_field = NameField(self.tr("Name of the tag"), self.tr("Name of the new tag"), self)
        self._documents = DocumentList(theme, self._filter, self)
        self._conversations_title = SectionTitle(theme, self.tr("Conversations"), self)
        self._conversations_title.set_action(self.tr("New"), self.tr("New conversation"))
        self._conversations_title.offer_search(self.tr("Find in all conversations (Ctrl+Shift+F)"))
        self._conversation_search = ConversationSearch(theme, self)
        self._conversations = ConversationList(theme, conversations, self)
        self._lay_out(SectionTitle(theme, self.tr("Collections"), self), footer)

        self._drop_target = DropTarget(self)
        self._outline = DropOutline(theme, self)
        self._connect_parts()
        self._on_documents_changed()
        self._on_conversations_changed()

    @property
    def collection(self) -> str | None:
        """The collection shown; None for the whole library."""
        return self._collections.collection

    @property
    def scope(self) -> list[str]:
        """The ids of the documents that are chosen to be asked; empty for all of the collection."""
        return self._documents.scope

    @Slot()
    def focus_filter(self) -> None:
        """Put the keyboard into the filter field, with its text ready to be typed over."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    @Slot()
    def open_new_collection(self) -> None:
        """Ask for the name of a new collection, in place."""
        self._name_field.open()

    def set_collection(self, name: str | None) -> None:
        """Show a collection without telling of it; None for the whole library."""
        self._collections.set_collection(name)
        self._show_collection(self._collections.collection)

    def set_scope(self, ids: Sequence[str]) -> None:
        """Choose documents without telling of it."""
        self._documents.set_scope(ids)
        self._name_documents()

    def set_current_conversation(self, conversation_id: int | None) -> None:
        """Mark the conversation that is open, or none."""
        self._conversations.set_current(conversation_id)

    def edit_conversation(self, conversation_id: int) -> None:
        """Ask for another title of a conversation, in place."""
        self._conversation_search.close_search()
        self._conversations.edit_title(conversation_id)

    @Slot()
    def focus_conversation_search(self) -> None:
        """Open the search over conversations, if there are any."""
        if self._conversation_model.rowCount():
            self._conversation_search.open_search()

    def set_found_conversations(self, text: str, found: Sequence[Found]) -> None:
        """Show where the words of `text` were found."""
        self._conversation_search.set_found(text, found)

    def set_scan_languages(self, languages: Sequence[str], chosen: str) -> None:
        """Offer the languages that scans can be read in."""
        self._header.set_scan_languages(languages, chosen)

    def set_embedders(self, entries: Sequence[EmbedderEntry]) -> None:
        """Offer models that passages can be found with."""
        self._header.set_embedders(entries)

    @Slot()
    def show_attention(self) -> None:
        """List only what waits for the person, from the whole library, with the keyboard on the list."""
        self._field.clear()
        if self.collection is not None:
            self._collections.set_collection(None)
            self._on_collection_selected(None)
        self._filter.set_attention_only(True)
        self._name_documents()
        self._documents.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, collections_title: QWidget, footer: QWidget) -> None:
        field_row = _inset(self._field)
        name_row = _inset(self._name_field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addLayout(field_row)
        layout.addSpacing(Space.UNIT + Space.HALF)
        layout.addWidget(collections_title)
        layout.addWidget(self._collections)
        layout.addLayout(name_row)
        layout.addSpacing(Space.UNIT + Space.HALF)
        layout.addWidget(self._documents_title)
        layout.addLayout(_inset(self._tag_field))
        layout.addWidget(self._documents, 1)
        layout.addSpacing(Space.UNIT)
        layout.addWidget(self._conversations_title)
        layout.addWidget(self._conversation_search)
        layout.addWidget(self._conversations)
        layout.addSpacing(Space.UNIT + Space.HALF)
        layout.addWidget(footer)

    def _connect_parts(self) -> None:
        self._drop_target.paths_dropped.connect(self.paths_dropped)
        self._drop_target.hover_changed.connect(self._outline.set_shown)
        self._header.add_files_requested.connect(self.add_files_requested)
        self._header.add_folder_requested.connect(self.add_folder_requested)
        self._header.collection_requested.connect(self.open_new_collection)
        self._header.report_requested.connect(self.report_requested)
        self._header.ask_every_requested.connect(self.ask_every_requested)
        self._header.watching_requested.connect(self.watching_requested)
        self._header.models_requested.connect(self.models_requested)
        self._header.scan_language_selected.connect(self.scan_language_selected)
        self._header.embedder_selected.connect(self.embedder_selected)
        self._header.embedder_folder_requested.connect(self.embedder_folder_requested)
        self._field.textChanged.connect(self._on_filter_changed)
        self._field.left.connect(self._on_field_left)
        self._name_field.named.connect(self._on_collection_named)
        self._name_field.closed.connect(self._on_name_field_closed)
        self._tag_field.named.connect(self._on_tag_named)
        self._tag_field.closed.connect(self._on_tag_field_closed)
        self._collections.collection_selected.connect(self._on_collection_selected)
        self._collections.documents_assigned.connect(self.documents_assigned)
        self._collections.remove_requested.connect(self.collection_remove_requested)
        self._documents_title.action_triggered.connect(self._on_documents_action)
        self._conversations_title.action_triggered.connect(self.conversation_new_requested)
        self._conversations.conversation_opened.connect(self.conversation_opened)
        self._conversations.remove_requested.connect(self.conversation_remove_requested)
        self._conversations.export_requested.connect(self.conversation_export_requested)
        self._conversations.renamed.connect(self.conversation_renamed)
        self._conversations_title.search_triggered.connect(self._conversation_search.toggle)
        self._conversation_search.searched.connect(self.conversation_searched)
        self._conversation_search.found_opened.connect(self.conversation_found_opened)
        self._conversation_search.open_changed.connect(self._on_conversations_changed)
        for model, slot in (
            (self._document_model, self._on_documents_changed),
            (self._collection_model, self._on_collections_changed),
            (self._conversation_model, self._on_conversations_changed),
        ):
            model.rowsInserted.connect(slot)
            model.rowsRemoved.connect(slot)
        self._collection_model.layoutChanged.connect(self._on_collections_changed)
        documents = self._documents
        documents.document_opened.connect(self.document_opened)
        documents.scope_selected.connect(self._on_scope_selected)
        documents.action_requested.connect(self.action_requested)
        documents.documents_assigned.connect(self.documents_assigned)
        documents.documents_unassigned.connect(self.documents_unassigned)
        documents.new_collection_requested.connect(self._on_new_collection_requested)
        documents.documents_tagged.connect(self.documents_tagged)
        documents.documents_untagged.connect(self.documents_untagged)
        documents.new_tag_requested.connect(self._on_new_tag_requested)

    def _show_collection(self, name: str | None) -> None:
        self._filter.set_attention_only(False)
        self._filter.set_collection(name)
        self._name_documents()

    def _name_documents(self) -> None:
        """Say what the list of documents holds, and what it says while it is empty."""
        scope = self._documents.scope
        only = self._filter.attention_only
        self._documents_title.set_title(self.tr("Need attention") if only else self.tr("Documents"))
        if scope:
            chosen = self.tr("{count} chosen · Clear").format(count=format_count(len(scope)))
            self._documents_title.set_action(chosen, self.tr("Ask all documents again (Esc)"))
        else:
            self._documents_title.set_action(self.tr("Show all") if only else "")
        if self._filter.is_text_set:
            self._documents.hint = self.tr("No document matches.")
        elif only:
            self._documents.hint = self.tr("Nothing needs attention.")
        else:
            self._documents.hint = self.tr("No documents here yet. Drag some onto the collection above.")

    @Slot()
    def _on_documents_changed(self) -> None:
        has_documents = self._document_model.rowCount() > 0
        self._documents_title.setVisible(has_documents)
        self._header.set_report_offered(has_documents)
        # Without documents the list only keeps the place that the conversations and the footer stand under.
        self._documents.setEnabled(has_documents)
        self._name_documents()
        if not has_documents:
            self._documents.hint = ""

    @Slot()
    def _on_collections_changed(self) -> None:
        self._documents.set_collections(self._collection_model.names)

    @Slot()
    def _on_conversations_changed(self) -> None:
        has_conversations = self._conversation_model.rowCount() > 0
        self._conversations_title.setVisible(has_conversations)
        if not has_conversations:
            self._conversation_search.close_search()
        self._conversations.setVisible(has_conversations and not self._conversation_search.is_open)

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        self._filter.set_text(text)
        self._name_documents()

    @Slot()
    def _on_field_left(self) -> None:
        self._documents.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot(object)
    def _on_collection_selected(self, name: str | None) -> None:
        if self._documents.scope:
            self._documents.clear_scope()
        self._show_collection(name)
        self.collection_selected.emit(name)

    @Slot(list)
    def _on_scope_selected(self, ids: list[str]) -> None:
        self._name_documents()
        self.scope_selected.emit(ids)

    @Slot()
    def _on_documents_action(self) -> None:
        if self._documents.scope:
            self._documents.clear_scope()
        else:
            self._filter.set_attention_only(False)
            self._name_documents()

    @Slot(list)
    def _on_new_collection_requested(self, ids: list[str]) -> None:
        self._to_assign = ids
        self.open_new_collection()

    @Slot(list)
    def _on_new_tag_requested(self, ids: list[str]) -> None:
        self._to_tag = ids
        self._tag_field.open()

    @Slot(str)
    def _on_tag_named(self, tag: str) -> None:
        self.documents_tagged.emit(tag, self._to_tag)

    @Slot()
    def _on_tag_field_closed(self) -> None:
        self._to_tag = []
        self._documents.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_collection_named(self, name: str) -> None:
        ids, self._to_assign = self._to_assign, []
        if name not in self._collection_model.names:
            self.collection_create_requested.emit(name)
        if ids:
            self.documents_assigned.emit(name, ids)

    @Slot()
    def _on_name_field_closed(self) -> None:
        self._to_assign = []
        self._collections.setFocus(Qt.FocusReason.OtherFocusReason)


def _inset(field: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setContentsMargins(Space.WIDE, 0, Space.WIDE, 0)
    layout.addWidget(field)
    return layout
