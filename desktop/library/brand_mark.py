"""The mark of Paperlamp: a half-moon of lamplight, alone or on a rounded square."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.theme.theme import Theme


def paint_half_moon(painter: QPainter, rect: QRectF, color: QColor) -> None:
    """Paint the right half of a circle that is as high as `rect`, in the middle of it."""
    diameter = rect.height()
    circle = QRectF(0, 0, diameter, diameter)
    # The half is centred by its own width, not by the circle's.
    circle.moveCenter(rect.center())
    circle.translate(-diameter / 4, 0)
    path = QPainterPath(circle.center())
    path.arcTo(circle, 90, -180)
    path.closeSubpath()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPath(path)


def paint_mark(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Paint the half-moon on its rounded square of the accent."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    radius = rect.width() * 0.28
    painter.drawRoundedRect(rect, radius, radius)
    inset = rect.height() * 0.26
    paint_half_moon(painter, rect.adjusted(inset, inset, -inset, -inset), theme.color("on_accent"))


class BrandMark(QWidget):
    """The mark as a widget; `bare` shows the half-moon without its square."""

    def __init__(self, theme: Theme, size: int, parent: QWidget, *, bare: bool = False) -> None:
        super().__init__(parent)
        self._theme = theme
        self._bare = bare
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark over the whole widget."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._bare:
            paint_half_moon(painter, QRectF(self.rect()), self._theme.color("accent"))
        else:
            paint_mark(painter, QRectF(self.rect()), self._theme)
        painter.end()
