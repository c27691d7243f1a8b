"""Finds the windows of the passages that come nearest to a claim: by facts, by words, and a few of them by meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.answering.claims import Claim
from core.answering.closeness import Closeness, Weights, coverage_of, opening_of, pairs_of, weights_of
from core.answering.facts import Facts, Fault
from core.answering.windows import Window
from core.answering.words import Words
from core.embedding.embedder import Embedder, Vectors

_COMPARED = 24  # windows whose facts are compared
_EMBEDDED = 6  # windows whose meaning is compared: what two cores do in 30 ms
_AS_GOOD = 0.08  # of coverage: a narrower window that lacks no more than this is as good
_MODEL_NAMED = 0.1
_MODEL_NAMED_ODDS = 0.4
_CLEARLY = 0.15  # of the odds' logarithm: a window that is nearer by this is the one that the claim is about


@dataclass(frozen=True, eq=False)
class Match:
    """A window beside a claim.

    Attributes:
        odds: the logarithm of the odds that it says what the claim says, facts aside.
        fault: why it cannot support the claim; None if it can.
        supports: whether it supports the claim.
    """

    window: Window
    closeness: Closeness
    odds: float
    score: float
    fault: Fault | None
    supports: bool


class Matcher:
    """Compares claims with the windows of a question's passages.

    Args:
        windows: of all passages.
        facts: of the same.
        words: splits a text into comparable words.
        embedder: compares meanings; without it words alone tell.
    """

    def __init__(self, windows: Sequence[Window], facts: Facts, words: Words, embedder: Embedder | None) -> None:
        self._windows = windows
        self._facts = facts
        self._words = words
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}

    @property
    def weights(self) -> Weights:
        """Those for what is measured."""
        return weights_of("words_only" if self._embedder is None else "with_meaning")

    def matches(self, claim: Claim, cited: frozenset[int] = frozenset()) -> list[Match]:
        """The windows nearest to a claim, the one to be cited or shown first.

        A window without a fault comes before one with, unless the latter is clearly nearer and says the contrary: the
        claim is about it then.

        Args:
            claim: to be supported.
            cited: the numbers of the passages that the model named; of equals these come first.
        """
        near = self._to_compare(claim, cited)
        faults = [self._facts.fault(claim, window) for window in near]
        matches = [
            self._match(window, closeness, fault)
            for window, closeness, fault in zip(near, self._closeness(claim, near), faults, strict=True)
        ]

        def rank(match: Match) -> tuple[bool, float]:
            return match.fault is None, match.odds + _MODEL_NAMED_ODDS * (match.window.passage + 1 in cited)

        matches.sort(key=rank, reverse=True)
        contrary = max((m for m in matches if m.fault and m.fault.contradicts), key=lambda m: m.odds, default=None)
        if contrary is not None and contrary.odds > matches[0].odds + _CLEARLY:
            matches.remove(contrary)
            return [contrary, *matches]
        return _narrowest_first(matches)

    def _match(self, window: Window, closeness: Closeness, fault: Fault | None) -> Match:
        score = self.weights.score(closeness)
        supports = fault is None and score >= self.weights.supported
        return Match(window, closeness, self.weights.odds(closeness), score, fault, supports)

    def _to_compare(self, claim: Claim, cited: frozenset[int]) -> list[Window]:
        """The few windows whose meaning is compared: most of those with the most words have no fault."""
        rough = {
            window: coverage_of(claim.content, window.content, window.context)
            + _MODEL_NAMED * (window.passage + 1 in cited)
            for window in self._windows
            if not window.header or self._facts.speaks_of(claim, window)
        }
        near = sorted(rough, key=lambda window: (-rough[window], window.size))[:_COMPARED]
        faultless = [window for window in near if self._facts.fault(claim, window) is None]
        chosen = list(dict.fromkeys([*near[:2], *faultless[: _EMBEDDED - 2], *near]))
        return chosen[:_EMBEDDED]

    def _closeness(self, claim: Claim, windows: Sequence[Window]) -> list[Closeness]:
        cosines = self._cosines(claim.text, [f"{w.header} {w.text}" if w.header else w.text for w in windows])
        opening = opening_of(claim.text, claim.content, self._words)
        return [
            Closeness(
                coverage_of(claim.content, window.content, window.context),
                coverage_of(opening, window.content, window.context),
                pairs_of(claim.text, f"{window.header} {window.text}", claim.content, self._words),
                cosine,
            )
            for window, cosine in zip(windows, cosines, strict=True)
        ]

    def _cosines(self, claim: str, windows: Sequence[str]) -> list[float | None]:
        if self._embedder is None or not windows:
            return [None] * len(windows)
        texts = [" ".join(text.split()) for text in (claim, *windows)]
        fresh = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if fresh:
            self._vectors.update(zip(fresh, self._embedder.embed_passages(fresh), strict=True))
        mine = self._vectors[texts[0]]
        return [float(mine @ self._vectors[text]) for text in texts[1:]]


def _narrowest_first(matches: list[Match]) -> list[Match]:
    """Put the narrowest of those windows that carry as much as the best before it."""
    best = matches[0] if matches else None
    as_good = [
        match
        for match in matches
        if best is not None
        and match.supports == best.supports
        and (match.supports or match is best)
        and match.closeness.coverage >= best.closeness.coverage - _AS_GOOD
        and match.window.passage == best.window.passage
    ]
    if not as_good:
        return matches
    narrowest = min(as_good, key=lambda match: match.window.size)
    return [narrowest, *(match for match in matches if match is not narrowest)]
