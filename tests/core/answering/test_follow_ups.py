"""Follow-ups as questions that stand alone, and questions that are left alone: a hundred cases."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.answering.follow_ups import LONGEST, Rewrite, by_rule, turns_of
from core.llm.chat_model import ChatTurn
from core.types import Answer, ContextUse, Message, Role, Timings


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation and what its last question is to become; nothing wished means that it stays."""

    kind: str
    asked: list[str]
    answer: str
    question: str
    wished: list[str]


CASES = [
    Case(**json.loads(line))
    for line in (Path(__file__).parent / "follow_up_cases.jsonl").read_text("utf-8").splitlines()
]


def conversation(*questions: str, answer: str = "Yes.") -> list[ChatTurn]:
    """A conversation whose questions are in the form that stands alone, as the window hands it over."""
    turns: list[ChatTurn] = []
    for question in questions:
        made = by_rule(question, turns)
        turns.append(ChatTurn(Role.USER, made.text if made else question))
        turns.append(ChatTurn(Role.ASSISTANT, answer))
    return turns


def text_of(question: str, *before: str, answer: str = "Yes.") -> str | None:
    made = by_rule(question, conversation(*before, answer=answer))
    return made.text if made else None


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.question}")
def test_a_follow_up_takes_its_place_in_the_question_before(case: Case) -> None:
    made = text_of(case.question, *case.asked, answer=case.answer)
    assert made in case.wished if case.wished else made is None


def test_there_are_enough_of_every_kind() -> None:
    kinds = [case.kind for case in CASES]
    assert len(CASES) - kinds.count("stays") >= 60
    assert kinds.count("stays") >= 30


def test_a_chain_goes_on_from_the_form_that_stands_alone() -> None:
    asked = ["What was the profit of Halden Bank in 2019?", "And in 2020?", "What about Orkla Bank?", "And in 2021?"]
    made = [turn.content for turn in conversation(*asked) if turn.role is Role.USER]
    assert made == [
        "What was the profit of Halden Bank in 2019?",
        "What was the profit of Halden Bank in 2020?",
        "What was the profit of Orkla Bank in 2020?",
        "What was the profit of Orkla Bank in 2021?",
    ]


def test_a_place_that_is_certain_is_told_from_a_guess() -> None:
    before = conversation("How many days do employees get for parental leave?")
    assert by_rule("And for a sabbatical?", before) == Rewrite(
        "How many days do employees get for a sabbatical?", sure=True
    )
    made = by_rule("Tell me more about it", before)
    assert made is not None
    assert not made.sure


def test_where_no_place_is_known_both_questions_stand_side_by_side() -> None:
    assert text_of("Tell me more.", "Who keeps the lamp?") == "Who keeps the lamp – Tell me more."


def test_marks_of_citations_name_nobody() -> None:
    answer = "It was lit by Agnes Marrow [1][2]. Agnes Marrow [3] retired."
    assert text_of("When was she born?", "Who lit it?", answer=answer) == "When was Agnes Marrow born?"


def test_what_a_query_excludes_stays_excluded() -> None:
    assert text_of("And in 2022? -draft", "What was the profit in 2021?") == "What was the profit in 2022? -draft"
    assert text_of('And in 2022? -"first draft"', "What was the profit in 2021? -plan") == (
        'What was the profit in 2022? -"first draft"'
    )


def test_a_question_too_long_to_read_is_not_made() -> None:
    long = "What is the name of " + "the keeper of the lamp and " * 20 + "the boat?"
    assert len(long) > LONGEST
    assert text_of("And then?", long) is None


@pytest.mark.parametrize("question", ["", "?", "…", "-", "[1]", "\u202e", "And", "und?", "12", "¿?", '"'])
def test_any_text_is_borne(question: str) -> None:
    for before in ("What was the profit in 2021?", "Why?", "?", "2021年的收入是多少？"):
        made = text_of(question, before)
        assert made is None or made.strip()


def test_turns_take_the_form_that_was_searched() -> None:
    answer = Answer(
        "And in 2022?", "What was the profit in 2022?", "It was 3.", False, (), (), "m", ContextUse(0, 0, 0, 0),
        Timings(1.0, None, 1.0),
    )  # fmt: skip
    messages = [
        Message(1, 1, Role.USER, "And in 2022?", ""),
        Message(2, 1, Role.ASSISTANT, "It was 3.", "", answer),
        Message(3, 1, Role.USER, "Why?", ""),
    ]
    assert turns_of(messages) == [
        ChatTurn(Role.USER, "What was the profit in 2022?"),
        ChatTurn(Role.ASSISTANT, "It was 3."),
        ChatTurn(Role.USER, "Why?"),
    ]


@pytest.mark.parametrize("sum_asked", ["$5", "+49", "“Herring”"])
def test_what_begins_with_a_sign_takes_its_preposition(sum_asked: str) -> None:
    history = [ChatTurn(Role.USER, "What was the revenue of Acme in 2021?"), ChatTurn(Role.ASSISTANT, "It was 3. [1]")]
    made = by_rule(f"How does it look for {sum_asked}?", history)
    assert made is not None
    assert sum_asked in made.text
