"""Saying plainly that the documents do not answer."""

from __future__ import annotations

import pytest
from passages import passages, words

from core.answering.refusal import NEAR_COSINE, documents_are_silent, says_nothing_found
from core.retrieval.retriever import Retrieval

FOUND = tuple(passages())


@pytest.mark.parametrize(
    ("question", "retrieval", "silent"),
    [
        ("Who lit the lamp?", Retrieval((), None), True),
        ("Who lit the lamp?", Retrieval((), 0.9), True),
        ("What did the revenue of the subsidiary amount to?", Retrieval(FOUND, NEAR_COSINE - 0.2), True),
        ("What did the revenue of the subsidiary amount to?", Retrieval(FOUND, NEAR_COSINE), False),
        ("Who lit the lamp on the pier?", Retrieval(FOUND, NEAR_COSINE - 0.2), False),
        ("What did the revenue of the subsidiary amount to?", Retrieval(FOUND, None), False),
    ],
)
def test_only_what_is_far_in_meaning_and_in_words_is_refused(question: str, retrieval: Retrieval, silent: bool) -> None:
    assert documents_are_silent(question, retrieval, words) is silent


@pytest.mark.parametrize(
    "text",
    [
        "The documents do not say.",
        "the document does not mention it",
        " The passages do not contain the answer. ",
        "The provided text does not specify this.",
        "Not found.",
        "No information about that.",
    ],
)
def test_a_model_that_found_nothing_says_so_in_many_ways(text: str) -> None:
    assert says_nothing_found(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The lamp was lit in 1874 [1].",
        "The lamp was lit in 1874. The documents do not say by whom.",
        "The documents do not say. " + "But there is much more to tell of it. " * 10,
        "Notable finds were made.",
    ],
)
def test_an_answer_with_a_gap_is_an_answer(text: str) -> None:
    assert says_nothing_found(text) is False
