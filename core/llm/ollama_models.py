"""The models that Ollama has: listed with what they are and whether they fit, and removed.

Wire format: https://github.com/ollama/ollama/blob/main/docs/api.md
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import ollama

from core.llm.access import ModelAccess
from core.llm.addresses import remote_host
from core.llm.chat_model import ModelInfo
from core.llm.memory import Fit, Memory, MemoryNeed, need_of
from core.llm.ollama_faults import answering_fault, listing_fault
from core.llm.ollama_host import connected, runs_in_cloud

PREFIX = "ollama/"
USUAL_CONTEXT = 8192
"""Tokens that a question with its passages and its answer seldom pass: what a model is judged and preloaded with."""
_PROBE_SECONDS = 1.5
_SHOW_SECONDS = 10.0
_STUB_BYTES = 1_000_000  # a model that Ollama passes on to its cloud is a file of some hundred bytes here
# Made for pictures, with text beside: by the parts of their files, and by name. Models that read both equally well,
# such as gemma3 and mistral-small3.1, are none of these.
_PICTURE_FAMILIES = frozenset({"clip", "mllama", "qwen25vl", "qwen2vl", "qwen3vl", "moondream", "deepseekocr"})
_PICTURE_NAMES = ("llava", "moondream", "minicpm-v", "vision", "-ocr", "-vl", "2.5vl", "2vl")


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A chat model as Ollama has it.

    Attributes:
        name: with its tag.
        size: of its weights in bytes; 0 where Ollama does not say.
        family: such as "qwen3".
        parameters: as Ollama words it: "8.2B".
        quantisation: "Q4_K_M".
        context: the window that it was trained for, in tokens; 0 where Ollama does not say.
        need: the memory that it takes.
        is_loaded: it is in memory now.
        thinks: it says its thoughts before it answers.
        host: `host:port` of the other computer that it is on; empty for this one.
    """

    name: str
    size: int
    family: str
    parameters: str
    quantisation: str
    context: int
    need: MemoryNeed
    is_loaded: bool = False
    thinks: bool = False
    host: str = ""

    @property
    def id(self) -> str:
        """As the command line names it."""
        return PREFIX + self.name

    @property
    def short_name(self) -> str:
        """Without the tag that everybody leaves out."""
        return self.name.removesuffix(":latest")

    @property
    def judged_context(self) -> int:
        """The tokens of context with which its fit is told."""
        return min(self.context or USUAL_CONTEXT, USUAL_CONTEXT)

    def fit(self, memory: Memory) -> Fit | None:
        """Whether it fits this machine's memory; None for another machine's, which nobody here can measure."""
        if self.host or not self.size:
            return None
        return self.need.fit(memory, self.judged_context, is_loaded=self.is_loaded)

    @property
    def info(self) -> ModelInfo:
        """As it is offered for answering."""
        size = f"{self.size / 1e9:.1f} GB" if self.size else ""
        return ModelInfo(self.id, f"{self.short_name} · Ollama", size, self.host)


async def list_installed(access: ModelAccess) -> list[InstalledModel]:
    """The chat models, the largest first. Left out: models for embedding, for pictures, and of Ollama's cloud.

    Raises:
        ModelMissing: Ollama does not answer, or is another computer's without consent.
        ModelFailed: it answers, but not with a list.
    """
    address = access.ollama_address
    async with connected(address, _PROBE_SECONDS, access.consented) as client:
        try:
            listing = (await client.list()).models
        except Exception as error:
            raise listing_fault(error) from error
    listed = [model for model in listing if model.model and _may_chat(model)]
    async with connected(address, _SHOW_SECONDS, access.consented) as client:
        loaded = await _loaded(client)
        shown = await asyncio.gather(*(_shown(client, str(model.model)) for model in listed))
    models = [
        _installed(model, facts, remote_host(address), loaded)
        for model, facts in zip(listed, shown, strict=True)
        if facts is not None and _is_for_text(model, facts)
    ]
    return sorted(models, key=lambda model: -model.size)


async def remove(name: str, access: ModelAccess) -> None:
    """Delete a model from Ollama's disk.

    Raises:
        ModelError: Ollama does not answer, or does not have it.
    """
    async with connected(access.ollama_address, _SHOW_SECONDS, access.consented) as client:
        try:
            await client.delete(name)
        except Exception as error:
            raise answering_fault(error, name.removesuffix(":latest")) from error


def context_length(facts: Mapping[str, Any]) -> int:
    """The window of a model's GGUF header (`model_info`), 0 where it is not told."""
    return next((int(value) for key, value in facts.items() if key.endswith(".context_length")), 0)


def _may_chat(model: ollama.ListResponse.Model) -> bool:
    name = model.model or ""
    family = (model.details.family if model.details else "") or ""
    is_local = not runs_in_cloud(name) and (model.size is None or model.size > _STUB_BYTES)
    return is_local and "bert" not in family and "embed" not in name


def _is_for_text(model: ollama.ListResponse.Model, shown: ollama.ShowResponse) -> bool:
    can = shown.capabilities
    if can is not None and "completion" not in can:  # it embeds, or makes pictures
        return False
    families = {(one or "").casefold() for one in _families(model)}
    name = (model.model or "").casefold().partition(":")
    for_pictures = bool(families & _PICTURE_FAMILIES) or any(
        word in part for part in (name[0], name[2]) for word in _PICTURE_NAMES
    )
    return not (for_pictures and (can is None or "vision" in can))


def _families(model: ollama.ListResponse.Model) -> list[str | None]:
    details = model.details
    return [*(details.families or []), details.family] if details else []


async def _loaded(client: ollama.AsyncClient) -> frozenset[str]:
    try:
        return frozenset(str(model.model or model.name) for model in (await client.ps()).models)
    except (httpx.HTTPError, ollama.ResponseError, OSError, ValueError, TypeError):
        return frozenset()  # older servers do not tell; the list is right without


async def _shown(client: ollama.AsyncClient, name: str) -> ollama.ShowResponse | None:
    """What a model says of itself; None for one that went between the listing and the question."""
    try:
        return await client.show(name)
    except ollama.ResponseError as error:
        if error.status_code == 404:
            return None
        raise listing_fault(error) from error
    except Exception as error:
        raise listing_fault(error) from error


def _installed(
    model: ollama.ListResponse.Model, shown: ollama.ShowResponse, host: str, loaded: frozenset[str]
) -> InstalledModel:
    facts = shown.modelinfo or {}
    details = model.details
    size = int(model.size or 0)
    name = str(model.model)
    return InstalledModel(
        name,
        size,
        (details.family if details else "") or "",
        (details.parameter_size if details else "") or "",
        (details.quantization_level if details else "") or "",
        context_length(facts),
        need_of(size, facts),
        name in loaded,
        "thinking" in (shown.capabilities or ()),
        host,
    )
