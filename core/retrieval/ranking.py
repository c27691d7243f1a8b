"""Signals weighed into one score: a linear model whose weights are data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.paths import resources_folder
from core.retrieval.evidence import SIGNALS, Signals

KNOWN, WITHOUT_TOKENS, FOREIGN = "known_language", "known_language_without_tokens", "foreign_language"


@dataclass(frozen=True, slots=True)
class Weights:
    """What each signal counts.

    Attributes:
        known: for a question in a language that the embedder knows, late interaction included.
        without_tokens: for such a question before that is done, and where it cannot be.
        foreign: for another, without the embedder's signals.
    """

    known: Mapping[str, float]
    without_tokens: Mapping[str, float]
    foreign: Mapping[str, float]


def score_of(signals: Signals, weights: Mapping[str, float]) -> float:
    """The sum of what each signal adds."""
    return sum(weight * signals[name] for name, weight in weights.items())


def parts_of(signals: Signals, weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """What each signal adds to the score, the largest first; what adds nothing is left out."""
    parts = [(name, weights.get(name, 0.0) * signals[name]) for name in SIGNALS]
    return tuple(sorted((part for part in parts if part[1]), key=lambda part: -abs(part[1])))


@cache
def load_weights(file: Path | None = None) -> Weights:
    """The weights that `benchmarks/calibrate_fusion.py` found; by default those that ship."""
    found = json.loads((file or resources_folder() / "retrieval" / "fusion.json").read_text("utf-8"))
    for name in (KNOWN, WITHOUT_TOKENS, FOREIGN):
        if not found[name].keys() <= set(SIGNALS):
            raise ValueError(f"unknown signals in {name}: {sorted(found[name].keys() - set(SIGNALS))}")
    return Weights(found[KNOWN], found[WITHOUT_TOKENS], found[FOREIGN])
