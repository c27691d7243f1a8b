"""Each passage knows, before any model has said a word, which of its sentences speaks most to the question."""

from __future__ import annotations

import time

import pytest
from passages import TEXTS, passages

from core.answering.spotlight import with_answering
from core.index.analysis import comparable_words


def lit(question: str, texts: tuple[str, ...] = TEXTS) -> list[str]:
    found = with_answering(question, passages(texts), comparable_words)
    return [passage.text[slice(*passage.answering)] for passage in found if passage.answering]


@pytest.mark.parametrize(
    ("question", "passage", "sentence"),
    [
        ("How long is the pier?", 0, "The pier is 412 metres long."),
        ("Who lit the lamp?", 0, "The lamp on pier 17 was lit by Agnes Marrow in 1874."),
        (
            "How many barrels did the harbour land?",
            1,
            "The harbour landed 112 barrels, where a common year brought 9,000.",
        ),
        ("Do hives die of frost?", 2, "More hives die of hunger in March than of frost in January."),
    ],
)
def test_the_sentence_that_answers(question: str, passage: int, sentence: str) -> None:
    assert lit(question)[passage] == sentence


def test_every_passage_has_one_and_an_empty_one_has_none() -> None:
    assert lit("Where is the submarine?")[0] == "The lamp on pier 17 was lit by Agnes Marrow in 1874."
    (empty,) = with_answering("Who?", passages(("",)), comparable_words)
    assert empty.answering is None


def test_a_heading_a_question_and_a_sentence_that_only_introduces_give_way() -> None:
    lines = ("Lamp of the pier", "Who lit the lamp of the pier?", "The lamp of the pier was this:")
    text = "\n".join((*lines, "Agnes lit the lamp of the pier."))
    assert lit("Who lit the lamp of the pier?", (text,)) == ["Agnes lit the lamp of the pier."]


def test_eight_long_passages_take_a_moment() -> None:
    found = passages(tuple(" ".join(TEXTS) + f" {i}" for i in range(8)))
    with_answering("How long is the pier?", found, comparable_words)
    started = time.process_time()
    with_answering("How long is the pier?", found, comparable_words)
    assert time.process_time() - started < 0.1
