"""What a model writes of passages, with nothing left of it but what the passages support."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from core.answering.addressed import distrusted
from core.answering.grounding import GroundingCheck
from core.answering.prompts import Prompt, build_prompt
from core.index.library import Library
from core.llm.chat_model import ChatModel
from core.types import AnswerSentence, Passage, Verdict


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence that stood the check, and the passages that its citations number."""

    sentence: AnswerSentence
    passages: tuple[Passage, ...]


async def write_supported(
    task: str, passages: Sequence[Passage], model: ChatModel, library: Library, most_windows: int | None = None
) -> list[Written]:
    """Have a model do a task on passages, as many at a time as fit its window; only supported sentences come back.

    Args:
        task: for instance "Summarise these passages."
        passages: in the order in which they are read.
        model: that follows instructions.
        library: that the passages are of.
        most_windows: how often the model is asked at most; what does not fit into these is not read.

    Raises:
        ModelError: the model is not there, or broke off.
    """
    kept: list[Written] = []
    left = tuple(passages)
    while left and most_windows != 0:
        prompt = await build_prompt(model, task, left)
        window, left = left[: prompt.use.passages_fit], left[prompt.use.passages_fit :]
        text = await _said(model, prompt)
        check = await asyncio.to_thread(GroundingCheck, window, library.words, library.page_text)
        sentences = distrusted(await asyncio.to_thread(check.check, text), window)
        kept += [Written(s, window) for s in sentences if s.verdict is Verdict.SUPPORTED and s.citations]
        most_windows = None if most_windows is None else most_windows - 1
    return kept


async def _said(model: ChatModel, prompt: Prompt) -> str:
    pieces = model.stream(prompt.turns, prompt_tokens=prompt.use.tokens, max_tokens=prompt.max_tokens)
    async with aclosing(pieces) as stream:
        return "".join([piece async for piece in stream]).strip()
