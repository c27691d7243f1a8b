"""The arithmetic of one ranking out of two."""

from __future__ import annotations

import pytest

from core.retrieval.fusion import DENSE_WEIGHT, fuse


def test_scores_are_normalised_and_weighed() -> None:
    dense = [(1, 0.9), (2, 0.7), (3, 0.5)]
    keyword = [(3, 12.0), (4, 8.0), (2, 4.0)]
    fused = dict(fuse(dense, keyword, 0.6))
    assert fused == pytest.approx({1: 0.6, 2: 0.3, 3: 0.4, 4: 0.2})


def test_the_best_comes_first_and_ties_are_kept_in_order_of_id() -> None:
    assert [chunk for chunk, _ in fuse([(9, 1.0), (5, 1.0)], [(7, 3.0), (2, 3.0)], 0.5)] == [2, 5, 7, 9]
    fused = fuse([(1, 0.9), (2, 0.1)], [(2, 5.0), (1, 1.0)], 0.8)
    assert [chunk for chunk, _ in fused] == [1, 2]


@pytest.mark.parametrize(("dense", "keyword"), [([(1, 0.9), (2, 0.5)], []), ([], [(1, 9.0), (2, 5.0)])])
def test_one_list_alone_keeps_its_order(dense: list[tuple[int, float]], keyword: list[tuple[int, float]]) -> None:
    assert [chunk for chunk, _ in fuse(dense, keyword)] == [1, 2]


def test_nothing_and_nothing_is_nothing() -> None:
    assert fuse([], []) == []


def test_what_both_have_first_has_the_whole_score() -> None:
    assert fuse([(1, 0.5)], [(1, 7.0)]) == [(1, pytest.approx(1.0))]
    assert 0 < DENSE_WEIGHT < 1


def test_the_scale_of_either_list_does_not_matter() -> None:
    dense, keyword = [(1, 0.9), (2, 0.6), (3, 0.1)], [(3, 20.0), (2, 11.0), (4, 2.0)]
    stretched = [(chunk, 100 * score - 7) for chunk, score in keyword]
    assert fuse(dense, keyword) == [(chunk, pytest.approx(score)) for chunk, score in fuse(dense, stretched)]
