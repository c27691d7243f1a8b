"""The prompt: rules, numbered passages, the conversation so far, the question; as many passages as truly fit.

Whatever comes from documents stands between two marks that no text of a document can hold (`core.answering.material`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.answering.extraction import Evidence
from core.answering.material import FENCE_END, FENCE_START, quoted, quoted_line
from core.llm.chat_model import ChatModel, ChatTurn
from core.paths import resources_folder
from core.types import ContextUse, Passage, Role

_ANSWER_TOKENS = 800
_SHORT_TOKENS = 60
_HISTORY_TURNS = 4
_MESSAGE_OVERHEAD = 16
_PARTED = 2  # tokens between two passages
_FRAME = f"Passages:\n\n{FENCE_START}\n{{}}\n{FENCE_END}\n\nQuestion: {{}}"
# Those of an earlier answer are numbers of other passages.
_MARK = re.compile(r"\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\]")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt that fits.

    Attributes:
        max_tokens: of the answer.
        use: how much of the context window the prompt takes, and how many passages are in it, from the first on.
    """

    turns: tuple[ChatTurn, ...]
    max_tokens: int
    use: ContextUse


async def build_prompt(
    model: ChatModel, question: str, passages: Sequence[Passage], history: Sequence[ChatTurn] = ()
) -> Prompt:
    """Fit rules, passages, recent turns and the question into the model's context window, and count what it took."""
    limit = await model.context_limit()
    budget = limit - _ANSWER_TOKENS
    system, recent = _template("answer"), _recent(history)
    used = await _count(model, [system, _FRAME, quoted_line(question), *(turn.content for turn in recent)])
    blocks: list[str] = []
    for number, passage in enumerate(passages, 1):
        block = _block(number, passage)
        tokens = await model.count_tokens(block) + _PARTED
        if used + tokens > budget and blocks:
            break
        blocks.append(block)
        used += tokens
    body = "\n\n".join(blocks)
    turns = (ChatTurn(None, system), *recent, ChatTurn(Role.USER, _FRAME.format(body, quoted_line(question))))
    return Prompt(turns, _ANSWER_TOKENS, ContextUse(used, limit, len(blocks), len(passages)))


async def room_for_passages(model: ChatModel, question: str, history: Sequence[ChatTurn] = ()) -> int:
    """Tokens of the model's context window that rules, recent turns, question and answer leave."""
    fixed = [_template("answer"), _FRAME, quoted_line(question), *(turn.content for turn in _recent(history))]
    return await model.context_limit() - _ANSWER_TOKENS - await _count(model, fixed)


async def tokens_of_passages(model: ChatModel, passages: Sequence[Passage]) -> int:
    """Tokens that passages take in a prompt, counted as `build_prompt` counts them."""
    return sum([await model.count_tokens(_block(n, passage)) + _PARTED for n, passage in enumerate(passages, 1)])


async def build_short_prompt(
    model: ChatModel, question: str, evidence: Sequence[Evidence], passage_count: int
) -> Prompt:
    """Ask a small model to say in one sentence what a few sentences say."""
    facts = "\n".join(quoted_line(sentence.text) for sentence in evidence)
    asked = f"Facts:\n{facts}\n\nQuestion: {quoted_line(question)}"
    turns = (ChatTurn(None, _template("in-short")), ChatTurn(Role.USER, asked))
    used = await _count(model, [turn.content for turn in turns])
    limit = await model.context_limit()
    return Prompt(turns, _SHORT_TOKENS, ContextUse(used, limit, passage_count, passage_count))


def _recent(history: Sequence[ChatTurn]) -> tuple[ChatTurn, ...]:
    """The last turns: what was quoted from documents comes back in answers, so they are material as well."""
    turns = history[-_HISTORY_TURNS:]
    return tuple(replace(turn, content=quoted(_MARK.sub("", turn.content))) for turn in turns)


def _template(name: str) -> str:
    return (resources_folder() / "prompts" / f"{name}.txt").read_text("utf-8").strip()


async def _count(model: ChatModel, texts: Sequence[str]) -> int:
    return sum([await model.count_tokens(text) + _MESSAGE_OVERHEAD for text in texts])


def _block(number: int, passage: Passage) -> str:
    """A numbered passage. Brackets in it are softened: it cannot pass for another passage or a citation."""
    parts = (passage.title, f"page {passage.page_label}", passage.heading)
    where = " · ".join(quoted_line(part) for part in parts if part)
    return f"[{number}] ({where})\n{quoted(passage.text)}"
