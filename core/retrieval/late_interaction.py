"""How well a passage has each single word of a question in its sense: the sum of greatest similarities of tokens.

Source of the method: Khattab, Zaharia, "ColBERT" (2020); here with the token vectors of an embedder that was trained
for whole texts, which still order the first candidates better than its text vectors do.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from core.embedding.embedder import TokenEmbedder, TokenVectors, embedded_text
from core.index.candidates import Candidate

_COMPARED = 8  # candidates: what two cores do in 60 ms
_COMPARED_OF_A_PAGE = 2
# Who is so far behind the first would hardly come to the head by it; so many are compared in any case.
_FAR_BEHIND = 5.0
_COMPARED_AT_LEAST = 4
_REMEMBERED = 192  # passages; each has up to 200 kB

TokenMatches = npt.NDArray[np.float32]
"""Shape (passages, a question's tokens): the best cosine of each token with one of the passage's."""


def most_promising(candidates: Sequence[Candidate], scores: Sequence[float]) -> list[int]:
    """Positions of the few candidates worth comparing: those of the highest scores, few of each page, none far behind.

    Args:
        candidates: of one question.
        scores: what all other evidence says of each.
    """
    chosen: list[int] = []
    of_page: Counter[tuple[int, int]] = Counter()
    best = max(scores, default=0.0)
    for i in sorted(range(len(scores)), key=lambda i: -scores[i]):
        far = scores[i] <= best - _FAR_BEHIND and len(chosen) >= _COMPARED_AT_LEAST
        if far or len(chosen) == _COMPARED:
            break
        if of_page[candidates[i].page] < _COMPARED_OF_A_PAGE:
            of_page[candidates[i].page] += 1
            chosen.append(i)
    return chosen


class LateInteraction:
    """Compares a question with passages token by token, and remembers the passages it saw last."""

    def __init__(self, embedder: TokenEmbedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._seen: OrderedDict[int, Future[TokenVectors]] = OrderedDict()
        self._ahead = ThreadPoolExecutor(1, "late-interaction")

    def begin(self, candidates: Sequence[Candidate]) -> None:
        """Start on passages that will likely be compared, while other evidence is gathered for the choice."""
        self._ahead.submit(self._take, candidates)

    def similarities(self, question: str, candidates: Sequence[Candidate]) -> list[float]:
        """For each candidate the mean over the question's tokens of the best cosine with one of its own."""
        return means_of(self.matches(question, candidates))

    def matches(self, question: str, candidates: Sequence[Candidate]) -> TokenMatches:
        """For each candidate and each of the question's tokens the best cosine with one of the candidate's."""
        asked = self._embedder.embed_tokens([question])[0]
        states = self._take(candidates)
        return _best_of_each(asked, [states[candidate.chunk].result() for candidate in candidates])

    def _take(self, candidates: Sequence[Candidate]) -> dict[int, Future[TokenVectors]]:
        """The token vectors of each; whoever takes a passage first computes it, others wait for that."""
        with self._lock:
            fresh = {c.chunk: c for c in candidates if c.chunk not in self._seen}
            own: dict[int, Future[TokenVectors]] = {chunk: Future() for chunk in fresh}
            self._seen |= own
            for candidate in candidates:
                self._seen.move_to_end(candidate.chunk)
            taken = {candidate.chunk: self._seen[candidate.chunk] for candidate in candidates}
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)
        try:
            states = self._embedder.embed_tokens([embedded_text(c.context, c.text) for c in fresh.values()])
        except BaseException as error:
            with self._lock:
                for chunk, future in own.items():
                    self._seen.pop(chunk, None)
                    future.set_exception(error)
            raise
        for future, state in zip(own.values(), states, strict=True):
            future.set_result(state)
        return taken


def means_of(matches: TokenMatches) -> list[float]:
    """Of each passage, over the question's tokens."""
    return [float(mean) for mean in matches.mean(axis=1)] if matches.shape[1] else [0.0] * len(matches)


def _best_of_each(asked: TokenVectors, passages: Sequence[TokenVectors]) -> TokenMatches:
    """One product for all passages: many small ones cost more than their arithmetic."""
    whole = [i for i, passage in enumerate(passages) if len(passage)]
    matches = np.zeros((len(passages), len(asked)), np.float32)
    if not len(asked) or not whole:
        return matches
    starts = np.cumsum([0, *(len(passages[i]) for i in whole[:-1])])
    cosines = np.concatenate([passages[i] for i in whole]).astype(np.float32) @ asked.astype(np.float32).T
    matches[whole] = np.maximum.reduceat(cosines, starts)
    return matches
