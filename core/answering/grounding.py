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

from core.answering.binding import misplaced, wrong_column
from core.answering.citing import cite, page_span, passage_spans
from core.answering.closeness import Closeness, Weights, coverage_of, pairs_of, weights_of
from core.answering.names import Name, names_of
from core.answering.page_breaks import PageText
from core.answering.polarity import Clause, clauses_of, contradiction, opposites
from core.answering.quantities import Date, Quantities, Quantity, numbers_in, quantities_of
from core.answering.windows import Window, windows_of
from core.answering.words import Words, content_words
from core.embedding.embedder import Embedder, Vectors
from core.language import latin_language
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
_MARKDOWN = re.compile(r"^\s*(?:[-*+•]\s+|#{1,6}\s+|\d{1,2}[.)]\s+)|\*{1,3}|`|(?<!\w)_|_(?!\w)")
_PARTS = re.compile(r";\s+|,?\s+(?:and|but|while|whereas|und|et|y)\s+|,\s+(?:which|who|where|with)\s+|,\s+")
_LEANS_BACK = re.compile(r"(?:she|he|it|they|this|these|those|its|his|her|their|such|the)\b", re.IGNORECASE)
_LOWER_WORD = re.compile(r"(?<![\w'’])[^\W\d_][\w-]*")

_COMPARED = 24  # windows whose facts are compared
_EMBEDDED = 6  # windows whose meaning is compared: what two cores do in 30 ms
_AS_GOOD = 0.08  # of coverage: a narrower window that lacks no more than this is as good
_WHOLE = 0.9  # of coverage: less than this, and a sentence of several parts may rest on several windows
_MODEL_NAMED = 0.1
_LEAST_OF_PART = 2  # content words
_LOOKED_BACK = 300  # characters
_MISSING_WORDS = 4


@dataclass(frozen=True)
class _Claim:
    """What a sentence says, taken apart once."""

    text: str
    content: frozenset[str]
    quantities: Quantities
    names: tuple[Name, ...]
    clauses: tuple[Clause, ...]

    @property
    def is_empty(self) -> bool:
        return not self.content and not self.quantities.numbers and not self.quantities.dates


@dataclass(frozen=True)
class _Match:
    """A window beside a claim.

    Attributes:
        fault: why it cannot support the claim, in a sentence for people; empty if it can.
    """

    window: Window
    closeness: Closeness
    score: float
    fault: str

    @property
    def rank(self) -> tuple[bool, float]:
        return not self.fault, self.score


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
    _everything: frozenset[str] = field(init=False)
    _lower: frozenset[str] = field(init=False)
    _judged: dict[str, AnswerSentence] = field(init=False, default_factory=dict)
    _vectors: dict[str, Vectors] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._windows = [
            window
            for i, passage in enumerate(self.passages)
            for window in windows_of(i, passage, self.words, self.page_text)
        ]
        texts = [f"{passage.title}\n{passage.heading}\n{passage.text}" for passage in self.passages]
        self._everything = frozenset(word for text in texts for word in self.words(text))
        found = (word for text in texts for word in _LOWER_WORD.findall(text))
        self._lower = frozenset(word for word in found if word.islower())

    def check(self, text: str) -> list[AnswerSentence]:
        """Split an answer into sentences and judge each."""
        found = []
        for start, end in answer_sentences(text):
            sentence = text[start:end]
            if sentence not in self._judged:  # a text that is still growing is judged again and again
                self._judged[sentence] = self._judge(sentence)
            found.append(self._judged[sentence])
        return found

    # ── one sentence ─────────────────────────────────────────────────────────────────────────────────────────────

    def _judge(self, sentence: str) -> AnswerSentence:
        cited = frozenset(int(n) for group in _MARK.findall(sentence) for n in group.split(","))
        claim = self._claim(_MARKDOWN.sub("", _MARK.sub("", sentence)))
        if claim.is_empty:
            return AnswerSentence(sentence, (), Verdict.SUPPORTED)
        matches = self._matches(claim, cited)
        if not matches:
            return AnswerSentence(sentence, (), Verdict.UNSUPPORTED, "There are no passages to check this against.")
        best = matches[0]
        weights = self._weights
        supports = not best.fault and best.score >= weights.supported
        if not supports or best.closeness.coverage < _WHOLE:
            windows = self._support_of_parts(claim, cited)
            if len(windows) > 1 or (windows and not supports):
                return AnswerSentence(sentence, self._citations(windows), Verdict.SUPPORTED)
        if supports:
            # A second passage that the model named itself is kept if it carries the claim as well.
            also = next((m for m in matches if self._named_too(m, best, cited)), None)
            windows = [best.window, *([also.window] if also else [])]
            return AnswerSentence(sentence, self._citations(windows), Verdict.SUPPORTED)
        # What stands the comparison of facts least is told of the window that comes nearest.
        nearest = max(matches, key=lambda match: match.score)
        if nearest.score < weights.partly:
            return AnswerSentence(
                sentence, (), Verdict.UNSUPPORTED, self._absent(claim) or "The passages do not say this."
            )
        shown = best if best.score >= weights.partly and not best.fault else nearest
        reason = nearest.fault or self._incomplete(claim, shown.window)
        return AnswerSentence(sentence, self._citations([shown.window]), Verdict.PARTLY, reason)

    def _claim(self, text: str) -> _Claim:
        content = content_words(text, self.words)
        language = latin_language(text) or (self._windows[0].language if self._windows else None)
        quantities = quantities_of(text, language)
        written = frozenset(
            word
            for item in (*quantities.numbers, *quantities.dates)
            for word in self.words(text[item.start : item.end])
        )
        names = names_of(text, self.words, lambda word: word in self._lower)
        clauses = clauses_of(text, lambda part: content_words(part, self.words))
        return _Claim(text, content - written, quantities, names, clauses)

    @property
    def _weights(self) -> Weights:
        return weights_of("words_only" if self.embedder is None else "with_meaning")

    def _matches(self, claim: _Claim, cited: frozenset[int]) -> list[_Match]:
        """The windows nearest to a claim, the one to be cited first."""
        rough = {
            id(window): coverage_of(claim.content, window.content, window.context)
            + _MODEL_NAMED * (window.passage + 1 in cited)
            for window in self._windows
        }
        near = sorted(self._windows, key=lambda window: (-rough[id(window)], window.size))[:_COMPARED]
        faults = {id(window): self._fault(claim, window) for window in near}
        near.sort(key=lambda window: bool(faults[id(window)]))  # stable: among equals the nearest stay first
        nearest = sorted(near, key=lambda window: -rough[id(window)])[:1]
        near = [*near[: _EMBEDDED - 1], *(window for window in nearest if window not in near[: _EMBEDDED - 1])]
        matches = [
            _Match(window, closeness, self._weights.score(closeness), faults[id(window)])
            for window, closeness in zip(near, self._closeness(claim, near), strict=True)
        ]
        matches.sort(
            key=lambda m: (not m.fault, m.score + _MODEL_NAMED * (m.window.passage + 1 in cited)), reverse=True
        )
        return self._narrowest_first(matches, cited)

    def _narrowest_first(self, matches: list[_Match], cited: frozenset[int]) -> list[_Match]:
        """Put the narrowest of those that carry as much as the best before it."""
        if not matches:
            return matches
        best = matches[0]
        as_good = [
            match
            for match in matches
            if bool(match.fault) == bool(best.fault)
            and match.closeness.coverage >= best.closeness.coverage - _AS_GOOD
            and (match.score >= self._weights.supported or match.score >= best.score)
            and (match.window.passage + 1 in cited) >= (best.window.passage + 1 in cited)
            and match.window.passage == best.window.passage
        ]
        if not as_good:
            return matches
        narrowest = min(as_good, key=lambda match: match.window.size)
        return [narrowest, *(match for match in matches if match is not narrowest)]

    def _closeness(self, claim: _Claim, windows: Sequence[Window]) -> list[Closeness]:
        cosines = self._cosines(claim.text, [f"{w.header} {w.text}" if w.header else w.text for w in windows])
        return [
            Closeness(
                coverage_of(claim.content, window.content, window.context),
                pairs_of(claim.text, f"{window.header} {window.text}", claim.content, self.words),
                cosine,
            )
            for window, cosine in zip(windows, cosines, strict=True)
        ]

    def _cosines(self, claim: str, windows: Sequence[str]) -> list[float | None]:
        if self.embedder is None or not windows:
            return [None] * len(windows)
        texts = [" ".join(text.split()) for text in (claim, *windows)]
        fresh = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if fresh:
            self._vectors.update(zip(fresh, self.embedder.embed_passages(fresh), strict=True))
        mine = self._vectors[texts[0]]
        return [float(mine @ self._vectors[text]) for text in texts[1:]]

    # ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _fault(self, claim: _Claim, window: Window) -> str:
        """Why a window cannot support a claim, whatever its words; empty if it can."""
        for missing in window.quantities.lacks(claim.quantities):
            return self._missing_quantity(missing)
        for name in claim.names:
            if not self._has_name(window, name):
                if not name.words <= self._everything:
                    return f"“{name.said}” is not in the passages."
                return f"The passage does not say this of “{name.said}”."
        if reason := contradiction(claim.clauses, window.clauses):
            return reason
        if pair := opposites(claim.text, f"{window.header} {window.text}"):
            return f"The sentence says “{pair[0]}”, the passage “{pair[1]}”."
        stray = self._stray(claim, window)
        return f"The passage says {stray.said} of something else." if stray else ""

    def _stray(self, claim: _Claim, window: Window) -> Quantity | None:
        def stems(text: str) -> frozenset[str]:
            return content_words(text, self.words)

        if window.header:
            return wrong_column(claim.text, window.text, window.header, stems, window.language)
        there = window.quantities.numbers
        return misplaced(claim.text, claim.quantities.numbers, window.text, there, stems)

    def _has_name(self, window: Window, name: Name) -> bool:
        """Whether a window names somebody: in full, in part where its passage has all of it, or as "she"."""
        if name.words <= window.all_words:
            return True
        if name.opens:  # its capital may be the sentence's: only what no passage has is missing
            return bool(name.words & self._everything)
        passage = self.passages[window.passage]
        if name.words & window.all_words and name.words <= frozenset(self.words(passage.text)):
            return True
        if not _LEANS_BACK.match(window.text):
            return False
        return name.words <= frozenset(self.words(window.before[-_LOOKED_BACK:]))

    def _missing_quantity(self, missing: Quantity | Date) -> str:
        kind = "date" if isinstance(missing, Date) else "number"
        wanted = Quantities((), (missing,)) if isinstance(missing, Date) else Quantities((missing,), ())
        elsewhere = any(not window.quantities.lacks(wanted) for window in self._windows)
        if elsewhere:
            return f"The passages say {missing.said} of something else."
        return f"The {kind} {missing.said} is not in the passages."

    def _absent(self, claim: _Claim) -> str:
        """The first fact of a claim that no passage has at all."""
        for item in (*claim.quantities.numbers, *claim.quantities.dates):
            wanted = Quantities((), (item,)) if isinstance(item, Date) else Quantities((item,), ())
            if all(window.quantities.lacks(wanted) for window in self._windows):
                return self._missing_quantity(item)
        for name in claim.names:
            if not name.words & self._everything:
                return f"“{name.said}” is not in the passages."
        return ""

    def _incomplete(self, claim: _Claim, window: Window) -> str:
        """Which words of a claim its window lacks."""
        known = window.content | window.context
        missing = []
        for match in re.finditer(r"[\w'’-]+", claim.text):
            stems = content_words(match.group(), self.words) & claim.content
            if stems and not stems & known and match.group() not in missing:
                missing.append(match.group())
        if not missing or len(missing) > _MISSING_WORDS:
            return "The passages say only part of this."
        said = ", ".join(f"“{word}”" for word in missing)
        return f"The passage does not say {said}."

    # ── a sentence of several facts ──────────────────────────────────────────────────────────────────────────────

    def _support_of_parts(self, claim: _Claim, cited: frozenset[int]) -> list[Window]:
        """A window for each part of a sentence; none where a part has none, or where they may not speak of the same.

        What is joined must belong together: each further window stands in the passage of the first, or has a name of
        the first part in it, or in its title or heading.
        """
        parts = self._parts(claim.text)
        if len(parts) < 2:
            return []
        found: list[_Match] = []
        for part in parts:
            matches = self._matches(part, cited)
            if not matches or matches[0].fault or matches[0].score < self._weights.supported:
                return []
            found.append(matches[0])
        first = found[0].window
        subjects = [name.words for name in parts[0].names]
        for match in found[1:]:
            window = match.window
            same = window.passage == first.passage
            named = any(words <= window.all_words for words in subjects)
            if not named and (subjects or not same) and not (same and self._near(first, window)):
                return []
        return self._needed(claim, [match.window for match in found])

    def _near(self, one: Window, other: Window) -> bool:
        return max(one.start, other.start) - min(one.end, other.end) <= _LOOKED_BACK

    def _parts(self, text: str) -> list[_Claim]:
        """The parts of a sentence that say something each; a short one stays with the one before."""
        borders = [match.span() for match in _PARTS.finditer(text)]
        pieces: list[str] = []
        start = 0
        for first, last in [*borders, (len(text), len(text))]:
            piece = text[start:first]
            if pieces and len(content_words(piece, self.words)) < _LEAST_OF_PART:
                pieces[-1] = text[text.index(pieces[-1]) : first]
            else:
                pieces.append(piece)
            start = last
        if len(pieces) > 1 and len(content_words(pieces[0], self.words)) < _LEAST_OF_PART:
            pieces[:2] = [text[: text.index(pieces[1]) + len(pieces[1])]]
        return [self._claim(piece) for piece in pieces]

    def _needed(self, claim: _Claim, windows: Sequence[Window]) -> list[Window]:
        """The windows without those that add nothing to the others, in the order of the parts."""
        kept = list(dict.fromkeys(windows))
        for window in sorted(kept, key=lambda window: len(window.content & claim.content)):
            others = [other for other in kept if other is not window]
            words = frozenset().union(*(other.content for other in others)) if others else frozenset()
            if not others or (window.content & claim.content) - words:
                continue
            alone = [item for item in claim.quantities.numbers if not window.quantities.lacks(Quantities((item,), ()))]
            if all(any(not other.quantities.lacks(Quantities((n,), ())) for other in others) for n in alone):
                kept.remove(window)
        return kept

    def _named_too(self, match: _Match, best: _Match, cited: frozenset[int]) -> bool:
        window = match.window
        return (
            window.passage + 1 in cited
            and window.passage != best.window.passage
            and not match.fault
            and match.score >= self._weights.supported
        )

    def _citations(self, windows: Sequence[Window]) -> tuple[Citation, ...]:
        return tuple(
            cite(w.passage + 1, self.passages[w.passage], w.start, w.end, self.page_text, w.goes_on) for w in windows
        )


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
