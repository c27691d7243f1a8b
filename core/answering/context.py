"""How wide the passages of a prompt are: whole paragraphs as far as the model's context window, and patience, allow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from core.answering.prompts import room_for_passages, tokens_of_passages
from core.errors import ModelError
from core.llm.chat_model import ChatModel, ChatTurn
from core.retrieval.widening import Bodies, joined
from core.types import Passage

# Of what the chunks alone take: reading a prompt is most of the waiting on a laptop, and paragraphs add a sixth mostly.
_WIDEST = 1.5
# The passages are shown before the model is asked; one that does not tell its window by then gets chunks.
_WINDOW_SECONDS = 0.5


async def fitted(
    model: ChatModel, question: str, history: Sequence[ChatTurn], chosen: Sequence[Passage], bodies: Bodies
) -> tuple[Passage, ...]:
    """The chunks chosen, joined, and as many of them widened, from the best on, as there is room for.

    Width never costs a passage: where even the chunks do not all fit, they stay as they are, and the prompt takes as
    many of them as it can.

    Args:
        model: it counts the tokens.
        question: with `history`, what else goes into the prompt.
        history: of the conversation.
        chosen: chunks, best first.
        bodies: of their pages.
    """
    room = await _room(model, question, history)
    plain = await asyncio.to_thread(joined, chosen, bodies)
    needed = await tokens_of_passages(model, plain)
    if room is None or needed > room:
        return tuple(chosen)
    most = min(room, _WIDEST * needed)
    for widened in range(len(chosen), 0, -1):
        passages = await asyncio.to_thread(joined, chosen, bodies, widened)
        if await tokens_of_passages(model, passages) <= most:
            return passages
    return plain


async def _room(model: ChatModel, question: str, history: Sequence[ChatTurn]) -> int | None:
    """Tokens for passages; None where the model does not tell, for which the prompt will give the reason."""
    try:
        return await asyncio.wait_for(room_for_passages(model, question, history), _WINDOW_SECONDS)
    except (ModelError, TimeoutError):
        return None
