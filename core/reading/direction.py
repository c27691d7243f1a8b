"""Right-to-left text in the order in which it is read.

PDFium puts it into that order itself, with one exception: in many files it turns around the two letters of a ligature.
Lam-alef comes out as alef-lam, and no word with one is ever found. Such letters share one box, and in Arabic it is lam
that ligatures begin with.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from core.reading.words import Boxes
from core.types import Spans

_LAM = "ل"
_SAME = 0.05
_LEAST_WIDTH = 0.5


def logical_spans(text: str, start: int, end: int, boxes: Boxes) -> Spans:
    """The spans of `text[start:end]` in the order in which they are read.

    Args:
        text: of the page.
        start: of a line, or a piece of one.
        end: of it, exclusive.
        boxes: of its characters, shape (end - start, 4), left first, right third.
    """
    order = list(range(start, end))
    for place in range(len(order) - 1):
        first, second = text[start + place], text[start + place + 1]
        if second == _LAM != first and "\u0620" <= first <= "\u064a" and _is_one_glyph(boxes, place):
            order[place], order[place + 1] = order[place + 1], order[place]
    return _as_spans(order)


def _is_one_glyph(boxes: Boxes, place: int) -> bool:
    """True where a character and the next have the same box."""
    one, other = boxes[place], boxes[place + 1]
    if float(one[2] - one[0]) < _LEAST_WIDTH:
        return False
    return abs(float(one[0] - other[0])) < _SAME and abs(float(one[2] - other[2])) < _SAME


def _as_spans(order: Sequence[int]) -> Spans:
    """Neighbouring characters as spans."""
    spans: list[tuple[int, int]] = []
    first = order[0] if order else 0
    for index, following in pairwise([*order, -1]):
        if following != index + 1:
            spans.append((first, index + 1))
            first = following
    return tuple(spans)
