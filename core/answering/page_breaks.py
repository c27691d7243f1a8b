"""A sentence that a page break divides: where it goes on, on the next page.

A passage lies on one page. That its last sentence goes on is known where that has no end, nothing but a running foot
stands behind it on its page, and the next page begins, below what it repeats of this one, with a small letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.chunking.tidy_text import tidy
from core.sentences import sentence_spans
from core.types import Passage, Place

PageText = Callable[[str, int], str]

_ENDS = re.compile(r"[.!?:;|。！？।]\W*$")
_DIGITS = re.compile(r"\d+")
_LONGEST_FOOT = 120  # characters
_LONGEST_REST = 600  # characters of a sentence that are looked for on the next page
_HEAD_LINES = 3


@dataclass(frozen=True, slots=True)
class Continuation:
    """The rest of a passage's last sentence on the next page."""

    place: Place
    text: str


def continuation(passage: Passage, page_text: PageText) -> Continuation | None:
    """Where a passage's last sentence goes on, if that can be known."""
    text = passage.text.rstrip()
    if not text or _ENDS.search(text) or "|" in text.rsplit("\n", 1)[-1]:
        return None
    page = page_text(passage.document, passage.page_index)
    foot = page[passage.char_end :].strip()
    if len(foot) > _LONGEST_FOOT or foot[:1].islower():
        return None
    following = page_text(passage.document, passage.page_index + 1)
    start = _below_head(page, following)
    if start is None or not following[start].islower():
        return None
    tidied = tidy(following[start : start + 2 * _LONGEST_REST], start)
    spans = sentence_spans(tidied.text)
    if not spans or not _ENDS.search(tidied.text[: spans[0][1]]) or spans[0][1] > _LONGEST_REST:
        return None
    first, last = spans[0]
    place = Place(passage.page_index + 1, *tidied.page_span(first, last))
    return Continuation(place, " ".join(tidied.text[first:last].split()))


def _below_head(page: str, following: str) -> int | None:
    """The index of a page's first character that is not a running head: a line that the page before has as well.

    Numbers may differ, for they number the pages; a line of nothing but a number is one.
    """
    known = {_DIGITS.sub("", line).strip() for line in page.splitlines()}
    position = 0
    for count, line in enumerate(following.splitlines(keepends=True)):
        content = line.strip()
        plain = _DIGITS.sub("", content).strip()
        if content and (plain not in known or count >= _HEAD_LINES) and plain.strip("-–—·| "):
            return position + line.index(content[0])
        position += len(line)
    return None
