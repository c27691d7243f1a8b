"""The order in which the columns of a page are read.

A gutter is an upright strip that no line of prose crosses over a stretch of the page. Lines that do cross it (titles,
figures' captions) cut the stretch; between them the left side is read before the right one. The same is asked of each
side again, which finds three columns and more. A table has strips like that too: there the sides are no prose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.reading.pieces import Piece, rows_of

_NARROWEST_GUTTER = 5.0
# So much of the pieces that stand where most do may cross a gutter; beside a short column more would be margin.
_MOST_CROSSED = (0.6, 0.3, 0.1)
# A file that goes upwards at more than this share of its line breaks is not written in reading order.
_MOST_UPWARDS = 0.35
_DEEPEST = 6
_FEWEST_PIECES = 6
# Prose fills its column: most of it stands in lines of more than this share of the width of long lines …
_FULL_LINE = 0.55
_PROSE_SHARE = 0.55
# … and of more characters than a label.
_LABEL = 18
_FEWEST_LINES = 3
_LEAST_PROSE = 120
_MOST_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class _Zone:
    """A stretch of the page: what stands left and right of a gutter, or, where nothing is right, all of it."""

    left: list[Piece]
    right: list[Piece]


def reading_order(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The columns of a page as they are read, each with its pieces in order."""
    return _order(list(pieces), _DEEPEST)


def _order(pieces: list[Piece], depth: int) -> list[list[Piece]]:
    zones = _best_zones(pieces) if depth and len(pieces) >= _FEWEST_PIECES else None
    if zones is None:
        return [_in_sequence(pieces)] if pieces else []
    columns: list[list[Piece]] = []
    for zone in zones:
        for side in (zone.left, zone.right):
            columns += _order(side, depth - 1)
    return columns


def _in_sequence(pieces: list[Piece]) -> list[Piece]:
    """The order of the file where it runs down the page, as it nearly always does; else by rows."""
    ordered = sorted(pieces, key=lambda p: p.start)
    upwards = sum(after.bottom <= before.top for before, after in pairwise(ordered))
    downwards = sum(after.top >= before.bottom for before, after in pairwise(ordered))
    if upwards > _MOST_UPWARDS * (upwards + downwards):
        return [piece for row in rows_of(pieces) for piece in row]
    return ordered


def _best_zones(pieces: list[Piece]) -> list[_Zone] | None:
    """The stretches at the gutter that parts the most prose; None where there is no gutter."""
    best: list[_Zone] | None = None
    best_score = _LEAST_PROSE - 1
    by_height = sorted(pieces, key=lambda p: p.middle)
    for x in _gutters(pieces):
        zones = _zones(by_height, x)
        score = sum(
            min(sum(p.characters for p in zone.left), sum(p.characters for p in zone.right))
            for zone in zones
            if zone.right
        )
        if score > best_score:
            best, best_score = zones, score
    return best


def _gutters(pieces: Sequence[Piece]) -> list[float]:
    """Middles of the upright strips that few pieces cross."""
    lefts = np.array([p.left for p in pieces])
    rights = np.array([p.right for p in pieces])
    origin = float(lefts.min())
    size = int(min(float(rights.max()) - origin, 20_000.0)) + 2
    edges = np.zeros(size + 1, np.int32)
    np.add.at(edges, np.clip((lefts - origin).astype(np.int64), 0, size), 1)
    np.add.at(edges, np.clip(np.ceil(rights - origin).astype(np.int64), 0, size), -1)
    coverage = np.cumsum(edges)[:size]
    found: set[tuple[int, float]] = set()
    for crossed in _MOST_CROSSED:
        runs = _runs(coverage <= crossed * coverage.max())
        margins = [(first, after) for first, after in runs if first == 0 or after >= size]
        for first, after in runs:
            if (first, after) in margins:
                continue
            least = int(coverage[first:after].min())
            for strip_first, strip_after in _runs(coverage[first:after] == least):
                if strip_after - strip_first >= _NARROWEST_GUTTER:
                    found.add((least, origin + first + (strip_first + strip_after) / 2))
        if not any(_holds_prose(pieces, origin + first, origin + after) for first, after in margins):
            break  # else a margin may be a column that is less full than the other
    return [x for _, x in sorted(found)[:_MOST_CANDIDATES]]


def _holds_prose(pieces: Sequence[Piece], left: float, right: float) -> bool:
    return sum(p.characters for p in pieces if p.left >= left and p.right <= right) >= _LEAST_PROSE


def _runs(flags: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First index and end of each run of true flags."""
    steps = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(steps[::2], steps[1::2], strict=True)]


def _zones(by_height: Sequence[Piece], x: float) -> list[_Zone]:
    """Cut the page at the pieces that cross `x`; stretches without prose on both sides are joined to what crosses."""
    zones: list[_Zone] = []
    spanning: list[Piece] = []
    left: list[Piece] = []
    right: list[Piece] = []

    def close() -> None:
        nonlocal spanning, left, right
        if _is_prose(left) and _is_prose(right):
            if spanning:
                zones.append(_Zone(spanning, []))
            zones.append(_Zone(left, right))
            spanning = []
        else:
            spanning += [*left, *right]
        left, right = [], []

    for piece in by_height:
        if piece.left < x - 1 and piece.right > x + 1:
            close()
            spanning.append(piece)
        else:
            (left if piece.right <= x + 1 else right).append(piece)
    close()
    if spanning:
        zones.append(_Zone(spanning, []))
    return zones


def _is_prose(pieces: Sequence[Piece]) -> bool:
    """True where most characters stand in lines that fill their column, of one column or of several."""
    if len(pieces) < _FEWEST_LINES:
        return False
    width = sorted(p.width for p in pieces)[len(pieces) * 9 // 10]
    full = sum(p.characters for p in pieces if p.width >= _FULL_LINE * width and p.characters >= _LABEL)
    return full >= _PROSE_SHARE * sum(p.characters for p in pieces)
