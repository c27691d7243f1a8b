"""What a thinking model says to itself before it answers: kept apart from the answer, never checked and never cited.

Ollama hands thoughts over in a field of their own when it is asked to. Servers that do not know a model's way of
thinking leave them in the text between `<think>` and `</think>`; the pieces of a stream may tear both marks apart.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from core.llm.chat_model import ChatModel, ChatTurn

_OPENING, _CLOSING = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of what a model says to itself."""

    text: str


Piece = str | Thought


@runtime_checkable
class ThinkingModel(Protocol):
    """A chat model that tells its thoughts apart from its answer; `stream` of the same model leaves them out."""

    def stream_with_thoughts(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[Piece, None]:
        """As `ChatModel.stream`, with thoughts between the pieces of the answer."""
        ...


def stream_with_thoughts(
    model: ChatModel, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
) -> AsyncGenerator[Piece, None]:
    """The answer of any model piece by piece, and the thoughts of one that tells them."""
    if isinstance(model, ThinkingModel):
        return model.stream_with_thoughts(turns, prompt_tokens=prompt_tokens, max_tokens=max_tokens)
    return _as_pieces(model.stream(turns, prompt_tokens=prompt_tokens, max_tokens=max_tokens))


async def without_thoughts(pieces: AsyncGenerator[Piece, None]) -> AsyncGenerator[str, None]:
    """The answer alone."""
    async with aclosing(pieces) as stream:
        async for piece in stream:
            if isinstance(piece, str):
                yield piece


async def _as_pieces(texts: AsyncGenerator[str, None]) -> AsyncGenerator[Piece, None]:
    async with aclosing(texts) as stream:
        async for text in stream:
            yield text


class ThoughtSplitter:
    """Parts a stream of text at `<think>` and `</think>`, wherever its pieces end.

    Only what stands at the very beginning of an answer is a thought: later on, the marks may be quoted from a document.
    """

    def __init__(self) -> None:
        self._held = ""  # what may be the beginning of a mark
        self._is_thinking = False
        self._is_answering = False
        self._has_thought = False

    def feed(self, text: str) -> Iterator[Piece]:
        """The pieces that are certain with this text."""
        if self._is_answering:
            if text:
                yield text
            return
        self._held += text
        if not self._is_thinking:
            began = self._held.lstrip()
            if _OPENING.startswith(began[: len(_OPENING)]) and len(began) < len(_OPENING):
                return
            if not began.startswith(_OPENING):
                yield from self._answer(self._held)
                return
            self._is_thinking = True
            self._held = began[len(_OPENING) :]
        yield from self._think()

    def finish(self) -> Iterator[Piece]:
        """What was held back, now that nothing follows."""
        held, self._held = self._held, ""
        if held:
            yield Thought(held) if self._is_thinking else held

    def _think(self) -> Iterator[Piece]:
        thought, mark, rest = self._held.partition(_CLOSING)
        if mark:
            self._is_thinking = False
            if thought:
                yield Thought(thought if self._has_thought else thought.lstrip())
            yield from self._answer(rest)
            return
        certain = len(self._held) - _torn_length(self._held, _CLOSING)
        thought, self._held = self._held[:certain], self._held[certain:]
        thought = thought if self._has_thought else thought.lstrip()
        if thought:
            self._has_thought = True
            yield Thought(thought)

    def _answer(self, text: str) -> Iterator[Piece]:
        text = text.lstrip()
        self._held = ""
        if text:
            self._is_answering = True
            yield text


def _torn_length(text: str, mark: str) -> int:
    """How many characters at the end of a text may be the beginning of a mark."""
    return next((length for length in range(len(mark) - 1, 0, -1) if text.endswith(mark[:length])), 0)
