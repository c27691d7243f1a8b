"""Which of the passages that were found a reader gets: no text twice, and many sides of a question that has many."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.embedding.embedder import Vectors
from core.types import Passage

# A question is broad when the answer may as well stand on more pages than this. What was measured is in
# docs/decisions/017-passages.md.
BROAD_PAGES = 5.0
# What being relevant counts against being new.
_RELEVANCE = 0.5

VectorsOf = Callable[[Sequence[int]], Mapping[int, Vectors]]


def select(ranked: Sequence[Passage], count: int, vectors_of: VectorsOf) -> tuple[Passage, ...]:
    """The `count` passages to read, best first and ranked anew, of more that were found.

    Texts that are there already go, whatever document they are of. Where the question is broad, those that come near
    one that was chosen stand back; where it is narrow, the ranking is left alone.

    Args:
        ranked: best first, with their scores.
        count: how many at most.
        vectors_of: the vectors of chunks; asked only where the question is broad.
    """
    distinct = without_repetition(ranked)
    if len(distinct) <= count or pages_in_question(ranked) <= BROAD_PAGES:
        return distinct[:count]
    return _ranked_anew(_most_new(distinct, count, vectors_of([passage.chunk for passage in distinct])))


def without_repetition(ranked: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages whose text no better ranked one has, ranked anew; white space and case are no difference."""
    first: dict[str, Passage] = {}
    for passage in ranked:
        first.setdefault(" ".join(passage.text.casefold().split()), passage)
    return _ranked_anew(first.values())


def pages_in_question(ranked: Sequence[Passage]) -> float:
    """On how many pages the answer may as well stand, by the shape of the scores: 1 where one page stands out.

    The weights of the scores were found by softmax over candidates, so softmax makes probabilities of them. What is
    told is their perplexity over pages, each page counting with its best passage.
    """
    best: dict[tuple[str, int], float] = {}
    for passage in ranked:
        best.setdefault((passage.document, passage.page_index), passage.score)
    if not best:
        return 0.0
    scores = np.array(list(best.values()))
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    return math.exp(-float(np.sum(shares * np.log(np.maximum(shares, 1e-12)))))


def _ranked_anew(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    return tuple(replace(passage, rank=rank) for rank, passage in enumerate(passages, 1))


def _most_new(ranked: Sequence[Passage], count: int, vectors: Mapping[int, Vectors]) -> tuple[Passage, ...]:
    """Maximal marginal relevance: one after the other, the passage that is relevant and least like those before it.

    Source of the method: Carbonell, Goldstein, "The Use of MMR, Diversity-Based Reranking" (1998). Relevance is the
    score, scaled to 0…1 over the list; a chunk whose vector is gone counts as unlike all others.
    """
    scores = np.array([passage.score for passage in ranked])
    spread = float(scores.max() - scores.min())
    relevance = (scores - scores.min()) / spread if spread > 0 else np.ones(len(scores))
    dimension = max((len(vector) for vector in vectors.values()), default=1)
    matrix = np.stack([vectors.get(passage.chunk, np.zeros(dimension, np.float32)) for passage in ranked])
    alike = matrix @ matrix.T
    nearest = np.zeros(len(ranked))
    chosen: list[int] = []
    while len(chosen) < count:
        gain = _RELEVANCE * relevance - (1 - _RELEVANCE) * nearest
        gain[chosen] = -np.inf
        chosen.append(int(np.argmax(gain)))
        nearest = np.maximum(nearest, alike[chosen[-1]])
    return tuple(ranked[i] for i in chosen)
