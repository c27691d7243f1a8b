"""Spans of a page → text with single spaces, hyphens joined and plain letters, each character with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.scripts import has_forms, joins_without_space, plain_form
from core.types import Spans

NOWHERE = -2  # one more is no place either, so that nothing follows it
_SOFT_HYPHEN = "\u00ad"
_WORD = re.compile(r"\S+")
_SPECIAL = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00]")
# Dots that lead the eye from a label to its figure.
_LEADER = re.compile(r"(?:\s{0,3}[.\u2026\u00b7_]){4,}")
# What a stretch of text cannot have that is taken as it is.
_UNEVEN = re.compile(f"{_SPECIAL.pattern}|^\\s|\\s\\s|[^\\S ]|[.\u2026\u00b7_]\\s{{0,3}}[.\u2026\u00b7_]")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(slots=True)
class TextWriter:
    """Puts spans of a page together.

    Args:
        page: the page's text.
        offsets: for each character written its index on the page, or `NOWHERE`.
    """

    page: str
    offsets: list[int] = field(default_factory=list)
    _characters: list[str] = field(default_factory=list)
    _hyphen: int | None = None  # the page's index of a soft hyphen that ended the last line

    @property
    def length(self) -> int:
        """Characters so far."""
        return len(self._characters)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._characters)

    def slice(self, start: int, end: int) -> str:
        """A part of it."""
        return "".join(self._characters[start:end])

    def begin_block(self) -> int:
        """Go to a new line; the place where the block will begin."""
        self._hyphen = None
        if self._characters:
            while self._characters and self._characters[-1] in " \n":
                self._characters.pop()
                self.offsets.pop()
            self._made("\n")
        return self.length

    def add_line(self, spans: Spans, border: str | None) -> None:
        """Add a line to a paragraph, or a cell with `border` before it."""
        is_first = True
        before: tuple[int, int] | None = None
        for span in spans:
            content = self.page[slice(*span)]
            if is_first and content.strip():
                self._join(content.lstrip(), border)
                is_first = False
            elif before is not None and _parted_by_space(self.page, before, span):
                self._space(NOWHERE)
            self._add(*span)
            before = span

    def _join(self, content: str, border: str | None) -> None:
        """What stands between two lines: nothing inside a word, and where the script has no spaces."""
        if not self._characters or self._characters[-1] == "\n":
            return
        if border:
            self._made(border)
        elif self._hyphen is not None:
            self._join_word(content, self._hyphen)
        elif not joins_without_space(self._characters[-1], content[0]):
            self._space(NOWHERE)
        self._hyphen = None

    def _join_word(self, content: str, hyphen: int) -> None:
        """A hyphen at the end of a line is kept in words that have one elsewhere on the page, or another one."""
        word = self._last_word()
        following = _LETTERS.match(content)
        whole = f"{word}-{following.group() if following else ''}"
        if "-" in word or (following and re.search(re.escape(whole), self.page, re.IGNORECASE)):
            self._characters.append("-")
            self.offsets.append(hyphen)

    def _last_word(self) -> str:
        first = self.length
        while first > 0 and self._characters[first - 1] not in " \n":
            first -= 1
        return self.slice(first, self.length)

    def _add(self, start: int, end: int) -> None:
        """Add a span of the page with single spaces; leaders are left out."""
        content = self.page[start:end]
        if not _UNEVEN.search(content) and not has_forms(content):
            self._characters += content
            self.offsets += range(start, end)
            return
        at = start
        for leader in _LEADER.finditer(self.page, start, end):
            self._add_words(at, leader.start())
            self._space(NOWHERE)
            at = leader.end()
        self._add_words(at, end)

    def _add_words(self, start: int, end: int) -> None:
        at = start
        for word in _WORD.finditer(self.page, start, end):
            if word.start() > at:
                self._space(word.start() - 1)
            self._add_word(word.group(), word.start())
            at = word.end()
        if at < end:
            self._space(at)

    def _add_word(self, word: str, start: int) -> None:
        if not _SPECIAL.search(word) and not has_forms(word):
            self._characters += word
            self.offsets += range(start, start + len(word))
            return
        for place, character in enumerate(word):
            if character == _SOFT_HYPHEN and place == len(word) - 1:
                self._hyphen = start + place
            elif not _SPECIAL.match(character):
                for letter in plain_form(character):
                    self._characters.append(letter)
                    self.offsets.append(start + place)

    def _space(self, offset: int) -> None:
        if self._characters and self._characters[-1] not in " \n":
            self._characters.append(" ")
            self.offsets.append(offset)

    def _made(self, text: str) -> None:
        """Add characters that stand nowhere on the page."""
        if text[0] == " " and self._characters[-1] == " ":
            text = text[1:]
        self._characters += text
        self.offsets += [NOWHERE] * len(text)


def _parted_by_space(page: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """True where white space lies between two spans, whichever comes first on the page."""
    between = page[before[1] : after[0]] if after[0] >= before[1] else page[after[1] : before[0]]
    return any(map(str.isspace, between))
