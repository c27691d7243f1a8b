"""How cells of wrapped text are measured and painted: lines, marked words, chips of pages, dots of verdicts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QTextCharFormat, QTextLayout, QTextOption

from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius

CHIP_HEIGHT = 20.0
DOT_SIZE = 8.0
_CHIP_PADDING = 7.0
_ELLIPSIS = " …"


def lay_out(
    text: str, font: QFont, width: float, most_lines: int = 0, marks: Sequence[QTextLayout.FormatRange] = ()
) -> QTextLayout:
    """A text in lines of a width.

    Args:
        text: one paragraph.
        font: that it is set in.
        width: of a line, in pixels.
        most_lines: a longer text ends there with an ellipsis; 0 for any number.
        marks: parts of the text in another format.
    """
    layout = _laid_out(text, font, width, marks)
    if not most_lines or layout.lineCount() <= most_lines:
        return layout
    last = layout.lineAt(most_lines - 1)
    kept = text[: last.textStart() + last.textLength()].rstrip()
    while kept and " " in kept:
        layout = _laid_out(kept.rstrip(" ,;") + _ELLIPSIS, font, width)
        if layout.lineCount() <= most_lines:
            break
        kept = kept.rsplit(" ", 1)[0]
    return layout


def height_of(layout: QTextLayout) -> float:
    """The height that all lines take."""
    return sum(layout.lineAt(i).height() for i in range(layout.lineCount()))


def marks_of(text: str, words: Sequence[str], format_: QTextCharFormat) -> list[QTextLayout.FormatRange]:
    """Where words stand in a text, to be set in another format."""
    ranges = []
    for word in words:
        for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text):
            one = QTextLayout.FormatRange()
            one.start, one.length, one.format = found.start(), len(word), format_
            ranges.append(one)
    return ranges


def paint_chip(
    painter: QPainter, origin: QPointF, text: str, font: QFont, theme: Theme, *, quiet: bool = False
) -> None:
    """A chip with a page's label, its left upper corner at `origin`; a quiet one leads to what is only near."""
    rect = QRectF(origin.x(), origin.y(), chip_width(text, font), CHIP_HEIGHT)
    painter.setPen(QPen(theme.color("line"), 1.0) if quiet else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if quiet else theme.color("accent_ground"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), Radius.CHIP, Radius.CHIP)
    painter.setFont(font)
    painter.setPen(theme.color("ink_second" if quiet else "accent"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def chip_width(text: str, font: QFont) -> float:
    """How wide a chip is."""
    return QFontMetricsF(font).horizontalAdvance(text) + 2 * _CHIP_PADDING


def paint_dot(painter: QPainter, left: float, middle: float, token: str, theme: Theme) -> None:
    """A dot in the colour of a token."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(token))
    painter.drawEllipse(QRectF(left, middle - DOT_SIZE / 2, DOT_SIZE, DOT_SIZE))


def _laid_out(text: str, font: QFont, width: float, marks: Sequence[QTextLayout.FormatRange] = ()) -> QTextLayout:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setFormats(list(marks))
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1.0, width))
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout
