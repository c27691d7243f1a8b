"""Running heads and feet: lines at the edge of a page that stand at the same place of its neighbours too.

Their numbers may differ as the numbers of the pages do: "Page 3 of 10" is "Page 4 of 10" on the next one, while "Pier 3
is 120 metres long" and "Pier 4 is 157 metres long" are two sentences.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.reading.pieces import Pieces

# A head ends, and a foot begins, within this share of the page's height from the edge.
_ZONE = 0.15
_MOST_ROWS = 4
_SAME_PLACE = 0.012
_SAME_ROW = 0.006
_FEWEST_MATCHES = 2
# The title of a slide may be that of the last slide as well: a large line must be on more of the neighbours, and no
# number of it may change.
_LARGE = 1.25
_FEWEST_LARGE_MATCHES = 3
_MOST_DIGITS = 12
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"[ivxlc]+$", re.IGNORECASE)

# How far away the neighbours are that a page is compared with. Left and right pages often have heads of their own.
NEIGHBOURS = (-2, -1, 1, 2)


@dataclass(frozen=True, slots=True)
class EdgePiece:
    """A piece at the edge of a page: its text with the numbers taken out, and its height on the page as a share."""

    start: int
    text: str
    numbers: tuple[int, ...]
    place: float
    is_large: bool


@dataclass(frozen=True, slots=True)
class PageEdges:
    """Rows at the head and at the foot of a page, the outermost first."""

    head: tuple[tuple[EdgePiece, ...], ...] = ()
    foot: tuple[tuple[EdgePiece, ...], ...] = ()


def page_edges(pieces: Pieces, text: str, body_height: float) -> PageEdges:
    """The rows of a page that may be running heads and feet."""
    heads: list[EdgePiece] = []
    feet: list[EdgePiece] = []
    for piece in (*pieces.upright, *pieces.strays):
        top, bottom = pieces.edges[piece.start]
        if bottom > _ZONE and top < 1 - _ZONE:
            continue
        words, numbers = _parted(text[piece.start : piece.end])
        is_large = piece.height > _LARGE * body_height
        edge = EdgePiece(piece.start, words, numbers, (top + bottom) / 2, is_large)
        (heads if bottom <= _ZONE else feet).append(edge)
    heads.sort(key=lambda p: p.place)
    feet.sort(key=lambda p: -p.place)
    return PageEdges(_rows(heads), _rows(feet))


def running_starts(page: PageEdges, neighbours: Mapping[int, PageEdges]) -> frozenset[int]:
    """First characters of the pieces of a page that are part of its running heads and feet.

    From the outermost row inwards, until a row is no neighbour's.

    Args:
        page: its edges.
        neighbours: those of the pages around it, as many as there are, by how many pages they are further on.
    """
    found: set[int] = set()
    for rows, others in (
        (page.head, {step: n.head for step, n in neighbours.items()}),
        (page.foot, {step: n.foot for step, n in neighbours.items()}),
    ):
        for row in rows:
            if not all(_is_repeated(piece, others) for piece in row):
                break
            found.update(piece.start for piece in row)
    return frozenset(found)


def _is_repeated(piece: EdgePiece, others: Mapping[int, tuple[tuple[EdgePiece, ...], ...]]) -> bool:
    matches = sum(any(_same(piece, other, step) for row in rows for other in row) for step, rows in others.items())
    return matches >= (_FEWEST_LARGE_MATCHES if piece.is_large else _FEWEST_MATCHES)


def _same(piece: EdgePiece, other: EdgePiece, step: int) -> bool:
    """True for the same line on a page `step` pages further on."""
    if piece.text != other.text or abs(piece.place - other.place) >= _SAME_PLACE:
        return False
    allowed = (0,) if piece.is_large else (0, step)
    return all(b - a in allowed for a, b in zip(piece.numbers, other.numbers, strict=True))


def _rows(pieces: Sequence[EdgePiece]) -> tuple[tuple[EdgePiece, ...], ...]:
    rows: list[list[EdgePiece]] = []
    for piece in pieces:
        if rows and abs(rows[-1][0].place - piece.place) < _SAME_ROW:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return tuple(tuple(row) for row in rows[:_MOST_ROWS])


def _parted(text: str) -> tuple[str, tuple[int, ...]]:
    """Words with a mark for each number, and the numbers; all Roman numbers that stand alone are alike."""
    text = " ".join(text.split()).casefold()
    if _ROMAN.match(text):
        return "roman", ()
    numbers = tuple(int(digits[:_MOST_DIGITS]) for digits in _DIGITS.findall(text))
    return _DIGITS.sub("#", text), numbers
