"""Asks the owner of a library to do something, from another process."""

from __future__ import annotations

import contextlib
import hmac
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, cast

from core.control import protocol
from core.control.control import WatchWish
from core.embedding.choice import absolute_value
from core.errors import LibraryError, LibraryInUse
from core.ingest.following import IngestEvent
from core.settings import Setting
from core.types import EmbeddingProgress

CONNECT_SECONDS = 5.0
PATIENCE_SECONDS = 5.0
_LOOK_EVERY_SECONDS = 0.1
_NO_ANSWER = "Another Paperlamp has this library open and does not answer. Close it, or wait a moment and try again."
_LEFT = "Paperlamp was closed meanwhile. What is finished is kept; the rest goes on at the next start."


class RemoteControl:
    """A `Control` whose work is done by the process that owns the library.

    Args:
        folder: the library's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._moment = threading.Event()

    def wait_until_there(self) -> None:
        """Give an owner that is just starting, or leaving, a moment.

        Raises:
            LibraryInUse: it does not answer.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self._connect() as (_, stream):
                    stream.flush()
                return
            except LibraryInUse:
                if time.monotonic() >= end:
                    raise
            self._moment.wait(_LOOK_EVERY_SECONDS)

    def add(self, paths: Sequence[Path], collection: str | None, passwords: Sequence[str]) -> Iterator[IngestEvent]:
        """Add files and folders."""
        return self._ask("add", paths=_absolute(paths), collection=collection, passwords=list(passwords))

    def retry(self, documents: Sequence[str], passwords: Sequence[str]) -> Iterator[IngestEvent]:
        """Try documents again."""
        return self._ask("retry", documents=list(documents), passwords=list(passwords))

    def resume(self, documents: Sequence[str] | None) -> Iterator[IngestEvent]:
        """Go on with some documents, or with everything."""
        return self._ask("resume", documents=documents)

    def pause(self, documents: Sequence[str] | None) -> None:
        """Stop some documents, or everything, until resumed."""
        self._tell("pause", documents=documents)

    def cancel(self, documents: Sequence[str]) -> None:
        """Stop documents until they are asked for again."""
        self._tell("cancel", documents=list(documents))

    def remove(self, documents: Sequence[str]) -> None:
        """Remove documents from the library."""
        self._tell("remove", documents=list(documents))

    def move(self, documents: Sequence[str], *, last: bool) -> None:
        """Put documents at the head of the queue, or at its end."""
        self._tell("move", documents=list(documents), last=last)

    def watch(self, folders: Sequence[Path], wish: WatchWish) -> None:
        """Watch folders, or change how they are watched."""
        self._tell("watch", paths=_absolute(folders), **asdict(wish))

    def unwatch(self, folders: Sequence[Path]) -> None:
        """Watch folders no longer; their documents stay."""
        self._tell("unwatch", paths=_absolute(folders))

    def tag(self, documents: Sequence[str], tag: str) -> None:
        """Give documents a tag."""
        self._tell("tag", documents=list(documents), tag=tag)

    def untag(self, documents: Sequence[str], tag: str) -> None:
        """Take a tag from documents."""
        self._tell("untag", documents=list(documents), tag=tag)

    def choose(self, setting: Setting, value: str) -> None:
        """Choose something for the library."""
        self._tell("choose", setting=setting.name, value=value)

    def embed_with(self, embedder: str) -> Iterator[EmbeddingProgress]:
        """Embed the library with another model, until that is done or stops."""
        for event in self._hear("embed_with", embedder=absolute_value(embedder)):
            if isinstance(event, EmbeddingProgress):
                yield event

    def _tell(self, verb: str, **details: Any) -> None:
        for _ in self._ask(verb, **details):
            pass

    def _ask(self, verb: str, **details: Any) -> Iterator[IngestEvent]:
        """The events of a request to the ingestion."""
        for event in self._hear(verb, **details):
            if not isinstance(event, EmbeddingProgress):
                yield event

    def _hear(self, verb: str, **details: Any) -> Iterator[protocol.Event]:
        """The events of a request, until it is done.

        Raises:
            LibraryInUse: the owner does not answer.
            LibraryError: it says why it cannot do it, or it left in the middle.
        """
        with self._connect() as (token, stream):
            try:
                stream.write(json.dumps({"token": token, "verb": verb, **details}).encode() + b"\n")
                stream.flush()
                for line in stream:
                    message = json.loads(line)
                    if message["event"] == "end":
                        return
                    if message["event"] == "error":
                        raise LibraryError(message["reason"])
                    yield protocol.unpack(message)
            except (OSError, ValueError, KeyError, TypeError) as error:  # it is another version, perhaps
                raise LibraryError("The Paperlamp that owns this library stopped answering.") from error
        raise LibraryError(_LEFT)

    @contextlib.contextmanager
    def _connect(self) -> Iterator[tuple[str, BinaryIO]]:
        """The token and a stream to the owner, which has proved that it knows the token.

        A program that has got the port of an owner that was killed can do neither that nor hear a password.

        Raises:
            LibraryInUse: nobody answers, or not as the owner would.
        """
        with contextlib.ExitStack() as stack:
            try:
                address = protocol.find(self._folder)
                if address is None:
                    raise LibraryInUse(_NO_ANSWER)
                connection = socket.create_connection(("127.0.0.1", address.port), CONNECT_SECONDS)
                stack.enter_context(connection)
                stream = cast("BinaryIO", stack.enter_context(connection.makefile("rwb")))
                nonce = secrets.token_hex(16).encode()
                stream.write(nonce + b"\n")
                stream.flush()
                proof = json.loads(stream.readline(protocol.LARGEST_GREETING))["proof"]
                if not hmac.compare_digest(str(proof).encode(), protocol.proof(address.token, nonce).encode()):
                    raise LibraryInUse(_NO_ANSWER)
                connection.settimeout(None)
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise LibraryInUse(_NO_ANSWER) from error
            yield address.token, stream


def _absolute(paths: Sequence[Path]) -> list[str]:
    """Paths as the owner, who may work in another folder, will find them."""
    return [str(Path(path).expanduser().absolute()) for path in paths]
