"""Listening to a model: its words, its thoughts as events of their own, and one event when it is slow to begin."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from core.answering.events import FirstWordsSlow, ThoughtAdded
from core.answering.prompts import Prompt
from core.llm.chat_model import ChatModel
from core.llm.thoughts import Piece, Thought, stream_with_thoughts

PATIENCE_SECONDS = 8.0


async def heard(
    model: ChatModel, prompt: Prompt, patience: float = PATIENCE_SECONDS
) -> AsyncGenerator[str | ThoughtAdded | FirstWordsSlow, None]:
    """The pieces of an answer; closing the iterator stops the model.

    Args:
        model: it answers.
        prompt: what it is asked.
        patience: seconds without a piece before that is told, once.
    """
    pieces = stream_with_thoughts(model, prompt.turns, prompt_tokens=prompt.use.tokens, max_tokens=prompt.max_tokens)
    async with aclosing(pieces) as stream:
        first = asyncio.ensure_future(anext(stream, None))
        try:
            # Waited for, not awaited with a limit: a model that is slow goes on with what it is at.
            await asyncio.wait({first}, timeout=patience)
            if not first.done():
                yield FirstWordsSlow(model.info.label, is_loading=not await model.is_loaded())
            piece = await first
        finally:
            await _ended(first)
        if piece is None:
            return
        yield _event(piece)
        async for piece in stream:
            yield _event(piece)


async def _ended(first: asyncio.Future[Piece | None]) -> None:
    """See to it that a stream that is about to be closed is at rest."""
    if not first.done():
        first.cancel()
        await asyncio.wait({first})


def _event(piece: Piece) -> str | ThoughtAdded:
    return ThoughtAdded(piece.text) if isinstance(piece, Thought) else piece
