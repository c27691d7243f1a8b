"""Each sentence of an answer against the passages: which words support it, and how well.

A sentence is held against every window of one or two sentences of the passages. What counts: the share of its content
words that the window has, and that the window has every one of its numbers. This is a lexical check; it needs no model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core.answering.words import Words, content_words
from core.chunking.tidy_text import tidy
from core.sentences import sentence_spans
from core.types import AnswerSentence, Citation, Passage, Verdict

SUPPORTED_SHARE = 0.7
PARTLY_SHARE = 0.45

_MARK = re.compile(r"\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|neither|nor)\b|n['’]t\b", re.IGNORECASE)

# Places on a page with at most this many characters between them are shown as one.
_NEAR = 40

PageText = Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class _Window:
    """One or two neighbouring sentences of a passage.

    Attributes:
        negations: the content words of each sentence among them that says "not".
    """

    passage: int
    start: int
    end: int
    words: frozenset[str]
    numbers: frozenset[str]
    negations: tuple[frozenset[str], ...]


@dataclass(slots=True)
class GroundingCheck:
    """Holds the windows of a question's passages and judges sentences against them.

    Args:
        passages: as numbered in the prompt, the first being [1].
        words: splits a text into comparable words.
        page_text: a document's page by PDFium's character index, for exact spans.
    """

    passages: Sequence[Passage]
    words: Words
    page_text: PageText
    _windows: list[_Window] = field(init=False)

    def __post_init__(self) -> None:
        self._windows = [window for i in range(len(self.passages)) for window in self._windows_of(i)]

    def check(self, text: str) -> list[AnswerSentence]:
        """Split an answer into sentences and judge each."""
        return [self._judge(text[a:b]) for a, b in answer_sentences(text)]

    def _windows_of(self, index: int) -> list[_Window]:
        text = self.passages[index].text
        spans = sentence_spans(text)
        windows = []
        words = [self._content_words(text[start:end]) for start, end in spans]
        negated = [bool(_NEGATION.search(text, start, end)) for start, end in spans]
        for first in range(len(spans)):
            for last in range(first, min(first + 2, len(spans))):
                start, end = spans[first][0], spans[last][1]
                inside = range(first, last + 1)
                negations = tuple(words[i] for i in inside if negated[i] and words[i])
                all_words = frozenset().union(*(words[i] for i in inside))
                windows.append(_Window(index, start, end, all_words, numbers_in(text[start:end]), negations))
        return windows

    def _judge(self, sentence: str) -> AnswerSentence:
        cited = [int(n) for group in _MARK.findall(sentence) for n in group.split(",")]
        claim = _MARK.sub("", sentence)
        words, numbers = self._content_words(claim), numbers_in(claim)
        if not words and not numbers:
            return AnswerSentence(sentence, (), Verdict.SUPPORTED)
        negated = bool(_NEGATION.search(claim))
        ranked = sorted(
            ((self._share(w, words, numbers, negated=negated), w.passage + 1 in cited, w) for w in self._windows),
            key=lambda item: (round(item[0] + 0.1 * item[1], 2), -(item[2].end - item[2].start)),
            reverse=True,
        )
        if not ranked:
            return AnswerSentence(sentence, (), Verdict.UNSUPPORTED)
        best, _, window = ranked[0]
        verdict = (
            Verdict.SUPPORTED
            if best >= SUPPORTED_SHARE
            else Verdict.PARTLY
            if best >= PARTLY_SHARE
            else Verdict.UNSUPPORTED
        )
        if verdict is Verdict.UNSUPPORTED:
            return AnswerSentence(sentence, (), verdict)
        citations = [self._citation(window)]
        # A second passage that the model named itself is kept if it carries the claim as well.
        for share, named, other in ranked:
            if named and other.passage != window.passage and share >= PARTLY_SHARE:
                citations.append(self._citation(other))
                break
        return AnswerSentence(sentence, tuple(citations), verdict)

    def _share(self, window: _Window, words: frozenset[str], numbers: frozenset[str], *, negated: bool) -> float:
        """How much of a claim a window carries, 0 to 1. A number that is not there, or a lost "not", halves it."""
        share = len(words & window.words) / len(words) if words else 1.0
        if numbers - window.numbers:
            share *= 0.5
        # A neighbour's "not" is no concern of a claim that speaks of something else.
        if negated != any(len(words & said) >= 0.5 * min(len(words), len(said)) for said in window.negations):
            share *= 0.5
        return share

    def _content_words(self, text: str) -> frozenset[str]:
        return content_words(text, self.words)

    def _citation(self, window: _Window) -> Citation:
        passage = self.passages[window.passage]
        return cite(window.passage + 1, passage, window.start, window.end, self.page_text)


def cite(number: int, passage: Passage, start: int, end: int, page_text: PageText) -> Citation:
    """The citation of `passage.text[start:end]` under a passage's number."""
    quote = " ".join(passage.text[start:end].split())
    char_start, char_end = page_span(passage, start, end, page_text)
    return Citation(number, passage.document, passage.page_index, passage.page_label, char_start, char_end, quote)


def page_span(passage: Passage, start: int, end: int, page_text: PageText) -> tuple[int, int]:
    """The span on its page of `passage.text[start:end]`, by the page's character index.

    Words that stand in several places (a sentence that goes on in the next column, a row below a repeated header) give
    the place that has most of them, with what is near it.
    """
    if passage.runs:
        return _span_of_runs(passage, start, end)
    raw = page_text(passage.document, passage.page_index)[passage.char_start : passage.char_end]
    tidied = tidy(raw, passage.char_start)
    if len(tidied.text) == len(passage.text):  # they differ in white space at most, one character for one
        return tidied.page_span(start, end)
    words = passage.text[start:end].split()
    pattern = r"\s*".join(re.escape(word) for word in words)
    found = re.search(pattern, tidied.text)
    return tidied.page_span(*found.span()) if found else (passage.char_start, passage.char_end)


def passage_spans(passage: Passage) -> list[tuple[int, int]]:
    """Where all of a passage stands on its page: one span for each place, what is near each other in one."""
    places = _places(passage, 0, len(passage.text))
    return [(start, end) for start, end, _ in places] or [(passage.char_start, passage.char_end)]


def _span_of_runs(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """The fullest place among those where `passage.text[start:end]` stands."""
    places = _places(passage, start, end)
    if not places:
        return passage.char_start, passage.char_end
    first, last, _ = max(places, key=lambda place: place[2])
    return first, last


def _places(passage: Passage, start: int, end: int) -> list[tuple[int, int, int]]:
    """Start, end and number of characters of each place where `passage.text[start:end]` stands, down the page."""
    pieces: list[tuple[int, int]] = []
    for run in passage.runs:
        first = max(start, run.text_start)
        after = min(end, run.text_start + run.length)
        if first < after:
            shift = run.char_start - run.text_start
            pieces.append((first + shift, after + shift))
    places: list[tuple[int, int, int]] = []
    for piece_start, piece_end in sorted(pieces):
        size = piece_end - piece_start
        if places and piece_start - places[-1][1] <= _NEAR:
            first, last, filled = places[-1]
            places[-1] = (first, max(last, piece_end), filled + size)
        else:
            places.append((piece_start, piece_end, size))
    return places


def with_checked_marks(text: str, sentences: Sequence[AnswerSentence]) -> tuple[str, tuple[AnswerSentence, ...]]:
    """An answer whose marks are the citations that stood the check, each behind its sentence, and no others.

    Args:
        text: as the model wrote it, with whatever numbers it chose.
        sentences: of that text, in order.
    """
    parts: list[str] = []
    marked: list[AnswerSentence] = []
    position = 0
    for sentence in sentences:
        start = text.index(sentence.text, position)
        parts.append(text[position:start])
        claim = _MARK.sub("", sentence.text).rstrip()
        numbers = list(dict.fromkeys(citation.number for citation in sentence.citations))
        said = claim + (" " if numbers else "") + "".join(f"[{number}]" for number in numbers)
        parts.append(said)
        marked.append(replace(sentence, text=said))
        position = start + len(sentence.text)
    parts.append(text[position:])
    return "".join(parts), tuple(marked)


def answer_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of an answer's sentences; citation marks behind a full stop belong to the sentence before them."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(text):
        lead = _MARK.match(text, start)
        if lead and spans and text[spans[-1][1] : start].strip() == "":
            spans[-1] = (spans[-1][0], lead.end())
            start = lead.end()
            while (more := _MARK.match(text, start)) is not None:
                spans[-1] = (spans[-1][0], more.end())
                start = more.end()
            start += len(text[start:end]) - len(text[start:end].lstrip())
        if start < end:
            spans.append((start, end))
    return spans


def numbers_in(text: str) -> frozenset[str]:
    """The numbers of a text without thousands separators."""
    return frozenset(number.replace(",", "").rstrip(".") for number in _NUMBER.findall(text))
