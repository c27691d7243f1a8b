"""What stand-ins for servers of models have in common: a port on loopback, a record of requests, and ways to fail."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self


@dataclass(slots=True)
class LoopbackServer:
    """The server, on a port of its own, while it is entered.

    Attributes:
        requests: path and body of everything that it was asked.
        client_left: set when the client of a slow answer closed the connection.
    """

    handler: ClassVar[type[LoopbackHandler]]
    requests: list[tuple[str, Any]] = field(init=False, default_factory=list)
    client_left: threading.Event = field(init=False, default_factory=threading.Event)
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
        handler = type("Handler", (self.handler,), {"served": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
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


class LoopbackHandler(BaseHTTPRequestHandler):
    """Writes whole answers and streams of chunks, and breaks them off."""

    protocol_version = "HTTP/1.1"
    served: LoopbackServer

    def sent(self) -> Any:
        """The request's body."""
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def reply(self, status: int, value: Any) -> None:
        """A whole answer."""
        self.send(status, "application/json", json.dumps(value).encode())

    def send(self, status: int, kind: str, content: bytes) -> None:
        """A whole answer of any kind."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def send_elsewhere(self, address: str) -> None:
        """Tell the client to ask another computer."""
        self.send_response(307)
        self.send_header("Location", f"{address}{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def begin_stream(self, kind: str) -> None:
        """The head of an answer in chunks."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, content: bytes) -> None:
        """The next piece of a stream; an empty one ends it."""
        try:
            self.wfile.write(f"{len(content):X}\r\n".encode() + content + b"\r\n")
            self.wfile.flush()
        except ConnectionError:
            self.close_connection = True

    def break_off(self) -> None:
        """End the connection in the middle of whatever it was."""
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def wait_until_client_leaves(self) -> None:
        """Say nothing more, and note when the client has closed the connection."""
        try:
            gone = self.connection.recv(1) == b""
        except ConnectionError:
            gone = True
        if gone:
            self.served.client_left.set()
        self.close_connection = True

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""
