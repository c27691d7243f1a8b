"""Which of many texts say most of what all of them say: LexRank over their vectors, and a choice without repetition.

Erkan and Radev, LexRank: Graph-based Lexical Centrality as Salience in Text Summarization, JAIR 22 (2004), in its
continuous form, with cosines of embeddings for those of word counts; Carbonell and Goldstein, The Use of MMR,
Diversity-Based Reranking, SIGIR 1998.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.embedding.embedder import Vectors

Scores = npt.NDArray[np.float64]

_DAMPING = 0.85
_ROUNDS = 50
_SETTLED = 1e-6
_LEAST_COSINE = 0.1  # below, two sentences of a language have in common no more than that
_REPEATS = 0.9  # cosine from which one text says the same as another
_NEW = 0.35  # what being new counts, against the score


def lexrank(vectors: Vectors) -> Scores:
    """How central each text is, the most central 1.

    Args:
        vectors: shape (texts, dimension), norm 1.
    """
    count = len(vectors)
    if count == 0:
        return np.empty(0)
    cosines = np.asarray(vectors @ vectors.T, np.float64)
    weights = np.where(cosines >= _LEAST_COSINE, cosines, 0.0)
    np.fill_diagonal(weights, 0.0)  # else a text that is like no other would keep its share to itself
    totals = weights.sum(axis=1, keepdims=True)
    moves = np.where(totals > 0, weights / np.where(totals > 0, totals, 1.0), 1.0 / count)
    ranks = np.full(count, 1.0 / count)
    for _ in range(_ROUNDS):
        fresh = (1 - _DAMPING) / count + _DAMPING * (moves.T @ ranks)
        is_settled = bool(np.abs(fresh - ranks).sum() < _SETTLED)
        ranks = fresh
        if is_settled:
            break
    return np.asarray(ranks / ranks.max())


def nearest_centre(vectors: Vectors) -> Scores:
    """Cosine of each text with the mean of all."""
    if len(vectors) == 0:
        return np.empty(0)
    centre = vectors.mean(axis=0)
    return np.asarray(vectors @ (centre / (np.linalg.norm(centre) or 1.0)), np.float64)


def most_telling(scores: Scores, vectors: Vectors, count: int, owners: Sequence[int] | None = None) -> list[int]:
    """Positions of the best texts that do not repeat each other, best first; fewer where there are not as many.

    Args:
        scores: of each text, about 0 to 2.
        vectors: of each text.
        count: how many at most.
        owners: what each text belongs to, where one of each is enough.
    """
    chosen: list[int] = []
    left = list(range(len(scores)))
    nearest = np.zeros(len(scores))
    while left and len(chosen) < count:
        best = max(left, key=lambda i: scores[i] - _NEW * nearest[i])
        chosen.append(best)
        nearest = np.maximum(nearest, vectors @ vectors[best])
        left = [
            i for i in left if i != best and nearest[i] < _REPEATS and (owners is None or owners[i] != owners[best])
        ]
    return chosen
