"""What every chat model offers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.types import Role


@dataclass(frozen=True, slots=True)
class ChatTurn:
    """One turn of a prompt; `role` None is the system's."""

    role: Role | None
    content: str


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A chat model that can be chosen.

    Attributes:
        id: as the command line names it: `builtin`, or `ollama/` and its name there.
        label: as the window names it.
        detail: size and the like; may be empty.
    """

    id: str
    label: str
    detail: str = ""


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


def estimate_tokens(text: str) -> int:
    """Tokens of a text for a tokenizer that is not at hand, on the safe side.

    English runs at about four characters a token, figures and other scripts at one to two; three and one are taken.
    """
    narrow = sum(1 for character in text if character.isascii() and not character.isdigit())
    return (narrow + 2) // 3 + (len(text) - narrow)
