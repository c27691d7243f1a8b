"""The parts of a document without pages, typeset in a QTextDocument, with the way from a part's characters to it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import (
    QFontMetricsF,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLine,
)

from core.reading.text.parts import block_spans
from core.types import Page
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

_BODY = TextStyle.ANSWER
_LINE_HEIGHT = 136
# Of headings by level: size as a multiple of the body's, space above and below in pixels at 100 %.
_HEADINGS = {1: (1.5, 26, 10), 2: (1.25, 22, 8), 3: (1.08, 18, 6)}
_LOWEST_HEADING = (1.0, 14, 4)
_PARAGRAPH_BELOW = 11
_TIGHT_BELOW = 5
_HEADING_LINE_HEIGHT = 112
_HEADING_WEIGHT = 600
_NESTED = 18
_BULLETS = "•◦▪"
_ITEM = re.compile(r"(?:[•◦▪]|\d{1,4}\.) ")
_ROW_SEPARATOR = " · "
_COLUMN_NAME = re.compile(r"(?:^| · )([^·:]{1,60}:)(?= )")
_LINE_BREAK = "\u2028"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block of a part and where it stands in the QTextDocument."""

    part: int
    char_start: int
    char_end: int
    text: str
    position: int


class PartDocument:
    """Typesets parts below each other.

    All of it is inserted as plain text: no markup is looked for, so nothing can be linked to or loaded.

    Args:
        document: is emptied and filled.
        parts: those to show, of a document that may have more.
        theme: gives fonts and colours.
        zoom: 1 is 100 %.
    """

    def __init__(self, document: QTextDocument, parts: Sequence[Page], theme: Theme, zoom: float) -> None:
        self._document = document
        self._theme = theme
        self._zoom = zoom
        self._pieces: list[_Piece] = []
        self._font = theme.font(_BODY)
        self._font.setPointSizeF(self._font.pointSizeF() * zoom)
        document.clear()
        document.setUndoRedoEnabled(False)
        document.setDefaultFont(self._font)
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        for part in parts:
            self._insert_part(cursor, part)
        cursor.endEditBlock()
        self._positions = [piece.position for piece in self._pieces]
        self._keys = [(piece.part, piece.char_start) for piece in self._pieces]

    # ── where things are ─────────────────────────────────────────────────────────────────────────────────────────

    def position(self, part: int, char: int) -> int | None:
        """The position of a part's character in the QTextDocument; None where that part is not typeset."""
        char = max(char, 0)
        at = bisect_right(self._keys, (part, char)) - 1
        if at < 0 or self._pieces[at].part != part:
            return None
        piece = self._pieces[at]
        # Qt counts in UTF-16, where a character may be two.
        before = piece.text[: min(char, piece.char_end) - piece.char_start]
        return piece.position + len(before) + sum(character > "\uffff" for character in before)

    def part_at(self, position: int) -> int:
        """The part that a position of the QTextDocument belongs to; -1 in an empty one."""
        at = max(bisect_right(self._positions, position) - 1, 0)
        return self._pieces[at].part if self._pieces else -1

    def place(self, position: int) -> tuple[int, int]:
        """The part and the character in it at a position of the QTextDocument, which must not be empty."""
        piece = self._pieces[max(bisect_right(self._positions, position) - 1, 0)]
        units = position - piece.position
        char = 0
        while units > 0 and char < len(piece.text):
            units -= 2 if piece.text[char] > "\uffff" else 1
            char += 1
        return piece.part, piece.char_start + char

    def first_block(self, part: int) -> QTextBlock:
        """The first block of a part; an invalid one where it has none."""
        start = self.position(part, 0)
        return self._document.findBlock(start) if start is not None else QTextBlock()

    def lines(self, start: int, end: int) -> list[QRectF]:
        """The rectangles of the text between two positions, one a line, in pixels of the QTextDocument."""
        found: list[QRectF] = []
        block = self._document.findBlock(start)
        while block.isValid() and block.position() < end:
            origin = self._document.documentLayout().blockBoundingRect(block).topLeft()
            layout = block.layout()
            for number in range(layout.lineCount()):
                line = layout.lineAt(number)
                first = max(start - block.position(), line.textStart())
                last = min(end - block.position(), line.textStart() + line.textLength())
                if first < last:
                    left, right = _x_of(line, first), _x_of(line, last)
                    box = QRectF(min(left, right), line.y(), abs(right - left), line.ascent() + line.descent())
                    found.append(box.translated(origin))
            block = block.next()
        return found

    # ── typesetting ──────────────────────────────────────────────────────────────────────────────────────────────

    def _insert_part(self, cursor: QTextCursor, part: Page) -> None:
        levels = {heading.char_start: heading.level for heading in part.headings}
        for start, end in block_spans(part.text):
            text = part.text[start:end]
            if self._pieces:
                cursor.insertBlock()
            self._pieces.append(_Piece(part.index, start, end, text, cursor.position()))
            level = levels.get(start, 0)
            shape, letters = self._heading(level) if level else self._body(text)
            cursor.setBlockFormat(shape)
            cursor.setBlockCharFormat(letters)
            self._insert_text(cursor, text.replace("\n", _LINE_BREAK), letters, is_row=not level)

    def _insert_text(self, cursor: QTextCursor, text: str, letters: QTextCharFormat, *, is_row: bool) -> None:
        """Text as it is; in a row of a table, the names of columns step back."""
        names = list(_COLUMN_NAME.finditer(text)) if is_row and _ROW_SEPARATOR in text else []
        quiet = QTextCharFormat(letters)
        quiet.setForeground(self._theme.color("ink_second"))
        end = 0
        for name in names:
            cursor.insertText(text[end : name.start(1)], letters)
            cursor.insertText(name[1], quiet)
            end = name.end(1)
        cursor.insertText(text[end:], letters)

    def _heading(self, level: int) -> tuple[QTextBlockFormat, QTextCharFormat]:
        size, above, below = _HEADINGS.get(level, _LOWEST_HEADING)
        letters = QTextCharFormat()
        letters.setFontPointSize(self._font.pointSizeF() * size)
        letters.setFontWeight(_HEADING_WEIGHT)
        return self._shape(above if self._pieces[1:] else 0, below, _HEADING_LINE_HEIGHT), letters

    def _body(self, text: str) -> tuple[QTextBlockFormat, QTextCharFormat]:
        item = _ITEM.match(text)
        is_tight = item is not None or _ROW_SEPARATOR in text
        shape = self._shape(0, _TIGHT_BELOW if is_tight else _PARAGRAPH_BELOW, _LINE_HEIGHT)
        if item:
            hanging = QFontMetricsF(self._font).horizontalAdvance(item[0])
            depth = max(_BULLETS.find(text[0]), 0)
            shape.setLeftMargin(hanging + depth * _NESTED * self._zoom)
            shape.setTextIndent(-hanging)
        return shape, QTextCharFormat()

    def _shape(self, above: float, below: float, line_height: int) -> QTextBlockFormat:
        shape = QTextBlockFormat()
        shape.setTopMargin(above * self._zoom)
        shape.setBottomMargin(below * self._zoom)
        shape.setLineHeight(line_height, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        return shape


def _x_of(line: QTextLine, position: int) -> float:
    # PySide gives a pair where its annotations promise an object.
    return float(line.cursorToX(position)[0])  # type: ignore[index]
