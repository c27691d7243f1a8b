"""How close a sentence comes to a window of a passage: words, their neighbourhood and meaning, weighed together.

The weights are those of a logistic regression over made claims, true and false; `benchmarks/calibrate_grounding.py`
finds them and the thresholds, and docs/decisions/018-grounding.md has the figures.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from core.answering.words import Words
from core.paths import resources_folder

_CONTEXT_COUNTS = 0.5  # of a word that only the title or a heading has
_OPENING = 3  # content words
_SHORTEST_STEM = 4  # letters
_NEIGHBOURS = 4  # content words between two that are still neighbours


@dataclass(frozen=True, slots=True)
class Closeness:
    """What is measured, each from 0 to 1.

    Attributes:
        coverage: the share of the claim's content words that the window has.
        opening: the same of the first three, which tell whom or what the claim is about.
        pairs: of each two that follow each other in the claim, those that stand near each other in the window.
        cosine: of the meanings; None where there is no embedder.
    """

    coverage: float
    opening: float
    pairs: float
    cosine: float | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """How the measures make a score, and what a score means.

    Attributes:
        supported: from this score on, a sentence is supported.
        partly: from this one on it is so in part.
    """

    bias: float
    coverage: float
    opening: float
    pairs: float
    cosine: float
    supported: float
    partly: float

    def odds(self, closeness: Closeness) -> float:
        """The logarithm of the odds that the window says what the claim says."""
        total = self.bias + self.coverage * closeness.coverage + self.opening * closeness.opening
        return total + self.pairs * closeness.pairs + self.cosine * (closeness.cosine or 0.0)

    def score(self, closeness: Closeness) -> float:
        """How probably it does, 0 to 1."""
        return 1.0 / (1.0 + math.exp(-self.odds(closeness)))


@cache
def weights_of(kind: str) -> Weights:
    """The weights "with_meaning" or for "words_only"."""
    data: Mapping[str, Any] = json.loads((resources_folder() / "answering" / "grounding.json").read_text("utf-8"))
    return Weights(**data[kind])


def coverage_of(claim: frozenset[str], own: frozenset[str], context: frozenset[str]) -> float:
    """The share of a claim's content words that a window has; what only its title has counts half."""
    if not claim:
        return 1.0
    shared = claim & own
    shared |= frozenset(word for word in claim - shared if _nearly(word, own))
    return (len(shared) + _CONTEXT_COUNTS * len(claim & context - shared)) / len(claim)


def opening_of(claim: str, content: frozenset[str], words: Words) -> frozenset[str]:
    """The first content words of a claim."""
    said = dict.fromkeys(word for word in words(claim) if word in content)
    return frozenset(list(said)[:_OPENING])


def pairs_of(claim: str, source: str, content: frozenset[str], words: Words) -> float:
    """The share of the claim's neighbouring content words that are neighbours in the source too, in either order.

    Args:
        claim: the sentence that is checked.
        source: the window.
        content: the claim's content words.
        words: splits a text into comparable words.
    """
    said = [word for word in words(claim) if word in content]
    wanted = {frozenset(pair) for pair in pairwise(said) if pair[0] != pair[1]}
    if not wanted:
        return 1.0
    there = [word if word in content else _nearly(word, content) for word in words(source)]
    there = [word for word in there if word]
    found = {frozenset((word, other)) for i, word in enumerate(there) for other in there[i + 1 : i + _NEIGHBOURS]}
    return len(wanted & found) / len(wanted)


def _nearly(word: str, among: frozenset[str]) -> str:
    """A word that differs by one letter at its end, as stems of rare words do; empty if there is none."""
    if len(word) < _SHORTEST_STEM:
        return ""
    if len(word) > _SHORTEST_STEM and word[:-1] in among:
        return word[:-1]
    return next((other for other in among if len(other) == len(word) + 1 and other.startswith(word)), "")
