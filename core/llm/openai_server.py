"""Any server on this computer that speaks OpenAI's chat protocol: llama.cpp's server, LM Studio and their like.

`/v1/models` and `/v1/chat/completions` are common to all. What else helps is asked for where it is offered: llama.cpp
tells its context in `/props` and counts tokens in `/tokenize`, LM Studio tells context and kind in `/api/v0/models`.

Wire formats: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md and
https://lmstudio.ai/docs/developer/rest/endpoints
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import chain
from typing import Any

import httpx
from httpx_sse import SSEError, aconnect_sse

from core.errors import ModelError, ModelFailed, ModelMissing
from core.llm.access import ModelAccess
from core.llm.addresses import refuse_elsewhere, remote_host
from core.llm.chat_model import ChatTurn, ModelInfo, estimate_tokens
from core.llm.openai_faults import answering_fault, fault_of_body
from core.llm.thoughts import Piece, Thought, ThoughtSplitter, without_thoughts

logger = logging.getLogger(__name__)

PREFIX = "openai/"
_DEFAULT_CONTEXT = 4096
_CONTEXT_CAP = 32768
_PROBE_SECONDS = 1.5
_THOUGHT_TOKENS = 2048
_STREAM_TIMEOUT = httpx.Timeout(connect=3.0, read=None, write=30.0, pool=None)
_NOT_FOR_TEXT = ("embed", "rerank", "whisper", "-vl", "llava", "ocr")
_END = "[DONE]"


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that a server offers.

    Attributes:
        name: as the server knows it.
        address: of the server.
        context: tokens of its window as it is loaded; 0 where the server does not tell.
        counts_tokens: the server has llama.cpp's `/tokenize`.
        family: such as "qwen3"; may be empty, as `quantisation`.
        host: `host:port` of the other computer that it is on; empty for this one.
    """

    name: str
    address: str
    context: int = 0
    counts_tokens: bool = False
    family: str = ""
    quantisation: str = ""
    host: str = ""

    @property
    def id(self) -> str:
        """As the command line names it."""
        return PREFIX + self.name

    @property
    def port(self) -> str:
        """By which servers on the same computer are told apart."""
        return self.address.rpartition(":")[2]

    @property
    def info(self) -> ModelInfo:
        """As it is offered for answering."""
        label = self.name.rpartition("/")[2].removesuffix(".gguf")
        return ModelInfo(self.id, f"{label} · port {self.port}", "", self.host)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of the last answer, as the server counted them."""

    prompt: int
    answer: int


async def list_served(access: ModelAccess) -> list[ServedModel]:
    """The chat models of every server that answers, in the order of the addresses; of two with one name the first."""
    found = await asyncio.gather(*(served_at(address, access.consented) for address in access.servers))
    models: dict[str, ServedModel] = {}
    for model in chain.from_iterable(found):
        models.setdefault(model.name, model)
    return list(models.values())


async def served_at(address: str, consented: str = "") -> list[ServedModel]:
    """The chat models of one server; none where nobody listens, or where it is something else."""
    try:
        refuse_elsewhere(address, consented)
        async with _client(address, httpx.Timeout(_PROBE_SECONDS)) as client:
            listed = await _json(client, "/v1/models")
            if listed is None:
                return []
            props, details = await asyncio.gather(_json(client, "/props"), _json(client, "/api/v0/models"))
    except (httpx.HTTPError, OSError, ModelMissing) as error:
        logger.info("no models at %s: %s", address, error)
        return []
    by_name = {str(one.get("id")): one for one in _rows(details)}
    models = [_served(address, row, props or {}, by_name.get(str(row.get("id")), {})) for row in _rows(listed)]
    return [model for model in models if model is not None]


class OpenAiChatModel:
    """A model of such a server.

    Raises:
        ModelMissing: the server is another computer's, and nobody consented to that.
    """

    def __init__(self, served: ServedModel, consented: str = "") -> None:
        refuse_elsewhere(served.address, consented)
        self._served = served
        self._client = _client(served.address, _STREAM_TIMEOUT)
        self.usage: Usage | None = None

    @property
    def info(self) -> ModelInfo:
        """Id and label."""
        return self._served.info

    @property
    def is_small(self) -> bool:
        """Whoever starts a server of their own chose a model that follows instructions."""
        return False

    async def is_loaded(self) -> bool:
        """These servers do not tell; llama.cpp's has its one model in memory."""
        return True

    async def context_limit(self) -> int:
        """As the server has loaded it, where it tells; capped at what a laptop bears."""
        return min(self._served.context or _DEFAULT_CONTEXT, _CONTEXT_CAP)

    async def count_tokens(self, text: str) -> int:
        """By the model's own tokenizer where the server counts, else an estimate on the safe side."""
        if self._served.counts_tokens:
            try:
                answer = await self._client.post("/tokenize", json={"content": text}, timeout=_PROBE_SECONDS)
                return len(answer.raise_for_status().json()["tokens"])
            except (httpx.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
                logger.info("tokens are estimated: %s", error)
        return estimate_tokens(text)

    def stream(self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int) -> AsyncGenerator[str, None]:
        """Tokens as the server sends them; closing this iterator closes the connection, which stops the model."""
        return without_thoughts(self.stream_with_thoughts(turns, prompt_tokens=prompt_tokens, max_tokens=max_tokens))

    async def stream_with_thoughts(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[Piece, None]:
        """The same with the model's thoughts, in a field of their own or between `<think>` marks."""
        room = await self.context_limit() - prompt_tokens
        request = {
            "model": self._served.name,
            "messages": [{"role": t.role.value if t.role else "system", "content": t.content} for t in turns],
            "max_tokens": max(max_tokens, min(max_tokens + _THOUGHT_TOKENS, room)),
            "temperature": 0.1,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        splitter = ThoughtSplitter()
        has_answered = has_thought = False
        try:
            async with aclosing(self._deltas(request)) as deltas:
                async for delta in deltas:
                    thought = delta.get("reasoning_content") or delta.get("reasoning")
                    pieces = [Thought(thought)] if isinstance(thought, str) and thought else []
                    for piece in (*pieces, *splitter.feed(str(delta.get("content") or ""))):
                        has_answered = has_answered or isinstance(piece, str)
                        has_thought = has_thought or isinstance(piece, Thought)
                        yield piece
            for piece in splitter.finish():
                has_answered = has_answered or isinstance(piece, str)
                yield piece
        except (httpx.HTTPError, SSEError, OSError, ValueError, ModelError) as error:
            raise answering_fault(error, self._served.name, self._served.port) from error
        if has_thought and not has_answered:
            raise ModelFailed(
                f"{self._served.name} thought until there was no room left for an answer. Ask about less at once, or "
                "choose a model that does not think."
            )

    async def close(self) -> None:
        """Close idle connections."""
        await self._client.aclose()

    async def _deltas(self, request: dict[str, Any]) -> AsyncGenerator[Mapping[str, Any], None]:
        """What each event adds to the answer.

        Raises:
            ModelFailed: the server reports an error, or the stream ends without its end.
        """
        async with aconnect_sse(self._client, "POST", "/v1/chat/completions", json=request) as events:
            if events.response.status_code != httpx.codes.OK:
                await events.response.aread()
                raise fault_of_body(events.response, self._served.name)
            async for event in events.aiter_sse():
                if event.data == _END:
                    return
                part = json.loads(event.data)
                if not isinstance(part, dict):
                    raise ValueError("an event that is no object")
                if part.get("error"):
                    raise fault_of_body(part, self._served.name)
                self._note_usage(part.get("usage"))
                for choice in part.get("choices") or ():
                    yield choice.get("delta") or {}
        raise ValueError("the stream ended before its end")

    def _note_usage(self, usage: Any) -> None:
        if isinstance(usage, dict):
            self.usage = Usage(int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0))


def _client(address: str, timeout: httpx.Timeout) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=address, timeout=timeout, trust_env=False, follow_redirects=False)


async def _json(client: httpx.AsyncClient, path: str) -> Any:
    """A JSON object of the server; None where it has none there."""
    answer = await client.get(path)
    if answer.status_code != httpx.codes.OK:
        return None
    try:
        found = answer.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _rows(listing: Any) -> list[dict[str, Any]]:
    rows = listing.get("data") if isinstance(listing, dict) else None
    return [row for row in rows if isinstance(row, dict) and row.get("id")] if isinstance(rows, list) else []


def _served(
    address: str, row: dict[str, Any], props: Mapping[str, Any], details: Mapping[str, Any]
) -> ServedModel | None:
    """A model for text; None for one that embeds, reads pictures or hears."""
    name = str(row["id"])
    kind = details.get("type")
    if kind not in (None, "llm") or any(word in name.casefold() for word in _NOT_FOR_TEXT):
        return None
    loaded = (props.get("default_generation_settings") or {}).get("n_ctx")
    trained = (row.get("meta") or {}).get("n_ctx_train")
    told = details.get("loaded_context_length") or loaded or details.get("max_context_length") or trained
    return ServedModel(
        name,
        address,
        told if isinstance(told, int) else 0,
        counts_tokens="default_generation_settings" in props,
        family=str(details.get("arch") or ""),
        quantisation=str(details.get("quantization") or ""),
        host=remote_host(address),
    )
