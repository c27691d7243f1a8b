"""Where characters of a text document lie on screen, and how they read as plain text."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTextDocument

from desktop.chat.chip_painter import NUMBER_PROPERTY

GLUE = "\u2060"
"""A word joiner: no line may begin with a chip."""
_UNSEEN = dict.fromkeys(map(ord, (GLUE, "\u2066", "\u2069")))  # and what isolates addresses


def caret_rect(document: QTextDocument, start: int, end: int) -> QRectF:
    """The rectangle of characters `start` to `end`, which lie on one line, in the document's coordinates."""
    block = document.findBlock(start)
    layout = block.layout()
    line = layout.lineForTextPosition(start - block.position())
    if not line.isValid():
        return QRectF()
    left, right = (x_of(line, at - block.position()) for at in (start, end))
    origin = document.documentLayout().blockBoundingRect(block).topLeft()
    return QRectF(origin + QPointF(min(left, right), line.y()), QSizeF(abs(right - left), line.height()))


def line_rects(document: QTextDocument, start: int, end: int) -> list[tuple[QRectF, float]]:
    """A rectangle and the baseline for each line that characters `start` to `end` of one block take."""
    block = document.findBlock(start)
    layout = block.layout()
    origin = document.documentLayout().blockBoundingRect(block).topLeft()
    found = []
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first = max(start - block.position(), line.textStart())
        last = min(end - block.position(), line.textStart() + line.textLength())
        if first >= last:
            continue
        text = block.text()[first:last]
        last -= len(text) - len(text.rstrip())
        left, right = sorted((x_of(line, first), x_of(line, last)))
        rect = QRectF(origin.x() + left, origin.y() + line.y(), right - left, line.height())
        found.append((rect, origin.y() + line.y() + line.ascent()))
    return found


def x_of(line: object, position: int) -> float:
    """Where a character of a line begins; PySide gives the way to the next character along with it."""
    place = line.cursorToX(position)  # type: ignore[attr-defined]
    return float(place[0] if isinstance(place, tuple) else place)


def readable(document: QTextDocument, start: int, end: int, *, marks: bool = True) -> str:
    """The words from `start` to `end` as plain text; with `marks`, each chip as `[n]`."""
    parts: list[str] = []
    block = document.findBlock(start)
    while block.isValid() and block.position() < end:
        words: list[str] = []
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            first = max(start - fragment.position(), 0)
            last = min(end - fragment.position(), fragment.length())
            number = fragment.charFormat().property(NUMBER_PROPERTY)
            if first < last:
                mark = f"[{number}]" if marks else ""
                words.append(mark * (last - first) if number else fragment.text()[first:last])
            iterator += 1
        parts.append("".join(words).translate(_UNSEEN).replace("\u2028", "\n").replace("\t", " "))
        block = block.next()
    return "\n".join(parts)
