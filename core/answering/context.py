"""How wide the passages of a prompt are: whole paragraphs as far as the model's context window, and patience, allow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from core.answering.prompts import room_for_passages, tokens_of_passages
from core.llm.chat_model import ChatModel, ChatTurn
from core.retrieval.widening import Bodies, joined
from core.types import Passage

logger = logging.getLogger(__name__)

# Of what the chunks alone take: reading a prompt is most of the waiting on a laptop, and paragraphs add a sixth mostly.
_WIDEST = 1.5
# The passages are shown before the model is asked; where it does not tell its window by then, they are chunks.
_PATIENCE_SECONDS = 1.0


async def fitted(
    model: ChatModel, question: str, history: Sequence[ChatTurn], chosen: Sequence[Passage], bodies: Bodies
) -> tuple[Passage, ...]:
    """The chunks chosen, joined, and as many of them widened, from the best on, as there is room for.

    Width never costs a passage: where even the chunks do not all fit, they stay as they are, and the prompt takes as
    many of them as it can. Nor does it cost the evidence: of whatever goes wrong with the model, the prompt will tell.

    Args:
        model: it counts the tokens.
        question: with `history`, what else goes into the prompt.
        history: of the conversation.
        chosen: chunks, best first.
        bodies: of their pages.
    """
    fitting = asyncio.create_task(_fit(model, question, history, chosen, bodies))
    try:
        await asyncio.wait({fitting}, timeout=_PATIENCE_SECONDS)
    finally:
        fitting.cancel()
    if not fitting.done():
        logger.info("the passages stay as they were found: the model does not tell its window")
        return tuple(chosen)
    if (fault := fitting.exception()) is not None:
        logger.info("the passages stay as they were found: %s", fault)
        return tuple(chosen)
    return fitting.result()


async def _fit(
    model: ChatModel, question: str, history: Sequence[ChatTurn], chosen: Sequence[Passage], bodies: Bodies
) -> tuple[Passage, ...]:
    room = await room_for_passages(model, question, history)
    plain = await asyncio.to_thread(joined, chosen, bodies)
    needed = await tokens_of_passages(model, plain)
    if needed > room:
        return tuple(chosen)
    most = min(room, _WIDEST * needed)
    for widened in range(len(chosen), 0, -1):
        passages = await asyncio.to_thread(joined, chosen, bodies, widened)
        if await tokens_of_passages(model, passages) <= most:
            return passages
    return plain
