"""Each sentence of an answer against the passages: which words support it, and how well.

A sentence is held against every window of one or two sentences of the passages. First by facts: a number, a date or a
name that the window lacks, a "not" that only one of the two has, or a word and its opposite, and the sentence is never
called supported. Then by closeness: words, their neighbourhood and, with an embedder, their meaning. The narrowest
window that supports the sentence is cited; a sentence of several facts may cite one for each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.answering.citing import cite, page_span, passage_spans
from core.answering.claims import Claim, alone, claim_of, parts_of
from core.answering.facts import Facts
from core.answering.matching import Match, Matcher
from core.answering.page_breaks import PageText
from core.answering.quantities import numbers_in
from core.answering.windows import Window, windows_of
from core.answering.words import Words
from core.embedding.embedder import Embedder
from core.sentences import sentence_spans
from core.types import AnswerSentence, Citation, Passage, Verdict

__all__ = [
    "GroundingCheck",
    "answer_sentences",
    "cite",
    "numbers_in",
    "page_span",
    "passage_spans",
    "with_checked_marks",
]

_MARK = re.compile(r"\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")

_WHOLE = 0.9  # of coverage: less than this, and a sentence of several parts may rest on several windows
_LOOKED_BACK = 300  # characters


@dataclass(slots=True)
class GroundingCheck:
    """Holds the windows of a question's passages and judges sentences against them.

    Args:
        passages: as numbered in the prompt, the first being [1].
        words: splits a text into comparable words.
        page_text: a document's page by PDFium's character index, for exact spans.
        embedder: compares meanings; without it words alone tell.
    """

    passages: Sequence[Passage]
    words: Words
    page_text: PageText
    embedder: Embedder | None = None
    _windows: list[Window] = field(init=False)
    _facts: Facts = field(init=False)
    _judged: dict[str, AnswerSentence] = field(init=False, default_factory=dict)
    _matcher: Matcher = field(init=False)

    def __post_init__(self) -> None:
        self._windows = [
            window
            for i, passage in enumerate(self.passages)
            for window in windows_of(i, passage, self.words, self.page_text)
        ]
        self._facts = Facts(self.passages, self._windows, self.words)
        self._matcher = Matcher(self._windows, self._facts, self.words, self.embedder)

    def check(self, text: str) -> list[AnswerSentence]:
        """Split an answer into sentences and judge each."""
        found = []
        for start, end in answer_sentences(text):
            sentence = text[start:end]
            if sentence not in self._judged:  # a text that is still growing is judged again and again
                self._judged[sentence] = self._judge(sentence)
            found.append(self._judged[sentence])
        return found

    def nearest(self, sentence: str) -> Match | None:
        """The single window that comes nearest to a sentence, and what was measured there; for calibration."""
        return next(iter(self._matcher.matches(self._claim(sentence))), None)

    # ── one sentence ─────────────────────────────────────────────────────────────────────────────────────────────

    def _judge(self, sentence: str) -> AnswerSentence:
        cited = frozenset(int(n) for group in _MARK.findall(sentence) for n in group.split(","))
        claim = self._claim(_MARK.sub("", sentence))
        if claim.is_empty:
            return AnswerSentence(sentence, (), Verdict.SUPPORTED)
        matches = self._matcher.matches(claim, cited)
        if not matches:
            return AnswerSentence(sentence, (), Verdict.UNSUPPORTED, "There are no passages to check this against.")
        best = matches[0]
        windows = [best.window] if best.supports else []
        # A second passage that the model named itself is kept if it carries the claim as well.
        windows += [m.window for m in matches[1:] if windows and m.supports and _is_named_too(m, best, cited)][:1]
        contradicted = best.fault is not None and best.fault.contradicts
        if not contradicted and len(windows) < 2 and (not windows or best.closeness.coverage < _WHOLE):
            of_parts = self._support_of_parts(claim, cited)
            windows = of_parts if len(of_parts) > len(windows) else windows
        if windows:
            return AnswerSentence(sentence, self._citations(windows), Verdict.SUPPORTED)
        return self._doubted(sentence, claim, matches)

    def _doubted(self, sentence: str, claim: Claim, matches: Sequence[Match]) -> AnswerSentence:
        """A sentence that nothing supports as a whole, with the reason, and with what comes nearest if that is near."""
        nearest = matches[0] if matches[0].fault is None else max(matches, key=lambda match: match.odds)
        reason = nearest.fault.reason if nearest.fault else ""
        if nearest.score < self._matcher.weights.partly:
            reason = self._facts.absent(claim) or "The passages do not say this."
            return AnswerSentence(sentence, (), Verdict.UNSUPPORTED, reason)
        reason = reason or self._facts.absent(claim) or self._facts.incomplete(claim, nearest.window)
        return AnswerSentence(sentence, self._citations([nearest.window]), Verdict.PARTLY, reason)

    def _claim(self, text: str) -> Claim:
        language = self._windows[0].language if self._windows else None
        return claim_of(text, self.words, self._facts.is_common, language)

    # ── a sentence of several facts ──────────────────────────────────────────────────────────────────────────────

    def _support_of_parts(self, claim: Claim, cited: frozenset[int]) -> list[Window]:
        """A window for each part of a sentence; none where a part has none, or where they may not speak of the same.

        What is joined must belong together: each further window has a name of the first part, or, where that has none
        or the window stands near the first, another of its words; in itself, or in its title or heading.
        """
        parts = [self._claim(part) for part in parts_of(claim.text, self.words)]
        if len(parts) < 2:
            return []
        found: list[Match] = []
        for part in parts:
            matches = self._matcher.matches(part, cited)
            if not matches or not matches[0].supports:
                return []
            found.append(matches[0])
        first, subject = found[0].window, parts[0]
        for part, match in zip(parts[1:], found[1:], strict=True):
            window = match.window
            named = any(name.words <= window.all_words for name in subject.names)
            shared = (subject.content - part.content) & (window.content | window.context)
            same = window.passage == first.passage and _are_near(first, window)
            if not named and (subject.names or not shared) and not (same and shared):
                return []
        return self._needed(claim, [match.window for match in found])

    def _needed(self, claim: Claim, windows: Sequence[Window]) -> list[Window]:
        """The windows without those that add nothing to the others, in the order of the parts."""
        kept = list(dict.fromkeys(windows))
        for window in sorted(kept, key=lambda window: len(window.content & claim.content)):
            others = [other for other in kept if other is not window]
            words = frozenset[str]().union(*(other.content for other in others))
            if not others or (window.content & claim.content) - words:
                continue
            facts = [fact for fact in claim.facts if not window.quantities.lacks(alone(fact))]
            if all(any(not other.quantities.lacks(alone(fact)) for other in others) for fact in facts):
                kept.remove(window)
        return kept

    def _citations(self, windows: Sequence[Window]) -> tuple[Citation, ...]:
        return tuple(
            cite(w.passage + 1, self.passages[w.passage], w.start, w.end, self.page_text, w.goes_on, w.heads)
            for w in windows
        )


def _are_near(one: Window, other: Window) -> bool:
    """Whether two windows of a passage are near enough that the second may speak of what the first names."""
    return max(one.start, other.start) - min(one.end, other.end) <= _LOOKED_BACK


def _is_named_too(match: Match, best: Match, cited: frozenset[int]) -> bool:
    return match.window.passage + 1 in cited and match.window.passage != best.window.passage


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
