"""Words → pieces: what stands side by side without a wide gap, a line of prose or a cell of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.reading.words import PageWords
from core.scripts import is_cjk, may_have_cjk

# Words further apart than this many heights of a line (which are about 1.2 em) stand in different cells or columns.
_WIDE_GAP = 0.9
# Numbers side by side are cells even where they stand close.
_NUMBER_GAP = 0.45
# A line that is stretched to the edge has wide gaps of about one width; up to this many heights they part nothing.
_WIDEST_STRETCHED = 1.6
_STRETCHED = 1.5
_FEWEST_STRETCHED = 4
_MOST_STRETCHED_NUMBERS = 1 / 3
_OFF_LINE = 0.6
_NUMBER = re.compile(r"[(\[]?[-\u2013\u2212+]?[$€£¥]?\d[\d.,]*%?[)\]]?[*†]?$|[-\u2013\u2014]$")
_LEADER = re.compile(r"(?:^|\.)\.$")
_LONE_MARK = re.compile(r"[$€£¥]$")
_CLOSING_MARK = re.compile(r"[)%\]]+$")


@dataclass(slots=True)
class Piece:
    """Words side by side: `page.text[start:end]`, with its box in upright points and its look.

    `bold` says that all of it is; where only its first words are, `run_in` is where these end.
    """

    start: int
    end: int
    left: float
    top: float
    right: float
    bottom: float
    height: float
    bold: bool = False
    is_cjk: bool = False
    run_in: int = 0

    @property
    def characters(self) -> int:
        """How many characters it has; those of Chinese and Japanese count twice, as they say more each."""
        return (self.end - self.start) * (2 if self.is_cjk else 1)

    @property
    def width(self) -> float:
        """In points."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Pieces:
    """All pieces of a page.

    Attributes:
        upright: in PDFium's order.
        strays: those that run in another direction than most of the page's text.
        edges: of every upright and stray piece, by its start, the upper and lower edge as shares of the page's height.
    """

    upright: list[Piece]
    strays: list[Piece]
    edges: dict[int, tuple[float, float]]


def find_pieces(words: PageWords, text: str, is_bold: Callable[[int], bool]) -> Pieces:
    """Cut a page's lines where wide gaps are.

    Args:
        words: of the page.
        text: of the page.
        is_bold: whether the character at an index is set in a bold face.
    """
    starts = _piece_starts(words, text)
    boxes, edges = words.boxes, words.edges
    lefts = np.minimum.reduceat(boxes[:, 0], starts).tolist()
    tops = np.minimum.reduceat(boxes[:, 1], starts).tolist()
    rights = np.maximum.reduceat(boxes[:, 2], starts).tolist()
    bottoms = np.maximum.reduceat(boxes[:, 3], starts).tolist()
    after = [*starts[1:], len(words.spans)]
    heights = (np.add.reduceat(boxes[:, 3] - boxes[:, 1], starts) / np.subtract(after, starts)).tolist()
    highest = np.minimum.reduceat(edges[:, 0], starts).tolist()
    lowest = np.maximum.reduceat(edges[:, 1], starts).tolist()
    pieces = Pieces([], [], {})
    eastern = may_have_cjk(text)
    for i, first in enumerate(starts):
        start, end = words.spans[first][0], words.spans[after[i] - 1][1]
        bold, run_in = _boldness(words.spans[first : after[i]], is_bold)
        piece = Piece(
            start,
            end,
            lefts[i],
            tops[i],
            rights[i],
            bottoms[i],
            heights[i],
            bold,
            eastern and is_cjk(text[start]),
            run_in,
        )
        (pieces.strays if words.strays[first] else pieces.upright).append(piece)
        pieces.edges[start] = (highest[i], lowest[i])
    return pieces


def _boldness(spans: Sequence[tuple[int, int]], is_bold: Callable[[int], bool]) -> tuple[bool, int]:
    """Whether all of a piece is bold, and else the end of the bold words at its beginning."""
    if not is_bold(spans[0][0]):
        return False, 0
    if is_bold(spans[-1][1] - 1):
        return True, 0
    low, high = 0, len(spans) - 1  # words[low] begins in bold, words[high] does not, or ends without
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_bold(spans[middle][0]) else (low, middle)
    return False, spans[low][1]


def _piece_starts(words: PageWords, text: str) -> list[int]:
    """Indices of the words that begin a piece."""
    boxes, lines = words.boxes, np.asarray(words.lines)
    heights = boxes[:, 3] - boxes[:, 1]
    gaps = np.maximum(boxes[1:, 0] - boxes[:-1, 2], boxes[:-1, 0] - boxes[1:, 2])
    em = np.minimum(heights[1:], heights[:-1]).clip(1.0)
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    off_line = np.abs(middles[1:] - middles[:-1]) > _OFF_LINE * np.maximum(heights[1:], heights[:-1])
    strays = np.asarray(words.strays)
    across = ~(strays[1:] | strays[:-1])  # the gaps of a line that runs otherwise are not measured
    gaps, off_line = np.where(across, gaps, 0.0), off_line & across
    apart = (lines[1:] != lines[:-1]) | off_line | (gaps > _WIDE_GAP * em)
    stretched = _stretched_gaps(words, text, gaps / em, (lines[1:] == lines[:-1]) & ~off_line)
    apart &= ~stretched
    near = (gaps > _NUMBER_GAP * em) & ~stretched
    leaders = np.array([text[end - 1] == "." for _, end in words.spans[:-1]], bool)
    starts = [0]
    for place in np.flatnonzero(apart | near | leaders).tolist():
        before = text[slice(*words.spans[place])]
        after = text[slice(*words.spans[place + 1])]
        on_line = words.lines[place] == words.lines[place + 1] and not off_line[place]
        if on_line and (_LONE_MARK.match(before) or _CLOSING_MARK.match(after)):
            continue  # "$ 17" and "(17 )" are set apart in accounts and belong together
        is_value = _NUMBER.match(after) or _LONE_MARK.match(after)
        if apart[place] or (is_value and (_LEADER.search(before) or (near[place] and _NUMBER.match(before)))):
            starts.append(place + 1)
    return starts


def _stretched_gaps(
    words: PageWords, text: str, gaps: npt.NDArray[np.float32], on_line: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Which of the gaps, in line heights, are wide only because their line is justified."""
    found = np.zeros(len(gaps), bool)
    wide = on_line & (gaps > _WIDE_GAP) & (gaps <= _WIDEST_STRETCHED)
    if not wide.any():
        return found
    lines = np.asarray(words.lines)
    # Half of the line's gaps must be so wide that their median, stretched, reaches a wide one.
    large = np.bincount(lines[:-1], on_line & (gaps * _STRETCHED > _WIDE_GAP))
    lengths = np.bincount(lines)[: len(large)]
    likely = (lengths >= _FEWEST_STRETCHED) & (2 * large >= lengths - 1)
    for line in set(lines[:-1][wide & likely[lines[:-1]]].tolist()):
        first, after = np.searchsorted(lines, (line, line + 1)).tolist()
        numbers = sum(_NUMBER.match(text[slice(*span)]) is not None for span in words.spans[first:after])
        if numbers <= _MOST_STRETCHED_NUMBERS * (after - first):
            inside = slice(first, after - 1)
            found[inside] = wide[inside] & (gaps[inside] <= _STRETCHED * np.median(gaps[inside]))
    return found


def rows_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces by rows: those that share most of their height, from top to bottom, each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.middle, p.left)):
        if rows and _shares_height(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda p: p.left)
    return rows


def _shares_height(row: Sequence[Piece], piece: Piece) -> bool:
    first = row[0]
    shared = min(first.bottom, piece.bottom) - max(first.top, piece.top)
    return shared >= 0.6 * min(first.bottom - first.top, piece.bottom - piece.top)
