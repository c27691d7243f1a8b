"""The weights of the ranking are learnt from questions whose pages are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.calibrate_fusion import Comparisons, Judged, fit, gold_of, learn, recall
from core.embedding.embedder import TokenVectors, Vectors
from core.index.candidates import Candidate
from core.retrieval.evidence import SIGNALS
from core.retrieval.ranking import KNOWN, WITHOUT_TOKENS

TELLING, NOISE = "words_rank", "opening"


class WordTokens:
    """One token a word, each of its own direction; notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._words: dict[str, int] = {}

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.asked += texts
        rows = [[self._words.setdefault(word, len(self._words)) for word in text.split()] for text in texts]
        return [np.eye(64, dtype=np.float16)[row].reshape(-1, 64) for row in rows]

    def code_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[bytes]]:
        return np.zeros((len(texts), 64), np.float32), [b"=" + state.tobytes() for state in self.embed_tokens(texts)]

    def read_tokens(self, codes: Sequence[bytes]) -> list[TokenVectors | None]:
        return [np.frombuffer(code[1:], np.float16).reshape(-1, 64) if code else None for code in codes]


def questions(count: int, right: str = "lamp oil") -> list[Judged]:
    """Of three pages the second is right; one signal tells it a little, another says anything."""
    noise = np.random.default_rng(count).random((count, 3))
    found = []
    for row in noise:
        signals = np.zeros((3, len(SIGNALS)))
        signals[:, SIGNALS.index(TELLING)] = [0.4, 0.6, 0.5]
        signals[:, SIGNALS.index(NOISE)] = row
        texts = ["nothing here", right, "lamp"]
        candidates = [Candidate(i, 1, i, "", text) for i, text in enumerate(texts)]
        found.append(Judged("lamp oil", candidates, signals, np.array([False, True, False]), [0, 1, 2], False))
    return found


def test_what_tells_the_right_page_gets_the_weight() -> None:
    asked = questions(40)
    weights = fit([asked], [TELLING, NOISE])
    assert weights[TELLING] > 5 * weights[NOISE] >= 0.0
    assert recall(asked, {TELLING: 1.0}) == [1.0, 1.0, 1.0]
    assert recall(asked, {NOISE: 1.0})[0] < 0.7


def test_every_set_counts_the_same_whatever_its_size() -> None:
    one = questions(10)
    assert fit([one, one], [TELLING]) == fit([one * 7, one], [TELLING])


def test_late_interaction_is_learnt_and_each_passage_compared_once() -> None:
    embedder = WordTokens()
    comparisons = Comparisons(embedder, {})
    asked = questions(12)
    weights = learn([asked], [TELLING, NOISE, "tokens"], comparisons)
    assert set(weights[WITHOUT_TOKENS]) == {TELLING, NOISE}
    assert weights[KNOWN]["tokens"] > 0.5
    assert sorted(embedder.asked) == ["lamp", "lamp oil", "lamp oil", "nothing here"]  # the question, and its passages
    again = WordTokens()
    Comparisons(again, comparisons.found).fill(asked, weights[WITHOUT_TOKENS])
    assert again.asked == []


@pytest.mark.parametrize(
    ("line", "gold"),
    [
        ({"documents": ["a.pdf"], "gold_pages": [3, 4]}, {("a.pdf", 2), ("a.pdf", 3)}),
        ({"documents": ["a.pdf", "b.pdf"], "gold_by_document": {"b.pdf": [1]}}, {("b.pdf", 0)}),
        ({"documents": ["a.pdf"], "gold_pages": [3], "gold_pages_alt": [9, "x"]}, {("a.pdf", 2), ("a.pdf", 8)}),
        ({"documents": ["a.pdf"]}, set()),
    ],
)
def test_pages_count_from_1_in_the_file_and_from_0_here(line: dict[str, object], gold: set[tuple[str, int]]) -> None:
    assert gold_of(line) == gold
