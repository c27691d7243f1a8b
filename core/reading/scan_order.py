"""In which order the lines of a recognised page are read: column by column, and across in tables.

A gutter is a place that hardly any line crosses and that has running text on both of its sides. Lines that do cross it,
titles and footers, cut the page into bands; in every band the left column comes before the right one. Where there is
no gutter, what stands at one height is one row: a table's row stays together.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# Left, top, right, bottom of each line, shape (lines, 4), any unit, the page level.
Boxes = npt.NDArray[np.float64]

_LEAST_GUTTER = 0.5  # in line heights
_LEAST_LINES_OF_COLUMN = 3
_PROSE_WIDTH = 7.0  # in line heights: about fourteen letters, which cells of a table rarely have
_MOST_CROSSING = 0.34  # share of lines
_DEEPEST = 6  # columns within columns; newspapers have eight, which is three halvings


def reading_order(boxes: Boxes) -> list[list[int]]:
    """Rows in the order in which they are read, each with the positions in `boxes` of its pieces, left to right."""
    if not len(boxes):
        return []
    return _ordered(boxes, np.arange(len(boxes)), _DEEPEST)


def _ordered(boxes: Boxes, chosen: npt.NDArray[np.intp], depth: int) -> list[list[int]]:
    gutter = _gutter(boxes[chosen]) if depth else None
    if gutter is None:
        return _rows(boxes, chosen)
    crossing = (boxes[chosen, 0] < gutter) & (boxes[chosen, 2] > gutter)
    rows: list[list[int]] = []
    below = chosen[~crossing]
    for row in _rows(boxes, chosen[crossing]):
        edge = float(boxes[row, 1].min() + boxes[row, 3].max()) / 2
        above = _middles(boxes, below) < edge
        rows += _columns(boxes, below[above], gutter, depth)
        rows.append(row)
        below = below[~above]
    return rows + _columns(boxes, below, gutter, depth)


def _columns(boxes: Boxes, chosen: npt.NDArray[np.intp], gutter: float, depth: int) -> list[list[int]]:
    left = boxes[chosen, 2] <= gutter
    rows: list[list[int]] = []
    for side in (chosen[left], chosen[~left]):
        if len(side):
            rows += _ordered(boxes, side, depth - 1)
    return rows


def _gutter(boxes: Boxes) -> float | None:
    """The middle of the gap between two columns that the fewest lines cross, and of those the widest."""
    if len(boxes) < 2 * _LEAST_LINES_OF_COLUMN:
        return None
    lefts, rights = boxes[:, 0], boxes[:, 2]
    heights = np.maximum(boxes[:, 3] - boxes[:, 1], 1e-6)
    least = _LEAST_GUTTER * float(np.median(heights))
    is_prose = (rights - lefts) / heights >= _PROSE_WIDTH
    best: tuple[float, float, float] | None = None
    for start in np.unique(rights):
        on_left, on_right = rights <= start, lefts >= start + least
        crossing = len(boxes) - int(on_left.sum()) - int(on_right.sum())
        if crossing > _MOST_CROSSING * len(boxes) or (best is not None and crossing > best[0]):
            continue
        if not (_is_column(on_left, is_prose) and _is_column(on_right, is_prose)):
            continue
        if not _stand_side_by_side(boxes[on_left], boxes[on_right]):
            continue
        width = float(lefts[on_right].min() - start)
        if best is None or (crossing, -width) < best[:2]:
            best = (crossing, -width, float(start) + width / 2)
    return best[2] if best else None


def _is_column(chosen: npt.NDArray[np.bool_], is_prose: npt.NDArray[np.bool_]) -> bool:
    """True for enough lines of which most are long."""
    lines = int(chosen.sum())
    return lines >= _LEAST_LINES_OF_COLUMN and 2 * int((chosen & is_prose).sum()) > lines


def _stand_side_by_side(left: Boxes, right: Boxes) -> bool:
    """False for blocks of which one ends before the other begins: these are read from the top in any case."""
    common = min(left[:, 3].max(), right[:, 3].max()) - max(left[:, 1].min(), right[:, 1].min())
    return bool(common > 0)


def _rows(boxes: Boxes, chosen: npt.NDArray[np.intp]) -> list[list[int]]:
    """Pieces that stand at one height, from the top; a piece belongs to a row whose middle it covers."""
    rows: list[list[int]] = []
    middle = 0.0
    for i in chosen[np.argsort(_middles(boxes, chosen), kind="stable")]:
        top, bottom = boxes[i, 1], boxes[i, 3]
        if rows and top < middle < bottom and (top + bottom) / 2 - middle < (bottom - top) / 3:
            rows[-1].append(int(i))
        else:
            rows.append([int(i)])
        middle = float(_middles(boxes, np.array(rows[-1])).mean())
    return [sorted(row, key=lambda i: float(boxes[i, 0])) for row in rows]


def _middles(boxes: Boxes, chosen: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    return np.asarray((boxes[chosen, 1] + boxes[chosen, 3]) / 2, np.float64)
