"""Pieces in reading order → lines → paragraphs, points of lists and headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.reading.headings import Line
from core.reading.pieces import Piece

_BULLET = re.compile(
    r"(?:[•●▪◦‣■□◆◇◼❑❖►▶▸➔➢➤✓✔‰\u2013\u2014\-*·\uf0b7\uf0a7\u25cf]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|\(?[ivx]{1,5}[.)])(?:\s|$)"
)
_END = re.compile(r"[.!?:;。！？：]['\"”’)\]]*$")
# A line that ends this share of the column before its edge ends its paragraph.
_SHORT_LINE = 0.34
_INDENT = 0.8
_LOOSE = 0.35
_OTHER_SIZE = 1.3
# The white above the first line of a column, in line heights.
_NOTHING_ABOVE = 9.0


@dataclass(slots=True)
class TextLine:
    """A line of a column, of one piece or of several side by side."""

    pieces: list[Piece]
    column: int
    left: float
    right: float

    @property
    def first(self) -> Piece:
        """Its first piece, whose look is the line's."""
        return self.pieces[0]

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.pieces[0].top if len(self.pieces) == 1 else min(p.top for p in self.pieces)

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.pieces[0].bottom if len(self.pieces) == 1 else max(p.bottom for p in self.pieces)

    @property
    def start(self) -> int:
        """First character."""
        return self.pieces[0].start

    @property
    def end(self) -> int:
        """End of the last character."""
        return self.pieces[-1].end

    def style(self, above: TextLine | None = None) -> Line:
        """As the search for headings takes it.

        Args:
            above: the line before it, if any.
        """
        first, last = self.pieces[0], self.pieces[-1]
        bold = first.bold and (first is last or all(piece.bold for piece in self.pieces))
        fill = (last.right - self.left) / max(self.right - self.left, 1.0)
        gap = _NOTHING_ABOVE
        if above is not None and self.bottom > (foot := above.bottom):
            gap = (self.top - foot) / max(first.height, 1.0)
        run_in = first.run_in or (first.end if first.bold and not bold else 0)
        return Line(first.start, last.end, first.height, bold, fill, gap, run_in)


@dataclass(slots=True)
class Paragraph:
    """Lines that are read in one go.

    Attributes:
        heading: number of the heading that it is, else None.
    """

    lines: list[TextLine]
    is_item: bool = False
    heading: int | None = None


def join_lines(columns: Sequence[Sequence[Piece]]) -> list[TextLine]:
    """Pieces that follow each other on the same height are one line."""
    lines: list[TextLine] = []
    for number, column in enumerate(columns):
        if not column:
            continue
        left, right = min(p.left for p in column), max(p.right for p in column)
        for piece in column:
            last = lines[-1] if lines and lines[-1].column == number else None
            if last is not None and _side_by_side(last.pieces[-1], piece):
                last.pieces.append(piece)
            else:
                lines.append(TextLine([piece], number, left, right))
    return lines


def line_styles(lines: Sequence[TextLine]) -> list[Line]:
    """The looks of lines in reading order."""
    above: list[TextLine | None] = [None, *lines]
    return [line.style(before) for before, line in zip(above, lines, strict=False)]


def join_paragraphs(lines: Iterable[TextLine], headings: Mapping[int, int], text: str) -> list[Paragraph]:
    """Lines → paragraphs.

    Args:
        lines: in reading order.
        headings: for the first character of each line of a heading, the number of the heading.
        text: of the page.
    """
    paragraphs: list[Paragraph] = []
    above: TextLine | None = None
    for line in lines:
        heading = headings.get(line.start)
        is_item = heading is None and _BULLET.match(text, line.start, line.end) is not None
        if above is not None and not is_item and _goes_on(above, line, paragraphs[-1], text, heading):
            paragraphs[-1].lines.append(line)
        else:
            paragraphs.append(Paragraph([line], is_item, heading))
        above = line
    return paragraphs


def _side_by_side(piece: Piece, following: Piece) -> bool:
    shared = min(piece.bottom, following.bottom) - max(piece.top, following.top)
    level = shared >= 0.5 * min(piece.bottom - piece.top, following.bottom - following.top)
    gap = max(following.left - piece.right, piece.left - following.right)
    return level and gap < 3 * max(piece.height, 1.0)


def _goes_on(above: TextLine, line: TextLine, paragraph: Paragraph, text: str, heading: int | None) -> bool:
    """True where a line belongs to the paragraph of the line above."""
    if heading is not None or paragraph.heading is not None:
        return heading == paragraph.heading
    size, other = above.first.height, line.first.height
    if (size > _OTHER_SIZE * other or other > _OTHER_SIZE * size) and above.first.characters > 3:
        return False
    ended = _END.search(text, above.start, above.end) is not None
    if ended and line.first.run_in:
        return False
    if above.column != line.column or line.bottom < above.top:
        return _goes_on_elsewhere(above, line, text)
    if line.top - above.bottom > _LOOSE * above.first.height + _leading(paragraph):
        return False
    width = max(above.right - above.left, 1.0)
    if paragraph.is_item:
        hanging = line.first.left > paragraph.lines[0].first.left + 0.3 * line.first.height
        return hanging or not (ended and above.right - above.pieces[-1].right > _SHORT_LINE * width)
    if above.right - max(p.right for p in above.pieces) > _SHORT_LINE * width:
        return False
    indented = line.first.left - above.first.left > _INDENT * line.first.height
    return not (indented and ended)


def join_over(paragraphs: Sequence[Paragraph], left_out: Sequence[Paragraph], text: str) -> list[Paragraph]:
    """Paragraphs without those left out, which may stand between two halves of one: footnotes below a column."""
    joined: list[Paragraph] = []
    is_parted = False
    skipped = set(map(id, left_out))
    for paragraph in paragraphs:
        if id(paragraph) in skipped:
            is_parted = True
            continue
        if (
            is_parted
            and joined
            and joined[-1].heading is None
            and paragraph.heading is None
            and not paragraph.is_item
            and _goes_on_elsewhere(joined[-1].lines[-1], paragraph.lines[0], text)
        ):
            joined[-1].lines += paragraph.lines
        else:
            joined.append(paragraph)
        is_parted = False
    return joined


def _goes_on_elsewhere(above: TextLine, line: TextLine, text: str) -> bool:
    """True where a paragraph goes on at the head of another column."""
    is_parted_word = text[above.end - 1] == "\u00ad"
    return is_parted_word or (text[line.start].islower() and _END.search(text, above.start, above.end) is None)


def _leading(paragraph: Paragraph) -> float:
    """White between the paragraph's first two lines, in points; nothing where it has one line yet."""
    if len(paragraph.lines) < 2:
        return 0.25 * paragraph.lines[0].first.height
    first, second = paragraph.lines[:2]
    return max(0.0, second.top - first.bottom)
