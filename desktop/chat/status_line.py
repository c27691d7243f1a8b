"""What is being done right now, with a dot that breathes."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, Qt, QVariantAnimation, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop.chat.flow import BLEED
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

_HEIGHT = 24
_DOT = 3.5


class StatusLine(QWidget):
    """One line such as "Searching 6 documents…"; it moves only while it can be seen."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setFont(theme.font(TextStyle.BODY))
        self._label.setProperty("kind", "meta")
        self._pulse = QVariantAnimation(self, startValue=0.25, endValue=0.25, duration=1400)
        self._pulse.setLoopCount(-1)
        self._pulse.setKeyValueAt(0.5, 1.0)
        self._pulse.setEasingCurve(QEasingCurve.Type.InOutSine)
        self._pulse.valueChanged.connect(self._on_pulse_changed)
        self.hide()

    @property
    def text(self) -> str:
        """What is shown."""
        return self._label.text()

    def set_text(self, text: str) -> None:
        """Say what is being done; empty hides the line."""
        self._label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def arrange(self, width: int) -> int:
        """Place the label; returns the height."""
        self._label.setGeometry(BLEED + 18, 0, width - 2 * BLEED - 18, _HEIGHT)
        return _HEIGHT

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._pulse.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pulse.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent", float(self._pulse.currentValue() or 1.0)))
        painter.drawEllipse(QPointF(BLEED + _DOT + 1, _HEIGHT / 2), _DOT, _DOT)

    @Slot("QVariant")
    def _on_pulse_changed(self, _value: object) -> None:
        self.update(QRectF(BLEED, 0, 14, _HEIGHT).toRect())
