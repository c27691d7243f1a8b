"""A loopback server that speaks OpenAI's chat protocol as llama.cpp's server and LM Studio do, well and badly.

    with OpenAiServer() as server:
        models = await served_at(server.address)

Wire format: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from loopback_server import LoopbackHandler, LoopbackServer


class Kind(StrEnum):
    """Whose server it is like."""

    LLAMA_CPP = "llama.cpp"
    LM_STUDIO = "lm studio"
    OTHER = "other"  # nothing but the common paths
    NO_MODELS = "no models"  # something else listens at the port: HTML for everything
    ELSEWHERE = "elsewhere"  # it sends everyone to another computer


class Way(StrEnum):
    """How it answers a chat."""

    NORMAL = "normal"
    SLOW = "slow"  # one piece, then silence until the client goes away
    BROKEN = "broken"  # the connection breaks off in the middle
    ENDLESS = "endless"  # the stream ends without its end
    MALFORMED = "malformed"  # an event that is no JSON
    NOT_EVENTS = "not events"  # HTML in place of a stream
    LOADING = "loading"  # 503: the model is not in memory yet
    MISSING = "missing"  # 404: the model was unloaded
    TOO_LONG = "too long"  # 400: the prompt passes the context
    NO_MEMORY = "no memory"  # 500
    KEY_WANTED = "key wanted"  # 401
    ERROR_EVENT = "error event"  # an error in the middle of the stream
    NO_REASON = "no reason"  # 500 without a word
    ONLY_THOUGHTS = "only thoughts"


_FAULTS: dict[Way, tuple[int, Any]] = {
    Way.LOADING: (503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}),
    Way.MISSING: (404, {"error": {"message": 'Model "qwen" not found', "type": "invalid_request_error"}}),
    Way.TOO_LONG: (
        400,
        {"error": {"message": "the request exceeds the available context size", "type": "exceed_context_size_error"}},
    ),
    Way.NO_MEMORY: (500, {"error": "failed to allocate buffer: out of memory"}),
    Way.KEY_WANTED: (401, {"error": {"message": "Invalid API Key", "type": "authentication_error"}}),
    Way.NO_REASON: (500, None),
}


@dataclass(slots=True)
class OpenAiServer(LoopbackServer):
    """The server, on a port of its own.

    Attributes:
        kind: whose it is like.
        way: how it answers a chat; may be changed at any time.
        names: of its models.
        pieces: what its answer consists of.
        thoughts: what it sends as reasoning before.
        context: tokens of its window.
    """

    kind: Kind = Kind.LLAMA_CPP
    way: Way = Way.NORMAL
    names: tuple[str, ...] = ("qwen3-4b.gguf",)
    pieces: tuple[str, ...] = ("The lamp ", "was lit ", "in 1874 [1].")
    thoughts: tuple[str, ...] = ()
    context: int = 6144


class _Handler(LoopbackHandler):
    served: OpenAiServer

    def do_GET(self) -> None:
        if self._answered_by_somebody_else(None):
            return
        kind, names, context = self.served.kind, self.served.names, self.served.context
        answers: dict[str, Any] = {
            "/v1/models": {"object": "list", "data": [{"id": n, "object": "model"} for n in names]}
        }
        if kind is Kind.LLAMA_CPP:
            answers["/props"] = {"default_generation_settings": {"n_ctx": context}, "total_slots": 1}
        if kind is Kind.LM_STUDIO:
            answers["/api/v0/models"] = {"data": [_detailed(name, context) for name in names]}
        answer = answers.get(self.path)
        self.reply(200, answer) if answer else self.reply(404, {"error": "not found"})

    def do_POST(self) -> None:
        body = self.sent()
        if self._answered_by_somebody_else(body):
            return
        if self.path == "/tokenize" and self.served.kind is Kind.LLAMA_CPP:
            self.reply(200, {"tokens": list(range(len(body["content"].split())))})
        elif self.path == "/v1/chat/completions":
            self._chat()
        else:
            self.reply(404, {"error": "not found"})

    def _answered_by_somebody_else(self, body: Any) -> bool:
        self.served.requests.append((self.path, body))
        if self.served.kind is Kind.NO_MODELS:
            self.send(200, "text/html", b"<html>It works</html>")
        elif self.served.kind is Kind.ELSEWHERE:
            self.send_elsewhere("http://192.0.2.1:8080")
        else:
            return False
        return True

    def _chat(self) -> None:
        way = self.served.way
        if way in _FAULTS:
            status, body = _FAULTS[way]
            self.send(status, "text/plain", b"") if body is None else self.reply(status, body)
            return
        if way is Way.NOT_EVENTS:
            self.send(200, "text/html", b"<html>It works</html>")
            return
        self.begin_stream("text/event-stream; charset=utf-8")
        for thought in self.served.thoughts:
            self._event(_choice({"reasoning_content": thought}))
        for number, piece in enumerate(() if way is Way.ONLY_THOUGHTS else self.served.pieces):
            self._event(_choice({"content": piece}))
            if way is Way.SLOW:
                self.wait_until_client_leaves()
                return
            if number == 0 and way is Way.BROKEN:
                self.break_off()
                return
            if number == 0 and way is Way.MALFORMED:
                self.chunk(b"data: {half\n\n")
            if number == 0 and way is Way.ERROR_EVENT:
                self._event({"error": {"message": "out of memory", "type": "server_error"}})
        if way is not Way.ENDLESS:
            self._event({"choices": [], "usage": {"prompt_tokens": 120, "completion_tokens": 9}})
            self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def _event(self, value: dict[str, Any]) -> None:
        self.chunk(b"data: " + json.dumps(value).encode() + b"\n\n")


OpenAiServer.handler = _Handler


def _choice(delta: dict[str, Any]) -> dict[str, Any]:
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def _detailed(name: str, context: int) -> dict[str, Any]:
    kind = "embeddings" if "nomic" in name else "vlm" if "picture" in name else "llm"
    return {
        "id": name,
        "type": kind,
        "arch": "qwen3",
        "quantization": "4bit",
        "state": "loaded",
        "max_context_length": 40960,
        "loaded_context_length": context,
    }
