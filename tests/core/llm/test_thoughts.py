"""Thoughts told apart from answers, wherever the pieces of a stream end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from core.llm.chat_model import ChatTurn
from core.llm.thoughts import Piece, Thought, ThoughtSplitter, stream_with_thoughts, without_thoughts


def split(*texts: str) -> tuple[str, str]:
    """Return the thoughts and the answer of these pieces."""
    splitter = ThoughtSplitter()
    pieces: list[Piece] = [piece for text in texts for piece in splitter.feed(text)]
    pieces += splitter.finish()
    assert all(piece != "" and piece != Thought("") for piece in pieces)
    return (
        "".join(piece.text for piece in pieces if isinstance(piece, Thought)),
        "".join(piece for piece in pieces if isinstance(piece, str)),
    )


WHOLE = "<think>\nWhen was it lit? Passage 1 says 1874.\n</think>\n\nIt was lit in 1874 [1]."
PARTED = ("When was it lit? Passage 1 says 1874.\n", "It was lit in 1874 [1].")


@pytest.mark.parametrize("size", range(1, len(WHOLE) + 1))
def test_marks_are_found_however_the_stream_tears_them(size: int) -> None:
    assert split(*(WHOLE[i : i + size] for i in range(0, len(WHOLE), size))) == PARTED


@pytest.mark.parametrize(
    ("texts", "thought", "answer"),
    [
        (("It was lit", " in 1874."), "", "It was lit in 1874."),
        (("<think></think>Yes.",), "", "Yes."),
        (("  \n<think>Hm.</think>Yes.",), "Hm.", "Yes."),
        (("<think>never ends",), "never ends", ""),
        (("<think>a < b and </thin",), "a < b and </thin", ""),
        (("<thin", " air"), "", "<thin air"),
        (("<",), "", "<"),
        (("The page says <think>x</think>.",), "", "The page says <think>x</think>."),
        (("<think>x</think>Quoted: <think>y</think>",), "x", "Quoted: <think>y</think>"),
        ((), "", ""),
    ],
)
def test_only_what_stands_at_the_beginning_is_a_thought(texts: tuple[str, ...], thought: str, answer: str) -> None:
    assert split(*texts) == (thought, answer)


class Plain:
    """A model that knows no thoughts."""

    async def stream(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        yield "It was "
        yield "lit."


def test_a_model_without_thoughts_is_heard_as_it_is() -> None:
    async def hear() -> list[Piece]:
        pieces = stream_with_thoughts(Plain(), [], prompt_tokens=1, max_tokens=1)  # type: ignore[arg-type]
        return [piece async for piece in pieces]

    assert asyncio.run(hear()) == ["It was ", "lit."]


def test_thoughts_can_be_left_out() -> None:
    async def pieces() -> AsyncGenerator[Piece, None]:
        yield Thought("Hm.")
        yield "Yes."

    async def hear() -> list[str]:
        return [piece async for piece in without_thoughts(pieces())]

    assert asyncio.run(hear()) == ["Yes."]
