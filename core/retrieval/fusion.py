"""One ranking out of two lists, for the choice of candidates: a convex combination of normalised scores.

Source of the method: Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2023), which finds a
weighted sum of normalised scores better than reciprocal ranks, and insensitive to the normalisation.
"""

from __future__ import annotations

from collections.abc import Sequence

# Measured on the development sets; see docs/decisions/004-fusion.md and 012-retrieval.md.
DENSE_WEIGHT = 0.5

Scored = Sequence[tuple[int, float]]


def fuse(dense: Scored, keyword: Scored, dense_weight: float = DENSE_WEIGHT) -> list[tuple[int, float]]:
    """Fuse two lists of (chunk id, score), best first, into one; what only one list has counts 0 in the other."""
    total: dict[int, float] = {}
    for scored, weight in ((dense, dense_weight), (keyword, 1.0 - dense_weight)):
        for chunk, score in normalised(scored):
            total[chunk] = total.get(chunk, 0.0) + weight * score
    return sorted(total.items(), key=lambda item: (-item[1], item[0]))


def normalised(scored: Scored) -> list[tuple[int, float]]:
    """Scores from 0 (the last of the list) to 1 (the first)."""
    if not scored:
        return []
    best, worst = scored[0][1], scored[-1][1]
    spread = best - worst
    return [(chunk, (score - worst) / spread if spread > 0 else 1.0) for chunk, score in scored]
