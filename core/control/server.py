"""The owner's ear: takes requests of other processes of the same person, and does them as its own."""

from __future__ import annotations

import contextlib
import hmac
import json
import logging
import secrets
import socketserver
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

from core.control import protocol
from core.control.control import Control, WatchWish
from core.errors import PaperlampError
from core.settings import by_name

logger = logging.getLogger(__name__)

_REQUEST_SECONDS = 10.0
_CLOSING = "Paperlamp is closing. What is finished is kept; the rest goes on at the next start."


class ControlServer:
    """Listens on a port of the loopback interface that only readers of the library's folder know.

    Args:
        folder: the library's; the address is told there.
        control: does what is asked.
    """

    def __init__(self, folder: Path, control: Control) -> None:
        self._folder = folder
        self._server = _Server(control, secrets.token_hex(32))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="control-server")
        self._thread.daemon = True
        self._thread.start()
        protocol.publish(folder, protocol.Address(self._server.server_address[1], self._server.token))

    def close(self) -> None:
        """Hear no more; requests that are being done are told so by the end of their events."""
        protocol.withdraw(self._folder)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, control: Control, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.control = control
        self.token = token

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is no fault; anything else is logged with its trace."""
        error = sys.exception() if sys.version_info >= (3, 12) else sys.exc_info()[1]
        if not isinstance(error, OSError):
            logger.error("a request of another process failed", exc_info=error)


class _Request(socketserver.StreamRequestHandler):
    timeout = _REQUEST_SECONDS

    def handle(self) -> None:
        server = self.server
        if not isinstance(server, _Server):
            return
        request = self._read(server.token)
        if request is None:
            return
        self.connection.settimeout(None)
        try:
            for event in _perform(server.control, request):
                self._say(protocol.pack(event))
            self._say({"event": "end"})
        except (KeyError, TypeError, ValueError) as error:
            self._say({"event": "error", "reason": f"The request was not understood: {error}."})
        except PaperlampError as error:
            self._say({"event": "error", "reason": str(error)})
        except CancelledError:
            self._say({"event": "error", "reason": _CLOSING})

    def _read(self, token: str) -> dict[str, Any] | None:
        """The request; None from whoever does not know the token. First we show that we know it ourselves."""
        nonce = self.rfile.readline(protocol.LARGEST_NONCE).strip()
        self._say({"event": "greeting", "proof": protocol.proof(token, nonce)})
        with contextlib.suppress(ValueError):
            request = json.loads(self.rfile.readline(protocol.LARGEST_LINE))
            if isinstance(request, dict) and hmac.compare_digest(str(request.get("token")).encode(), token.encode()):
                return request
        return None

    def _say(self, message: dict[str, Any]) -> None:
        self.wfile.write(json.dumps(message).encode() + b"\n")


def _perform(control: Control, request: dict[str, Any]) -> Iterator[protocol.Event]:
    verb = request["verb"]
    documents: Any = request.get("documents")
    if verb == "add":
        yield from control.add([Path(path) for path in request["paths"]], request["collection"], request["passwords"])
    elif verb == "retry":
        yield from control.retry(documents, request["passwords"])
    elif verb == "resume":
        yield from control.resume(documents)
    elif verb == "pause":
        control.pause(documents)
    elif verb == "cancel":
        control.cancel(documents)
    elif verb == "remove":
        control.remove(documents)
    elif verb == "move":
        control.move(documents, last=bool(request["last"]))
    elif verb == "watch":
        wish = WatchWish(request["collection"], request["ignore"], request["polling"])
        control.watch([Path(path) for path in request["paths"]], wish)
    elif verb == "unwatch":
        control.unwatch([Path(path) for path in request["paths"]])
    elif verb == "tag":
        control.tag(documents, request["tag"])
    elif verb == "untag":
        control.untag(documents, request["tag"])
    elif verb == "embed_with":
        yield from control.embed_with(request["embedder"])
    elif verb == "choose":
        control.choose(by_name(request["setting"]), request["value"])
    else:
        raise ValueError(f"there is no verb {verb!r}")
