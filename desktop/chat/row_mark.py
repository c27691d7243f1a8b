"""A bar beside the message that was looked for."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.chat.flow import BLEED
from desktop.theme.theme import Theme

_WIDTH = 3
_OUT = 16


class RowMark(QWidget):
    """Stands left of a row of the transcript, as high as that; it stays until another row is marked."""

    def __init__(self, theme: Theme, column: QWidget) -> None:
        super().__init__(column)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        theme.changed.connect(self._on_theme_changed)

    def stand_beside(self, row: QRect) -> None:
        """Show the bar beside a row."""
        left = max(2, row.left() + BLEED - _OUT)
        self.setGeometry(left, row.top(), _WIDTH, max(row.height() - BLEED, 2 * _WIDTH))
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a bar with round ends."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawRoundedRect(QRectF(self.rect()), _WIDTH / 2, _WIDTH / 2)
        painter.end()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
