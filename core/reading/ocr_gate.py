"""Which pages OCR is for, and whether what it found replaces the page's own text.

OCR costs a hundred times what reading a text layer does, and reads worse than a good one. So it is asked where there is
no text, where the text layer cannot be right, and where a picture covers the page with hardly any text beside it; and
in doubt the text layer stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum

import numpy as np

from core.types import Page, PageSource

# Share of characters without meaning: fonts that do not say what their glyphs stand for.
_STRANGE_SHARE = 0.3
# A stamp, a page number, a running head, a line that a library adds to every page of a scan.
_FEW_CHARACTERS = 200
_COVERED_SHARE = 0.8
_GRID = 32
# Latin text of any language has 35 to 50 vowels in a hundred letters; the cipher that fonts without a mapping make has
# 14, gene sequences 25. Words of letters are nine in ten of prose; in the cipher capitals become figures and signs.
_LEAST_LETTERS = 80
_LEAST_VOWELS = 0.22
_VOWELS = frozenset("aeiouyAEIOUY")
# OCR that finds hardly more than the text layer holds adds only its own mistakes.
_MORE_WORDS = 1.5
_WORD = re.compile(r"\w+")


class OcrDecision(StrEnum):
    """What the gate says of a page; the value is the sentence for people."""

    GOOD_TEXT = "The page has text of its own."
    NO_TEXT = "The page has no text."
    UNREADABLE = "The page's text consists of characters without meaning."
    DOUBTFUL = "The page's text does not look like words."
    COVERED = "A picture covers the page, with hardly any text beside it."
    ASKED = "You asked for this page to be recognised."

    @property
    def wants_ocr(self) -> bool:
        """True where the page's picture is to be read."""
        return self is not OcrDecision.GOOD_TEXT


def decide(text: str, picture_share: Callable[[], float], asked: bool = False) -> OcrDecision:
    """The gate.

    Args:
        text: the page's text layer.
        picture_share: gives the share of the page that pictures cover, 0 to 1; called only where it matters.
        asked: the person wants OCR here, whatever the page looks like.
    """
    if asked:
        return OcrDecision.ASKED
    # A page has thousands of characters, but few different ones.
    visible = Counter("".join(text.split()))
    if not visible:
        return OcrDecision.NO_TEXT
    total = visible.total()
    if sum(count for character, count in visible.items() if _is_strange(character)) > _STRANGE_SHARE * total:
        return OcrDecision.UNREADABLE
    if not _is_plausible(visible):
        return OcrDecision.DOUBTFUL
    if total < _FEW_CHARACTERS and picture_share() >= _COVERED_SHARE:
        return OcrDecision.COVERED
    return OcrDecision.GOOD_TEXT


def settle(decision: OcrDecision, own: Page, recognised: Page) -> Page:
    """The page to keep, of its own text and what OCR read; no word of a text layer that may be good is lost.

    Args:
        decision: why OCR was asked.
        own: the page with its text layer.
        recognised: the same page as OCR read it, perhaps empty.
    """
    if decision in (OcrDecision.NO_TEXT, OcrDecision.UNREADABLE):
        return recognised
    if recognised.source is not PageSource.OCR:
        return own
    if decision is OcrDecision.ASKED:
        return recognised
    known, found = _words(own.text), _words(recognised.text)
    if decision is OcrDecision.DOUBTFUL:
        is_better = _is_plausible(Counter(recognised.text)) and 2 * found.total() >= known.total()
        return recognised if is_better else own
    if found.total() < _MORE_WORDS * known.total():
        return own
    if known - found:
        return replace(recognised, text=f"{recognised.text}{own.text.strip()}\n")
    return recognised


def covered_share(pictures: Sequence[tuple[float, float, float, float]], width: float, height: float) -> float:
    """How much of a page its pictures cover together, 0 to 1; scanners cut pages into strips and layers.

    Args:
        pictures: two opposite corners of each, in any order, from any corner of the page.
        width: of the page, in the same unit.
        height: of the page.
    """
    covered = np.zeros((_GRID, _GRID), np.bool_)
    for x0, y0, x1, y1 in pictures:
        left, right = sorted((x0 / max(width, 1.0), x1 / max(width, 1.0)))
        top, bottom = sorted((y0 / max(height, 1.0), y1 / max(height, 1.0)))
        columns, rows = _cells(left, right), _cells(top, bottom)
        covered[rows, columns] = True
    return float(covered.mean())


def _cells(start: float, end: float) -> slice:
    """Cells of the grid whose middle lies between two places, 0 to 1."""
    first, last = (round(min(max(place, 0.0), 1.0) * _GRID) for place in (start, end))
    return slice(first, last)


def _is_strange(character: str) -> bool:
    return unicodedata.category(character) in ("Co", "Cn", "Cc") or character == "\ufffd"


def _is_plausible(characters: Counter[str]) -> bool:
    """False for Latin letters that make no words of any language."""
    letters: Counter[str] = Counter()
    for character, count in characters.items():
        if character.isalpha():
            letters[unicodedata.normalize("NFD", character)[0]] += count
    latin = sum(count for letter, count in letters.items() if letter.isascii())
    if latin < _LEAST_LETTERS or 2 * latin < letters.total():
        return True
    return sum(letters[vowel] for vowel in _VOWELS) >= _LEAST_VOWELS * latin


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
