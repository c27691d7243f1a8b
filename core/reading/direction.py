"""Right-to-left text in the order in which it is read.

PDFium puts it into that order itself, with two exceptions. In many files it turns around the two letters of a ligature:
lam-alef comes out as alef-lam, and no word with one is ever found. Such letters share one box, and in Arabic it is lam
that ligatures begin with. And some text comes out reversed; there the letters of a word move to the right as their
index rises, which right-to-left letters never do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from core.reading.words import Boxes
from core.scripts import has_rtl
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
    if _is_drawn_leftwards(text, start, boxes):
        order = _reversed(text, order)
    else:
        for place in range(len(order) - 1):
            first, second = text[start + place], text[start + place + 1]
            if second == _LAM != first and _is_arabic_letter(first) and _same_box(boxes, place):
                order[place], order[place + 1] = order[place + 1], order[place]
    return _as_spans(order)


def _is_drawn_leftwards(text: str, start: int, boxes: Boxes) -> bool:
    """True where right-to-left letters move to the right as their index rises."""
    rightwards = leftwards = 0
    for place in range(len(boxes) - 1):
        if has_rtl(text[start + place]) and has_rtl(text[start + place + 1]):
            shift = float(boxes[place + 1, 0] - boxes[place, 0])
            rightwards += shift > _SAME
            leftwards += shift < -_SAME
    return rightwards > leftwards


def _reversed(text: str, order: Sequence[int]) -> list[int]:
    """Characters from right to left, with numbers and words of left-to-right scripts kept as they are."""
    turned: list[int] = []
    stretch: list[int] = []
    for index in reversed(order):
        if unicodedata.bidirectional(text[index]) in ("L", "EN", "AN"):
            stretch.append(index)
            continue
        inside_number = stretch and text[index] in ".,:/%-" and _is_digit(text, index - 1)
        if inside_number:
            stretch.append(index)
            continue
        turned += reversed(stretch)
        stretch = []
        turned.append(index)
    return [*turned, *reversed(stretch)]


def _is_arabic_letter(character: str) -> bool:
    return "\u0620" <= character <= "\u064a"


def _is_digit(text: str, index: int) -> bool:
    return 0 <= index < len(text) and text[index].isdigit()


def _same_box(boxes: Boxes, place: int) -> bool:
    """True where a character and the next are one glyph."""
    one, other = boxes[place], boxes[place + 1]
    if float(one[2] - one[0]) < _LEAST_WIDTH:
        return False
    return abs(float(one[0] - other[0])) < _SAME and abs(float(one[2] - other[2])) < _SAME


def _as_spans(order: Sequence[int]) -> Spans:
    """Neighbouring characters as spans."""
    if not order:
        return ()
    spans: list[tuple[int, int]] = []
    first = order[0]
    for index, following in pairwise([*order, -1]):
        if following != index + 1:
            spans.append((first, index + 1))
            first = following
    return tuple(spans)
