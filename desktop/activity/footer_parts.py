"""Small parts of the activity footer: what can be pressed as a whole, and the dot before the privacy line."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius

_DOT_SIZE = 8
_PRESS_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Pressable(QWidget):
    """A part that is one button with everything on it, for pointer and keyboard.

    Signals:
        pressed: it was clicked, or Enter or Space pressed on it.
    """

    pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell of a click that ends where it began."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of Enter and Space."""
        if event.key() in _PRESS_KEYS:
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a ring while the keyboard is on it."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("accent"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), Radius.CHIP, Radius.CHIP)
            painter.end()


class Dot(QWidget):
    """The dot before the privacy line: green, or in the colour of caution where passages leave."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._token = "supported"
        self.setFixedSize(_DOT_SIZE, _DOT_SIZE)
        theme.changed.connect(self.update)

    @property
    def token(self) -> str:
        """The colour token that it has."""
        return self._token

    def set_token(self, token: str) -> None:
        """Give it the colour of a token."""
        self._token = token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a filled circle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._token))
        painter.drawEllipse(self.rect())
        painter.end()
