"""Page text as people read it, with the way back: every tidy character knows its index on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_SOFT_HYPHEN = "\u00ad"
_INVISIBLE = frozenset("\u200b\u200c\u200d\ufeff\x00")
_BULLET = re.compile(r"^\s*(?:[•●▪◦‣■□–—\-\*·]\s+|\(?\d{1,3}[.)]\s+|\(?[a-zA-Z][.)]\s+)")
# A line much shorter than the page's long lines ends its paragraph.
_SHORT_LINE = 0.66


@dataclass(frozen=True, slots=True)
class TidyText:
    """Tidied text and, for each of its characters, the index on the page it came from.

    Attributes:
        text: line breaks inside a paragraph are spaces, hyphens at line ends are joined, paragraphs end with a newline.
        offsets: `offsets[i]` is the page's character index of `text[i]`.
    """

    text: str
    offsets: Sequence[int]

    def page_span(self, start: int, end: int) -> tuple[int, int]:
        """The span on the page, end exclusive, of `text[start:end]`."""
        if start >= end:
            at = self.offsets[start] if start < len(self.offsets) else 0
            return at, at
        return self.offsets[start], self.offsets[end - 1] + 1


def tidy(raw: str, base: int = 0, breaks: Sequence[int] = ()) -> TidyText:
    """Tidy a page, or a piece of it that starts at index `base`.

    Args:
        raw: text by PDFium's character index.
        base: the page index of `raw[0]`.
        breaks: page indices at which a paragraph begins whatever the lines look like: headings.
    """
    characters: list[str] = []
    offsets: list[int] = []
    starts = set(breaks)
    lines = _line_spans(raw)
    long_line = _long_line(raw, lines)
    for (start, end), following in pairwise([*lines, (len(raw), len(raw))]):
        for i in range(start, end):
            _append(characters, offsets, raw[i], base + i)
        if following[0] < len(raw):
            _end_line(
                characters, offsets, base + end, _separator(raw, (start, end), following, long_line, starts, base)
            )
    while characters and characters[-1] in " \n":
        characters.pop()
        offsets.pop()
    return TidyText("".join(characters), offsets)


def _line_spans(raw: str) -> list[tuple[int, int]]:
    """Spans of the lines that have something on them, without the space around it."""
    spans = []
    start = 0
    for line in raw.splitlines(keepends=True):
        content = line.strip()
        if content:
            lead = len(line) - len(line.lstrip())
            spans.append((start + lead, start + lead + len(content)))
        start += len(line)
    return spans


def _long_line(raw: str, lines: Sequence[tuple[int, int]]) -> int:
    lengths = sorted(end - start for start, end in lines)
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


def _append(characters: list[str], offsets: list[int], character: str, index: int) -> None:
    if character in _INVISIBLE:
        return
    if character.isspace():
        if not characters or characters[-1] in " \n":
            return
        character = " "
    if character == _SOFT_HYPHEN:
        # PDFium marks a hyphen that a line break follows. In a word that has hyphens already it is one of them.
        if not _word_has_hyphen(characters):
            return
        character = "-"
    characters.append(character)
    offsets.append(index)


def _word_has_hyphen(characters: Sequence[str]) -> bool:
    for character in reversed(characters):
        if character in " \n":
            return False
        if character == "-":
            return True
    return False


def _end_line(characters: list[str], offsets: list[int], index: int, separator: str) -> None:
    if separator and characters and characters[-1] not in " \n":
        characters.append(separator)
        offsets.append(index)
    elif separator == "\n" and characters and characters[-1] == " ":
        characters[-1] = "\n"


def _separator(
    raw: str, line: tuple[int, int], following: tuple[int, int], long_line: int, starts: set[int], base: int
) -> str:
    """What stands between two lines: nothing inside a hyphenated word, a newline between paragraphs, else a space."""
    if raw[line[1] - 1] == _SOFT_HYPHEN:
        return ""
    if "\n\n" in raw[line[1] : following[0]]:
        return "\n"  # an empty line: documents without pages set blocks apart so, PDFium never does
    short = line[1] - line[0] < _SHORT_LINE * long_line
    if base + following[0] in starts or base + line[0] in starts or short:
        return "\n"
    if _BULLET.match(raw[following[0] : following[0] + 8]):
        return "\n"
    return " "
