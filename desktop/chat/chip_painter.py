"""Draws citation chips inside a text, as objects of its QTextDocument."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPyTextObject, QTextDocument, QTextFormat

from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, TextStyle

CHIP_OBJECT = int(QTextFormat.ObjectTypes.UserObject.value) + 1
NUMBER_PROPERTY = int(QTextFormat.Property.UserProperty.value) + 1
SENTENCE_PROPERTY = NUMBER_PROPERTY + 1
_CHIP_HEIGHT = 16.0
_CHIP_GAP = 2.0


class ChipPainter(QPyTextObject):
    """Draws citation chips inline.

    Attributes:
        active: (sentence, number) of the chip that is shown in the viewer; sentence -1 stands for any.
        hovered: position of the chip under the pointer, or -1.
        focused: position of the chip that has the keyboard, or -1.
    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._font = theme.font(TextStyle.LABEL)
        self.active: tuple[int, int] | None = None
        self.hovered = -1
        self.focused = -1

    def is_active(self, sentence: int, number: int) -> bool:
        """Whether this is the chip that is shown in the viewer."""
        return self.active is not None and self.active[1] == number and self.active[0] in (-1, sentence)

    def intrinsicSize(self, _document: QTextDocument, _position: int, format_: QTextFormat) -> QSizeF:
        return QSizeF(self._width(int(format_.property(NUMBER_PROPERTY))) + 1.5 * _CHIP_GAP, 11.0)

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, _document: QTextDocument, position: int, format_: QTextFormat
    ) -> None:
        number, sentence = int(format_.property(NUMBER_PROPERTY)), int(format_.property(SENTENCE_PROPERTY))
        rect = QRectF(rect)
        active = self.is_active(sentence, number)
        ground = "accent" if active else "accent_ground"
        ink = "on_accent" if active else "accent"
        chip = QRectF(rect.x() + _CHIP_GAP, rect.bottom() - 13.0, rect.width() - 1.5 * _CHIP_GAP, _CHIP_HEIGHT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._theme.color(ground))
        painter.setPen(Qt.PenStyle.NoPen)
        if position == self.hovered and not active:
            painter.setPen(QPen(self._theme.color("accent"), 1.0))
            chip.adjust(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(chip, Radius.CHIP, Radius.CHIP)
        if position == self.focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("ink" if active else "accent"), 1.6))
            painter.drawRoundedRect(chip.adjusted(-1, -1, 1, 1), Radius.CHIP + 1, Radius.CHIP + 1)
        painter.setFont(self._font)
        painter.setPen(self._theme.color(ink))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, str(number))
        painter.restore()

    def _width(self, number: int) -> float:
        return max(_CHIP_HEIGHT, QFontMetricsF(self._font).horizontalAdvance(str(number)) + 8.0)
