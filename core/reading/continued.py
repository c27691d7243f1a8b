"""Tables that go on from one page to the next: the rows there keep the header that stands on the page before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.captions import is_continuation, names_of_table
from core.reading.layout import Layout
from core.reading.tables import Table, is_figure
from core.types import CELL_BORDER, Block, BlockKind

_OUTSIDE = (BlockKind.RUNNING_HEAD, BlockKind.FOOTNOTE)


def continue_table(before: Layout, text_before: str, layout: Layout, text: str) -> Layout:
    """A page's layout with what names the columns of a table that began on the page before, if one goes on.

    It does where the last thing of one page and the first of the other are tables whose columns stand below one
    another, and the second has no header of its own.
    """
    last, first = _last(before), _first(layout, text)
    if last is None or first is None or last.table is None or first.table is None:
        return layout
    above, below = before.tables[last.table], layout.tables[first.table]
    if not _same_columns(above, below):
        return layout
    header = _header(before, text_before, last.table)
    own = _header(layout, text, first.table)
    if own and (own == header or not header or _is_certain(below, text)):
        return layout
    lead = _lead(before, text_before, last.table, header)
    if not lead:
        return layout
    # A table of words has no figures that would tell its first row from a header.
    blocks = tuple(
        replace(block, kind=BlockKind.TABLE_ROW)
        if block.table == first.table and block.kind is BlockKind.TABLE_HEADER
        else block
        for block in layout.blocks
    )
    return replace(layout, blocks=blocks, table_lead=lead)


def _body(layout: Layout) -> list[Block]:
    return [block for block in layout.blocks if block.kind not in _OUTSIDE]


def _last(layout: Layout) -> Block | None:
    body = _body(layout)
    return body[-1] if body else None


def _first(layout: Layout, text: str) -> Block | None:
    """The first block; a line that says that a table goes on does not count."""
    body = _body(layout)
    if len(body) > 1 and body[0].table is None and is_continuation(_said(text)(body[0])):
        return body[1]
    return body[0] if body else None


def _header(layout: Layout, text: str, table: int) -> str:
    said = _said(text)
    rows = (b for b in layout.blocks if b.table == table and b.kind is BlockKind.TABLE_HEADER)
    return "\n".join(said(block) for block in rows)


def _lead(layout: Layout, text: str, table: int, header: str) -> str:
    """Caption and header of a table, which may itself have begun a page earlier."""
    body = _body(layout)
    place = next(number for number, block in enumerate(body) if block.table == table)
    if not header and layout.table_lead and place <= 1:
        return layout.table_lead
    return "\n".join([*names_of_table(_said(text), body, place), *([header] if header else [])])


def _said(text: str) -> Callable[[Block], str]:
    def said(block: Block) -> str:
        lines = (" ".join(" ".join(text[a:b] for a, b in line).split()) for line in block.lines)
        return (" " if block.table is None else CELL_BORDER).join(line for line in lines if line)

    return said


def _same_columns(above: Table, below: Table) -> bool:
    """True where both have as many columns, each partly below the other's."""
    strips, others = _strips(above), _strips(below)
    return len(strips) == len(others) and all(
        a is None or b is None or min(a[1], b[1]) > max(a[0], b[0]) for a, b in zip(strips, others, strict=True)
    )


def _strips(table: Table) -> Sequence[tuple[float, float] | None]:
    """Left and right edge of each column's cells, None for an empty column."""
    columns = zip(*(row.cells for row in table.rows if not row.is_header), strict=True)
    pieces = [[piece for cell in column for piece in cell] for column in columns]
    return [(min(p.left for p in column), max(p.right for p in column)) if column else None for column in pieces]


def _is_certain(table: Table, text: str) -> bool:
    """True for a header that is bold or stands over figures; over words it may be a row like the others."""
    names = [piece for row in table.rows if row.is_header for piece in row.pieces]
    rows = [piece for row in table.rows if not row.is_header for piece in row.pieces]
    return all(piece.bold for piece in names) or any(is_figure(piece, text) for piece in rows)
