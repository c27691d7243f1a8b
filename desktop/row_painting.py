"""What painted rows have in common: their ground, their focus ring, their measures."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, Space, TextStyle

# Rows reach to 8 px from the pane's edges, their words stand 16 px from them. The right 8 px are the scroll bar's and
# lie outside of the row; `library.qss` gives it that width.
SCROLL_BAR_WIDTH = Space.UNIT


class RowDelegate(QStyledItemDelegate):
    """Paints a row's ground; rows of the pane's lists derive from it.

    Attributes:
        drop_row: the row that a drag is held over, or -1.
    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self.drop_row = -1
        self._fonts = {style: theme.font(style) for style in (TextStyle.BODY_MEDIUM, TextStyle.BODY, TextStyle.META)}

    def _font(self, style: TextStyle) -> QFont:
        return self._fonts[style]

    def _metrics(self, style: TextStyle) -> QFontMetrics:
        return QFontMetrics(self._fonts[style])

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, row: int) -> None:
        rect = QRectF(ground_rect(option.rect))
        ground = self._ground(option, row)
        if ground is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect, Radius.FIELD, Radius.FIELD)
        if row == self.drop_row or option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._theme.color("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), Radius.FIELD, Radius.FIELD)

    def _ground(self, option: QStyleOptionViewItem, row: int) -> QColor | None:
        if option.state & QStyle.StateFlag.State_Selected or row == self.drop_row:
            return self._theme.color("accent_ground")
        return self._theme.color("hover") if option.state & QStyle.StateFlag.State_MouseOver else None

    def _draw_text(self, painter: QPainter, rect: QRect, text: str, style: TextStyle, token: str) -> None:
        painter.setFont(self._fonts[style])
        painter.setPen(self._theme.color(token))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def ground_rect(row: QRect) -> QRect:
    """The part of a row that is coloured when it is hovered or chosen."""
    return row.adjusted(Space.UNIT, 1, 0, -1)


def content_rect(row: QRect) -> QRect:
    """The part of a row that words and pictures may use."""
    return row.adjusted(Space.WIDE, 0, -Space.UNIT, 0)
