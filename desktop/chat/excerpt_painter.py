"""Paints the words of a card: cut to a few lines, what answers in full ink, the question's words heavy, a marker."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption

from desktop.chat.excerpt import Excerpt, Span
from desktop.chat.text_geometry import x_of
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

LINES = 3
LINE_HEIGHT = 18.5
_ELLIPSIS = " …"
_MARKER_CORNER = 2.0
# On the dark surface the full marker would swallow light words.
_DARK_MARKER = 0.62


class ExcerptPainter:
    """Paints excerpts in the colours of the theme in force."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._font = theme.font(TextStyle.BODY)
        self._font.setPointSizeF(self._font.pointSizeF() * 12.5 / 13.0)

    def marked(self, excerpt: Excerpt) -> tuple[Span, ...]:
        """What the marker is on: the quotation; while nothing is quoted, the words of the question."""
        quotation = excerpt.mark_start, excerpt.mark_end
        return (quotation,) if quotation[0] < quotation[1] else excerpt.words

    def formats(self, excerpt: Excerpt) -> list[QTextLayout.FormatRange]:
        """How the words are set: the sentence that answers in full ink, the words of the question heavy."""
        ink = QTextCharFormat()
        ink.setForeground(self._theme.color("ink"))
        heavy = QTextCharFormat(ink)
        heavy.setFontWeight(QFont.Weight.DemiBold.value)
        quotation = excerpt.mark_start, excerpt.mark_end
        spans = [(excerpt.answer, ink), (quotation, ink), *((word, heavy) for word in excerpt.words)]
        ranges = []
        for (start, end), format_ in spans:
            if start < end:
                found = QTextLayout.FormatRange()
                found.start, found.length, found.format = start, end - start, format_
                ranges.append(found)
        return ranges

    def paint(self, painter: QPainter, excerpt: Excerpt, origin: QPointF, width: float) -> None:
        """Paint as many words as fit `LINES` lines of a width."""
        text = self._fit(excerpt, width)
        layout = self._lay_out(excerpt, text, width)
        painter.setPen(Qt.PenStyle.NoPen)
        tokens = self._theme.tokens
        opacity = tokens.highlight_opacity * (_DARK_MARKER if tokens.name == "dark" else 1.0)
        painter.setBrush(self._theme.color("highlight", opacity))
        shown = len(text.removesuffix(_ELLIPSIS))
        for start, end in self.marked(excerpt):
            self._paint_marker(painter, layout, start, min(end, shown), origin)
        # Around the sentence that answers, the words step back.
        answers = excerpt.answer[0] < excerpt.answer[1]
        painter.setPen(self._theme.color("ink_second" if answers else "ink"))
        layout.draw(painter, origin)

    def _paint_marker(self, painter: QPainter, layout: QTextLayout, start: int, end: int, origin: QPointF) -> None:
        """One piece a line: as a format's background it would fall apart where the weight changes."""
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
            if first < last:
                left, right = sorted((x_of(line, first), x_of(line, last)))
                rect = QRectF(origin.x() + left, origin.y() + line.y(), right - left, line.height())
                painter.drawRoundedRect(rect.adjusted(-1, 0, 1, 0), _MARKER_CORNER, _MARKER_CORNER)

    def _fit(self, excerpt: Excerpt, width: float) -> str:
        """Cut the text to the lines that fit, with an ellipsis."""
        layout = self._lay_out(excerpt, excerpt.text, width)
        if layout.lineCount() <= LINES:
            return excerpt.text
        last = layout.lineAt(LINES - 1)
        start, end = last.textStart(), last.textStart() + last.textLength()
        room = width - QFontMetricsF(self._font).horizontalAdvance(_ELLIPSIS)
        kept = excerpt.text[:end].rstrip()
        while len(kept) > start and x_of(last, len(kept)) > room:
            kept = kept[: kept.rindex(" ") if " " in kept[start:] else -1].rstrip(" ,;")
        return kept + _ELLIPSIS

    def _lay_out(self, excerpt: Excerpt, text: str, width: float) -> QTextLayout:
        layout = QTextLayout(text, self._font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        shown = len(text.removesuffix(_ELLIPSIS))  # the ellipsis has no weight of its own
        layout.setFormats([_cut(one, shown) for one in self.formats(excerpt) if one.start < shown])
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y))
            y += LINE_HEIGHT
        layout.endLayout()
        return layout


def _cut(range_: QTextLayout.FormatRange, end: int) -> QTextLayout.FormatRange:
    range_.length = min(range_.length, end - range_.start)
    return range_
