"""Where the window takes chat models from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.llm import registry
from core.llm.chat_model import ChatModel, ModelInfo


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Tells which models there are and gives the one that is wanted; the machine's own unless others are put in.

    Attributes:
        available: all that can be chosen right now; the first one answers when nobody chose.
        choose: the model of an id, or the first one for None.
    """

    available: Callable[[], Awaitable[list[ModelInfo]]] = registry.available_models
    choose: Callable[[str | None], Awaitable[ChatModel]] = registry.choose
