"""Two searches in one ranking: the better score counts, and the person's own words never go unheard."""

from __future__ import annotations

import math
import threading

import pytest

from core.retrieval.both import FOLLOW_UP, both, retrieve_both
from core.retrieval.retriever import Retrieval
from core.types import Passage


def passage(chunk: int, score: float, document: str = "doc") -> Passage:
    parts = (("meaning", score),)
    return Passage(1, score, document, "/p.pdf", "T", 0, "1", 0, 9, "", f"text {chunk}", parts=parts, chunk=chunk)


def found(*scores: tuple[int, float], cosine: float = 0.6, notice: str | None = None) -> Retrieval:
    return Retrieval(tuple(passage(chunk, score) for chunk, score in scores), cosine, notice)


def test_the_better_score_counts_and_own_words_stand_back() -> None:
    made = both(found((1, 9.0), (2, 5.0), (3, 1.0)), found((2, 7.0), (4, 9.5), (3, 1.5), cosine=0.9), 10)
    assert [p.chunk for p in made.passages] == [1, 4, 2, 3]
    assert [p.score for p in made.passages] == [9.0, 8.5, 6.0, 1.0]
    assert [p.rank for p in made.passages] == [1, 2, 3, 4]
    assert made.best_cosine == 0.6  # of the form that stands alone
    assert len(both(found((1, 9.0), (2, 5.0)), found((3, 8.0)), 2).passages) == 2


def test_parts_still_add_up_to_the_score() -> None:
    made = both(found((1, 9.0)), found((2, 9.5)), 10)
    for p in made.passages:
        assert math.isclose(sum(value for _, value in p.parts), p.score)
    assert [name for name, _ in made.passages[1].parts] == ["meaning", FOLLOW_UP]


def test_what_a_wrong_form_does_not_find_own_words_do() -> None:
    wrong = found(*((n, 9.0 - n) for n in range(1, 20)))
    assert 99 in [p.chunk for p in both(wrong, found((99, 9.0)), 5).passages]


def test_chunks_of_two_documents_are_two() -> None:
    one, other = Retrieval((passage(1, 3.0, "a"),), 0.5), Retrieval((passage(1, 3.0, "b"),), 0.5)
    assert len(both(one, other, 5).passages) == 2


def test_both_are_searched_side_by_side_and_notices_are_kept() -> None:
    meeting = threading.Barrier(2, timeout=20)

    def retrieve(query: str) -> Retrieval:
        meeting.wait()  # one alone would wait in vain
        return found((len(query), 5.0), notice="late" if query == "own" else None)

    made = retrieve_both(retrieve, "standalone", "own", 5)
    assert {p.chunk for p in made.passages} == {3, 10}
    assert made.notice == "late"


def test_a_search_that_fails_is_a_failure() -> None:
    def retrieve(query: str) -> Retrieval:
        if query == "own":
            raise ValueError(query)
        return found((1, 5.0))

    with pytest.raises(ValueError, match="own"):
        retrieve_both(retrieve, "standalone", "own", 5)
