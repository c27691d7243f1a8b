"""Where the words of a page stand: PDFium's character boxes, turned so that the page's text runs from left to right.

Two calls for each word are enough: the boxes of its first and its last character span it. A page of 600 words takes
about a millisecond.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from core.scripts import is_cjk, may_have_cjk
from core.types import WordBox

Boxes = npt.NDArray[np.float32]

# PDFium takes the line break out behind a hyphen; the two halves of the word stand in different places.
_WORD = re.compile("[^\\s\u00ad]+\u00ad*|\u00ad+")
_LEAST_SIZE = 0.5
_QUARTER = math.pi / 2
# Beyond this a page is a map or an attack; it is read in PDFium's order.
MOST_WORDS = 20_000
_LINE_END = re.compile("[\r\n\u00ad]")


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of a page in PDFium's order.

    Attributes:
        spans: of each word on the page's text.
        boxes: shape (n, 4): left, top, right, bottom in points from the upper left corner, turned so that most of the
            page's text is upright and runs from left to right; lines follow each other downwards.
        lines: for each word the number of PDFium's line that it is on.
        strays: for each word whether it runs in another direction than most.
        width, height: of the page, turned likewise.
        edges: shape (n, 2): upper and lower edge of each word on the page as it is displayed, as shares of its height.
    """

    spans: Sequence[tuple[int, int]]
    boxes: Boxes
    lines: Sequence[int]
    strays: Sequence[bool]
    width: float
    height: float
    edges: Boxes


def read_words(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage, text: str) -> PageWords | None:
    """The words of a page; None where it has none, or too many to be prose."""
    spans = [match.span() for match in _WORD.finditer(text)]
    if not spans or len(spans) > MOST_WORDS:
        return None
    boxes = _word_boxes(text_page, spans)
    lines = _line_numbers(text, spans)
    turn = page.get_rotation() // 90
    displayed, width, height = _turned(boxes, page.get_bbox(), turn)
    directions = [(direction + turn) % 4 for direction in _directions(text_page, spans, lines)]
    return arrange(text, spans, lines, displayed, directions, width, height)


def arrange(
    text: str,
    spans: Sequence[tuple[int, int]],
    lines: Sequence[int],
    boxes: Boxes,
    directions: Sequence[int],
    width: float,
    height: float,
) -> PageWords:
    """Turn a page so that most of its text is upright.

    Args:
        text: of the page.
        spans: of its words.
        lines: for each word the number of its line.
        boxes: of the words on the page as it is displayed, from its upper left corner.
        directions: for each word the quarters clockwise by which it is turned there.
        width: of the page as it is displayed.
        height: likewise.
    """
    edges = boxes[:, (1, 3)] / max(height, 1.0)
    main = Counter(directions).most_common(1)[0][0]
    strays = [direction != main for direction in directions]
    if main == 0 and _is_vertical(text, spans, boxes):
        main, strays = 1, [False] * len(spans)
    if main:
        boxes, width, height = _upright(boxes, width, height, main)
    return PageWords(spans, boxes, lines, strays, width, height, edges)


def recognised_words(text: str, words: Sequence[WordBox]) -> PageWords | None:
    """The words of a recognised page."""
    if not words or len(words) > MOST_WORDS:
        return None
    spans = [(word.char_start, word.char_end) for word in words]
    boxes = np.array([(word.left, word.top, word.right, word.bottom) for word in words], np.float32)
    width, height = float(boxes[:, 2].max()), float(boxes[:, 3].max())
    edges = boxes[:, (1, 3)] / max(height, 1.0)
    return PageWords(spans, boxes, _line_numbers(text, spans), [False] * len(spans), width, height, edges)


def character_boxes(text_page: pdfium.PdfTextPage, indices: Sequence[int]) -> Boxes:
    """Loose boxes in page space, shape (n, 4): left, bottom, right, top; empty where PDFium has none."""
    rectangles = (pdfium_c.FS_RECTF * len(indices))()
    get, handle = pdfium_c.FPDFText_GetLooseCharBox, text_page.raw
    for place, index in enumerate(indices):
        get(handle, index, rectangles[place])
    found = np.frombuffer(rectangles, np.float32).reshape(-1, 4)  # left, top, right, bottom: see fpdfview.h
    boxes = np.nan_to_num(found[:, (0, 3, 2, 1)], nan=0.0, posinf=0.0, neginf=0.0)
    return np.clip(boxes, -1e5, 1e5)


def displayed_box(
    page: pdfium.PdfPage, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float] | None:
    """A box of page space (left, bottom, right, top) in points from the upper left of the page as it is displayed."""
    if not all(map(math.isfinite, box)):
        return None
    turned, _, _ = _turned(np.array([box], np.float32), page.get_bbox(), page.get_rotation() // 90)
    left, top, right, bottom = (round(float(edge), 1) for edge in turned[0])
    return left, top, right, bottom


def _word_boxes(text_page: pdfium.PdfTextPage, spans: Sequence[tuple[int, int]]) -> Boxes:
    ends = character_boxes(text_page, [index for start, end in spans for index in (start, end - 1)]).reshape(-1, 2, 4)
    boxes = np.concatenate([ends[:, :, :2].min(axis=1), ends[:, :, 2:].max(axis=1)], axis=1)
    flat = np.flatnonzero((boxes[:, 3] - boxes[:, 1] < _LEAST_SIZE) | (boxes[:, 2] - boxes[:, 0] < _LEAST_SIZE))
    for place in flat[:2000]:  # fonts without a height of their own: the ink of the first letter has one
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        if pdfium_c.FPDFText_GetCharBox(text_page.raw, spans[place][0], left, right, bottom, top):
            ink = np.array([left.value, bottom.value, right.value, top.value], np.float32)
            boxes[place, :2] = np.minimum(boxes[place, :2], ink[:2])
            boxes[place, 2:] = np.maximum(boxes[place, 2:], ink[2:])
    return boxes


def _line_numbers(text: str, spans: Sequence[tuple[int, int]]) -> list[int]:
    ends = [match.start() for match in _LINE_END.finditer(text)]
    edges = np.asarray(spans)
    # A word begins a line where a line ends before it and at or behind the last character of the word before.
    passed = np.searchsorted(ends, edges[:, 0])
    before = np.searchsorted(ends, np.concatenate([[0], edges[:-1, 1] - 1]))
    numbers: list[int] = np.cumsum(passed > before).tolist()
    return numbers


def _directions(text_page: pdfium.PdfTextPage, spans: Sequence[tuple[int, int]], lines: Sequence[int]) -> list[int]:
    """For each word the quarter turns clockwise that its line is turned by."""
    directions: list[int] = []
    for place, (start, _) in enumerate(spans):
        if place and lines[place] == lines[place - 1]:
            directions.append(directions[-1])
        else:
            angle = pdfium_c.FPDFText_GetCharAngle(text_page.raw, start)
            directions.append(round(angle / _QUARTER) % 4 if math.isfinite(angle) else 0)
    return directions


def _turned(boxes: Boxes, crop: tuple[float, float, float, float], turn: int) -> tuple[Boxes, float, float]:
    """Boxes of page space, as the page is displayed: from its upper left corner, `turn` quarters clockwise."""
    left, bottom, right, top = crop
    width, height = right - left, top - bottom
    from_left, from_top = (left, top)
    displayed = np.stack(
        [boxes[:, 0] - from_left, from_top - boxes[:, 3], boxes[:, 2] - from_left, from_top - boxes[:, 1]], axis=1
    )
    for _ in range(turn % 4):
        displayed, width, height = _turn_clockwise(displayed, width, height)
    return displayed, width, height


def _turn_clockwise(boxes: Boxes, width: float, height: float) -> tuple[Boxes, float, float]:
    """A page turned by a quarter: what was at its foot is now on the left."""
    turned = np.stack([height - boxes[:, 3], boxes[:, 0], height - boxes[:, 1], boxes[:, 2]], axis=1)
    return turned, height, width


def _upright(boxes: Boxes, width: float, height: float, turns: int) -> tuple[Boxes, float, float]:
    """Turn a page so that text which is turned `turns` quarters clockwise reads from left to right."""
    for _ in range(-turns % 4):
        boxes, width, height = _turn_clockwise(boxes, width, height)
    return boxes, width, height


def _is_vertical(text: str, spans: Sequence[tuple[int, int]], boxes: Boxes) -> bool:
    """True where Chinese or Japanese runs from top to bottom: its words are high, or stand below one another."""
    if not may_have_cjk(text):
        return False
    eastern = np.array([is_cjk(text[start]) for start, _ in spans])
    if eastern.sum() < 0.5 * len(spans):
        return False
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    lengths = np.array([end - start for start, end in spans])
    long = eastern & (lengths >= 3)
    down = lengths[long & (heights > 1.5 * widths)].sum()
    across = lengths[long & (widths > 1.5 * heights)].sum()
    # Single characters: each below the last, in one column.
    single = np.flatnonzero(eastern[:-1] & eastern[1:] & (lengths[:-1] < 3))
    shift_x = np.abs(boxes[single + 1, 0] - boxes[single, 0])
    shift_y = boxes[single + 1, 1] - boxes[single, 1]
    below = (shift_x < 0.3 * widths[single]) & (shift_y > 0.5 * heights[single]) & (shift_y < 3 * heights[single])
    beside = (np.abs(shift_y) < 0.3 * heights[single]) & (shift_x > 0.5 * widths[single])
    return bool(down + below.sum() > across + beside.sum())
