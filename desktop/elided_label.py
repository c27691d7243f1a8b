"""A line of text that gives way with an ellipsis instead of widening its pane."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel


class ElidedLabel(QLabel):
    """Shows as much of its text as fits, and the whole of it as a tooltip when cut.

    Attributes:
        mode: where the ellipsis goes.
    """

    mode = Qt.TextElideMode.ElideRight

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = self.contentsRect()
        elided = self.fontMetrics().elidedText(self.text(), self.mode, room.width())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(room, self.alignment() | Qt.AlignmentFlag.AlignVCenter, elided)
        cut = self.text() if elided != self.text() else ""
        if self.toolTip() != cut:
            self.setToolTip(cut)
