"""What speaks for each candidate: signals from 0 to 1, of the chunk itself, of its page, and of its document."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from core.index.candidates import Candidate
from core.retrieval.fusion import Scored, fuse, normalised
from core.retrieval.names import Naming
from core.retrieval.references import own_words

# The order is that of the columns wherever signals are a matrix. What each means, and what it adds on which set, is in
# docs/decisions/012-retrieval.md.
SIGNALS = (
    "meaning",  # cosine with the question, among the nearest
    "words",  # BM25, among the best
    "meaning_rank",  # 1, 1/2, 1/3, … by place among the nearest: how far a score stands out is not how much it says
    "words_rank",  # the same among the best by BM25
    "own_words",  # 0 in a list of references, which names much and says nothing of it, to 1
    "tokens",  # late interaction, for the first candidates
    "page_words",  # share of the question's words that the page has, rare ones weighing more
    "page_phrases",  # the same for pairs of neighbouring words
    "page_second",  # the score of the best other chunk of the page
    "neighbour",  # the score of the best chunk of the pages before and after
    "opening",  # 1 on the first page of a document and less on each further one: there they say what they are about
    "named",  # how well the question names the document
    "newest",  # 1 in the newest of the documents named, where the newest is asked for
)
# Signals that rest on an embedder; they say nothing of a question in a language that it does not know.
OF_THE_EMBEDDER = ("meaning", "meaning_rank", "tokens")

# Of a company's twenty reports, the one of the quarter asked about stands out from those that share the other words.
_NAMED_SHARPNESS = 3
# BM25 counts the length of a text in steps, so that passages of about the same length often score alike.
_EQUAL = 1e-6
_OPENING_PAGES = 4.0  # by so many pages further the signal falls to a third

Signals = dict[str, float]


def gather(
    question_words: Sequence[str],
    candidates: Sequence[Candidate],
    dense: Scored,
    keyword: Scored,
    page_chunks: Mapping[tuple[int, int], Sequence[str]],
    naming: Naming,
    analyse: Callable[[str], list[str]],
) -> list[Signals]:
    """The signals of each candidate; `tokens` is 0 until `add_tokens`.

    Args:
        question_words: as the keyword index has them, in order.
        candidates: chunks of `dense` and `keyword`.
        dense: (chunk, cosine), best first; empty where the embedder does not know the language.
        keyword: (chunk, BM25), best first.
        page_chunks: texts of the chunks of the candidates' pages.
        naming: which documents the question names.
        analyse: a text's words as the keyword index has them.
    """
    meaning, words = dict(normalised(dense)), dict(normalised(keyword))
    meaning_rank, words_rank = _by_place(dense), _by_place(keyword)
    pages = _PageEvidence(question_words, page_chunks, analyse)
    base = dict(fuse(dense, keyword))
    by_page: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for candidate in candidates:
        by_page.setdefault(candidate.page, []).append((base.get(candidate.chunk, 0.0), candidate.chunk))
    signals = []
    for c in candidates:
        others = [score for score, chunk in by_page[c.page] if chunk != c.chunk]
        beside = [score for step in (-1, 1) for score, _ in by_page.get((c.document, c.page_index + step), ())]
        page_words, page_phrases = pages.shares(c.page)
        signals.append(
            {
                "meaning": meaning.get(c.chunk, 0.0),
                "words": words.get(c.chunk, 0.0),
                "meaning_rank": meaning_rank.get(c.chunk, 0.0),
                "words_rank": words_rank.get(c.chunk, 0.0),
                "own_words": own_words(c.text),
                "tokens": 0.0,
                "page_words": page_words,
                "page_phrases": page_phrases,
                "page_second": max(others, default=0.0),
                "neighbour": max(beside, default=0.0),
                "opening": math.exp(-c.page_index / _OPENING_PAGES),
                "named": naming.match.get(c.document, 0.0) ** _NAMED_SHARPNESS,
                "newest": float(c.document in naming.newest),
            }
        )
    return signals


def add_tokens(signals: Sequence[Signals], positions: Sequence[int], similarities: Sequence[float]) -> None:
    """Put late interaction among the signals of some candidates: 0 for the least of them, as for all others, to 1."""
    low, high = min(similarities, default=0.0), max(similarities, default=0.0)
    for i, similarity in zip(positions, similarities, strict=True):
        signals[i]["tokens"] = (similarity - low) / (high - low) if high > low else 1.0


def _by_place(scored: Scored) -> dict[int, float]:
    """1 for the first of a list, 1/2 for the second, …; chunks of equal scores share the place of their first."""
    places: dict[int, float] = {}
    place, best = 1, 0.0
    for position, (chunk, score) in enumerate(scored, 1):
        if position == 1 or not math.isclose(score, best, rel_tol=_EQUAL):
            place, best = position, score
        places[chunk] = 1.0 / place
    return places


class _PageEvidence:
    """The question's words and pairs of words on the candidates' pages.

    What is rare is rare among these pages: a word that all of them have tells none of them apart.
    """

    def __init__(
        self,
        question_words: Sequence[str],
        page_chunks: Mapping[tuple[int, int], Sequence[str]],
        analyse: Callable[[str], list[str]],
    ) -> None:
        asked = set(question_words)
        pairs = set(pairwise(question_words))
        self._words: dict[tuple[int, int], set[str]] = {}
        self._pairs: dict[tuple[int, int], set[tuple[str, str]]] = {}
        holders: Counter[str] = Counter()
        count = 0
        for page, texts in page_chunks.items():
            self._words[page], self._pairs[page] = set(), set()
            for text in texts:
                words = analyse(text)
                present = asked.intersection(words)
                holders.update(present)
                count += 1
                self._words[page] |= present
                possible = {pair for pair in pairs if present.issuperset(pair)}  # most texts have few: that is quick
                if possible:
                    self._pairs[page] |= possible.intersection(pairwise(words))
        self._rarity = {word: math.log1p((count - n + 0.5) / (n + 0.5)) for word, n in holders.items()}
        self._pair_weight = {(a, b): self._rarity.get(a, 0.0) + self._rarity.get(b, 0.0) for a, b in pairs}
        self._all_words = sum(self._rarity.values())
        self._all_pairs = sum(self._pair_weight.values())

    def shares(self, page: tuple[int, int]) -> tuple[float, float]:
        """The weighted shares of the question's words, and of its pairs of words, that a page has."""
        words = sum(self._rarity[word] for word in self._words.get(page, ()))
        pairs = sum(self._pair_weight[pair] for pair in self._pairs.get(page, ()))
        return words / self._all_words if self._all_words else 0.0, pairs / self._all_pairs if self._all_pairs else 0.0
