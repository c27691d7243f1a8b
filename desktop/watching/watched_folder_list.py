"""The list of watched folders: name and collection, where it lies, how the watching stands."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QWidget

from core.watching.states import WatchStatus
from desktop.keyed_list_model import ModelIndex
from desktop.library.side_list import SideList
from desktop.row_painting import RowDelegate, content_rect
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.watching.watched_folder_model import WatchedFolderModel, WatchedFolderRole

MAX_ROWS = 4
_ICON_SIZE = 16
_DOT_SIZE = 8
_LINE_GAP = 2
_DOT_TOKENS = {
    WatchStatus.STARTING: "ink_third",
    WatchStatus.WATCHING: "supported",
    WatchStatus.POLLING: "supported",
    WatchStatus.UNREACHABLE: "caution",
}


class WatchedFolderDelegate(RowDelegate):
    """Paints a watched folder in three lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        """Three lines of text with air around them."""
        lines = self._metrics(TextStyle.BODY_MEDIUM).height() + 2 * self._metrics(TextStyle.META).height()
        return QSize(0, lines + 2 * _LINE_GAP + 3 * Space.UNIT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """Paint the row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, index.row())
        content = content_rect(option.rect).adjusted(Space.HALF, Space.UNIT + Space.HALF, -Space.HALF, 0)
        name_height = self._metrics(TextStyle.BODY_MEDIUM).height()
        meta_height = self._metrics(TextStyle.META).height()
        icon = QRect(content.left(), content.top() + (name_height - _ICON_SIZE) // 2, _ICON_SIZE, _ICON_SIZE)
        self._theme.icon("folder", "ink_second", _ICON_SIZE).paint(painter, icon)
        left = icon.right() + 1 + Space.UNIT
        width = content.right() + 1 - left
        self._paint_name(painter, QRect(left, content.top(), width, name_height), index)
        path = QRect(left, content.top() + name_height + _LINE_GAP, width, meta_height)
        self._draw_fitting(
            painter, path, index.data(WatchedFolderRole.PATH), "ink_second", Qt.TextElideMode.ElideMiddle
        )
        self._paint_state(painter, path.translated(0, meta_height + _LINE_GAP), index)
        painter.restore()

    def _paint_name(self, painter: QPainter, line: QRect, index: ModelIndex) -> None:
        collection = index.data(WatchedFolderRole.COLLECTION) or ""
        metrics = self._metrics(TextStyle.META)
        shown = metrics.elidedText(collection, Qt.TextElideMode.ElideRight, line.width() // 2)
        width = metrics.horizontalAdvance(shown)
        place = QRect(line.right() + 1 - width, line.top(), width, line.height())
        self._draw_text(painter, place, shown, TextStyle.META, "ink_second")
        room = line.adjusted(0, 0, -(width + Space.WIDE) if width else 0, 0)
        name = self._metrics(TextStyle.BODY_MEDIUM).elidedText(
            index.data(WatchedFolderRole.NAME), Qt.TextElideMode.ElideMiddle, room.width()
        )
        self._draw_text(painter, room, name, TextStyle.BODY_MEDIUM, "ink")

    def _paint_state(self, painter: QPainter, line: QRect, index: ModelIndex) -> None:
        status = WatchStatus(index.data(WatchedFolderRole.STATUS))
        dot = QRectF(line.left(), line.center().y() + 1 - _DOT_SIZE / 2, _DOT_SIZE, _DOT_SIZE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(_DOT_TOKENS[status]))
        painter.drawEllipse(dot)
        token = "caution" if status is WatchStatus.UNREACHABLE else "ink_second"
        words = line.adjusted(_DOT_SIZE + Space.UNIT - 2, 0, 0, 0)
        self._draw_fitting(painter, words, index.data(WatchedFolderRole.STATE_LINE), token, Qt.TextElideMode.ElideRight)

    def _draw_fitting(self, painter: QPainter, line: QRect, text: str, token: str, mode: Qt.TextElideMode) -> None:
        fitting = self._metrics(TextStyle.META).elidedText(text, mode, line.width())
        self._draw_text(painter, line, fitting, TextStyle.META, token)


class WatchedFolderList(SideList):
    """The watched folders; choosing one shows how it is watched.

    Signals:
        folder_selected: another one was chosen: its path; empty for none.
        remove_requested: a folder is to be watched no longer: its path.
    """

    folder_selected = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, theme: Theme, model: WatchedFolderModel, parent: QWidget) -> None:
        super().__init__(theme, model, WatchedFolderDelegate(theme, model), parent, max_rows=MAX_ROWS)
        self.setAccessibleName(self.tr("Watched folders"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)

    @property
    def chosen(self) -> str:
        """The path of the chosen folder; empty for none."""
        indexes = self.selectionModel().selectedIndexes()
        return str(indexes[0].data(WatchedFolderRole.PATH)) if indexes else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete asks for the chosen folder to be watched no longer."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen:
            self.remove_requested.emit(self.chosen)
        else:
            super().keyPressEvent(event)

    @Slot(QItemSelection, QItemSelection)
    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self.folder_selected.emit(self.chosen)
