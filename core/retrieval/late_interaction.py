"""How well a passage has each single word of a question in its sense: the sum of greatest similarities of tokens.

Source of the method: Khattab, Zaharia, "ColBERT" (2020); here with the token vectors of an embedder that was trained
for whole texts, which still order the first candidates better than its text vectors do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from core.embedding.embedder import TokenEmbedder, TokenVectors, embedded_text
from core.index.candidates import Candidate

_COMPARED = 8  # candidates; more find no more
_COMPARED_OF_A_PAGE = 2
# Who is so far behind the first would hardly come to the head by it; so many are compared in any case.
_FAR_BEHIND = 5.0
_COMPARED_AT_LEAST = 4

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
    """Compares a question with passages token by token.

    Args:
        embedder: whose token vectors are compared.
        stored: chunk ids → the codes that were kept when the chunks were embedded, of those that have one. The others
            are embedded again, which takes a hundred times as long.
    """

    def __init__(self, embedder: TokenEmbedder, stored: Callable[[Sequence[int]], Mapping[int, bytes]]) -> None:
        self._embedder = embedder
        self._stored = stored

    def similarities(self, question: str, candidates: Sequence[Candidate]) -> list[float]:
        """For each candidate the mean over the question's tokens of the best cosine with one of its own."""
        return means_of(self.matches(question, candidates))

    def matches(self, question: str, candidates: Sequence[Candidate]) -> TokenMatches:
        """For each candidate and each of the question's tokens the best cosine with one of the candidate's."""
        return _best_of_each(self._embedder.embed_tokens([question])[0], self._states(candidates))

    def _states(self, candidates: Sequence[Candidate]) -> list[TokenVectors]:
        """The token vectors of each, as its code gives them, kept or made now: where it lies changes no score."""
        codes = self._stored([candidate.chunk for candidate in candidates])
        states = self._embedder.read_tokens([codes.get(candidate.chunk, b"") for candidate in candidates])
        unread = [c for c, state in zip(candidates, states, strict=True) if state is None]
        if not unread:
            return [state for state in states if state is not None]
        _, made = self._embedder.code_passages([embedded_text(c.context, c.text) for c in unread])
        fresh = iter(self._embedder.read_tokens(made))
        whole = [next(fresh) if state is None else state for state in states]
        return [state for state in whole if state is not None]


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
