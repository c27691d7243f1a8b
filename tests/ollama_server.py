"""A loopback server that speaks Ollama's REST interface, well and badly.

    with OllamaServer() as ollama:
        model = OllamaChatModel("llama3.2:3b", ollama.address)

Wire format: https://github.com/ollama/ollama/blob/main/docs/api.md
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from loopback_server import LoopbackHandler, LoopbackServer

GIGABYTE = 1_000_000_000


class Mode(StrEnum):
    """How the server behaves when it is asked to chat or to embed."""

    NORMAL = "normal"
    SLOW = "slow"  # one piece, then silence until the client goes away
    MISSING = "missing"  # 404: the model was never pulled
    FAULT = "fault"  # 500
    ERROR_LINE = "error line"  # an error in the middle of the stream, as when the runner crashes
    BROKEN = "broken"  # the connection breaks off in the middle
    MALFORMED = "malformed"  # a line that is no JSON
    NO_MEMORY = "no memory"  # 500: the model is too large for what is free
    NO_MEMORY_LATER = "no memory later"  # the same in the middle of the stream
    LOADING = "loading"  # nothing until `gate` is opened
    ONLY_THOUGHTS = "only thoughts"  # it thinks until there is no room for an answer
    DISK_FULL = "disk full"  # in the middle of a pull
    OFFLINE = "offline"  # its own library cannot be reached
    NOT_OLLAMA = "not ollama"  # something else listens at the address: HTML for everything
    ELSEWHERE = "elsewhere"  # it sends everyone to another computer


@dataclass(frozen=True, slots=True)
class Served:
    """A model that the server has pulled.

    Attributes:
        digest: of its content.
        capabilities: what it can do; None for a server that does not tell.
        dimension: of its vectors, for a model that embeds; a word is one token to it.
        families: of its parts, as a model for pictures has several.
        facts: more of its header, by name without the architecture.
        layers: sizes in bytes of what a pull fetches of it.
    """

    name: str
    size: int = 2 * GIGABYTE
    family: str = "llama"
    context: int = 8192
    digest: str = "0" * 64
    capabilities: tuple[str, ...] | None = ("completion",)
    dimension: int = 0
    families: tuple[str, ...] | None = None
    facts: tuple[tuple[str, Any], ...] = ()
    layers: tuple[int, ...] = (4000, 1000)


def embedding_model(name: str = "nomic-embed-text:latest", **facts: Any) -> Served:
    """Return a model that embeds."""
    return Served(
        **{"name": name, "family": "nomic-bert", "context": 2048, "capabilities": ("embedding",), "dimension": 24}
        | facts
    )


def embedding_of(text: str, dimension: int) -> list[float]:
    """Return the vector that the server gives a text: the sum of one for each word, of no particular length."""
    vector = [0.01] * dimension
    for word in re.findall(r"\w+", text.casefold()):
        digest = hashlib.sha256(word.encode()).digest()
        for place in range(dimension):
            vector[place] += digest[place % 32] / 64 - 2
    return vector


MODELS = (Served("llama3.2:3b"), Served("qwen3:8b", 5 * GIGABYTE, "qwen3", 40960))


@dataclass(slots=True)
class OllamaServer(LoopbackServer):
    """The server, on a port of its own.

    Attributes:
        models: what it lists.
        pieces: what its answer consists of.
        mode: how it behaves; may be changed at any time.
        loaded: names of the models that are in memory.
        thoughts: what a model that can think says before its answer, when it is asked to.
        library: what can be pulled.
        arrived: bytes by digest that earlier pulls have fetched.
        steps_before_hold: of a pull, after which it waits for `gate`; None for never.
        let_through: so many texts are embedded; more wait for `gate`.
        gate: cleared, it holds up those.
    """

    models: Iterable[Served] = MODELS
    pieces: tuple[str, ...] = ("The lamp ", "was lit ", "in 1874 [1].")
    mode: Mode = Mode.NORMAL
    loaded: tuple[str, ...] = ()
    loaded_context: int | None = None
    thoughts: tuple[str, ...] = ()
    library: Iterable[Served] = ()
    arrived: dict[str, int] = field(default_factory=dict)
    steps_before_hold: int | None = None
    let_through: int = 0
    gate: threading.Event = field(default_factory=threading.Event)

    def embedded(self) -> list[str]:
        """The texts that were embedded, in order."""
        return [text for body in self.bodies("/api/embed") for text in body["input"]]

    def __enter__(self) -> Self:
        self.gate.set()
        return LoopbackServer.__enter__(self)  # `super()` alone finds no class that has slots

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.gate.set()
        LoopbackServer.__exit__(self, kind, error, trace)


class _Handler(LoopbackHandler):
    served: OllamaServer

    def do_GET(self) -> None:
        if not self._answered_by_somebody_else(None):
            running = {"context_length": self.served.loaded_context} if self.served.loaded_context else {}
            answers = {
                "/api/tags": lambda: {"models": [_listed(model) for model in self.served.models]},
                "/api/ps": lambda: {"models": [{"name": name, "model": name} | running for name in self.served.loaded]},
                "/api/version": lambda: {"version": "0.14.0"},
            }
            answer = answers.get(self.path)
            self.reply(200, answer()) if answer else self.reply(404, {"error": "not found"})

    def do_POST(self) -> None:
        body = self.sent()
        if self._answered_by_somebody_else(body):
            return
        if self.path == "/api/pull":
            self._pull(body["model"])
            return
        model = next((model for model in self.served.models if model.name == body["model"]), None)
        if self.served.mode is Mode.FAULT:
            self.reply(500, {"error": "llama runner process has terminated: signal: killed"})
        elif self.served.mode is Mode.NO_MEMORY and self.path in ("/api/chat", "/api/generate"):
            self.reply(500, {"error": "model requires more system memory (5.3 GiB) than is available (3.3 GiB)"})
        elif model is None or self.served.mode is Mode.MISSING:
            self.reply(404, {"error": f"model '{body['model']}' not found"})
        elif self.path == "/api/show":
            facts = {"general.architecture": model.family, f"{model.family}.context_length": model.context}
            facts |= {f"{model.family}.{key}": value for key, value in model.facts}
            shown = {"details": {"family": model.family}, "model_info": facts}
            told = {"capabilities": list(model.capabilities)} if model.capabilities is not None else {}
            self.reply(200, shown | told)
        elif self.path == "/api/embed":
            self._embed(model, body)
        elif self.path == "/api/chat":
            self._chat(model, body)
        elif self.path == "/api/generate":
            self.served.loaded = (*self.served.loaded, model.name)
            self.reply(200, {"model": model.name, "response": "", "done": True, "done_reason": "load"})
        else:
            self.reply(404, {"error": "not found"})

    def _answered_by_somebody_else(self, body: Any) -> bool:
        self.served.requests.append((self.path, body))
        if self.served.mode is Mode.NOT_OLLAMA:
            self.send(200, "text/html", b"<html>It works</html>")
        elif self.served.mode is Mode.ELSEWHERE:
            self.send_elsewhere("http://192.0.2.1:11434")
        else:
            return False
        return True

    def do_DELETE(self) -> None:
        body = self.sent()
        if self._answered_by_somebody_else(body):
            return
        left = [model for model in self.served.models if model.name != body["model"]]
        if len(left) == len(list(self.served.models)):
            self.reply(404, {"error": f"model '{body['model']}' not found"})
            return
        self.served.models = left
        self.reply(200, {})

    def _pull(self, name: str) -> None:
        """Fetch layer by layer in quarters, going on where an earlier pull was left."""
        self._begin_lines()
        self._line({"status": "pulling manifest"})
        if self.served.mode is Mode.OFFLINE:
            self._line({"error": 'pull model manifest: Get "https://registry.ollama.ai": dial tcp: no such host'})
            self.chunk(b"")
            return
        model = next((model for model in self.served.library if model.name == name), None)
        if model is None:
            self._line({"error": "pull model manifest: file does not exist"})
            self.chunk(b"")
            return
        if all([self._pull_layer(f"sha256:{name}-{number}", size) for number, size in enumerate(model.layers)]):
            for status in ("verifying sha256 digest", "writing manifest", "success"):
                self._line({"status": status})
            self.served.models = [*self.served.models, model]
            self.chunk(b"")

    def _pull_layer(self, digest: str, size: int) -> bool:
        """Fetch a layer; whether the connection still stands."""
        ollama = self.served
        while not self.close_connection:
            here = ollama.arrived.get(digest, 0)
            self._line({"status": f"pulling {digest}", "digest": digest, "total": size, "completed": here})
            if here >= size:
                return True
            if ollama.steps_before_hold is not None:
                ollama.steps_before_hold -= 1
                if ollama.steps_before_hold < 0:
                    self.wait_until_client_leaves()
                    return False
            if ollama.mode is Mode.DISK_FULL:
                self._line({"error": f"write /root/.ollama/models/blobs/{digest}-partial: no space left on device"})
                self.chunk(b"")
                return False
            if ollama.mode is Mode.BROKEN:
                self.break_off()
                return False
            ollama.arrived[digest] = min(size, here + max(1, size // 4))
        return False

    def _begin_lines(self) -> None:
        self.begin_stream("application/x-ndjson")

    def _chat(self, served: Served, body: dict[str, Any]) -> None:
        self._begin_lines()
        mode, model = self.served.mode, served.name
        if mode is Mode.LOADING:
            self.served.gate.wait()
        if body.get("think"):
            for thought in self.served.thoughts:
                part = _part(model, "")
                part["message"]["thinking"] = thought
                self._line(part)
        if mode is Mode.ONLY_THOUGHTS:
            self._line(_part(model, "") | {"done": True, "done_reason": "length"})
            self.chunk(b"")
            return
        for number, piece in enumerate(self.served.pieces):
            self._line(_part(model, piece))
            if mode is Mode.SLOW:
                self.wait_until_client_leaves()
                return
            if number == 0 and mode is Mode.BROKEN:
                self.break_off()
                return
            if number == 0 and mode is Mode.ERROR_LINE:
                self._line({"error": "an error was encountered while running the model"})
            if number == 0 and mode is Mode.NO_MEMORY_LATER:
                self._line({"error": "llama runner process no longer running: CUDA error: out of memory"})
            if number == 0 and mode is Mode.MALFORMED:
                self.chunk(b'{"model": "llama3\n')
        self._line(_part(model, "") | {"done": True, "done_reason": "stop"})
        self.chunk(b"")

    def _embed(self, model: Served, body: dict[str, Any]) -> None:
        if len(self.served.embedded()) > self.served.let_through:
            self.served.gate.wait()
        mode = self.served.mode
        if mode is Mode.SLOW:
            self.wait_until_client_leaves()
        elif mode is Mode.BROKEN:
            self.break_off()
        elif mode is Mode.MALFORMED:
            self.reply(200, {"model": model.name, "embeddings": [[0.5, 0.5], [0.5]]})
        elif any(len(text.split()) > model.context for text in body["input"]):
            # Whatever `truncate` says: https://github.com/ollama/ollama/issues/14186
            self.reply(400, {"error": "the input length exceeds the context length"})
        else:
            vectors = [embedding_of(text, model.dimension) for text in body["input"]]
            self.reply(200, {"model": model.name, "embeddings": vectors})

    def _line(self, value: dict[str, Any]) -> None:
        self.chunk(json.dumps(value).encode() + b"\n")


OllamaServer.handler = _Handler


def _listed(model: Served) -> dict[str, Any]:
    return {
        "name": model.name,
        "model": model.name,
        "modified_at": "2026-01-01T00:00:00Z",
        "size": model.size,
        "digest": model.digest,
        "details": {
            "family": model.family,
            "families": None if model.families is None else list(model.families),
            "parameter_size": "3B",
            "quantization_level": "Q4_K_M",
        },
    }


def _part(model: str, content: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content}
    return {"model": model, "created_at": "2026-01-01T00:00:00Z", "message": message, "done": False}
