"""The list of what a search over conversations found: title and day, and some of the words below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem, QWidget

from desktop.conversations.found_model import FoundModel, FoundRole
from desktop.keyed_list_model import ModelIndex
from desktop.library.side_list import SideList
from desktop.row_painting import RowDelegate, content_rect
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

MAX_ROWS = 6
_OPEN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_LEAD = 14  # characters before the first words found; the row is narrow
_ELLIPSIS = "…"

Marks = Sequence[tuple[int, int]]


class FoundDelegate(RowDelegate):
    """Paints a place in a conversation, the words that were looked for in a stronger ink."""

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        """Two lines of text with air around them."""
        lines = self._metrics(TextStyle.BODY_MEDIUM).height() + self._metrics(TextStyle.META).height()
        return QSize(0, lines + Space.UNIT + Space.HALF)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """Paint the row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, index.row())
        content = content_rect(option.rect)
        day = index.data(FoundRole.DAY)
        day_width = self._metrics(TextStyle.META).horizontalAdvance(day)
        top = content.adjusted(0, Space.HALF, 0, 0)
        top.setHeight(self._metrics(TextStyle.BODY_MEDIUM).height())
        self._draw_text(painter, top.adjusted(top.width() - day_width, 0, 0, 0), day, TextStyle.META, "ink_third")
        snippet, marks = index.data(FoundRole.SNIPPET), index.data(FoundRole.MARKS)
        title = top.adjusted(0, 0, -day_width - Space.UNIT, 0)
        self._draw_marked(painter, title, index.data(FoundRole.TITLE), () if snippet else marks, TextStyle.BODY, "ink")
        below = QRect(content.left(), top.bottom() + 2, content.width(), self._metrics(TextStyle.META).height())
        shown, moved = from_first_mark(snippet, marks)
        if snippet:
            self._draw_marked(painter, below, shown, moved, TextStyle.META, "ink_second")
        else:
            self._draw_text(painter, below, self.tr("Title"), TextStyle.META, "ink_third")
        painter.restore()

    def _draw_marked(
        self, painter: QPainter, rect: QRect, text: str, marks: Marks, style: TextStyle, token: str
    ) -> None:
        """A line of text, cut where it does not fit, with some of it in a stronger ink."""
        metrics = self._metrics(style)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - Space.UNIT)
        kept = len(shown) if shown == text else len(shown) - 1
        layout = QTextLayout(shown, self._font(style))
        strong = QTextCharFormat()
        strong.setForeground(self._theme.color("accent"))
        strong.setFontWeight(QFont.Weight.DemiBold)
        formats = []
        for start, end in marks:
            if start < kept:
                span = QTextLayout.FormatRange()
                span.start, span.length, span.format = start, min(end, kept) - start, strong
                formats.append(span)
        layout.setFormats(formats)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(rect.width())
        layout.endLayout()
        painter.setPen(self._theme.color(token))
        layout.draw(painter, QPointF(rect.left(), rect.top() + (rect.height() - line.height()) / 2))


def from_first_mark(text: str, marks: Marks) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text from shortly before its first mark on, and the marks in it."""
    if not marks or marks[0][0] <= _LEAD:
        return text, tuple(marks)
    space = text.find(" ", marks[0][0] - _LEAD, marks[0][0])
    cut = space + 1 if space >= 0 else marks[0][0]
    shift = len(_ELLIPSIS) + 1 - cut
    return f"{_ELLIPSIS} {text[cut:]}", tuple((start + shift, end + shift) for start, end in marks)


class FoundList(SideList):
    """What was found; one click or Enter opens it.

    Signals:
        found_opened: conversation id, message id or None for a title.
        left: the keyboard is to go back to the field.
    """

    found_opened = Signal(int, object)
    left = Signal()

    def __init__(self, theme: Theme, model: FoundModel, parent: QWidget) -> None:
        super().__init__(theme, model, FoundDelegate(theme, model), parent, max_rows=MAX_ROWS)
        self.setAccessibleName(self.tr("Found in conversations"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.clicked.connect(self.open)

    @Slot(QModelIndex)
    def open(self, index: QModelIndex) -> None:
        """Open the place of a row."""
        if index.isValid():
            self.found_opened.emit(index.data(FoundRole.CONVERSATION), index.data(FoundRole.MESSAGE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens; Escape, and Up on the first row, go back to the field."""
        index = self.currentIndex()
        if event.key() in _OPEN_KEYS:
            self.open(index)
        elif event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_Up and index.row() <= 0):
            self.left.emit()
        else:
            super().keyPressEvent(event)
