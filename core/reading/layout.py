"""A page's words → blocks in the order in which they are read, each with its kind.

The steps: words are cut into pieces at wide gaps; running heads and feet are set aside; columns are put in order;
tables are found in each; what is left becomes lines, headings, paragraphs and points of lists; footnotes go to the end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.reading.columns import reading_order
from core.reading.headings import Line, find_headings, run_in_heading
from core.reading.paragraphs import Paragraph, TextLine, join_lines, join_over, join_paragraphs, line_styles
from core.reading.pieces import Piece, Pieces, find_pieces
from core.reading.tables import Table, find_tables
from core.reading.words import recognised_words
from core.scripts import has_rtl
from core.types import Block, BlockKind, Heading, OutlineEntry, Page, Spans

_NOTE_MARK = re.compile(r"(?:\d{1,3}|[*∗†‡§¶]{1,3}|\[\d{1,3}\]|\(\d{1,3}\)|[a-z]\))\s*[^\W\d]")
_NOTE_SIZE = 0.93
# Footnotes begin in the lower part of the page.
_NOTE_ZONE = 0.5

SpansOf = Callable[[int, int], Spans]


@dataclass(frozen=True, slots=True)
class Layout:
    """What `lay_out` finds: blocks and headings in reading order.

    Attributes:
        tables: that blocks name by number.
        table_lead: caption and header of the table that goes on from the page before.
    """

    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    tables: tuple[Table, ...] = ()
    table_lead: str = ""


def body_height(pieces: Sequence[Piece]) -> float:
    """The height of the line in which most characters of a page are set, in points."""
    weights: Counter[float] = Counter()
    for piece in pieces:
        weights[round(piece.height * 2) / 2] += piece.characters
    return weights.most_common(1)[0][0] if weights else 0.0


def lay_out(
    pieces: Pieces,
    text: str,
    running: frozenset[int],
    spans_of: SpansOf,
    outline: Sequence[OutlineEntry] | None = None,
) -> Layout:
    """Put a page in order.

    Args:
        pieces: of the page.
        text: of the page.
        running: first characters of the pieces that are running heads and feet.
        spans_of: the spans of a stretch of the text in logical order.
        outline: the entries that lead to the page; None where the document has no outline.
    """
    body = [piece for piece in pieces.upright if piece.start not in running]
    if _runs_leftwards(body, text):
        body = [replace(p, left=-p.right, right=-p.left) for p in body]  # in the mirror it is like any other page
    columns = reading_order(body)
    tables = [table for column in columns for table in find_tables(column, text)]
    tabled = {piece.start for table in tables for row in table.rows for piece in row.pieces}
    lines = join_lines([[p for p in column if p.start not in tabled] for column in columns])
    styles = line_styles(lines)
    everything = [*styles, *(Line(p.start, p.end, p.height, p.bold) for p in body if p.start in tabled)]
    headings = find_headings(text, styles, everything, outline)
    paragraphs = join_paragraphs(lines, _heading_numbers(lines, headings, text), text)
    headings += _run_ins(paragraphs, text, outlined=outline is not None)
    notes = _footnotes(paragraphs, text, lambda: body_height(body))
    paragraphs = join_over(paragraphs, notes, text)
    stretches = [
        *_in_place(paragraphs, tables, columns, spans_of),
        *(_block(p, BlockKind.FOOTNOTE, spans_of) for p in notes),
        *(Block(BlockKind.PARAGRAPH, (spans_of(p.start, p.end),)) for p in pieces.strays if p.start not in running),
        *(
            Block(BlockKind.RUNNING_HEAD, (spans_of(p.start, p.end),))
            for p in (*pieces.upright, *pieces.strays)
            if p.start in running
        ),
    ]
    return Layout(tuple(stretches), _in_order(headings, stretches), tuple(tables))


def lay_out_recognised(page: Page) -> Page:
    """A recognised page with its blocks in order, from the boxes of its words."""
    words = recognised_words(page.text, page.words)
    if words is None:
        return page
    pieces = find_pieces(words, page.text, lambda _: False)
    layout = lay_out(pieces, page.text, frozenset(), lambda start, end: ((start, end),))
    return replace(page, blocks=layout.blocks)


def _runs_leftwards(pieces: Sequence[Piece], text: str) -> bool:
    leftwards = sum(p.characters for p in pieces if has_rtl(text[p.start : p.end]))
    return 2 * leftwards > sum(p.characters for p in pieces)


def _heading_numbers(lines: Sequence[TextLine], headings: Sequence[Heading], text: str) -> dict[int, int]:
    """For the first character of each line of a heading, the number of the heading."""
    numbers: dict[int, int] = {}
    by_start = {heading.char_start: number for number, heading in enumerate(headings)}
    current, rest = -1, ""
    for line in lines:
        content = " ".join(text[line.start : line.end].split())
        if line.start in by_start:
            current = by_start[line.start]
            rest = headings[current].text
        if current >= 0 and content and rest.startswith(content):
            numbers[line.start] = current
            rest = rest[len(content) :].lstrip()
        else:
            current = -1
    return numbers


def _run_ins(paragraphs: Sequence[Paragraph], text: str, *, outlined: bool) -> tuple[Heading, ...]:
    """The headings that are the first words of paragraphs."""
    plain = (p for p in paragraphs if p.heading is None and not p.is_item and p.lines[0].first.run_in)
    found = (run_in_heading(text, paragraph.lines[0].style(), outlined) for paragraph in plain)
    return tuple(heading for heading in found if heading is not None)


def _in_order(headings: Sequence[Heading], blocks: Sequence[Block]) -> tuple[Heading, ...]:
    """Headings in the order of the blocks that they begin."""
    places = {block.char_start: number for number, block in enumerate(blocks)}
    return tuple(sorted(headings, key=lambda heading: places.get(heading.char_start, len(places))))


def _footnotes(paragraphs: Sequence[Paragraph], text: str, body: Callable[[], float]) -> list[Paragraph]:
    """The paragraphs that are footnotes: small, low on the page, and marked, or following one that is."""
    notes: list[Paragraph] = []
    height = 0.0
    if not paragraphs:
        return notes
    top = min(p.lines[0].top for p in paragraphs)
    bottom = max(p.lines[-1].bottom for p in paragraphs)
    before: Paragraph | None = None
    for paragraph in paragraphs:
        first = paragraph.lines[0]
        low = first.top > top + _NOTE_ZONE * (bottom - top)
        follows = before is not None and bool(notes) and notes[-1] is before and before.lines[-1].column == first.column
        marked = follows or _NOTE_MARK.match(text, first.start, first.end)
        if low and marked and paragraph.heading is None:
            height = height or body()
            if sorted(line.first.height for line in paragraph.lines)[len(paragraph.lines) // 2] <= _NOTE_SIZE * height:
                notes.append(paragraph)
        before = paragraph
    return notes


def _in_place(
    paragraphs: Sequence[Paragraph],
    tables: Sequence[Table],
    columns: Sequence[Sequence[Piece]],
    spans_of: SpansOf,
) -> list[Block]:
    """Paragraphs and tables in one order: a table stands where the first of its pieces does in its column."""
    place = {piece.start: number for number, piece in enumerate(p for column in columns for p in column)}
    found: list[tuple[int, list[Block]]] = []
    for number, table in enumerate(tables):
        first = min(place[piece.start] for row in table.rows for piece in row.pieces)
        found.append((first, _table_blocks(table, number, spans_of)))
    for paragraph in paragraphs:
        kind = (
            BlockKind.HEADING
            if paragraph.heading is not None
            else BlockKind.LIST_ITEM
            if paragraph.is_item
            else BlockKind.PARAGRAPH
        )
        found.append((place[paragraph.lines[0].start], [_block(paragraph, kind, spans_of)]))
    found.sort(key=lambda item: item[0])
    return [block for _, blocks in found for block in blocks]


def _block(paragraph: Paragraph, kind: BlockKind, spans_of: SpansOf) -> Block:
    return Block(kind, tuple(spans_of(p.start, p.end) for line in paragraph.lines for p in line.pieces))


def _table_blocks(table: Table, number: int, spans_of: SpansOf) -> list[Block]:
    blocks = []
    for row in table.rows:
        cells = tuple(tuple(span for p in cell for span in spans_of(p.start, p.end)) for cell in row.cells)
        kind = BlockKind.TABLE_HEADER if row.is_header else BlockKind.TABLE_ROW
        blocks.append(Block(kind, cells, number))
    return blocks
