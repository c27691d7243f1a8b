"""Ollama on this computer, through its official asynchronous client."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any
from urllib.parse import urlsplit

import httpx
import ollama

from core.errors import ModelError, ModelFailed, ModelMissing
from core.llm.chat_model import ChatTurn, ModelInfo, estimate_tokens

PREFIX = "ollama/"
_DEFAULT_PORT = 11434
_DEFAULT_HOST = f"http://127.0.0.1:{_DEFAULT_PORT}"
_DEFAULT_CONTEXT = 4096
_CONTEXT_STEP = 1024
_CONTEXT_CAP = 32768  # more is slow on a laptop and seldom answers better
_PROBE_SECONDS = 1.5
_STUB_BYTES = 1_000_000  # a model that Ollama passes on to its cloud is a file of some hundred bytes here
# No limit between tokens: loading a large model from a slow disk takes minutes, and says nothing meanwhile.
_STREAM_TIMEOUT = httpx.Timeout(connect=3.0, read=None, write=30.0, pool=None)


def host_address(environment: Mapping[str, str] = os.environ) -> str:
    """Where Ollama listens: OLLAMA_HOST as Ollama itself reads it, else 127.0.0.1:11434.

    Raises:
        ModelMissing: what it says is no address.
    """
    value = environment.get("OLLAMA_HOST", "").strip()
    if not value:
        return _DEFAULT_HOST
    scheme, separator, rest = value.partition("://")
    if not separator:
        scheme, rest = "http", value
    default_port = {"http": 80, "https": 443}.get(scheme, _DEFAULT_PORT) if separator else _DEFAULT_PORT
    try:
        parts = urlsplit(f"//{f'[{rest}]' if rest.count(':') > 1 and '[' not in rest else rest}")
        host, port = parts.hostname or "127.0.0.1", parts.port or default_port
    except ValueError as error:
        raise ModelMissing(
            f"OLLAMA_HOST is “{value}”, which is no address. Unset it, or set it to 127.0.0.1."
        ) from error
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # what a server binds is not where one connects
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def is_loopback(address: str) -> bool:
    """True if the address cannot leave this computer."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def connect(address: str, timeout: httpx.Timeout | float) -> ollama.AsyncClient:
    """A client that takes no proxy from the environment and follows nobody elsewhere.

    Raises:
        ModelMissing: the address is another computer's. Documents would leave this one.
    """
    _refuse_elsewhere(address)
    return ollama.AsyncClient(host=address, timeout=timeout, trust_env=False, follow_redirects=False)


def connect_blocking(address: str, timeout: httpx.Timeout | float) -> ollama.Client:
    """The same for threads and processes that wait for each answer.

    Raises:
        ModelMissing: the address is another computer's. Documents would leave this one.
    """
    _refuse_elsewhere(address)
    return ollama.Client(host=address, timeout=timeout, trust_env=False, follow_redirects=False)


def _refuse_elsewhere(address: str) -> None:
    if not is_loopback(address):
        raise ModelMissing(
            f"OLLAMA_HOST points to {address}, which is another computer. Paperlamp only talks to Ollama on this one: "
            "unset OLLAMA_HOST, or set it to 127.0.0.1."
        )


def runs_in_cloud(name: str) -> bool:
    """True for a model whose questions Ollama sends on to its own servers, such as `gpt-oss:120b-cloud`."""
    tag = name.rpartition(":")[2].casefold()
    return ":" in name and (tag == "cloud" or tag.endswith("-cloud"))


async def list_models(address: str | None = None) -> list[ModelInfo]:
    """The chat models that run on this computer, the largest first; embedding and cloud models are left out.

    Raises:
        ModelMissing: Ollama does not answer.
        ModelFailed: it answers, but not with a list.
    """
    address = address or host_address()
    client = connect(address, _PROBE_SECONDS)
    inner: Any = client._client  # noqa: SLF001  (the client offers no public way to close)
    try:
        async with aclosing(inner):
            listing = await client.list()
    except (httpx.HTTPError, ConnectionError, OSError) as error:
        raise ModelMissing("Ollama is not running. Start it, or use the built-in model.") from error
    except ollama.ResponseError as error:
        raise ModelFailed(f"Ollama answered with an error: {error.error}") from error
    except (ValueError, TypeError) as error:
        raise ModelFailed("What answers at Ollama's address is not Ollama.") from error
    found = []
    for model in sorted(listing.models, key=lambda model: -(model.size or 0)):
        name = model.model or ""
        family = (model.details.family if model.details else "") or ""
        is_local = not runs_in_cloud(name) and (model.size is None or model.size > _STUB_BYTES)
        if name and is_local and "bert" not in family and "embed" not in name:
            size = f"{model.size / 1e9:.1f} GB" if model.size else ""
            found.append(ModelInfo(PREFIX + name, f"{name.removesuffix(':latest')} · Ollama", size))
    return found


class OllamaChatModel:
    """One of Ollama's models.

    Raises:
        ModelMissing: it would not run on this computer.
    """

    def __init__(self, name: str, address: str | None = None) -> None:
        if runs_in_cloud(name):
            raise ModelMissing(
                f"{name} runs on Ollama's servers, so your documents would leave this computer. "
                "Choose a model that runs here."
            )
        self._name = name
        self._address = address or host_address()
        self._client = connect(self._address, _STREAM_TIMEOUT)
        self._limit: int | None = None

    @property
    def info(self) -> ModelInfo:
        """Id and label."""
        return ModelInfo(PREFIX + self._name, f"{self._name.removesuffix(':latest')} · Ollama")

    @property
    def is_small(self) -> bool:
        """Ollama's models follow instructions."""
        return False

    async def is_loaded(self) -> bool:
        """Whether Ollama has it in memory; True when it cannot be asked, for the answer will then say what is wrong."""
        try:
            running = await self._client.ps()
        except (httpx.HTTPError, ollama.ResponseError, OSError, ValueError):
            return True
        return any(self._name in (model.model, model.name) for model in running.models)

    async def context_limit(self) -> int:
        """The window that the model was trained for, capped at what a laptop bears."""
        if self._limit is None:
            try:
                shown = await self._client.show(self._name)
            except Exception as error:
                raise self._explain(error) from error
            lengths = [v for k, v in (shown.modelinfo or {}).items() if k.endswith(".context_length")]
            self._limit = min(int(lengths[0]) if lengths else _DEFAULT_CONTEXT, _CONTEXT_CAP)
        return self._limit

    async def count_tokens(self, text: str) -> int:
        """An estimate on the safe side: Ollama has no call that counts."""
        return estimate_tokens(text)

    async def stream(
        self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
    ) -> AsyncGenerator[str, None]:
        """Tokens as Ollama sends them; closing this iterator closes the connection, which stops the model."""
        needed = prompt_tokens + max_tokens
        num_ctx = min(-(-needed // _CONTEXT_STEP) * _CONTEXT_STEP, await self.context_limit())
        messages = [{"role": turn.role.value if turn.role else "system", "content": turn.content} for turn in turns]
        options = {"num_ctx": num_ctx, "num_predict": max_tokens, "temperature": 0.1}
        try:
            parts = await self._client.chat(self._name, messages, stream=True, think=False, options=options)
            async with aclosing(parts) as stream:  # type: ignore[type-var]
                async for part in stream:
                    if part.message.content:
                        yield part.message.content
        except Exception as error:
            raise self._explain(error) from error

    async def close(self) -> None:
        """Close idle connections."""
        inner: Any = self._client._client  # noqa: SLF001  (the client offers no public way to close)
        await inner.aclose()

    def _explain(self, error: Exception) -> ModelError:
        if isinstance(error, ModelError):
            return error
        if isinstance(error, ollama.ResponseError):
            if error.status_code == 404:
                return ModelMissing(f"Ollama does not have {self._name}. Fetch it with: ollama pull {self._name}")
            return ModelFailed(f"Ollama could not answer with {self._name}: {error.error}")
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | ConnectionError):
            return ModelMissing("Ollama is not running. Start it, or choose the built-in model.")
        return ModelFailed(f"The connection to Ollama broke off while {self._name} was answering. Ask again.")
