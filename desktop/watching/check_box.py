"""A check box in the window's own look; the system's is hardly seen on a dark ground."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, Space

_BOX_SIZE = 16
# The tick, in parts of the box.
_TICK = ((0.24, 0.53), (0.43, 0.71), (0.76, 0.32))


class CheckBox(QCheckBox):
    """A box with a tick, and words beside it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as box and words, as high as a line with air around it."""
        words = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(_BOX_SIZE + Space.UNIT + words.width() + 2, max(words.height(), _BOX_SIZE) + Space.UNIT)

    def minimumSizeHint(self) -> QSize:
        """The words give way where there is no room for them."""
        return QSize(_BOX_SIZE + Space.UNIT, self.sizeHint().height())

    def hitButton(self, pos: QPoint) -> bool:
        """The words belong to the box."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the box, its tick and the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0.5, (self.height() - _BOX_SIZE) / 2 + 0.5, _BOX_SIZE - 1, _BOX_SIZE - 1)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        edge = "accent" if self.isChecked() or self.hasFocus() else "ink_third"
        painter.setPen(QPen(self._theme.color(edge), 2 if self.hasFocus() and not self.isChecked() else 1))
        painter.setBrush(self._theme.color("accent" if self.isChecked() else "surface"))
        painter.drawRoundedRect(box, Radius.CHIP, Radius.CHIP)
        if self.isChecked():
            if self.hasFocus():
                painter.setPen(QPen(self._theme.color("ink"), 2))
                painter.drawRoundedRect(box, Radius.CHIP, Radius.CHIP)
            pen = QPen(self._theme.color("on_accent"), 1.8)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(
                QPolygonF([QPointF(box.left() + x * box.width(), box.top() + y * box.height()) for x, y in _TICK])
            )
        painter.setOpacity(1.0)
        painter.setPen(self._theme.color("ink" if self.isEnabled() else "ink_second"))
        words = self.rect().adjusted(_BOX_SIZE + Space.UNIT, 0, 0, 0)
        fitting = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitting)
        painter.end()
