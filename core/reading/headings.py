"""Headings by the look of a line: larger than the page's body text, or bold where the body is not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.types import Heading

_LARGER = 1.12
_MAX_CHARACTERS = 120
_MAX_WORDS = 14
_LEVELS = ((1.7, 1), (1.3, 2), (_LARGER, 3))
_BOLD_LEVEL = 4
_SENTENCE_END = re.compile(r"[.,;!?]$")
_ASIDE = re.compile(r"\(.*\)")  # "(Unaudited)", "(in millions)"
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: its span, the height of its first character in points, and whether that is bold."""

    char_start: int
    char_end: int
    height: float
    bold: bool


def find_headings(text: str, lines: Sequence[Line], page: Sequence[Line] | None = None) -> tuple[Heading, ...]:
    """The headings of a page in reading order; lines of one heading that was wrapped are joined.

    Args:
        text: of the page.
        lines: that may be headings, in reading order.
        page: all lines, tables' too, which tell what the page's body text looks like; by default `lines`.
    """
    body = _body_style(lines if page is None else page)
    if body is None:
        return ()
    body_height, body_bold = body
    found: list[tuple[Heading, Line]] = []
    for line in lines:
        content = " ".join(text[line.char_start : line.char_end].split())
        level = _level(content, line, body_height, body_bold)
        if level is None:
            continue
        if found and _continues(found[-1], line, level):
            heading, _ = found.pop()
            content = f"{heading.text} {content}"
            found.append((Heading(heading.char_start, level, content), line))
        else:
            found.append((Heading(line.char_start, level, content), line))
    return tuple(heading for heading, _ in found)


def _body_style(lines: Sequence[Line]) -> tuple[float, bool] | None:
    """Height and weight in which most characters of the page are set."""
    weights: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        weights[(round(line.height * 2) / 2, line.bold)] += line.char_end - line.char_start
    if not weights:
        return None
    return weights.most_common(1)[0][0]


def _level(content: str, line: Line, body_height: float, body_bold: bool) -> int | None:
    if len(content) > _MAX_CHARACTERS or len(content.split()) > _MAX_WORDS or not _LETTERS.search(content):
        return None
    if _SENTENCE_END.search(content) or _ASIDE.fullmatch(content):
        return None
    ratio = line.height / body_height if body_height > 0 else 1.0
    for threshold, level in _LEVELS:
        if ratio >= threshold:
            return level
    return _BOLD_LEVEL if line.bold and not body_bold else None


def _continues(previous: tuple[Heading, Line], line: Line, level: int) -> bool:
    heading, last = previous
    same_look = heading.level == level and abs(last.height - line.height) < 0.5 and last.bold == line.bold
    return same_look and 0 <= line.char_start - last.char_end <= 3 and len(heading.text) < _MAX_CHARACTERS // 2
