"""A follow-up in a form that stands alone, by a model that follows instructions; never trusted further than checked."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import aclosing

from core.answering.grounding import numbers_in
from core.answering.material import FENCE_END, FENCE_START, quoted
from core.answering.phrases import TOKEN, is_small
from core.errors import ModelError
from core.index.query_syntax import parse
from core.llm.chat_model import ChatModel, ChatTurn
from core.paths import resources_folder
from core.types import Role

_TURNS = 4
_TURN_CHARACTERS = 300
_MOST_TOKENS = 80
_MOST_CHARACTERS = 300
_FIRST_TOKEN_SECONDS = 3.0
_SECONDS = 5.0
_OVERHEAD = 64  # tokens of the template around it
_LABEL = re.compile(r"^(?:(?:standalone |rewritten )?question|rewritten|standalone)\s*:\s*", re.IGNORECASE)


async def rewritten(
    question: str,
    history: Sequence[ChatTurn],
    model: ChatModel,
    first_token_seconds: float = _FIRST_TOKEN_SECONDS,
    seconds: float = _SECONDS,
) -> str | None:
    """The question as a model rewrote it; None where it took too long, or what it said does not stand the check.

    Args:
        question: in the person's own words.
        history: the conversation so far.
        model: that follows instructions.
        first_token_seconds: how long it may be silent.
        seconds: how long it may take in all.

    Raises:
        ModelError: it cannot answer.
    """
    turns = _prompt(question, history)
    began = asyncio.Event()
    saying = asyncio.create_task(_say(model, turns, began))
    waiting = asyncio.create_task(began.wait())
    try:
        await asyncio.wait({saying, waiting}, timeout=first_token_seconds, return_when=asyncio.FIRST_COMPLETED)
        if began.is_set() and not saying.done():
            await asyncio.wait({saying}, timeout=seconds)
    finally:
        waiting.cancel()
        saying.cancel()
    if not saying.done() or saying.cancelled():
        return None
    if (fault := saying.exception()) is not None:
        if isinstance(fault, ModelError):
            raise fault
        raise fault
    return checked(saying.result(), question, history)


def checked(said: str, question: str, history: Sequence[ChatTurn]) -> str | None:
    """What a model said, where it is one question of bearable length that brings no name and no number of its own."""
    line = _LABEL.sub("", said.strip()).strip(" \"“”'`*")
    if not line or "\n" in line or len(line) > _MOST_CHARACTERS or parse(line).filters:
        return None
    known = " ".join([question, *(turn.content for turn in history)])
    if numbers_in(line) - numbers_in(known):
        return None
    words, heard = _words(line), {word.casefold() for word in TOKEN.findall(known)}
    names = {word for word in words[1:] if word != word.casefold()}
    if any(word.casefold() not in heard for word in names):
        return None
    own = {word.casefold() for word in _words(question) if not is_small(word)}
    if own and not own & {word.casefold() for word in words}:
        return None  # another question altogether
    return line


async def _say(model: ChatModel, turns: Sequence[ChatTurn], began: asyncio.Event) -> str:
    tokens = sum([await model.count_tokens(turn.content) for turn in turns]) + _OVERHEAD
    said = ""
    async with aclosing(model.stream(turns, prompt_tokens=tokens, max_tokens=_MOST_TOKENS)) as stream:
        async for piece in stream:
            said += piece
            if said.strip():
                began.set()
    return said


def _prompt(question: str, history: Sequence[ChatTurn]) -> tuple[ChatTurn, ChatTurn]:
    system = (resources_folder() / "prompts" / "standalone.txt").read_text("utf-8").strip()
    lines = []
    for turn in history[-_TURNS:]:
        who = "Person" if turn.role is Role.USER else "Answer"
        lines.append(f"{who}: {' '.join(quoted(turn.content).split())[:_TURN_CHARACTERS]}")
    said = "\n".join(lines)
    body = f"{FENCE_START}\n{said}\n{FENCE_END}\n\nLast question: {' '.join(quoted(question).split())}"
    return ChatTurn(None, system), ChatTurn(Role.USER, body)


def _words(text: str) -> list[str]:
    return [token for token in TOKEN.findall(text) if token[0].isalnum()]
