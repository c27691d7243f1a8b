"""The prompt: rules, numbered passages, the conversation so far, the question; as many passages as truly fit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from core.llm.chat_model import ChatModel, ChatTurn
from core.paths import resources_folder
from core.types import ContextUse, Passage, Role

_MAX_TOKENS = {"small": 120, "large": 800}
_SMALL_PASSAGES = 4
_SMALL_PROMPT_TOKENS = 1100  # a quarter second a hundred tokens, on two cores
_HISTORY_TURNS = 4
_MESSAGE_OVERHEAD = 16


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt that fits.

    Attributes:
        passages_fit: how many of the passages, from the first, are in it.
    """

    turns: tuple[ChatTurn, ...]
    passages_fit: int
    max_tokens: int
    use: ContextUse


async def build_prompt(
    model: ChatModel, question: str, passages: Sequence[Passage], history: Sequence[ChatTurn] = ()
) -> Prompt:
    """Fit rules, passages, recent turns and the question into the model's context window, and count what it took."""
    max_tokens = _MAX_TOKENS["small" if model.is_small else "large"]
    limit = await model.context_limit()
    budget = min(limit - max_tokens, _SMALL_PROMPT_TOKENS if model.is_small else limit)
    system = (
        (resources_folder() / "prompts" / f"answer{'-small' if model.is_small else ''}.txt").read_text("utf-8").strip()
    )
    recent = () if model.is_small else tuple(history[-_HISTORY_TURNS:])
    used = await _count_all(model.count_tokens, [system, question, *(turn.content for turn in recent)])
    blocks: list[str] = []
    for number, passage in enumerate(passages[: _SMALL_PASSAGES if model.is_small else None], 1):
        block = _block(number, passage, small=model.is_small)
        tokens = await model.count_tokens(block) + 2
        if used + tokens > budget and blocks:
            break
        blocks.append(block)
        used += tokens
    body = "\n\n".join(blocks)
    final = f"Passages:\n\n{body}\n\nQuestion: {question}"
    turns = (ChatTurn(None, system), *recent, ChatTurn(Role.USER, final))
    return Prompt(turns, len(blocks), max_tokens, ContextUse(used, limit, len(blocks), len(passages)))


async def _count_all(count: Callable[[str], Awaitable[int]], texts: Sequence[str]) -> int:
    return sum([await count(text) + _MESSAGE_OVERHEAD for text in texts])


def _block(number: int, passage: Passage, *, small: bool) -> str:
    """A numbered passage. Brackets in its text are softened: it cannot pass for another passage or a citation."""
    text = passage.text.replace("[", "(").replace("]", ")")
    if small:
        return f"[{number}] {text}"
    where = " · ".join(part for part in (passage.title, f"page {passage.page_label}", passage.heading) if part)
    return f"[{number}] ({where})\n{text}"
