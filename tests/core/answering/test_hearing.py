"""Listening to a model that thinks, that is slow to begin, that fails, and that is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest

from core.answering.events import FirstWordsSlow, ThoughtAdded
from core.answering.hearing import heard
from core.answering.prompts import Prompt
from core.errors import ModelFailed
from core.llm.chat_model import ChatTurn, ModelInfo
from core.llm.thoughts import Piece, Thought
from core.types import ContextUse

PROMPT = Prompt((), 1, ContextUse(1, 1, 1, 1))


class Slow:
    """Says its pieces when it is let."""

    is_small = False
    info = ModelInfo("slow", "slow:7b · Ollama")

    def __init__(self, *pieces: Piece | ModelFailed, loaded: bool = False) -> None:
        self.let = asyncio.Event()
        self.is_closed = False
        self._pieces = pieces
        self._loaded = loaded

    async def is_loaded(self) -> bool:
        return self._loaded

    async def context_limit(self) -> int:
        return 4096

    async def count_tokens(self, text: str) -> int:
        return len(text)

    async def close(self) -> None:
        pass

    async def stream(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        raise AssertionError("what tells its thoughts is asked for them")
        yield ""

    async def stream_with_thoughts(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[Piece, None]:
        try:
            await self.let.wait()
            for piece in self._pieces:
                if isinstance(piece, ModelFailed):
                    raise piece
                yield piece
        finally:
            self.is_closed = True


def hear(model: Slow, patience: float = 60) -> list[object]:
    async def run() -> list[object]:
        events: list[object] = []
        async with aclosing(heard(model, PROMPT, patience)) as stream:
            async for event in stream:
                events.append(event)
                model.let.set()
        return events

    return asyncio.run(run())


def quick(*pieces: Piece | ModelFailed) -> Slow:
    model = Slow(*pieces)
    model.let.set()
    return model


def test_thoughts_become_events_of_their_own() -> None:
    assert hear(quick(Thought("Hm. "), "In 1874", " [1].")) == [ThoughtAdded("Hm. "), "In 1874", " [1]."]


def test_a_model_that_says_nothing_is_heard_to_its_end() -> None:
    assert hear(quick()) == []


@pytest.mark.parametrize("loaded", [True, False])
def test_one_that_is_slow_to_begin_is_told_of_once_and_goes_on(loaded: bool) -> None:
    model = Slow("In ", "1874.", loaded=loaded)
    assert hear(model, 0.01) == [FirstWordsSlow("slow:7b · Ollama", is_loading=not loaded), "In ", "1874."]


def test_a_fault_comes_through() -> None:
    with pytest.raises(ModelFailed, match="broke off"):
        hear(quick("In ", ModelFailed("It broke off.")))
    with pytest.raises(ModelFailed, match="broke off"):
        hear(quick(ModelFailed("It broke off.")))


@pytest.mark.parametrize("patience", [0.01, 60])
def test_stopping_before_the_first_word_stops_the_model(patience: float) -> None:
    async def run() -> bool:
        model = Slow("never")

        async def listen() -> None:
            async with aclosing(heard(model, PROMPT, patience)) as stream:
                async for _ in stream:
                    pass

        listening = asyncio.create_task(listen())
        await asyncio.wait({listening}, timeout=0.1)
        listening.cancel()
        await asyncio.wait({listening})
        return model.is_closed

    assert asyncio.run(run())
