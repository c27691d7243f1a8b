"""Two documents side by side, and how their statements are painted."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent, QTextCharFormat, QTextLayout
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

from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, Space, TextStyle
from desktop.wholedoc.cell_painting import CHIP_HEIGHT, height_of, lay_out, marks_of, paint_chip
from desktop.wholedoc.comparison_model import ComparisonModel, ComparisonRole

ModelIndex = QModelIndex | QPersistentModelIndex

_PADDING = Space.UNIT + Space.HALF
_GAP = 6
_TOPIC_ABOVE = Space.WIDE
_REMEMBERED = 4096  # heights of texts at a width


class ComparisonDelegate(QStyledItemDelegate):
    """Paints a topic as a heading, a statement with its kind above and its page below."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        styles = (TextStyle.BODY, TextStyle.BODY_MEDIUM, TextStyle.META, TextStyle.LABEL)
        self._fonts = {style: theme.font(style) for style in styles}
        self._text_height = lru_cache(_REMEMBERED)(self._measure)

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        """As high as the lines of the cell, its kind and its chip."""
        width = option.rect.width()
        if index.data(ComparisonRole.IS_TOPIC):
            height = QFontMetrics(self._fonts[TextStyle.BODY_MEDIUM]).height() + _TOPIC_ABOVE + Space.UNIT
            return QSize(width, height)
        if not index.data():
            return QSize(width, 0)
        text = self._text_height(str(index.data()), width - 2 * _PADDING)
        kind = QFontMetrics(self._fonts[TextStyle.LABEL]).height() + _GAP
        return QSize(width, int(kind + text + 0.99) + _GAP + int(CHIP_HEIGHT) + 2 * _PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """Paint a cell."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(option.rect)
        if index.data(ComparisonRole.IS_TOPIC):
            self._paint_topic(painter, rect, index)
        else:
            self._paint_statement(painter, rect, option, index)
        painter.restore()

    def _paint_topic(self, painter: QPainter, rect: QRect, index: ModelIndex) -> None:
        font = self._fonts[TextStyle.BODY_MEDIUM]
        line = rect.adjusted(Space.HALF, _TOPIC_ABOVE, -_PADDING, -Space.UNIT)
        text = QFontMetrics(font).elidedText(str(index.data() or ""), Qt.TextElideMode.ElideRight, line.width())
        painter.setFont(font)
        painter.setPen(self._theme.color("ink"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_statement(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        card = rect.adjusted(Space.HALF, Space.HALF, -Space.HALF, -Space.HALF)
        if not index.data():
            return
        state = option.state
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        token = "accent" if focused or chosen else "ink_third" if hovered else "line"
        painter.setPen(QPen(self._theme.color(token), 1.5 if focused else 1.0))
        painter.setBrush(self._theme.color("surface"))
        painter.drawRoundedRect(card.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), Radius.FIELD, Radius.FIELD)
        left, top = rect.left() + _PADDING, float(rect.top() + _PADDING)
        kind_font = self._fonts[TextStyle.LABEL]
        metrics = QFontMetrics(kind_font)
        painter.setFont(kind_font)
        painter.setPen(self._theme.color("caution" if index.data(ComparisonRole.DIFFERS) else "ink_second"))
        painter.drawText(QPointF(left, top + metrics.ascent()), str(index.data(ComparisonRole.KIND)))
        top += metrics.height() + _GAP
        layout = self._layout(index, rect.width() - 2 * _PADDING)
        painter.setPen(self._theme.color("ink"))
        layout.draw(painter, QPointF(left, top))
        top += height_of(layout) + _GAP
        paint_chip(
            painter, QPointF(left, top), str(index.data(ComparisonRole.PAGE)), self._fonts[TextStyle.META], self._theme
        )

    def _measure(self, text: str, width: int) -> float:
        return height_of(lay_out(text, self._fonts[TextStyle.BODY], width))

    def _layout(self, index: ModelIndex, width: float) -> QTextLayout:
        text = str(index.data())
        tokens = self._theme.tokens
        dimmed = 0.62 if tokens.name == "dark" else 1.0  # on the dark surface the full marker swallows light words
        format_ = QTextCharFormat()
        format_.setBackground(self._theme.color("highlight", tokens.highlight_opacity * dimmed))
        marks = marks_of(text, index.data(ComparisonRole.DETAILS), format_)
        return lay_out(text, self._fonts[TextStyle.BODY], width, marks=marks)


class ComparisonTable(QTableView):
    """Statements side by side; Enter, or a click, opens the page of one.

    Signals:
        sentence_opened: an `AnswerSentence` whose page is wanted.
    """

    sentence_opened = Signal(object)

    def __init__(self, theme: Theme, model: ComparisonModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(ComparisonDelegate(theme, self))
        self.setObjectName("comparisonTable")
        self.setAccessibleName(self.tr("Both documents side by side"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(0)
        header = self.horizontalHeader()
        header.setObjectName("comparisonHeader")
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        model.rowsInserted.connect(self._on_rows_inserted)
        self.clicked.connect(self._on_clicked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines break elsewhere in another width."""
        super().resizeEvent(event)
        self.resizeRowsToContents()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the page of the current statement."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._on_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex, int, int)
    def _on_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        for row in range(first, last + 1):
            if self._model.is_topic(row):
                self.setSpan(row, 0, 1, 2)
            self.resizeRowToContents(row)  # the others stay: to measure all of them each time would hold up the window

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        sentence = index.data(ComparisonRole.SENTENCE)
        if sentence is not None:
            self.sentence_opened.emit(sentence)
