"""One ranking out of two searches for one question: in the person's own words, and in a form that stands alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from core.retrieval.explaining import accounted
from core.retrieval.retriever import Retrieval

FOLLOW_UP = "follow_up"
"""The part of a score by which what only the person's own words found stands back."""

# Scores of the ranking are the logarithms of odds, up to a constant, so those of two queries compare: of two passages
# alike, the one that the standalone form found is e times as likely. Measured in docs/decisions/019-follow-ups.md.
_HANDICAP = 1.0


def retrieve_both(retrieve: Callable[[str], Retrieval], standalone: str, own_words: str, k: int) -> Retrieval:
    """The `k` best passages of two searches, made side by side.

    A follow-up is mostly lost on a search ("And in 2022?"), but a form that was made of it may be wrong. What is told
    of the nearest chunk is that of the standalone form: a bare "And in 2022?" is near to anything.

    Args:
        retrieve: searches; it is called on two threads at a time.
        standalone: the question in a form that stands alone.
        own_words: as the person said it.
        k: how many at most.
    """
    with ThreadPoolExecutor(1, "own-words") as beside:
        second = beside.submit(retrieve, own_words)
        first = retrieve(standalone)
        return both(first, second.result(), k)


def both(standalone: Retrieval, own_words: Retrieval, k: int) -> Retrieval:
    """One ranking by the better score of each passage, own words standing back a little."""
    best = {(passage.document, passage.chunk): passage for passage in standalone.passages}
    for passage in own_words.passages:
        key = (passage.document, passage.chunk)
        score = passage.score - _HANDICAP
        if key not in best or best[key].score < score:
            best[key] = replace(passage, score=score)
    ranked = sorted(best.values(), key=lambda passage: -passage.score)[:k]
    ranked = [replace(passage, rank=rank) for rank, passage in enumerate(ranked, 1)]
    return replace(standalone, passages=accounted(ranked, FOLLOW_UP), notice=standalone.notice or own_words.notice)
