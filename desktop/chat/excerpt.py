"""Which words of a passage to show on its card, and which of them to mark; knows no Qt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[^\W_]+")
_LEAD = 60  # characters before the marked words that are kept, so that they are read in their context
_LONGEST = 600  # more is never seen


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text for a card on one line, and the spans of it that stand out; an empty span marks nothing.

    Attributes:
        mark_start, mark_end: the quotation.
        answer: the sentence that answers.
        words: those that the question has too.
    """

    text: str
    mark_start: int = 0
    mark_end: int = 0
    answer: Span = (0, 0)
    words: tuple[Span, ...] = ()


def no_words(_text: str) -> Sequence[Span]:
    """Mark nothing: nobody has asked anything."""
    return ()


def no_sentence(_text: str) -> Span | None:
    """Prefer no sentence: nobody has asked anything."""
    return None


def excerpt_of(
    passage: str,
    quote: str = "",
    *,
    answering: Span | None = None,
    find_words: Callable[[str], Sequence[Span]] = no_words,
    find_sentence: Callable[[str], Span | None] = no_sentence,
) -> Excerpt:
    """Cut a passage so that the quotation, else the sentence that answers, is among the first words shown.

    Args:
        passage: the passage's text, with its line breaks.
        quote: the words cited; where they are not in the passage, the sentence that shares most words is marked.
        answering: the span of `passage` that answers, where that is known.
        find_words: gives the spans of a text's words to mark.
        find_sentence: gives the sentence to show, where no other is known.
    """
    text = _flatten(passage)
    mark = _find(text, " ".join(quote.split()))
    answer = _flat_span(passage, answering) if answering else find_sentence(text) or (0, 0)
    focus = mark if mark[0] < mark[1] else answer
    cut = _cut_before(text, focus[0]) if focus[0] < focus[1] else 0
    lead = "… " if cut else ""
    shown = lead + text[cut : cut + _LONGEST]
    shift = len(lead) - cut

    def moved(span: Span) -> Span:
        start, end = max(span[0] + shift, len(lead)), min(span[1] + shift, len(shown))
        return (start, end) if span[0] < span[1] and start < end else (0, 0)

    return Excerpt(shown, *moved(mark), moved(answer), tuple(find_words(shown)))


def _flatten(passage: str) -> str:
    """The text on one line, without the soft hyphens that PDFium tells of."""
    return " ".join(passage.replace("\ufffe", "").split())


def _flat_span(passage: str, span: Span) -> Span:
    """Where a span of a passage stands once that is on one line."""
    start, end = (max(0, min(at, len(passage))) for at in span)
    inside = _flatten(passage[start:end])
    if not inside:
        return 0, 0
    # What follows on one line is the end of it all on one line, wherever the span was cut.
    before = len(_flatten(passage)) - len(_flatten(passage[start:]))
    return before, before + len(inside)


def _find(text: str, quote: str) -> Span:
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


def _best_sentence(text: str, wanted: set[str]) -> Span:
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
