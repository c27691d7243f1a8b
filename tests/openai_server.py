"""A loopback server that speaks OpenAI's chat protocol as llama.cpp's server and LM Studio do, well and badly.

    with OpenAiServer() as server:
        models = await served_at(server.address)

Wire format: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
"""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


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
class OpenAiServer:
    """The server, on a port of its own.

    Attributes:
        kind: whose it is like.
        way: how it answers a chat; may be changed at any time.
        names: of its models.
        pieces: what its answer consists of.
        thoughts: what it sends as reasoning before.
        context: tokens of its window.
        requests: path and body of everything that it was asked.
        client_left: set when the client of a slow answer closed the connection.
    """

    kind: Kind = Kind.LLAMA_CPP
    way: Way = Way.NORMAL
    names: tuple[str, ...] = ("qwen3-4b.gguf",)
    pieces: tuple[str, ...] = ("The lamp ", "was lit ", "in 1874 [1].")
    thoughts: tuple[str, ...] = ()
    context: int = 6144
    requests: list[tuple[str, Any]] = field(default_factory=list)
    client_left: threading.Event = field(default_factory=threading.Event)
    _http: ThreadingHTTPServer = field(init=False, repr=False)
    _thread: threading.Thread = field(init=False, repr=False)

    @property
    def address(self) -> str:
        """Where it listens."""
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    def bodies(self, path: str) -> list[Any]:
        """What was sent to a path."""
        return [body for asked, body in self.requests if asked == path]

    def __enter__(self) -> Self:
        server = self

        class Handler(_Handler):
            served = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
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
        self._reply(200, answer) if answer else self._reply(404, {"error": "not found"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._answered_by_somebody_else(body):
            return
        if self.path == "/tokenize" and self.served.kind is Kind.LLAMA_CPP:
            self._reply(200, {"tokens": list(range(len(body["content"].split())))})
        elif self.path == "/v1/chat/completions":
            self._chat()
        else:
            self._reply(404, {"error": "not found"})

    def _answered_by_somebody_else(self, body: Any) -> bool:
        self.served.requests.append((self.path, body))
        if self.served.kind is Kind.NO_MODELS:
            self._send(200, "text/html", b"<html>It works</html>")
        elif self.served.kind is Kind.ELSEWHERE:
            self.send_response(307)
            self.send_header("Location", f"http://192.0.2.1:8080{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            return False
        return True

    def _chat(self) -> None:
        way = self.served.way
        if way in _FAULTS:
            status, body = _FAULTS[way]
            self._send(status, "text/plain", b"") if body is None else self._reply(status, body)
            return
        if way is Way.NOT_EVENTS:
            self._send(200, "text/html", b"<html>It works</html>")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for thought in self.served.thoughts:
            self._event(_choice({"reasoning_content": thought}))
        for number, piece in enumerate(() if way is Way.ONLY_THOUGHTS else self.served.pieces):
            self._event(_choice({"content": piece}))
            if way is Way.SLOW:
                self._wait_until_client_leaves()
                return
            if number == 0 and way is Way.BROKEN:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            if number == 0 and way is Way.MALFORMED:
                self._chunk(b"data: {half\n\n")
            if number == 0 and way is Way.ERROR_EVENT:
                self._event({"error": {"message": "out of memory", "type": "server_error"}})
        if way is not Way.ENDLESS:
            self._event({"choices": [], "usage": {"prompt_tokens": 120, "completion_tokens": 9}})
            self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _wait_until_client_leaves(self) -> None:
        try:
            gone = self.connection.recv(1) == b""
        except ConnectionError:
            gone = True
        if gone:
            self.served.client_left.set()
        self.close_connection = True

    def _event(self, value: dict[str, Any]) -> None:
        self._chunk(b"data: " + json.dumps(value).encode() + b"\n\n")

    def _chunk(self, content: bytes) -> None:
        try:
            self.wfile.write(f"{len(content):X}\r\n".encode() + content + b"\r\n")
            self.wfile.flush()
        except ConnectionError:
            self.close_connection = True

    def _reply(self, status: int, value: Any) -> None:
        self._send(status, "application/json", json.dumps(value).encode())

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


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
