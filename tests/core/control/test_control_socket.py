"""The owner's socket: requests are heard from whoever knows the token, and told only to who proves to know it."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.control import client, protocol
from core.control.client import RemoteControl
from core.control.server import ControlServer
from core.errors import LibraryError, LibraryInUse, UnknownDocument
from core.ingest.following import Concerned, IngestEvent, Skipped
from core.types import DocumentState, EmbeddingProgress, EmbeddingState, IngestProgress, OverallProgress

EVENTS = (
    IngestProgress("a" * 64, "/lamp/Straße.pdf", DocumentState.EMBEDDING, 3, 9, 1.5, 4.0, None, 1),
    OverallProgress(1, 2, 3, 18, 1.5, 10.0),
    Skipped(Path("/lamp/notes.xyz"), "Not a document."),
    Skipped(Path("/lamp/\udcff.pdf"), "Its name is not valid text. Rename it."),
    Concerned(("a" * 64, "b" * 64)),
    IngestProgress("a" * 64, "/lamp/Straße.pdf", DocumentState.READY, 9, 9),
)

EMBEDDING = (
    EmbeddingProgress("ollama/größe", EmbeddingState.EMBEDDING, 3, 9, 1.5, 4.0, 1),
    EmbeddingProgress("ollama/größe", EmbeddingState.STOPPED, 3, 9, reason="Ollama is not running."),
)


class RecordingControl:
    """A control that notes what it is asked, and does what it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.error: BaseException | None = None
        self.held: threading.Event | None = None

    def _note(self, *request: Any) -> None:
        self.asked.append(request)
        if self.error is not None:
            raise self.error

    def add(self, paths: Sequence[Path], collection: str | None, passwords: Sequence[str]) -> Iterator[IngestEvent]:
        self._note("add", list(paths), collection, list(passwords))
        for event in EVENTS:
            yield event
            if self.held is not None:
                self.held.wait(60)

    def retry(self, documents: Sequence[str], passwords: Sequence[str]) -> Iterator[IngestEvent]:
        self._note("retry", list(documents), list(passwords))
        yield EVENTS[0]

    def resume(self, documents: Sequence[str] | None) -> Iterator[IngestEvent]:
        self._note("resume", documents)
        yield EVENTS[-1]

    def embed_with(self, embedder: str) -> Iterator[EmbeddingProgress]:
        self._note("embed_with", embedder)
        yield from EMBEDDING

    def pause(self, documents: Sequence[str] | None) -> None:
        self._note("pause", documents)

    def cancel(self, documents: Sequence[str]) -> None:
        self._note("cancel", documents)

    def remove(self, documents: Sequence[str]) -> None:
        self._note("remove", documents)

    def move(self, documents: Sequence[str], *, last: bool) -> None:
        self._note("move", documents, last)

    def tag(self, documents: Sequence[str], tag: str) -> None:
        self._note("tag", documents, tag)

    def untag(self, documents: Sequence[str], tag: str) -> None:
        self._note("untag", documents, tag)


@pytest.fixture
def control() -> RecordingControl:
    return RecordingControl()


@pytest.fixture
def owner(tmp_path: Path, control: RecordingControl) -> Iterator[ControlServer]:
    any_control: Any = control
    with closing(ControlServer(tmp_path, any_control)) as server:
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(client, "CONNECT_SECONDS", 0.2)


def test_every_verb_arrives_as_it_was_said(owner: ControlServer, control: RecordingControl, tmp_path: Path) -> None:
    remote = RemoteControl(tmp_path)
    assert tuple(remote.add([Path("/lamp/a.pdf")], "Sea", ["pass", "wörd"])) == EVENTS
    assert list(remote.retry(["x"], ["p"])) == [EVENTS[0]]
    assert list(remote.resume(None)) == [EVENTS[-1]]
    assert list(remote.resume(["x"])) == [EVENTS[-1]]
    assert tuple(remote.embed_with("ollama/größe")) == EMBEDDING
    remote.pause(None)
    remote.pause(["x"])
    remote.cancel(["x"])
    remote.remove(["x", "y"])
    remote.move(["x"], last=True)
    remote.tag(["x"], "urgent")
    remote.untag(["x", "y"], "urgent")
    assert control.asked == [
        ("add", [Path("/lamp/a.pdf")], "Sea", ["pass", "wörd"]),
        ("retry", ["x"], ["p"]),
        ("resume", None),
        ("resume", ["x"]),
        ("embed_with", "ollama/größe"),
        ("pause", None),
        ("pause", ["x"]),
        ("cancel", ["x"]),
        ("remove", ["x", "y"]),
        ("move", ["x"], True),
        ("tag", ["x"], "urgent"),
        ("untag", ["x", "y"], "urgent"),
    ]


def test_a_path_is_sent_as_the_owner_will_find_it(
    owner: ControlServer, control: RecordingControl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    list(RemoteControl(tmp_path).add([Path("a.pdf")], None, []))
    assert control.asked[0][1] == [tmp_path / "a.pdf"]
    for value, arrives in (("builtin", "builtin"), ("ollama/x", "ollama/x"), ("model", str(tmp_path / "model"))):
        list(RemoteControl(tmp_path).embed_with(value))
        assert control.asked[-1] == ("embed_with", arrives)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (UnknownDocument("This document is no longer in the library."), "no longer in the library"),
        (CancelledError(), "Paperlamp is closing"),
        (TypeError("no documents"), "not understood"),
    ],
)
def test_why_something_cannot_be_done_is_told(
    owner: ControlServer, control: RecordingControl, tmp_path: Path, error: BaseException, words: str
) -> None:
    control.error = error
    with pytest.raises(LibraryError, match=words):
        RemoteControl(tmp_path).pause(None)


def test_an_unknown_verb_is_refused(owner: ControlServer, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="there is no verb 'fly'"):
        RemoteControl(tmp_path)._tell("fly")


@pytest.mark.parametrize("token", ["wrong", "wröng", 7, None])
def test_a_wrong_token_is_not_heard(
    owner: ControlServer, control: RecordingControl, tmp_path: Path, token: object
) -> None:
    address = protocol.find(tmp_path)
    assert address is not None
    request = json.dumps({"token": token, "verb": "remove", "documents": ["x"]}).encode()
    with socket.create_connection(("127.0.0.1", address.port), 60) as connection:
        connection.sendall(b"nonce\n" + request + b"\n")
        heard = connection.makefile("rb").read()
    assert heard.count(b"\n") == 1  # the greeting, and then nothing
    assert address.token.encode() not in heard
    assert control.asked == []


@pytest.mark.parametrize("request_line", [b"", b"not json\n", b"[]\n", b"\xff\xfe\n", b'{"verb": "pause"}\n'])
def test_what_is_no_request_is_not_heard_and_hurts_nobody(
    owner: ControlServer, control: RecordingControl, tmp_path: Path, request_line: bytes
) -> None:
    address = protocol.find(tmp_path)
    assert address is not None
    with socket.create_connection(("127.0.0.1", address.port), 60) as connection:
        connection.sendall(b"nonce\n" + request_line)
        connection.shutdown(socket.SHUT_WR)
        connection.makefile("rb").read()
    assert control.asked == []
    RemoteControl(tmp_path).pause(None)
    assert control.asked == [("pause", None)]


def test_only_the_person_can_read_where_the_owner_is(owner: ControlServer, tmp_path: Path) -> None:
    assert (tmp_path / "owner.json").stat().st_mode & 0o077 == 0


def test_an_owner_that_leaves_withdraws_its_address(tmp_path: Path, impatient: None) -> None:
    any_control: Any = RecordingControl()
    ControlServer(tmp_path, any_control).close()
    assert protocol.find(tmp_path) is None
    with pytest.raises(LibraryInUse):
        RemoteControl(tmp_path).wait_until_there()


@pytest.mark.parametrize("told", ["", "{}", '{"port": "x", "token": "t"}', "[1]", '{"port": 1, "token": "t"}'])
def test_an_address_that_leads_nowhere_is_a_sentence(tmp_path: Path, told: str, impatient: None) -> None:
    (tmp_path / "owner.json").write_text(told)
    with pytest.raises(LibraryInUse, match="does not answer"):
        RemoteControl(tmp_path).wait_until_there()
    with pytest.raises(LibraryInUse, match="does not answer"):
        RemoteControl(tmp_path).pause(None)


# ── a program on the port of an owner that was killed ────────────────────────────────────────────────────────────


@contextlib.contextmanager
def stranger(folder: Path, answer: Callable[[bytes], bytes | None]) -> Iterator[bytearray]:
    """Listen where the library's owner is said to be; `answer` gives the reply to the first line, None for silence."""
    heard = bytearray()
    listening = socket.create_server(("127.0.0.1", 0))
    protocol.publish(folder, protocol.Address(listening.getsockname()[1], "the real token"))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
                first = lines.readline()
                reply = answer(first)
                if reply is not None:
                    connection.sendall(reply)
                heard.extend(first + lines.read())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(60)


@pytest.mark.parametrize(
    "answer",
    [
        lambda nonce: None,
        lambda nonce: b"",
        lambda nonce: b"HTTP/1.1 400 Bad Request\r\n\r\n",
        lambda nonce: b'{"event": "greeting", "proof": "guessed"}\n',
        lambda nonce: '{"event": "greeting", "proof": "gueßed"}\n'.encode(),
        lambda nonce: b'{"event": "greeting", "proof": "%b"}\n' % protocol.proof("", nonce.strip()).encode(),
        lambda nonce: b'{"event": "greeting"}\n',
        lambda nonce: b"[]\n",
        lambda nonce: b"x" * (1 << 20),
        lambda nonce: nonce,
    ],
    ids=["silent", "empty", "http", "guess", "foreign letters", "no token", "no proof", "a list", "endless", "echo"],
)
def test_a_stranger_on_the_owners_port_hears_no_password(
    tmp_path: Path, answer: Callable[[bytes], bytes | None], impatient: None
) -> None:
    remote = RemoteControl(tmp_path)
    with stranger(tmp_path, answer) as heard:
        with pytest.raises(LibraryInUse, match="does not answer"):
            list(remote.add([Path("/lamp/a.pdf")], None, ["a-password-nobody-guesses"]))
        with pytest.raises(LibraryInUse, match="does not answer"):
            remote.wait_until_there()
    assert b"a-password-nobody-guesses" not in heard
    assert b"the real token" not in heard


# ── leaving in the middle ────────────────────────────────────────────────────────────────────────────────────────


def test_an_owner_that_dies_in_the_middle_is_a_sentence(tmp_path: Path) -> None:
    def cut(nonce: bytes) -> bytes:
        proof = protocol.proof("the real token", nonce.strip())
        event = json.dumps(protocol.pack(EVENTS[0]))
        return json.dumps({"event": "greeting", "proof": proof}).encode() + b"\n" + event.encode() + b"\n"

    listening = socket.create_server(("127.0.0.1", 0))
    protocol.publish(tmp_path, protocol.Address(listening.getsockname()[1], "the real token"))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(cut(lines.readline()))
            lines.readline()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    events = RemoteControl(tmp_path).resume(None)
    assert next(events) == EVENTS[0]
    with pytest.raises(LibraryError, match="was closed meanwhile"):
        next(events)
    thread.join(60)
    listening.close()


@pytest.mark.parametrize("line", ["{}", '{"event": "progress", "light": 3}', "[]", "no json", '{"event": "new"}'])
def test_an_owner_of_another_version_is_a_sentence(tmp_path: Path, line: str) -> None:
    def talk(nonce: bytes) -> bytes:
        proof = protocol.proof("the real token", nonce.strip())
        return json.dumps({"event": "greeting", "proof": proof}).encode() + b"\n" + line.encode() + b"\n"

    with (
        stranger(tmp_path, talk),
        pytest.raises(LibraryError, match="stopped answering"),
    ):
        list(RemoteControl(tmp_path).resume(None))


def test_a_client_that_leaves_in_the_middle_does_not_stop_the_owner(
    owner: ControlServer, control: RecordingControl, tmp_path: Path
) -> None:
    control.held = threading.Event()
    remote = RemoteControl(tmp_path)
    events = remote.add([Path("/lamp/a.pdf")], None, [])
    assert next(events) == EVENTS[0]
    events.close()  # type: ignore[attr-defined]
    control.held.set()
    remote.pause(None)
    assert control.asked[-1] == ("pause", None)


def test_two_are_served_at_once(owner: ControlServer, control: RecordingControl, tmp_path: Path) -> None:
    control.held = threading.Event()
    remote = RemoteControl(tmp_path)
    first, second = remote.add([Path("/a.pdf")], None, []), RemoteControl(tmp_path).add([Path("/b.pdf")], None, [])
    assert next(first) == next(second) == EVENTS[0]
    remote.pause(None)
    control.held.set()
    assert list(first) == list(second) == list(EVENTS[1:])
