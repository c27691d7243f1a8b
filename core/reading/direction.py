"""Right-to-left text in the order in which it is read.

PDFium puts it into that order itself, with two exceptions. Of a ligature glyph that stands for several letters it turns
the letters around: lam-alef comes out as alef-lam, and no word with one is ever found. These letters share one box. And
some text comes out reversed; there the letters of a word move to the right as their index rises, which right-to-left
letters never do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from core.reading.words import Boxes
from core.scripts import has_rtl
from core.types import Spans

_SAME = 0.05
_LEAST_WIDTH = 0.5


def logical_spans(text: str, start: int, end: int, boxes: Boxes) -> Spans:
    """The spans of `text[start:end]` in the order in which they are read.

    Args:
        text: of the page.
        start, end: a line, or a piece of one.
        boxes: of its characters, shape (end - start, 4), left first, right third.
    """
    order = list(range(start, end))
    if _is_drawn_leftwards(text, start, boxes):
        order = _reversed(text, order)
    else:
        order = [index for first, after in _ligatures(text, start, boxes) for index in reversed(order[first:after])]
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


def _ligatures(text: str, start: int, boxes: Boxes) -> list[tuple[int, int]]:
    """Stretches of letters that share a box; all other characters stand in stretches of their own."""
    stretches: list[tuple[int, int]] = []
    for place in range(len(boxes)):
        is_letter = unicodedata.category(text[start + place]) == "Lo"
        if place and is_letter and has_rtl(text[start + place]) and _same_box(boxes, place - 1):
            stretches[-1] = (stretches[-1][0], place + 1)
        else:
            stretches.append((place, place + 1))
    return stretches


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
