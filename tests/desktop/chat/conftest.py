"""What the chat's tests share: made-up passages and an answer on them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.types import (
    Answer,
    AnswerSentence,
    Citation,
    ContextUse,
    Message,
    Passage,
    Role,
    Timings,
    Verdict,
)

FIRST = "While it is possible to receive care from out-of-network providers, it is\nimportant to understand the costs."
SECOND = "All plans differ. Northwind Standard does not offer coverage for emergency services, or mental health."
TEXT = "You will **pay more**. [1] It has no emergency cover [2]. Cleaning is included. Choose a near provider."


@pytest.fixture
def passages() -> tuple[Passage, ...]:
    """Return eight passages; the texts of the first two are quoted by `answer`."""
    texts = [FIRST, SECOND] + ["Preventive care is covered in full."] * 6
    return tuple(
        Passage(at + 1, 1 / (at + 1), "d" * 64, "/a.pdf", "Benefits", at, str(at + 8), 0, len(text), "Costs", text)
        for at, text in enumerate(texts)
    )


def cite(number: int, quote: str) -> Citation:
    return Citation(number, "d" * 64, number - 1, str(number + 7), 0, len(quote), quote)


@pytest.fixture
def answer(passages: tuple[Passage, ...]) -> Answer:
    """Return an answer with every verdict; the last sentence is cited without a mark in the text."""
    first, second = cite(1, "out-of-network providers"), cite(2, "does not offer coverage for emergency services")
    sentences = (
        AnswerSentence("You will **pay more**. [1]", (first,), Verdict.SUPPORTED),
        AnswerSentence("It has no emergency cover [2].", (second,), Verdict.SUPPORTED),
        AnswerSentence("Cleaning is included.", (), Verdict.UNSUPPORTED),
        AnswerSentence("Choose a near provider.", (first,), Verdict.PARTLY),
    )
    context, timings = ContextUse(900, 2048, 6, 8), Timings(41.2, 300.0, 900.0)
    return Answer("q", "q", TEXT, False, sentences, passages, "m", context, timings)


@pytest.fixture
def question() -> Callable[..., Message]:
    """Return a function that makes a person's message."""
    return lambda message_id, text="What is covered?": Message(message_id, 1, Role.USER, text, "")


@pytest.fixture
def reply() -> Callable[[int, Answer], Message]:
    """Return a function that makes the message of an answer."""
    return lambda message_id, answer: Message(message_id, 1, Role.ASSISTANT, answer.text, "", answer)
