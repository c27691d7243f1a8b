"""What a reranker may do to a ranking, and that a search goes on without it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from filled_library import Filled

from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.errors import ModelFailed
from core.index.candidates import Candidate
from core.index.library import Library
from core.retrieval.reranking import PART, MissingReranker, Reranked, rerank, with_reranking
from core.retrieval.retriever import Retriever
from core.types import SearchMode

SCORED = [(Candidate(n, 1, n, "Piers", f"text {n}"), 5.0 - n) for n in range(4)]


class Scripted:
    """A reranker that says its scores."""

    def __init__(self, *scores: float) -> None:
        self.said = list(scores)
        self.asked: list[tuple[str, list[str]]] = []

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((query, list(texts)))
        return self.said[: len(texts)]

    def close(self) -> None:
        return


class Backwards:
    """A reranker that prefers what the evidence puts last among the first ten."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        return [float(n) for n in range(min(10, len(texts)))]

    def close(self) -> None:
        return


def test_its_scores_are_stretched_over_the_range_of_the_evidence() -> None:
    reranker = Scripted(-8.0, -6.0, -4.0)
    assert rerank(reranker, "lamp", SCORED) == Reranked({0: 0.0, 1: 1.0, 2: 2.0})
    assert reranker.asked == [("lamp", [f"Piers\ntext {n}" for n in range(4)])]


@pytest.mark.parametrize("scores", [(), (3.0,), (2.0, 2.0, 2.0)])
def test_scores_that_tell_nothing_apart_change_nothing(scores: tuple[float, ...]) -> None:
    assert rerank(Scripted(*scores), "lamp", SCORED) == Reranked()


def test_evidence_that_tells_nothing_apart_gives_it_nothing_to_weigh() -> None:
    assert rerank(Scripted(1.0, 2.0), "lamp", [(c, 1.0) for c, _ in SCORED]) == Reranked()


def test_the_part_that_it_adds_has_its_name() -> None:
    parts = (("words", 2.0), ("opening", 1.0))
    assert with_reranking(parts, 1.5) == (("words", 2.0), (PART, 1.5), ("opening", 1.0))
    assert with_reranking(parts, 0.0) == parts


def test_a_search_shows_what_it_added_and_candidates_behind_stay_behind(
    library: Library, embedder: OpenVinoEmbedder
) -> None:
    plain = Retriever(library, embedder).retrieve("the lamp on the pier", 30)
    found = Retriever(library, embedder, reranker=Backwards()).retrieve("the lamp on the pier", 30)
    assert {p.chunk for p in found[:10]} == {p.chunk for p in plain[:10]}
    assert [p.chunk for p in found[10:]] == [p.chunk for p in plain[10:]]
    assert sum(PART in dict(p.parts) for p in found) == 9  # the least of the ten gets nothing
    scores = [p.score for p in found]
    assert scores == sorted(scores, reverse=True)
    for p in found:
        if p.parts:
            assert p.score == pytest.approx(sum(value for _, value in p.parts))


def test_a_search_goes_on_without_it_and_says_why(library: Library, embedder: OpenVinoEmbedder, filled: Filled) -> None:
    reason = "/gone is not the folder of a cross-encoder."
    missing = MissingReranker(reason)
    with pytest.raises(ModelFailed, match="without the reranker"):
        missing.scores("lamp", ["text"])
    plain = Retriever(library, embedder)
    retriever = Retriever(library, embedder, reranker=missing)
    found = retriever.retrieve_with_evidence("the lamp on the pier", 5)
    assert found.passages == plain.retrieve("the lamp on the pier", 5)
    assert found.notice == f"{reason} This search went without the reranker."
    assert plain.retrieve_with_evidence("lamp", 5).notice is None
    for mode in (SearchMode.DENSE, SearchMode.KEYWORD):
        assert retriever.retrieve_with_evidence("lamp", 5, mode=mode).notice is None
