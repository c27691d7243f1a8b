"""Running heads and feet: lines at the edge of a page that stand at the same place of its neighbours too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.reading.pieces import Pieces

# A head ends, and a foot begins, within this share of the page's height from the edge.
_ZONE = 0.16
_MOST_ROWS = 4
_SAME_PLACE = 0.012
_SAME_ROW = 0.006
_FEWEST_MATCHES = 2
# The title of a slide may be that of the last slide as well: a large line must be on more of the neighbours.
_LARGE = 1.25
_FEWEST_LARGE_MATCHES = 3
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"[ivxlc]+$", re.IGNORECASE)

# How far away the neighbours are that a page is compared with. Left and right pages often have heads of their own.
NEIGHBOURS = (-2, -1, 1, 2)


@dataclass(frozen=True, slots=True)
class EdgePiece:
    """A piece at the edge of a page: its text with numbers alike, and its height on the page as a share."""

    start: int
    text: str
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
        edge = EdgePiece(
            piece.start, _alike(text[piece.start : piece.end]), (top + bottom) / 2, piece.height > _LARGE * body_height
        )
        (heads if bottom <= _ZONE else feet).append(edge)
    heads.sort(key=lambda p: p.place)
    feet.sort(key=lambda p: -p.place)
    return PageEdges(_rows(heads), _rows(feet))


def running_starts(page: PageEdges, neighbours: Sequence[PageEdges]) -> frozenset[int]:
    """First characters of the pieces of a page that are part of its running heads and feet.

    From the outermost row inwards, until a row is no neighbour's.

    Args:
        page: its edges.
        neighbours: those of the pages around it, as many as there are.
    """
    found: set[int] = set()
    for rows, others in (
        (page.head, [n.head for n in neighbours]),
        (page.foot, [n.foot for n in neighbours]),
    ):
        for row in rows:
            if not all(_is_repeated(piece, others) for piece in row):
                break
            found.update(piece.start for piece in row)
    return frozenset(found)


def _is_repeated(piece: EdgePiece, others: Sequence[tuple[tuple[EdgePiece, ...], ...]]) -> bool:
    matches = sum(any(_same(piece, other) for row in rows for other in row) for rows in others)
    return matches >= (_FEWEST_LARGE_MATCHES if piece.is_large else _FEWEST_MATCHES)


def _same(piece: EdgePiece, other: EdgePiece) -> bool:
    return piece.text == other.text and abs(piece.place - other.place) < _SAME_PLACE


def _rows(pieces: Sequence[EdgePiece]) -> tuple[tuple[EdgePiece, ...], ...]:
    rows: list[list[EdgePiece]] = []
    for piece in pieces:
        if rows and abs(rows[-1][0].place - piece.place) < _SAME_ROW:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return tuple(tuple(row) for row in rows[:_MOST_ROWS])


def _alike(text: str) -> str:
    """Text in which all numbers are the same."""
    text = " ".join(text.split()).casefold()
    return "#" if _ROMAN.match(text) else _DIGITS.sub("#", text)
