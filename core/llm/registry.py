"""Which chat models there are right now, and which one answers when nobody chose."""

from __future__ import annotations

import asyncio
import logging

from core.errors import ModelError, ModelMissing
from core.llm import ollama, openai_server
from core.llm.access import ModelAccess
from core.llm.builtin import BUILTIN_ID, BuiltinChatModel
from core.llm.chat_model import ChatModel, ModelInfo

logger = logging.getLogger(__name__)


async def available_models(access: ModelAccess | None = None) -> list[ModelInfo]:
    """Ollama's models, those of other servers on this computer, then the built-in one, which is always there."""
    access = access or ModelAccess()
    of_ollama, served = await asyncio.gather(_of_ollama(access), openai_server.list_served(access))
    return [*of_ollama, *(model.info for model in served), BuiltinChatModel().info]


async def choose(wanted: str | None, access: ModelAccess | None = None) -> ChatModel:
    """The model that was asked for; else Ollama's largest that fits; else another server's; else the built-in one.

    Raises:
        ModelMissing: there is no such model; the text names those that there are.
    """
    access = access or ModelAccess()
    if wanted == BUILTIN_ID:
        return BuiltinChatModel()
    if wanted is not None and wanted.startswith(ollama.PREFIX):
        return ollama.OllamaChatModel(wanted.removeprefix(ollama.PREFIX), access=access)
    if wanted is not None and wanted.startswith(openai_server.PREFIX):
        return await _served(wanted, access)
    models = await available_models(access)
    if wanted is not None:
        names = ", ".join(model.id for model in models)
        raise ModelMissing(f"There is no model “{wanted}”. These can be chosen: {names}.")
    first = models[0].id
    return BuiltinChatModel() if first == BUILTIN_ID else await choose(first, access)


async def _of_ollama(access: ModelAccess) -> list[ModelInfo]:
    try:
        return await ollama.list_models(access=access)
    except ModelError as error:
        logger.info("no models from Ollama: %s", error)
        return []


async def _served(wanted: str, access: ModelAccess) -> ChatModel:
    """A model of an OpenAI-compatible server.

    Raises:
        ModelMissing: no server that can be reached has it.
    """
    for model in await openai_server.list_served(access):
        if model.id == wanted:
            return openai_server.OpenAiChatModel(model, access.consented)
    name = wanted.removeprefix(openai_server.PREFIX)
    places = ", ".join(address.partition("://")[2] for address in access.servers)
    raise ModelMissing(f"No server offers {name} now (looked at {places}). Start its server, or choose another model.")
