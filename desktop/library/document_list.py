"""The documents of the left pane: choosing some narrows what is asked, opening one shows its pages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from core.types import DocumentState
from desktop.document_action import DocumentAction
from desktop.keyed_list_model import ModelIndex
from desktop.library.document_delegate import DocumentDelegate
from desktop.library.document_menu import DocumentMenu
from desktop.library.document_model import DocumentFilterModel, DocumentRole
from desktop.library.side_list import SideList
from desktop.theme.theme import Theme

_OPEN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOVE_KEYS = {Qt.Key.Key_Up: DocumentAction.UP, Qt.Key.Key_Down: DocumentAction.DOWN}


class DocumentList(SideList):
    """The documents that the filter lets through; those chosen are the scope of the next question.

    What was chosen stays chosen while a filter hides it, and shows again with it.

    Signals:
        document_opened: a document is to be shown: its id.
        scope_selected: others were chosen: list[str] of ids, empty for none.
        action_requested: a `DocumentAction`, list[str] of ids.
        documents_assigned, documents_unassigned: a collection's name, list[str] of ids.
        new_collection_requested: list[str] of ids that are to go into a collection that is still to be named.
        documents_tagged, documents_untagged: a tag, list[str] of ids.
        new_tag_requested: list[str] of ids that are to have a tag that is still to be named.
    """

    document_opened = Signal(str)
    scope_selected = Signal(list)
    action_requested = Signal(object, list)
    documents_assigned = Signal(str, list)
    documents_unassigned = Signal(str, list)
    new_collection_requested = Signal(list)
    documents_tagged = Signal(str, list)
    documents_untagged = Signal(str, list)
    new_tag_requested = Signal(list)

    def __init__(self, theme: Theme, model: DocumentFilterModel, parent: QWidget) -> None:
        self._delegate = DocumentDelegate(theme, model)
        super().__init__(theme, model, self._delegate, parent)
        self._filter = model
        self._collections: list[str] = []
        self._scope: list[str] = []
        self._follows_selection = True
        self._extends = False
        self.setAccessibleName(self.tr("Documents"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        model.rowsRemoved.connect(self._on_rows_removed)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.documents.rowsRemoved.connect(self._on_documents_removed)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.doubleClicked.connect(self._on_double_clicked)
        self._delegate.action_triggered.connect(self._on_action_triggered)

    @property
    def scope(self) -> list[str]:
        """The ids of the chosen documents, hidden ones included."""
        return list(self._scope)

    def set_scope(self, ids: Sequence[str]) -> None:
        """Choose these documents without telling of it."""
        self._scope = [document_id for document_id in ids if self._filter.documents.index_of(document_id).isValid()]
        self._show_scope()

    def clear_scope(self) -> None:
        """Choose none."""
        self.set_scope([])
        self.scope_selected.emit([])

    def set_collections(self, names: Sequence[str]) -> None:
        """The collections that documents can be added to."""
        self._collections = list(names)

    def menu_for(self, ids: Sequence[str]) -> DocumentMenu:
        """What can be done with these documents; the caller shows the menu."""
        menu = DocumentMenu(self._filter, ids, self._collections, self)
        menu.document_opened.connect(self.document_opened)
        menu.action_requested.connect(self.action_requested)
        menu.documents_assigned.connect(self.documents_assigned)
        menu.documents_unassigned.connect(self.documents_unassigned)
        menu.new_collection_requested.connect(self.new_collection_requested)
        menu.documents_tagged.connect(self.documents_tagged)
        menu.documents_untagged.connect(self.documents_untagged)
        menu.new_tag_requested.connect(self.new_tag_requested)
        return menu

    def selectionCommand(self, index: ModelIndex, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        """Notes whether the person adds to what is chosen, which keeps hidden documents chosen, or chooses anew."""
        command = super().selectionCommand(index, event)
        if command != QItemSelectionModel.SelectionFlag.NoUpdate:
            self._extends = not command & QItemSelectionModel.SelectionFlag.Clear
        return command

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the chosen documents, at the pointer or at the current row."""
        by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_keyboard else self.indexAt(event.pos())
        if index.isValid():
            position = self.visualRect(index).center() if by_keyboard else event.pos()
            self.menu_for(self._targets(index)).popup(self.viewport().mapToGlobal(position))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Delete stops what works and removes what does not, Alt with an arrow moves it in the queue.

        Escape chooses none.
        """
        index = self.currentIndex()
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in _MOVE_KEYS and index.isValid():
            if index.data(DocumentRole.CAN_CANCEL):
                self.action_requested.emit(_MOVE_KEYS[Qt.Key(event.key())], self._targets(index))
        elif event.key() in _OPEN_KEYS and index.isValid():
            self._open(index)
        elif event.key() == Qt.Key.Key_Delete and index.isValid():
            self._stop_or_remove(self._targets(index))
        elif event.key() == Qt.Key.Key_Escape and self._scope:
            self.clear_scope()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which inline action lies under the pointer."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        action = self._action_under(event, index)
        self._set_hot((str(index.data(DocumentRole.ID)), action) if action else None, self.visualRect(index))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A hasty second click on an inline action opens nothing."""
        if self._action_under(event, self.indexAt(event.position().toPoint())) is None:
            super().mouseDoubleClickEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """No action lies under a pointer that is gone."""
        super().leaveEvent(event)
        self._set_hot(None, self.viewport().rect())

    def _action_under(self, event: QMouseEvent, index: QModelIndex) -> DocumentAction | None:
        if not index.isValid():
            return None
        return self._delegate.action_at(self.visualRect(index), index, event.position().toPoint())

    def _set_hot(self, hot: tuple[str, DocumentAction] | None, changed: QRect) -> None:
        if hot == self._delegate.hot:
            return
        self._delegate.hot = hot
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hot else Qt.CursorShape.ArrowCursor)
        self.viewport().update(changed)
        self.viewport().update()

    def _targets(self, index: QModelIndex) -> list[str]:
        """The chosen documents in sight where `index` is one of them, else the document at `index` alone."""
        chosen = self._selected_ids()
        own = str(index.data(DocumentRole.ID))
        return chosen if own in chosen else [own]

    def _selected_ids(self) -> list[str]:
        indexes = sorted(self.selectionModel().selectedIndexes(), key=lambda index: index.row())
        return [str(index.data(DocumentRole.ID)) for index in indexes]

    def _open(self, index: QModelIndex) -> None:
        locked = index.data(DocumentRole.STATE) == DocumentState.NEEDS_PASSWORD
        document_id = str(index.data(DocumentRole.ID))
        if locked:
            self.action_requested.emit(DocumentAction.UNLOCK, [document_id])
        else:
            self.document_opened.emit(document_id)

    def _stop_or_remove(self, ids: list[str]) -> None:
        rows = [self._filter.documents.index_of(document_id) for document_id in ids]
        works = all(row.data(DocumentRole.CAN_CANCEL) for row in rows)
        self.action_requested.emit(DocumentAction.STOP if works else DocumentAction.REMOVE, ids)

    def _show_scope(self) -> None:
        selection = QItemSelection()
        for document_id in self._scope:
            index = self._filter.index_of(document_id)
            if index.isValid():
                selection.select(index, index)
        self._follows_selection = False
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._follows_selection = True

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        if not self._follows_selection:
            return
        hidden = [document_id for document_id in self._scope if not self._filter.index_of(document_id).isValid()]
        scope = (hidden if self._extends else []) + self._selected_ids()
        if scope != self._scope:
            self._scope = scope
            self.scope_selected.emit(list(scope))

    @Slot()
    def _on_rows_about_to_be_removed(self) -> None:
        self._follows_selection = False

    @Slot()
    def _on_rows_removed(self) -> None:
        self._follows_selection = True

    @Slot()
    def _on_rows_inserted(self) -> None:
        if self._scope:
            self._show_scope()

    @Slot()
    def _on_documents_removed(self) -> None:
        scope = [document_id for document_id in self._scope if self._filter.documents.index_of(document_id).isValid()]
        if scope != self._scope:
            self._scope = scope
            self.scope_selected.emit(list(scope))

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        self._open(index)

    @Slot(str, object)
    def _on_action_triggered(self, document_id: str, action: DocumentAction) -> None:
        self.action_requested.emit(action, [document_id])
