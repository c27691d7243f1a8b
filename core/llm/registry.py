"""Which chat models there are right now, and which one answers when nobody chose."""

from __future__ import annotations

import logging

from core.errors import ModelError, ModelMissing
from core.llm import ollama
from core.llm.builtin import BUILTIN_ID, BuiltinChatModel
from core.llm.chat_model import ChatModel, ModelInfo

logger = logging.getLogger(__name__)


async def available_models() -> list[ModelInfo]:
    """Ollama's models, then the built-in one, which is always there."""
    try:
        found = await ollama.list_models()
    except ModelError as error:
        logger.info("no models from Ollama: %s", error)
        found = []
    return [*found, BuiltinChatModel().info]


async def choose(wanted: str | None) -> ChatModel:
    """The model that was asked for; else Ollama's largest; else the built-in one.

    Raises:
        ModelMissing: there is no such model; the text names those that there are.
    """
    if wanted == BUILTIN_ID:
        return BuiltinChatModel()
    if wanted is not None and wanted.startswith(ollama.PREFIX):
        return ollama.OllamaChatModel(wanted.removeprefix(ollama.PREFIX))
    models = await available_models()
    if wanted is not None:
        names = ", ".join(model.id for model in models)
        raise ModelMissing(f"There is no model “{wanted}”. These can be chosen: {names}.")
    first = models[0].id
    return BuiltinChatModel() if first == BUILTIN_ID else ollama.OllamaChatModel(first.removeprefix(ollama.PREFIX))
