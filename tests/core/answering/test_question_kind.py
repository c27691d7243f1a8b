"""What a question asks for, and whether a sentence has it beside what the question says itself."""

from __future__ import annotations

import pytest

from core.answering.question_kind import kind_of
from core.index.analysis import comparable_words


@pytest.mark.parametrize(
    ("question", "sentence", "answered"),
    [
        ("Who lit the lamp?", "It was lit by Agnes Marrow.", True),
        ("Who lit the lamp?", "It was lit by the keeper.", False),
        ("Who was Agnes Marrow?", "The keeper was Agnes Marrow.", False),
        ("When was it lit?", "It was lit in 1874.", True),
        ("When was it lit?", "It was lit at night.", False),
        ("When in 1874 was it lit?", "In 1874 it was lit.", False),
        ("In what year was it lit?", "On 21 June 1874 it was lit.", True),
        ("How many barrels?", "It landed three.", True),
        ("How many barrels?", "It landed some of them.", False),
        ("Why was it lit?", "It was lit in 1874.", False),
    ],
)
def test_kinds(question: str, sentence: str, answered: bool) -> None:
    assert kind_of(question, comparable_words).is_answered_in(sentence) is answered
