"""The conversations of the left pane: choosing one opens it."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, QModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QMenu, QStyle, QStyleOptionViewItem, QWidget

from core.answering.conversations import TITLE_LENGTH
from desktop.keyed_list_model import ModelIndex
from desktop.library.conversation_model import ConversationModel, ConversationRole
from desktop.library.side_list import SideList
from desktop.row_painting import RowDelegate, content_rect, ground_rect
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

MAX_ROWS = 4
_OPEN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ConversationDelegate(RowDelegate):
    """Paints a conversation: its title, and the day it was last spoken in; takes a new title in place.

    Signals:
        renamed: the conversation's id, its new title.
    """

    renamed = Signal(int, str)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: ModelIndex) -> QWidget:
        """A field for the title, over the row."""
        field = QLineEdit(parent)
        field.setObjectName("titleField")
        field.setMaxLength(TITLE_LENGTH)
        field.setAccessibleName(self.tr("Title of the conversation"))
        field.setFont(self._font(TextStyle.BODY))
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """As large as what is coloured when the row is chosen."""
        editor.setGeometry(ground_rect(option.rect))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: ModelIndex) -> None:
        """Tell of the new title, if it is one."""
        title = " ".join(editor.text().split()) if isinstance(editor, QLineEdit) else ""
        if title and title != index.data(ConversationRole.TITLE):
            self.renamed.emit(index.data(ConversationRole.ID), title)

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        """A line of text with air around it."""
        return QSize(0, self._metrics(TextStyle.BODY_MEDIUM).height() + Space.UNIT + Space.HALF)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """Paint the row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, index.row())
        content = content_rect(option.rect)
        day = index.data(ConversationRole.DAY)
        day_width = self._metrics(TextStyle.META).horizontalAdvance(day)
        day_rect = QRect(content.right() + 1 - day_width, content.top(), day_width, content.height())
        self._draw_text(painter, day_rect, day, TextStyle.META, "ink_third")
        title_rect = content.adjusted(0, 0, -day_width - Space.UNIT, 0)
        title = self._metrics(TextStyle.BODY).elidedText(
            index.data(ConversationRole.TITLE), Qt.TextElideMode.ElideRight, title_rect.width()
        )
        selected = option.state & QStyle.StateFlag.State_Selected
        self._draw_text(painter, title_rect, title, TextStyle.BODY, "accent" if selected else "ink")
        painter.restore()


class ConversationList(SideList):
    """The conversations; the one that is open is marked, and stays so until another is.

    Signals:
        conversation_opened: a conversation was chosen: its id.
        remove_requested: a conversation is to be deleted: its id.
        export_requested: a conversation is to be written to a file: its id.
        renamed: a conversation's id, its new title.
    """

    conversation_opened = Signal(int)
    remove_requested = Signal(int)
    export_requested = Signal(int)
    renamed = Signal(int, str)

    def __init__(self, theme: Theme, model: ConversationModel, parent: QWidget) -> None:
        delegate = ConversationDelegate(theme, model)
        super().__init__(theme, model, delegate, parent, max_rows=MAX_ROWS)
        delegate.renamed.connect(self.renamed)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._conversations = model
        self._open: int | None = None
        self.setAccessibleName(self.tr("Conversations"))
        # The mark is set by `set_current`, so that arrows move through the list without opening what they pass.
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.clicked.connect(self._on_clicked)
        model.rowsInserted.connect(self._on_rows_inserted)

    def set_current(self, conversation_id: int | None) -> None:
        """Mark the conversation that is open, or none."""
        self._open = conversation_id
        self._mark()

    def edit_title(self, conversation_id: int) -> None:
        """Put a field in the place of a conversation's title."""
        index = self._conversations.index_of(conversation_id)
        if index.isValid() and self.state() != QAbstractItemView.State.EditingState:
            self.scrollTo(index)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.edit(index)

    def menu_for(self, conversation_id: int) -> QMenu:
        """What can be done with a conversation; the caller shows the menu."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Open\tEnter")).triggered.connect(lambda: self.conversation_opened.emit(conversation_id))
        menu.addAction(self.tr("Rename\tF2")).triggered.connect(lambda: self.edit_title(conversation_id))
        menu.addAction(self.tr("Export…")).triggered.connect(lambda: self.export_requested.emit(conversation_id))
        menu.addSeparator()
        menu.addAction(self.tr("Delete conversation\tDel")).triggered.connect(
            lambda: self.remove_requested.emit(conversation_id)
        )
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the conversation under the pointer, or of the current one for the keyboard."""
        by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_keyboard else self.indexAt(event.pos())
        if index.isValid():
            position = self.visualRect(index).center() if by_keyboard else event.pos()
            self.menu_for(index.data(ConversationRole.ID)).popup(self.viewport().mapToGlobal(position))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete asks for removal."""
        index = self.currentIndex()
        if event.key() in _OPEN_KEYS and index.isValid():
            self.conversation_opened.emit(index.data(ConversationRole.ID))
        elif event.key() == Qt.Key.Key_Delete and index.isValid():
            self.remove_requested.emit(index.data(ConversationRole.ID))
        else:
            super().keyPressEvent(event)

    def _mark(self) -> None:
        index = self._conversations.index_of(self._open)
        command = QItemSelectionModel.SelectionFlag.ClearAndSelect
        if index.isValid():
            self.selectionModel().select(index, command)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        else:
            self.selectionModel().clearSelection()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.conversation_opened.emit(index.data(ConversationRole.ID))

    @Slot()
    def _on_rows_inserted(self) -> None:
        self._mark()
