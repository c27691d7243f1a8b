"""A model may say what a follow-up means: in time, in one line, and with nothing that nobody said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest
from stand_ins import ScriptedModel

from core.answering.asking import Asked, improved, understood
from core.answering.material import FENCE_END, FENCE_START
from core.answering.rewriting import checked, rewritten
from core.errors import ModelError, ModelFailed
from core.llm.chat_model import ChatTurn
from core.types import Role

QUESTION = "Tell me more about that"
HISTORY = [
    ChatTurn(Role.USER, "What was the profit of Halden Bank in 2021?"),
    ChatTurn(Role.ASSISTANT, "It was 12 million crowns. [1]"),
]
SAID = "Tell me more about the profit of Halden Bank in 2021"
BY_RULE = "What was the profit of Halden Bank in 2021 – Tell me more about that"


class SilentModel(ScriptedModel):
    """Says its pieces, and then nothing more until it is stopped."""

    async def stream(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        async for piece in super().stream(turns, prompt_tokens=prompt_tokens, max_tokens=max_tokens):
            yield piece
        await asyncio.Event().wait()


def ask(model: ScriptedModel, question: str = QUESTION) -> Asked:
    return asyncio.run(improved(understood(question, HISTORY), HISTORY, model))


def test_what_a_model_makes_of_it_is_searched_beside_the_persons_words() -> None:
    model = ScriptedModel(SAID)
    assert ask(model) == Asked(SAID, QUESTION)
    (rules, asked) = model.prompts[0]
    assert rules.role is None
    lines = f"{FENCE_START}\nPerson: What was the profit of Halden Bank in 2021?\nAnswer: It was 12 million crowns."
    assert asked.content.startswith(lines)
    assert asked.content.endswith(f"{FENCE_END}\n\nLast question: {QUESTION}")


def test_only_a_guess_is_a_model_asked_to_improve() -> None:
    assert understood(QUESTION, HISTORY) == Asked(BY_RULE, QUESTION, is_guess=True)
    sure = understood("And in 2022?", HISTORY)
    assert sure == Asked("What was the profit of Halden Bank in 2022?", "And in 2022?")
    alone = "Who keeps the lamp at Cape Sorrow?"
    assert understood(alone, HISTORY) == Asked(alone)
    assert understood("And in 2022?", HISTORY, "  What did  Halden Bank earn? ") == Asked("What did Halden Bank earn?")


@pytest.mark.parametrize(
    "said",
    [
        "",
        "The profit was 12 million crowns.\nIt rose.",  # two lines
        "Tell me more about the profit of Orkla Bank in 2021",  # a name that nobody said
        "Tell me more about the profit of Halden Bank in 2022",  # a number
        "Who keeps the lamp?",  # another question
        f"Tell me more about the profit, {'please ' * 60}",  # too long
        'Tell me more about "the profit" of Halden Bank',  # an operator
        "Tell me more about the profit -Halden",
    ],
)
def test_what_does_not_stand_the_check_is_left_to_the_rule(said: str) -> None:
    assert checked(said, QUESTION, HISTORY) is None
    assert ask(ScriptedModel(said)).standalone == BY_RULE


def test_a_label_and_marks_around_it_are_no_part_of_it() -> None:
    assert checked(f'Standalone question: "{SAID}"\n', QUESTION, HISTORY) == SAID


def test_a_model_that_fails_leaves_it_to_the_rule() -> None:
    model = ScriptedModel(error=ModelFailed("It broke off."))
    assert ask(model) == Asked(BY_RULE, QUESTION, is_guess=True)
    with pytest.raises(ModelError):
        asyncio.run(rewritten(QUESTION, HISTORY, ScriptedModel(error=ModelFailed("It broke off."))))


@pytest.mark.parametrize("pieces", [(), ("Tell me ",)])
def test_a_model_that_takes_too_long_is_stopped(pieces: tuple[str, ...]) -> None:
    model = SilentModel(*pieces)
    assert asyncio.run(rewritten(QUESTION, HISTORY, model, 0.02, 0.02)) is None
    assert model.closed_streams == 1
