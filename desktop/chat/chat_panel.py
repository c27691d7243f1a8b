"""The middle pane: header, conversation and composer, composed; the only part of the chat that others talk to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from core.types import Role
from desktop.chat.address_dialog import AddressDialog
from desktop.chat.chat_header import ChatHeader
from desktop.chat.composer import Composer
from desktop.chat.flow import BLEED
from desktop.chat.start_hint import StartHint
from desktop.chat.transcript_model import TranscriptModel, TranscriptRole
from desktop.chat.transcript_view import TranscriptView, side_margin
from desktop.theme.theme import Theme


class ChatPanel(QWidget):
    """Shows a conversation and tells what the person wants of it.

    Attributes:
        transcript: the conversation's view.
        composer: the question field.
        header: the bar above.

    Signals:
        question_submitted: a question, from the field or from a suggestion.
        stop_requested: the answer in the making is to stop.
        citation_activated: message id, sentence index (-1 where not resolved yet), passage number from 1.
        passage_activated: message id, index of the passage.
        retry_requested: the id of the answer to make again.
        wider_scope_requested: a question, and the Scope in which it is to be asked again.
        address_chosen: a QUrl that the person has seen in full and wants opened.
        search_edited: the id of a question, and what is to be searched for instead of what was made of it.
        model_selected: the id of a model.
        models_requested: the person wants to see to the models.
        scope_cleared: all documents are to be asked again.
        collection_chosen: only this collection is to be asked, or, with None, all documents.
        tags_chosen: list[str] of tags; only documents with one of them are to be asked.
        conversation_new_requested: a new conversation is wanted.
        sidebar_toggled: the sidebar is to be shown or hidden.
    """

    question_submitted = Signal(str)
    stop_requested = Signal()
    citation_activated = Signal(int, int, int)
    passage_activated = Signal(int, int)
    retry_requested = Signal(int)
    wider_scope_requested = Signal(str, object)
    address_chosen = Signal(QUrl)
    search_edited = Signal(int, str)
    model_selected = Signal(str)
    models_requested = Signal()
    scope_cleared = Signal()
    collection_chosen = Signal(object)
    tags_chosen = Signal(list)
    conversation_new_requested = Signal()
    sidebar_toggled = Signal()

    def __init__(self, theme: Theme, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chatPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._model = model
        self._answering = False
        self._library_empty = False
        self.header = ChatHeader(theme, self)
        self.transcript = TranscriptView(theme, model, self)
        self._hint = StartHint(theme, self)
        self._blank = QWidget(self)
        self.composer = Composer(theme, self)
        self._stack = QStackedLayout()
        for page in (self.transcript, self._hint, self._blank):
            self._stack.addWidget(page)
        self._lower = QHBoxLayout()
        self._lower.addWidget(self.composer)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addLayout(self._stack, 1)
        layout.addLayout(self._lower)
        self._relay()
        for changed in (model.modelReset, model.rowsInserted):
            changed.connect(self._on_rows_changed)
        self._on_rows_changed()

    def set_title(self, title: str) -> None:
        """Name the conversation."""
        self.header.set_title(title)

    def set_scope_label(self, text: str, chip: str = "", *, clearable: bool = False) -> None:
        """Say what is asked.

        Args:
            text: for the pill beside the title ("Asking Benefits · 6 documents"); empty hides it.
            chip: for the composer ("Asking 3 documents"); empty says "All documents".
            clearable: the chip offers to ask all documents again.
        """
        self.header.set_scope_label(text)
        self.composer.set_scope(chip or self.tr("All documents"), clearable=clearable)

    def set_filters(
        self, collections: Sequence[str], collection: str | None, tags: Sequence[str], chosen: Sequence[str]
    ) -> None:
        """Offer what the scope can be narrowed to: collections, one or none chosen, and tags, any of them chosen."""
        self.composer.filter.set_choices(collections, collection, tags, chosen)

    def set_models(self, models: Sequence[tuple[str, str, str]], current: str) -> None:
        """Offer models as (id, label, detail)."""
        self.header.set_models(models, current)
        self.transcript.again_menu.set_models(models, current)

    def set_answering(self, answering: bool) -> None:
        """Switch between sending and stopping."""
        self._answering = answering
        self.composer.set_answering(answering)

    def set_placeholder(self, text: str) -> None:
        """Say what to do with the empty field."""
        self.composer.set_placeholder(text)

    def set_suggestions(self, questions: Sequence[str]) -> None:
        """Offer up to three first questions."""
        self._hint.set_suggestions(questions)

    def set_library_empty(self, empty: bool) -> None:
        """Without documents there is nothing to ask: no hint, and the field says what to do first."""
        self._library_empty = empty
        self.set_placeholder(self.tr("Add a document first") if empty else self.tr("Ask about these documents"))
        self._on_rows_changed()

    def set_sidebar_button_visible(self, visible: bool) -> None:
        """Offer the sidebar in the header."""
        self.header.set_sidebar_button_visible(visible)

    def set_active_citation(self, message_id: int, number: int | None, sentence: int = -1) -> None:
        """Mark the passage that the viewer shows; None when it shows none."""
        self.transcript.set_active_citation(message_id, number, sentence)

    def focus_composer(self) -> None:
        """Put the keyboard into the question field."""
        self.composer.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._answering:
            self.stop_requested.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = side_margin(self.width()) - BLEED
        self._lower.setContentsMargins(side, 0, side, 16)

    def _relay(self) -> None:
        self.composer.submitted.connect(self.question_submitted)
        self.composer.stop_requested.connect(self.stop_requested)
        self.composer.scope_cleared.connect(self.scope_cleared)
        self.composer.filter.collection_chosen.connect(self.collection_chosen)
        self.composer.filter.tags_chosen.connect(self.tags_chosen)
        self._hint.suggestion_chosen.connect(self.question_submitted)
        self.transcript.citation_activated.connect(self.citation_activated)
        self.transcript.passage_activated.connect(self.passage_activated)
        self.transcript.retry_requested.connect(self.retry_requested)
        self.transcript.wider_scope_requested.connect(self.wider_scope_requested)
        self.transcript.link_activated.connect(self._on_link_activated)
        self.transcript.search_edited.connect(self.search_edited)
        self.header.model_selected.connect(self.model_selected)
        self.header.models_requested.connect(self.models_requested)
        self.header.conversation_new_requested.connect(self.conversation_new_requested)
        self.header.sidebar_toggled.connect(self.sidebar_toggled)

    @Slot(str)
    def _on_link_activated(self, address: str) -> None:
        dialog = AddressDialog(self._theme, address, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.address_chosen.connect(self.address_chosen)
        dialog.open()

    @Slot()
    def _on_rows_changed(self) -> None:
        count = self._model.rowCount()
        if count:
            self._stack.setCurrentWidget(self.transcript)
        else:
            self._stack.setCurrentWidget(self._blank if self._library_empty else self._hint)
        for at in range(count - 1, -1, -1):
            index = self._model.index(at)
            if index.data(TranscriptRole.ROLE) == Role.USER:
                self.composer.set_last_question(index.data(TranscriptRole.TEXT))
                break
