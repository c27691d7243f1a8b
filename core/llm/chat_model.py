"""What every chat model offers."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from core.types import Role

_SPACE_BEFORE_DIGIT = re.compile(r"\s\d")


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One turn of a prompt; `role` None is the system's."""

    role: Role | None
    content: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A chat model that can be chosen.

    Attributes:
        id: as the command line names it: `builtin`, or `ollama/` or `openai/` and its name there.
        label: as the window names it.
        detail: size and the like; may be empty.
        host: `host:port` of the other computer that it answers on; empty for this one.
    """

    id: str
    label: str
    detail: str = ""
    host: str = ""


class ChatModel(Protocol):
    """A model that continues a conversation.

    Every method may raise `ModelMissing` or `ModelFailed`, whose text says what to do.

    Attributes:
        is_small: it copies facts but does not follow instructions well; prompts are kept short and narrow.
    """

    @property
    def info(self) -> ModelInfo: ...

    @property
    def is_small(self) -> bool: ...

    async def is_loaded(self) -> bool:
        """Whether it is in memory; if not, the first words take longer."""
        ...

    async def context_limit(self) -> int:
        """Tokens of prompt and answer together."""
        ...

    async def count_tokens(self, text: str) -> int:
        """Tokens of a text: exact where the model's tokenizer can be had, else an estimate on the safe side."""
        ...

    def stream(self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int) -> AsyncGenerator[str, None]:
        """The answer, piece by piece. Closing the iterator (`aclosing`) stops the model.

        Args:
            turns: the prompt.
            prompt_tokens: what `count_tokens` said of it, so that the context window is made large enough.
            max_tokens: of the answer.
        """
        ...

    async def close(self) -> None:
        """Let go of processes and connections."""
        ...


@runtime_checkable
class LoadableModel(Protocol):
    """A chat model that a server can be asked to load before there is a question."""

    async def preload(self) -> bool:
        """Have it loaded if memory is free for it; whether that was asked for. Faults are left to the next question."""
        ...


def estimate_tokens(text: str) -> int:
    """Tokens of a text for a tokenizer that is not at hand, on the safe side.

    English runs at about four characters a token; three are taken. Digits and signs are often tokens by themselves, and
    a space before a digit as well. Other scripts take one to two tokens a character: half of their bytes in UTF-8.
    """
    prose = sum(1 for character in text if character.isascii() and (character.isalpha() or character.isspace()))
    foreign = sum(len(character.encode("utf-8", "replace")) for character in text if not character.isascii())
    signs = sum(1 for character in text if character.isascii()) - prose
    return (prose + 2) // 3 + signs + len(_SPACE_BEFORE_DIGIT.findall(text)) + (foreign + 1) // 2
