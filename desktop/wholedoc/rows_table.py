"""The table of what each document answers, and how its cells are painted."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent, QTextLayout
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from core.answering.every_document import RowVerdict
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.wholedoc.cell_painting import CHIP_HEIGHT, DOT_SIZE, chip_width, height_of, lay_out, paint_chip, paint_dot
from desktop.wholedoc.rows_model import COL_ANSWER, COL_DOCUMENT, COL_PAGE, COL_VERDICT, DocumentRowsModel, RowRole

ModelIndex = QModelIndex | QPersistentModelIndex

_PADDING = Space.UNIT + Space.HALF
_REMEMBERED = 4096  # heights of texts at a width
_TITLE_LINES, _ANSWER_LINES = 2, 4
_DOCUMENT_SHARE = 0.26
_NARROW = 560  # below, the verdict's word gives way to its dot
_TOKENS = {
    RowVerdict.SUPPORTED: "supported",
    RowVerdict.PARTLY: "caution",
    RowVerdict.UNSUPPORTED: "caution",
    RowVerdict.NOTHING_FOUND: "ink_third",
    RowVerdict.NOT_READ: "ink_third",
    RowVerdict.FAILED: "fault",
}


class RowsDelegate(QStyledItemDelegate):
    """Paints titles and answers in lines, pages as chips, verdicts with a dot."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fonts = {style: theme.font(style) for style in (TextStyle.BODY, TextStyle.BODY_MEDIUM, TextStyle.META)}
        # All rows are measured again whenever one is added; to break their lines each time would hold up the window.
        self._text_height = lru_cache(_REMEMBERED)(self._measure)

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        """As high as the lines of the cell."""
        text = str(index.data() or "")
        if index.column() in (COL_PAGE, COL_VERDICT):
            return QSize(
                int(chip_width(text, self._fonts[TextStyle.META])) + 2 * _PADDING, int(CHIP_HEIGHT) + 2 * _PADDING
            )
        height = self._text_height(text, index.column(), option.rect.width() - 2 * _PADDING)
        return QSize(option.rect.width(), int(height + 0.99) + 2 * _PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """Paint a cell."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, self._theme.color("accent_ground"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self._theme.color("line"))
        origin = QPointF(rect.left() + _PADDING, rect.top() + _PADDING)
        verdict = RowVerdict(index.data(RowRole.VERDICT))
        match index.column():
            case 0 | 1:
                painter.setPen(self._theme.color(self._ink(index, verdict)))
                text = str(index.data() or "")
                self._layout(text, index.column(), rect.width() - 2 * _PADDING).draw(painter, origin)
            case 2:
                if text := str(index.data() or ""):
                    quiet = bool(index.data(RowRole.IS_NEAREST))
                    paint_chip(painter, origin, text, self._fonts[TextStyle.META], self._theme, quiet=quiet or selected)
            case _:
                self._paint_verdict(painter, rect, verdict, str(index.data()))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _paint_verdict(self, painter: QPainter, rect: QRect, verdict: RowVerdict, text: str) -> None:
        middle = rect.top() + _PADDING + CHIP_HEIGHT / 2
        left = rect.left() + _PADDING
        paint_dot(painter, left, middle, _TOKENS[verdict], self._theme)
        words = QRect(int(left + DOT_SIZE) + 6, rect.top() + _PADDING, rect.width(), int(CHIP_HEIGHT))
        words.setRight(rect.right() - Space.HALF)
        if words.width() > CHIP_HEIGHT:
            painter.setFont(self._fonts[TextStyle.META])
            painter.setPen(self._theme.color("ink_second"))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _measure(self, text: str, column: int, width: int) -> float:
        return height_of(self._layout(text, column, width))

    def _layout(self, text: str, column: int, width: float) -> QTextLayout:
        is_title = column == COL_DOCUMENT
        font = self._fonts[TextStyle.BODY_MEDIUM if is_title else TextStyle.BODY]
        return lay_out(text, font, width, _TITLE_LINES if is_title else _ANSWER_LINES)

    def _ink(self, index: ModelIndex, verdict: RowVerdict) -> str:
        if index.column() == COL_DOCUMENT:
            return "ink"
        if verdict is RowVerdict.FAILED:
            return "fault"
        return "ink_second" if verdict in (RowVerdict.NOTHING_FOUND, RowVerdict.NOT_READ) else "ink"


class RowsTable(QTableView):
    """Rows by any column; Enter or a double click opens what a row cites.

    Signals:
        row_opened: a `DocumentRow`.
    """

    row_opened = Signal(object)

    def __init__(self, theme: Theme, model: DocumentRowsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(model)
        self._sorted.setSortRole(RowRole.SORT)
        self.setModel(self._sorted)
        self.setItemDelegate(RowsDelegate(theme, self))
        self.setObjectName("rowsTable")
        self.setAccessibleName(self.tr("What each document answers"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSortingEnabled(True)
        self.sortByColumn(COL_DOCUMENT, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.horizontalHeader()
        header.setObjectName("rowsHeader")
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(COL_ANSWER, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._on_double_clicked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width, then measure the rows anew: lines break elsewhere."""
        super().resizeEvent(event)
        width = self.viewport().width()
        narrow = width < _NARROW
        self.setColumnWidth(COL_DOCUMENT, int(width * _DOCUMENT_SHARE))
        self.setColumnWidth(COL_PAGE, 92 if narrow else 104)
        self.setColumnWidth(COL_VERDICT, 36 if narrow else 124)
        self.resizeRowsToContents()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens what the current row cites."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._on_double_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.row_opened.emit(index.data(RowRole.ROW))
