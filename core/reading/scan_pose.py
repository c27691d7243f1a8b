"""How the lines of a scan lie: turned by quarters, and askew by some degrees."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.reading.scan_order import Boxes

# Corners of lines, shape (lines, 4, 2): upper left, upper right, lower right, lower left as the line is read.
Quads = npt.NDArray[np.float32]
Lengths = npt.NDArray[np.float64]  # shape (lines,)

_TALL = 1.5  # height by width from which a line seems to lie on its side; single narrow letters reach it as well
_SIDEWAYS_SHARE = 0.5


def lengths(quads: Quads) -> tuple[Lengths, Lengths]:
    """Each line's extent in its direction of reading, and across; shapes (lines,), in the unit of the corners."""
    along = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1).astype(np.float64)
    across = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1).astype(np.float64)
    return along, across


def is_tall(quads: Quads) -> npt.NDArray[np.bool_]:
    """For each line, whether it is higher than it is wide; shape (lines,)."""
    along, across = lengths(quads)
    return np.asarray(across > _TALL * along)


def is_sideways(quads: Quads) -> bool:
    """True where most of the text, by its area, lies on its side."""
    along, across = lengths(quads)
    area = along * across
    return bool(area[is_tall(quads)].sum() > _SIDEWAYS_SHARE * area.sum())


def turned(quads: Quads, quarters: int) -> Quads:
    """The same rectangles, read from another corner on: 1 from below upwards, 2 upside down, 3 downwards."""
    return np.asarray(np.roll(quads, quarters, axis=1), np.float32)


def levelled(quads: Quads) -> Boxes:
    """The lines' rectangles, shape (lines, 4), on a page turned and straightened so that reading goes to the right."""
    along, across = lengths(quads)
    directions = (quads[:, 1] - quads[:, 0]).astype(np.float64)
    # The mean direction, long lines counting for more: they say more exactly how the page lies.
    cosine, sine = directions.sum(axis=0) / max(float(np.linalg.norm(directions.sum(axis=0))), 1e-9)
    middles = quads.mean(axis=1).astype(np.float64) @ np.array([[cosine, -sine], [sine, cosine]])
    halves = np.stack([along, across], axis=1) / 2
    return np.hstack([middles - halves, middles + halves])
