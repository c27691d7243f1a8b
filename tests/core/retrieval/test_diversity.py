"""Which passages are read: no text twice, and many sides of a question that has many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from stand_ins import hash_vector

from core.embedding.embedder import Vectors
from core.retrieval.diversity import BROAD_PAGES, pages_in_question, select, without_repetition
from core.types import Passage


def ranked(*found: tuple[float, str], pages: Sequence[int] | None = None) -> list[Passage]:
    """Make passages of (score, text), each on a page of its own unless told otherwise."""
    return [
        Passage(n + 1, score, "doc", "/p.pdf", "P", pages[n] if pages else n, "1", 0, 9, "", text, chunk=n)
        for n, (score, text) in enumerate(found)
    ]


def vectors_of(passages: Sequence[Passage]) -> Mapping[int, Vectors]:
    return {passage.chunk: hash_vector(passage.text) for passage in passages}


SIDES = ("the lamp burns oil", "herring barrels", "bees in winter", "salt and mules", "tides of the sound", "granite")


def test_a_text_that_is_there_already_goes_whatever_its_document() -> None:
    found = ranked((3.0, "The lamp  was lit."), (2.0, "Herring."), (1.0, "the lamp was\nlit."), (0.5, "Bees."))
    assert [p.score for p in without_repetition(found)] == [3.0, 2.0, 0.5]
    chosen = select(found, 3, lambda _: pytest.fail("a narrow question needs no vectors"))
    assert [(p.rank, p.text) for p in chosen] == [(1, "The lamp  was lit."), (2, "Herring."), (3, "Bees.")]


def test_pages_in_question_are_told_by_the_shape_of_the_scores() -> None:
    assert pages_in_question([]) == 0.0
    assert pages_in_question(ranked((7.0, "a"))) == pytest.approx(1.0)
    assert pages_in_question(ranked((9.0, "a"), (2.0, "b"), (1.5, "c"))) == pytest.approx(1.0, abs=0.02)
    assert pages_in_question(ranked(*[(4.0, t) for t in SIDES])) == pytest.approx(6.0)
    one_page = ranked(*[(4.0, t) for t in SIDES], pages=[3] * len(SIDES))
    assert pages_in_question(one_page) == pytest.approx(1.0)


def test_where_one_page_stands_out_the_ranking_is_left_alone() -> None:
    found = ranked((9.0, SIDES[0]), *[(3.0 - n / 10, f"{SIDES[0]} {n}") for n in range(8)])
    assert pages_in_question(found) < BROAD_PAGES
    chosen = select(found, 4, lambda _: pytest.fail("a narrow question needs no vectors"))
    assert [p.chunk for p in chosen] == [0, 1, 2, 3]


def broad() -> list[Passage]:
    """Make near copies of one text at the head, and further sides a little behind them."""
    copies = [(5.0 - n / 100, f"{SIDES[0]} and so on {n}") for n in range(6)]
    return ranked(*copies, *[(4.9 - n / 100, side) for n, side in enumerate(SIDES[1:])])


def test_where_many_pages_are_alike_near_copies_stand_back() -> None:
    found = broad()
    assert pages_in_question(found) > BROAD_PAGES
    chosen = select(found, 5, lambda chunks: vectors_of([found[c] for c in chunks]))
    assert chosen[0].chunk == found[0].chunk
    assert sum(SIDES[0] in p.text for p in chosen[:4]) == 1
    assert sum(SIDES[0] in p.text for p in chosen) <= 2
    assert [p.rank for p in chosen] == [1, 2, 3, 4, 5]


def test_what_says_little_for_itself_is_not_chosen_for_being_different() -> None:
    found = [*broad(), *ranked((-20.0, "quarterly depreciation"))]
    found[-1] = Passage(12, -20.0, "doc", "/p.pdf", "P", 99, "1", 0, 9, "", "quarterly depreciation", chunk=99)
    chosen = select(found, 6, lambda chunks: {p.chunk: hash_vector(p.text) for p in found if p.chunk in chunks})
    assert 99 not in [p.chunk for p in chosen]


def test_fewer_than_are_wanted_are_all_there_are() -> None:
    found = broad()
    assert [p.chunk for p in select(found, 50, lambda _: pytest.fail("nothing is to be left out"))] == list(range(11))
    assert select([], 8, lambda _: {}) == ()


def test_a_chunk_whose_vector_has_gone_is_unlike_all_others() -> None:
    found = broad()
    gone = {p.chunk: hash_vector(p.text) for p in found if p.chunk != 1}
    chosen = select(found, 3, lambda _: gone)
    assert 1 in [p.chunk for p in chosen]
    assert len(select(found, 3, lambda _: {})) == 3
    equal = ranked(*[(1.0, f"{t} {np.pi}") for t in SIDES])
    assert len(select(equal, 3, lambda _: vectors_of(equal))) == 3
