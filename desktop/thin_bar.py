"""The thin progress bar of the window: four pixels, rounded, the accent on the line colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Space

BAR_HEIGHT = Space.HALF


def paint_bar(painter: QPainter, rect: QRectF, fraction: float, theme: Theme) -> None:
    """Paint a bar that is filled to `fraction`, 0 to 1; the beginning stays visible however small it is."""
    radius = rect.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("line"))
    painter.drawRoundedRect(rect, radius, radius)
    if fraction > 0:
        filled = QRectF(rect)
        filled.setWidth(max(rect.height(), rect.width() * min(1.0, fraction)))
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(filled, radius, radius)


class ThinBar(QWidget):
    """A progress bar as a widget; it shows a measured fraction or is hidden."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fraction = 0.0
        self.setFixedHeight(BAR_HEIGHT)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    @property
    def fraction(self) -> float:
        """How much is done, 0 to 1."""
        return self._fraction

    def set_fraction(self, fraction: float) -> None:
        """Show this much as done, 0 to 1."""
        self._fraction = fraction
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar over the whole width."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_bar(painter, QRectF(self.rect()), self._fraction, self._theme)
        painter.end()
