"""The collections of the left pane: choosing one sets what is listed and asked."""

from __future__ import annotations

import json

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStyle, QStyleOptionViewItem, QWidget

from desktop.keyed_list_model import ModelIndex
from desktop.library.collection_model import SWATCHES, CollectionModel, CollectionRole
from desktop.library.document_model import DOCUMENTS_MIME_TYPE
from desktop.library.side_list import SideList
from desktop.row_painting import RowDelegate, content_rect
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.wording import format_count

MAX_ROWS = 6
_SWATCH_SIZE = 8
_SWATCH_RADIUS = 2.5


class CollectionDelegate(RowDelegate):
    """Paints a collection: a coloured square, the name, the number of documents."""

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        """A line of text with air around it."""
        return QSize(0, self._metrics(TextStyle.BODY_MEDIUM).height() + Space.UNIT + Space.HALF)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """Paint the row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, index.row())
        content = content_rect(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        square = QRectF(content.left(), content.center().y() - _SWATCH_SIZE / 2 + 1, _SWATCH_SIZE, _SWATCH_SIZE)
        painter.setPen(Qt.PenStyle.NoPen)
        swatch = index.data(CollectionRole.SWATCH)
        is_all_chosen = swatch is None and selected
        painter.setBrush(self._theme.color("accent") if is_all_chosen else swatch_color(self._theme, swatch))
        painter.drawRoundedRect(square, _SWATCH_RADIUS, _SWATCH_RADIUS)
        count = format_count(index.data(CollectionRole.COUNT))
        count_width = self._metrics(TextStyle.BODY).horizontalAdvance(count)
        count_rect = QRect(content.right() + 1 - count_width, content.top(), count_width, content.height())
        self._draw_text(painter, count_rect, count, TextStyle.BODY, "ink_third")
        name_rect = content.adjusted(_SWATCH_SIZE + Space.UNIT, 0, -count_width - Space.UNIT, 0)
        name = self._metrics(TextStyle.BODY_MEDIUM).elidedText(
            index.data(Qt.ItemDataRole.DisplayRole), Qt.TextElideMode.ElideRight, name_rect.width()
        )
        self._draw_text(painter, name_rect, name, TextStyle.BODY_MEDIUM, "accent" if selected else "ink")
        painter.restore()


class CollectionList(SideList):
    """The collections; one is always chosen. Documents dragged here are added to the collection under them.

    Signals:
        collection_selected: another one was chosen: its name, or None for the whole library.
        documents_assigned: documents were dragged onto a collection: its name, list[str] of ids.
        remove_requested: a collection is to be dissolved; its documents stay in the library.
    """

    collection_selected = Signal(object)
    documents_assigned = Signal(str, list)
    remove_requested = Signal(str)

    def __init__(self, theme: Theme, model: CollectionModel, parent: QWidget) -> None:
        self._delegate = CollectionDelegate(theme, model)
        super().__init__(theme, model, self._delegate, parent, max_rows=MAX_ROWS)
        self._collections = model
        self._chosen: str | None = None
        self._removing = False
        self.setAccessibleName(self.tr("Collections"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setDropIndicatorShown(False)
        self._select(None)
        model.rowsRemoved.connect(self._on_rows_removed)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    @property
    def collection(self) -> str | None:
        """The chosen collection; None for the whole library."""
        return self._chosen

    def set_collection(self, name: str | None) -> None:
        """Choose a collection without telling of it; an unknown name chooses the whole library."""
        self._chosen = name if self._collections.index_of(name).isValid() else None
        self._select(self._chosen)

    def menu_for(self, name: str) -> QMenu:
        """What can be done with a collection; the caller shows the menu."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        remove = menu.addAction(self.tr("Remove collection\tDel"))
        remove.setToolTip(self.tr("Its documents stay in the library"))
        remove.triggered.connect(lambda: self.remove_requested.emit(name))
        menu.setToolTipsVisible(True)
        return menu

    def selectionCommand(self, index: ModelIndex, event: QEvent | None = None) -> QItemSelectionModel.SelectionFlag:
        """A click always chooses, with Ctrl held too: there is no state in which nothing is chosen."""
        command = super().selectionCommand(index, event)
        takes_away = QItemSelectionModel.SelectionFlag.Deselect | QItemSelectionModel.SelectionFlag.Toggle
        return QItemSelectionModel.SelectionFlag.ClearAndSelect if command & takes_away else command

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the collection under the pointer, or of the current one for the keyboard."""
        by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_keyboard else self.indexAt(event.pos())
        name = index.data(CollectionRole.NAME) if index.isValid() else None
        if name is not None:
            position = self.visualRect(index).center() if by_keyboard else event.pos()
            self.menu_for(name).popup(self.viewport().mapToGlobal(position))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete dissolves the chosen collection."""
        if event.key() == Qt.Key.Key_Delete and self._chosen is not None:
            self.remove_requested.emit(self._chosen)
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take documents of this window; files are left to the pane."""
        if event.mimeData().hasFormat(DOCUMENTS_MIME_TYPE):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Mark the collection that a drop would add to."""
        row = self._drop_row(event)
        self._set_drop_row(row)
        event.setAccepted(row > 0)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the mark away."""
        self._set_drop_row(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which documents go into which collection."""
        row = self._drop_row(event)
        self._set_drop_row(-1)
        event.setAccepted(row > 0)
        if row > 0:
            name = self._collections.index(row).data(CollectionRole.NAME)
            self.documents_assigned.emit(name, _document_ids(event.mimeData()))

    def _drop_row(self, event: QDropEvent) -> int:
        # The first row is the whole library: everything is in it already.
        return self.indexAt(event.position().toPoint()).row()

    def _set_drop_row(self, row: int) -> None:
        self._delegate.drop_row = row if row > 0 else -1
        self.viewport().update()

    def _select(self, name: str | None) -> None:
        index = self._collections.index_of(name)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Current
        self.selectionModel().setCurrentIndex(index, flags)

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        indexes = self.selectionModel().selectedIndexes()
        if indexes and not self._removing:
            self._choose(indexes[0].data(CollectionRole.NAME))

    @Slot()
    def _on_rows_about_to_be_removed(self) -> None:
        self._removing = True

    @Slot()
    def _on_rows_removed(self) -> None:
        # Qt chooses the neighbour of a row that goes; nobody asked for the neighbour, so the whole library is shown.
        self._removing = False
        kept = self._chosen if self._collections.index_of(self._chosen).isValid() else None
        self._select(kept)
        self._choose(kept)

    def _choose(self, name: str | None) -> None:
        if name != self._chosen:
            self._chosen = name
            self.collection_selected.emit(name)


def _document_ids(data: QMimeData) -> list[str]:
    return list(json.loads(bytes(data.data(DOCUMENTS_MIME_TYPE).data())))


def swatch_color(theme: Theme, number: int | None) -> QColor:
    """The colour of a collection's square: the accent or a muted hue; None is the whole library."""
    if number is None:
        return theme.color("ink_third")
    accent = theme.color("accent")
    if number == 0:
        return accent
    hue = (accent.hslHueF() + number / SWATCHES) % 1.0
    return QColor.fromHslF(hue, accent.hslSaturationF() * 0.4, 0.35 + accent.lightnessF() * 0.3)
