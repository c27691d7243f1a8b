"""Which words of a passage to show on its card, and which of them to mark; knows no Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[^\W_]+")
_LEAD = 60  # characters before the marked words that are kept, so that they are read in their context


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text for a card on one line, and the span of it to mark; an empty span marks nothing."""

    text: str
    mark_start: int = 0
    mark_end: int = 0


def excerpt_of(passage: str, quote: str = "") -> Excerpt:
    """Cut a passage so that the quotation is among the first words shown.

    Args:
        passage: the passage's text, with its line breaks.
        quote: the words cited; where they are not in the passage, the sentence that shares most words is marked.
    """
    text = " ".join(passage.replace("\ufffe", "").split())
    start, end = _find(text, " ".join(quote.split()))
    if start == end:
        return Excerpt(text)
    cut = _cut_before(text, start)
    lead = "… " if cut else ""
    return Excerpt(lead + text[cut:], start - cut + len(lead), end - cut + len(lead))


def _find(text: str, quote: str) -> tuple[int, int]:
    if not quote:
        return 0, 0
    at = text.lower().find(quote.lower())
    if at >= 0:
        return at, at + len(quote)
    words = _WORD.findall(quote)
    # Hyphenation and punctuation differ between a page and a model's or a reader's copy of it: compare words only.
    if words and (match := re.search(r"[\W_]+".join(map(re.escape, words)), text, re.IGNORECASE)):
        return match.span()
    return _best_sentence(text, {word.lower() for word in words})


def _best_sentence(text: str, wanted: set[str]) -> tuple[int, int]:
    best, span, start = 0.0, (0, 0), 0
    for sentence in _SENTENCE_END.split(text):
        at = text.index(sentence, start)
        start = at + len(sentence)
        words = {word.lower() for word in _WORD.findall(sentence)}
        shared = sum(len(word) for word in words & wanted) / (1 + len(words | wanted))
        if shared > best:
            best, span = shared, (at, at + len(sentence))
    return span


def _cut_before(text: str, start: int) -> int:
    """Where to begin: at the start of the sentence, or some words before where that is too far away."""
    if start <= _LEAD:
        return 0
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, start + 1) if match.end() <= start]
    if ends and start - ends[-1] <= _LEAD:
        return ends[-1]
    space = text.rfind(" ", 0, start - _LEAD // 2)
    return space + 1
