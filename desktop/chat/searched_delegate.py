"""Paints a passage with what put it in its place: rank, title, page, the parts of its score as words and as a bar."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.chat.searched_model import SearchedRole
from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, Space, TextStyle
from desktop.wording import SEPARATOR

translate = QCoreApplication.translate

_RANK_WIDTH = 22
_SCORE_WIDTH = 44
_BAR_WIDTH = 96
_BAR_HEIGHT = 6
_ROOM_FOR_BAR = 420  # narrower, the words have to do
_FAINTEST = 0.2
_FADE = 0.66  # of one part to the next


class SearchedDelegate(QStyledItemDelegate):
    """Two quiet lines a passage: what it is, and why."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title_font = theme.font(TextStyle.META, weight=500)
        self._meta_font = theme.font(TextStyle.META)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Two lines of text with air around them."""
        return QSize(0, 2 * self._line_height() + Space.UNIT + 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        inside = option.rect.adjusted(Space.UNIT, Space.HALF + 1, -Space.UNIT, -Space.HALF - 1)
        left_out = bool(index.data(SearchedRole.LEFT_OUT))
        line = QRect(inside.left(), inside.top(), inside.width(), self._line_height())
        self._text(painter, line, str(index.data(SearchedRole.RANK)), self._title_font, "ink_third")
        score = QRect(inside.right() + 1 - _SCORE_WIDTH, line.top(), _SCORE_WIDTH, line.height())
        token = "ink_third" if left_out else "ink"
        self._text(painter, score, index.data(SearchedRole.SCORE), self._title_font, token, right=True)
        words = inside.right() - _SCORE_WIDTH - Space.UNIT
        if inside.width() >= _ROOM_FOR_BAR:
            bar = QRectF(words - _BAR_WIDTH, line.center().y() - _BAR_HEIGHT / 2 + 1, _BAR_WIDTH, _BAR_HEIGHT)
            self._paint_bar(painter, bar, index.data(SearchedRole.BAR), left_out=left_out)
            words -= _BAR_WIDTH + Space.WIDE
        line.setLeft(inside.left() + _RANK_WIDTH)
        line.setRight(words)
        self._paint_title(painter, line, index.data(), index.data(SearchedRole.PLACE), token)
        below = QRect(line.left(), line.bottom() + 1, inside.right() + 1 - line.left(), line.height())
        why = index.data(SearchedRole.PARTS)
        if left_out:
            why = SEPARATOR.join(part for part in (translate("SearchedDelegate", "Did not fit"), why) if part)
        elided = QFontMetrics(self._meta_font).elidedText(why, Qt.TextElideMode.ElideRight, below.width())
        self._text(painter, below, elided, self._meta_font, "ink_third" if left_out else "ink_second")
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        rect = QRectF(option.rect).adjusted(0, 1, 0, -1)
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("hover"))
            painter.drawRoundedRect(rect, Radius.FIELD, Radius.FIELD)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), Radius.FIELD, Radius.FIELD)

    def _paint_title(self, painter: QPainter, line: QRect, title: str, place: str, token: str) -> None:
        """The page stays whole; the title gives way."""
        metrics = QFontMetrics(self._title_font)
        place = SEPARATOR + place
        room = line.width() - metrics.horizontalAdvance(place)
        elided = metrics.elidedText(title, Qt.TextElideMode.ElideRight, max(0, room))
        self._text(painter, line, elided + place, self._title_font, token)

    def _paint_bar(self, painter: QPainter, bar: QRectF, shares: list[float], *, left_out: bool) -> None:
        """The parts one after the other, the largest first and strongest in colour; as long as the score is high."""
        outline = QPainterPath()
        outline.addRoundedRect(bar, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(bar, self._theme.color("line"))
        x, opacity = bar.left(), 1.0
        for share in shares:
            width = share * bar.width()
            token = "ink_third" if left_out else "accent"
            painter.fillRect(QRectF(x, bar.top(), width, bar.height()), self._theme.color(token, opacity))
            x += width
            opacity = max(_FAINTEST, opacity * _FADE)
        painter.restore()

    def _text(self, painter: QPainter, rect: QRect, text: str, font: QFont, token: str, *, right: bool = False) -> None:
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.setFont(font)
        painter.setPen(self._theme.color(token))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | side | Qt.TextFlag.TextSingleLine), text)

    def _line_height(self) -> int:
        return QFontMetrics(self._title_font).height() + 2
