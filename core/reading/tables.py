"""Tables by geometry: rows of cells that stand below one another in columns, ruled or not.

The idea is that of Nurminen (2013), "Algorithmic extraction of data in tables in PDF documents": edges of text that are
shared by several rows show the columns; rulings are not needed, and many tables have none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.reading.pieces import Piece, rows_of

_FEWEST_ROWS = 3
# Rows further apart than this many line heights belong to different tables.
_FURTHEST_ROW = 2.2
_LONGEST_CELL = 60
# A name over several columns may have a rule below it: "Year ended".
_FURTHEST_OVER = 1.0
# This many lines may stand between two rows of cells: the titles of a table's parts, and labels that are wrapped.
_MOST_LABELS = 4
_MOST_HEADER_ROWS = 8
_LONGEST_NAME = 40
# Pieces nearer to each other than this many line heights are parts of one line.
_TOUCHING = 0.3
# What shares this much of its widest overlap with another column stands over both; it is put into the first.
_SPANS = 0.5
# Where less than this share of the cells are figures, half of the cells have at most so many characters.
_FEW_FIGURES = 0.2
_LONGEST_WORDS = 30
# A table with fewer figures than this share of its cells beside its labels has no labels longer than this.
_FIGURES_SHARE = 0.4
_LONGEST_LABEL = 45
_FIGURE = re.compile(r"[^A-Za-z]*\d[^A-Za-z]*$|[-\u2013\u2014]$")
_YEAR = re.compile(r"(?:FY ?)?(?:19|20)\d\d(?:[/\u2013-]\d{2,4})?[*†]?$")
_SENTENCE = re.compile(r"[a-z]{3}[.!?]$")

Cells = tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row.

    Attributes:
        cells: by column, each with its pieces from top to bottom; empty where the row has nothing there.
        is_header: it names the columns.
    """

    cells: Cells
    is_header: bool

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All of the row's pieces, cell by cell."""
        return tuple(piece for cell in self.cells for piece in cell)


@dataclass(frozen=True, slots=True)
class Table:
    """A table's rows from top to bottom."""

    rows: tuple[TableRow, ...]


def find_tables(pieces: Sequence[Piece], text: str) -> list[Table]:
    """The tables among the pieces of one column of the page."""
    tables = []
    rows = rows_of(pieces)
    place = 0
    while place < len(rows):
        if not _has_cells(rows[place]):
            place += 1
            continue
        end = _run_end(rows, place, text)
        start = place - 1 if place and _belongs_above(rows[place - 1], rows[place:end], text) else place
        table = _table(rows[start:end], text)
        if table is not None:
            tables.append(table)
        place = end
    return tables


def _run_end(rows: Sequence[list[Piece]], first: int, text: str) -> int:
    """The end of the rows that may form a table with the first: near each other, prose lines left out."""
    end = last = first
    while end + 1 < len(rows):
        following, row = rows[end + 1], rows[end]
        gap = min(p.top for p in following) - max(p.bottom for p in row)
        if gap > _FURTHEST_ROW * max(p.height for p in following):
            break
        if _has_cells(following):
            last = end + 1
        elif end + 1 - last > _MOST_LABELS or _is_prose_line(following[0], rows[first], text):
            break
        end += 1
    return last + 1


def _has_cells(row: Sequence[Piece]) -> bool:
    """True for a row of several pieces that stand apart; letters and words set one by one touch each other."""
    touching = sum(b.left - a.right < _TOUCHING * b.height for a, b in pairwise(row))
    return len(row) >= 2 and 2 * touching < len(row) - 1


def _belongs_above(above: Sequence[Piece], rows: Sequence[list[Piece]], text: str) -> bool:
    """True for a line that stands over columns only, or is the first half of the first row's label."""
    line, label = above[0], rows[0][0]
    gap = label.top - line.bottom
    if len(above) > 1 or gap > _FURTHEST_OVER * line.height or line.characters > _LONGEST_CELL:
        return False
    left, right = min(row[0].left for row in rows), max(row[-1].right for row in rows)
    if line.left > left + 0.25 * (right - left):
        return True
    close = gap <= 0.5 * line.height
    return close and (abs(line.left - label.left) < 0.5 * line.height and text[label.start].islower())


def _is_prose_line(piece: Piece, above: Sequence[Piece], text: str) -> bool:
    """True for a line that is too long to be the label of a row."""
    span = max(p.right for p in above) - min(p.left for p in above)
    content = text[piece.start : piece.end]
    return (piece.characters > _LONGEST_CELL and piece.width > 0.6 * span) or bool(_SENTENCE.search(content))


def _table(rows: Sequence[list[Piece]], text: str) -> Table | None:
    cell_rows = [row for row in rows if _has_cells(row)]
    columns = _columns(cell_rows)
    if len(columns) < 2:
        return None
    placed = [_placed(row, columns) for row in rows]
    if not _is_table(cell_rows, placed, text):
        return None
    joined = _joined(placed, text)
    headers = _header_count(joined, text)
    body = tuple(TableRow(cells, is_header=False) for cells in joined[headers:])
    if not headers:
        return Table(body)
    # Each column's name in one cell, from top to bottom: "Three months ended / October 30, / 2022".
    names = tuple(tuple(p for cells in joined[:headers] for p in cells[column]) for column in range(len(columns)))
    return Table((TableRow(names, is_header=True), *body))


def _is_table(cell_rows: Sequence[list[Piece]], placed: Sequence[list[list[Piece]]], text: str) -> bool:
    """True for rows that hold figures beside their labels, or words that are short enough for cells."""
    cells = [piece for row in cell_rows for piece in row]
    figures = sum(is_figure(piece, text) for row in cell_rows for piece in row[1:])
    if len(cell_rows) < _FEWEST_ROWS:
        return len(cell_rows) == _FEWEST_ROWS - 1 and figures >= 2
    lengths = sorted(piece.characters for piece in cells)
    if figures < _FEW_FIGURES * len(cells) and lengths[len(lengths) // 2] > _LONGEST_WORDS:
        return False
    return figures >= _FIGURES_SHARE * len(cells) or not _has_prose(placed)


def _has_prose(rows: Sequence[list[list[Piece]]]) -> bool:
    """True where a column is made of lines of prose: then something else stands beside it."""
    for column in zip(*rows, strict=True):
        lengths = sorted(piece.characters for cell in column for piece in cell)
        if lengths and lengths[len(lengths) // 2] > _LONGEST_LABEL:
            return True
    return False


def _columns(cell_rows: Sequence[list[Piece]]) -> list[tuple[float, float]]:
    """The strips that the columns take, from the rows with as many cells as most; headers may span several."""
    counts = Counter(map(len, cell_rows))
    common = max(counts, key=lambda n: (counts[n] * n, n))
    model = [row for row in cell_rows if len(row) >= common]
    strips = sorted((piece.left, piece.right) for row in model for piece in row)
    merged: list[list[float]] = []
    for left, right in strips:
        if merged and left < merged[-1][1] - 1.0:
            merged[-1][1] = max(merged[-1][1], right)
        else:
            merged.append([left, right])
    return [(left, right) for left, right in merged]


def _placed(row: Sequence[Piece], columns: Sequence[tuple[float, float]]) -> list[list[Piece]]:
    """A row's pieces by column: the first that they share much with, else the nearest."""
    cells: list[list[Piece]] = [[] for _ in columns]
    for piece in row:
        overlaps = [min(piece.right, right) - max(piece.left, left) for left, right in columns]
        most = max(overlaps)
        much = [shared >= min(_SPANS * most, most) for shared in overlaps]
        cells[much.index(True)].append(piece)
    return cells


def _joined(rows: Sequence[list[list[Piece]]], text: str) -> list[Cells]:
    """Rows with their wrapped cells in one: a line without a label goes on the row above; labels may be wrapped too."""
    joined: list[list[list[Piece]]] = []
    for row in rows:
        if joined and _continues(joined[-1], row, text):
            for cell, more in zip(joined[-1], row, strict=True):
                cell += more
        else:
            joined.append([list(cell) for cell in row])
    return [tuple(map(tuple, row)) for row in joined]


def _continues(above: Sequence[Sequence[Piece]], row: Sequence[Sequence[Piece]], text: str) -> bool:
    figures_above = any(is_figure(p, text) for cell in above for p in cell)
    figures = any(is_figure(p, text) for cell in row for p in cell)
    gap = min(p.top for cell in row for p in cell) - max(p.bottom for cell in above for p in cell)
    close = gap < 0.5 * max(p.height for cell in row for p in cell)
    if not close:
        return False
    label_above, label = above[0], row[0]
    alone_above = not any(above[1:])
    if alone_above and label_above and label and figures:
        return text[label[0].start].islower()  # "Net cash provided by operating / activities 5,000"
    if figures or (figures_above and not label):
        return False
    if label and not any(row[1:]):
        return text[label[0].start].islower()
    return not label and bool(label_above)


def _header_count(rows: Sequence[Cells], text: str) -> int:
    """How many rows at the top name the columns."""
    for place, cells in enumerate(rows[: _MOST_HEADER_ROWS + 1]):
        values = [p for cell in cells[1:] for p in cell]
        if any(is_figure(p, text) and not _YEAR.match(_content(p, text)) for p in values):
            # The titles of the table's first part ("Assets") stand below its header and are no part of it.
            named = [i for i in range(place) if any(rows[i][1:]) or _is_unit(rows[i], text)]
            return named[-1] + 1 if named else 0
    first = [p for cell in rows[0] for p in cell]
    rest = [p for cells in rows[1:] for cell in cells for p in cell]
    if all(p.bold for p in first) and not all(p.bold for p in rest):
        return 1
    filled = sum(bool(cell) for cell in rows[0])
    return int(filled >= 2 and all(p.characters <= _LONGEST_NAME for p in first))


def _is_unit(cells: Cells, text: str) -> bool:
    """True for a line like "(in thousands)"."""
    return bool(cells[0]) and text[cells[0][0].start] == "("


def is_figure(piece: Piece, text: str) -> bool:
    """True for a number, with its signs, or the dash in the place of one."""
    return _FIGURE.match(_content(piece, text)) is not None


def _content(piece: Piece, text: str) -> str:
    return text[piece.start : piece.end]
