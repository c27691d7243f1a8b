"""Which of many texts stand in the middle of what all of them say."""

from __future__ import annotations

import numpy as np
import pytest
from stand_ins import hash_vector

from core.answering.centrality import lexrank, most_telling, nearest_centre
from core.embedding.embedder import Vectors

TEXTS = ("lamp pier harbour", "lamp pier light", "lamp harbour light", "bees honey winter")


@pytest.fixture
def vectors() -> Vectors:
    return np.stack([hash_vector(text) for text in TEXTS])


def test_the_text_that_most_others_are_like_is_central_and_the_stranger_is_last(vectors: Vectors) -> None:
    for scores in (lexrank(vectors), nearest_centre(vectors)):
        assert scores.argmin() == 3
    assert lexrank(vectors).max() == pytest.approx(1.0)


def test_no_texts_have_no_scores() -> None:
    empty = np.empty((0, 4), np.float32)
    assert len(lexrank(empty)) == len(nearest_centre(empty)) == 0
    assert most_telling(lexrank(empty), empty, 3) == []


def test_texts_that_are_like_nothing_are_all_as_central() -> None:
    assert lexrank(np.eye(3, dtype=np.float32)) == pytest.approx(np.ones(3))


def test_what_repeats_the_best_text_is_not_chosen(vectors: Vectors) -> None:
    twice = np.concatenate([vectors[:1], vectors[:1], vectors[3:]])
    assert most_telling(np.array([1.0, 0.99, 0.2]), twice, 3) == [0, 2]


def test_of_each_owner_one_is_enough(vectors: Vectors) -> None:
    assert most_telling(np.array([1.0, 0.9, 0.8, 0.1]), vectors, 3, owners=[0, 0, 1, 1]) == [0, 2]


def test_being_new_counts(vectors: Vectors) -> None:
    scores = np.array([1.0, 0.9, 0.9, 0.85])
    assert most_telling(scores, vectors, 2) == [0, 3]
