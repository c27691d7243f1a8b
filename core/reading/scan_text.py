"""Recognised lines put together: the page's text in reading order, and the place of every word in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.reading.scan_order import reading_order
from core.reading.scan_pose import Quads, levelled
from core.types import WordBox

if TYPE_CHECKING:
    from core.reading.ocr_networks import ReadLine


def assembled(quads: Quads, lines: Sequence[ReadLine]) -> tuple[str, tuple[WordBox, ...]]:
    """Text, a row of the page on each of its lines, and a box for every word of it.

    Args:
        quads: the lines' corners in points from the page's upper left, shape (lines, 4, 2).
        lines: what was read in each.
    """
    parts: list[str] = []
    boxes: list[WordBox] = []
    position = 0
    for row in reading_order(levelled(quads)):
        for piece in row:
            for word, start, end, joins in _words(lines[piece]):
                if parts and parts[-1] != "\n" and not joins:
                    parts.append(" ")
                    position += 1
                boxes.append(WordBox(position, position + len(word), *_bounds(quads[piece], start, end)))
                parts.append(word)
                position += len(word)
        parts.append("\n")
        position += 1
    return "".join(parts), tuple(boxes)


def _words(line: ReadLine) -> Iterator[tuple[str, float, float, bool]]:
    """Words with where they begin and end along the line, 0 to 1, and whether they follow the one before at once.

    Chinese and Japanese put no spaces between words: there, every character stands for itself.
    """
    edges = _edges(line.places)
    start = 0
    for end in range(1, len(line.text) + 1):
        if end < len(line.text) and not _is_border(line.text[end - 1], line.text[end]):
            continue
        if not line.text[start].isspace():
            yield line.text[start:end], edges[start], edges[end], start > 0 and not line.text[start - 1].isspace()
        start = end


def _is_border(before: str, after: str) -> bool:
    return before.isspace() or after.isspace() or _stands_alone(before) or _stands_alone(after)


def _stands_alone(character: str) -> bool:
    return unicodedata.east_asian_width(character) == "W"


def _edges(places: Sequence[float]) -> list[float]:
    """The borders of a line's characters, one more than there are characters: halfway between their middles."""
    middles = np.array(places)
    between = (middles[:-1] + middles[1:]) / 2
    half = float(np.diff(middles).mean()) / 2 if len(middles) > 1 else 0.5
    first, last = max(0.0, middles[0] - half), min(1.0, middles[-1] + half)
    return [float(first), *between.tolist(), float(last)]


def _bounds(quad: npt.NDArray[np.float32], start: float, end: float) -> tuple[float, float, float, float]:
    """The upright rectangle around a stretch of a line: left, top, right, bottom."""
    along = quad[1] - quad[0]
    corners = np.concatenate([quad[[0, 3]] + along * start, quad[[0, 3]] + along * end])
    left, top = np.maximum(corners.min(axis=0), 0.0)
    right, bottom = corners.max(axis=0)
    return round(float(left), 1), round(float(top), 1), round(float(right), 1), round(float(bottom), 1)
