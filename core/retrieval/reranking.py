"""The first candidates in the order that a cross-encoder gives them, half, and the evidence, half."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.embedding.embedder import embedded_text
from core.errors import ModelFailed
from core.index.candidates import Candidate

logger = logging.getLogger(__name__)

PART = "cross-encoder"


class Reranker(Protocol):
    """A model that reads question and passage together."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well the first of some texts answer, any number of them.

        Raises:
            ModelFailed: this search has to do without; the text is a sentence for people.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds, a process perhaps."""
        ...


@dataclass(frozen=True, slots=True)
class MissingReranker:
    """Stands for one that was chosen and is not there any more, so that every search says so."""

    reason: str

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Never any."""
        raise ModelFailed(f"{self.reason} This search went without the reranker.")

    def close(self) -> None:
        """It holds nothing."""


@dataclass(frozen=True, slots=True)
class Reranked:
    """What a reranker says.

    Attributes:
        parts: chunk → what is added to its score; none of it is negative.
        notice: why the search went without it, in a sentence.
    """

    parts: Mapping[int, float] = field(default_factory=dict)
    notice: str | None = None


def rerank(reranker: Reranker, query: str, scored: Sequence[tuple[Candidate, float]]) -> Reranked:
    """Let a reranker read the first candidates, best first.

    Its scores are stretched over the range that the evidence has among these candidates, so that each counts half and
    neither can bury what the other is sure of; the candidates behind them stay behind them.
    """
    texts = [embedded_text(candidate.context, candidate.text) for candidate, _ in scored]
    try:
        said = reranker.scores(query, texts)
    except ModelFailed as error:
        logger.warning("%s", error)
        return Reranked(notice=str(error))
    if not said:
        return Reranked()
    low, high = min(said), max(said)
    spread = scored[0][1] - scored[len(said) - 1][1]
    if not high > low or not spread > 0:
        return Reranked()
    parts = {
        candidate.chunk: spread * (score - low) / (high - low)
        for (candidate, _), score in zip(scored, said, strict=False)
    }
    return Reranked(parts)


def with_reranking(parts: tuple[tuple[str, float], ...], added: float) -> tuple[tuple[str, float], ...]:
    """The parts of a score with what the reranker adds, the largest first."""
    return tuple(sorted((*parts, (PART, added)), key=lambda part: -abs(part[1]))) if added else parts
