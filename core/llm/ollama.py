"""Chat with one of Ollama's models, through its official asynchronous client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import httpx
import ollama

from core.errors import ModelFailed, ModelMissing
from core.llm.access import ModelAccess
from core.llm.addresses import host_address, is_loopback, remote_host
from core.llm.chat_model import ChatTurn, ModelInfo, estimate_tokens
from core.llm.memory import Fit, Memory, MemoryNeed, need_of
from core.llm.ollama_faults import answering_fault, not_pulled
from core.llm.ollama_host import connect, connect_blocking, http_of, runs_in_cloud
from core.llm.ollama_models import PREFIX, USUAL_CONTEXT, context_length, list_installed
from core.llm.thoughts import Piece, Thought, ThoughtSplitter, without_thoughts

__all__ = [
    "PREFIX",
    "OllamaChatModel",
    "connect_blocking",
    "host_address",
    "is_loopback",
    "list_models",
    "runs_in_cloud",
]

logger = logging.getLogger(__name__)

_DEFAULT_CONTEXT = 4096
_CONTEXT_STEP = 1024
_CONTEXT_CAP = 32768  # more is slow on a laptop and seldom answers better
_CONTEXT_LEAST = 2048  # less holds no passages: rather let memory be tight
_THOUGHT_TOKENS = 2048  # room for thoughts beside the answer's own
_PROBE_SECONDS = 1.5
# No limit between tokens: loading a large model from a slow disk takes minutes, and says nothing meanwhile.
_STREAM_TIMEOUT = httpx.Timeout(connect=3.0, read=None, write=30.0, pool=None)


async def list_models(address: str | None = None, access: ModelAccess | None = None) -> list[ModelInfo]:
    """The chat models that Ollama has, the largest that fits first, those too large for this machine last.

    Raises:
        ModelMissing: Ollama does not answer.
        ModelFailed: it answers, but not with a list.
    """
    access = access or ModelAccess()
    models = await list_installed(replace(access, ollama=address) if address else access)
    memory = Memory.now()
    return [model.info for model in sorted(models, key=lambda model: model.fit(memory) is Fit.TOO_LARGE)]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is asked of a model once.

    Attributes:
        context: the window it was trained for, capped.
        need: the memory it takes; None where nobody here can tell.
        thinks: it says its thoughts in a field of their own.
    """

    context: int
    need: MemoryNeed | None
    thinks: bool


class OllamaChatModel:
    """One of Ollama's models.

    Args:
        name: as Ollama has it.
        address: of Ollama, in place of the access's.
        access: which hosts may be asked, and how long Ollama keeps the model.
        memory: tells this machine's memory.

    Raises:
        ModelMissing: it would not run on this computer, or on one that the person did not consent to.
    """

    def __init__(
        self,
        name: str,
        address: str | None = None,
        access: ModelAccess | None = None,
        memory: Callable[[], Memory] = Memory.now,
    ) -> None:
        if runs_in_cloud(name):
            raise ModelMissing(
                f"{name} runs on Ollama's servers, so your documents would leave this computer. "
                "Choose a model that runs here."
            )
        access = access or ModelAccess()
        self._name = name
        self._address = address or access.ollama_address
        self._keep_alive = access.keep_alive
        self._memory = memory
        self._client = connect(self._address, _STREAM_TIMEOUT, access.consented)
        self._facts: _Facts | None = None
        self._limit: int | None = None

    @property
    def info(self) -> ModelInfo:
        """Id and label."""
        return ModelInfo(PREFIX + self._name, f"{self._short_name} · Ollama", host=remote_host(self._address))

    @property
    def is_small(self) -> bool:
        """Ollama's models follow instructions."""
        return False

    async def is_loaded(self) -> bool:
        """Whether Ollama has it in memory; True when it cannot be asked, for the answer will then say what is wrong."""
        return await self._loaded_context() is not None

    async def context_limit(self) -> int:
        """The window that the model was trained for, capped at what a laptop bears and what its memory holds."""
        if self._limit is None:
            facts = await self._look()
            limit = facts.context
            if facts.need is not None:
                loaded = await self._loaded_context() or 0
                limit = facts.need.largest_context(self._memory(), limit, _CONTEXT_LEAST, is_loaded=loaded > 0)
                limit = max(limit, min(loaded, facts.context))
            self._limit = limit
        return self._limit

    async def count_tokens(self, text: str) -> int:
        """An estimate on the safe side: Ollama has no call that counts."""
        return estimate_tokens(text)

    def stream(self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int) -> AsyncGenerator[str, None]:
        """Tokens as Ollama sends them; closing this iterator closes the connection, which stops the model.

        A model that can think is asked not to: who leaves its thoughts out does not want to wait for them.
        """
        return without_thoughts(self._pieces(turns, prompt_tokens, max_tokens, may_think=False))

    def stream_with_thoughts(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[Piece, None]:
        """The same with the thoughts of a model that thinks; they have room of their own beside `max_tokens`."""
        return self._pieces(turns, prompt_tokens, max_tokens, may_think=True)

    async def _pieces(
        self, turns: Sequence[ChatTurn], prompt_tokens: int, max_tokens: int, *, may_think: bool
    ) -> AsyncGenerator[Piece, None]:
        limit = await self.context_limit()
        thinks = may_think and (await self._look()).thinks
        wanted = max_tokens + (_THOUGHT_TOKENS if thinks else 0)
        needed = prompt_tokens + wanted
        num_ctx = min(-(-needed // _CONTEXT_STEP) * _CONTEXT_STEP, limit)
        num_ctx = max(num_ctx, await self._loaded_context() or 0)  # another size would have it loaded again
        room = max(max_tokens, min(wanted, num_ctx - prompt_tokens))
        messages = [{"role": turn.role.value if turn.role else "system", "content": turn.content} for turn in turns]
        options = {"num_ctx": num_ctx, "num_predict": room, "temperature": 0.1}
        splitter = ThoughtSplitter()
        has_answered = has_thought = False
        try:
            parts = await self._client.chat(
                self._name, messages, stream=True, think=thinks, options=options, keep_alive=self._keep_alive
            )
            async with aclosing(parts) as stream:  # type: ignore[type-var]
                async for part in stream:
                    if part.message.thinking:
                        has_thought = True
                        yield Thought(part.message.thinking)
                    for piece in splitter.feed(part.message.content or ""):
                        has_answered = has_answered or isinstance(piece, str)
                        has_thought = has_thought or isinstance(piece, Thought)
                        yield piece
                for piece in splitter.finish():
                    has_answered = has_answered or isinstance(piece, str)
                    yield piece
        except Exception as error:
            raise answering_fault(error, self._short_name) from error
        if has_thought and not has_answered:
            raise ModelFailed(
                f"{self._short_name} thought until there was no room left for an answer. Ask about less at once, or "
                "choose a model that does not think."
            )

    async def preload(self) -> bool:
        """Have Ollama load it, with the context that most questions need, if memory is free for it."""
        try:
            facts = await self._look()
            if facts.need is None or await self._loaded_context() is not None:
                return False
            context = min(await self.context_limit(), USUAL_CONTEXT)
            if facts.need.fit(self._memory(), context) is not Fit.FITS:
                return False
            await self._client.generate(
                self._name, "", options={"num_ctx": context}, keep_alive=self._keep_alive, stream=False
            )
        except Exception as error:
            logger.info("not loaded beforehand: %s", answering_fault(error, self._short_name))
            return False
        return True

    async def close(self) -> None:
        """Close idle connections."""
        await http_of(self._client).aclose()

    @property
    def _short_name(self) -> str:
        return self._name.removesuffix(":latest")

    async def _look(self) -> _Facts:
        """What the model is, asked once.

        Raises:
            ModelError: Ollama does not answer, or does not have it.
        """
        if self._facts is None:
            try:
                shown = await self._client.show(self._name)
                size = await self._size()
            except Exception as error:
                raise answering_fault(error, self._short_name) from error
            if shown.capabilities is not None and "completion" not in shown.capabilities:
                raise ModelMissing(f"{self._short_name} cannot answer questions. Choose another model.")
            facts = shown.modelinfo or {}
            is_here = size and not remote_host(self._address)
            self._facts = _Facts(
                min(context_length(facts) or _DEFAULT_CONTEXT, _CONTEXT_CAP),
                need_of(size, facts) if is_here else None,
                "thinking" in (shown.capabilities or ()),
            )
        return self._facts

    async def _size(self) -> int:
        """Of the weights in bytes; 0 where Ollama does not say.

        Raises:
            ModelMissing: it is not listed any more.
        """
        for model in (await self._client.list()).models:
            if model.model in (self._name, f"{self._name}:latest"):
                return int(model.size or 0)
        raise not_pulled(self._short_name)

    async def _loaded_context(self) -> int | None:
        """Tokens of context with which it is in memory, 0 where that is not told; None where it is not in memory."""
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                running = (await self._client.ps()).models
        except (httpx.HTTPError, ollama.ResponseError, OSError, ValueError, TypeError, TimeoutError):
            return 0
        names = (self._name, f"{self._name}:latest")
        found = next((model for model in running if model.model in names or model.name in names), None)
        return None if found is None else found.context_length or 0
