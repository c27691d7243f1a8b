"""A stream of what is told ends when its documents have come to an end, whatever that is."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pytest
from hand_pool import HandPool, settle

from core.errors import UnknownDocument
from core.ingest.following import Concerned, IngestEvent, Skipped, follow
from core.ingest.ingestor import Begun, Ingestor
from core.types import DocumentState, IngestProgress

SECONDS = 60.0


class Follower:
    """Follows a request on a thread of its own."""

    def __init__(self, ingestor: Ingestor, request: Callable[[], Begun]) -> None:
        self.events: queue.SimpleQueue[IngestEvent] = queue.SimpleQueue()
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(ingestor, request), daemon=True)
        self._thread.start()

    def _run(self, ingestor: Ingestor, request: Callable[[], Begun]) -> None:
        try:
            for event in follow(ingestor.listeners, request):
                self.events.put(event)
        except BaseException as error:  # looked at by the test
            self.error = error

    def wait_for(self, state: DocumentState) -> None:
        """Return when a document is told to be in a state."""
        while True:
            event = self.events.get(timeout=SECONDS)
            if isinstance(event, IngestProgress) and event.state is state:
                return

    def end(self) -> list[Any]:
        """Return what was told since, once the stream has ended."""
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), "the stream never ends"
        told = []
        while not self.events.empty():
            told.append(self.events.get())
        return told


def test_it_ends_when_all_its_documents_have(ingestor: Ingestor, pool: HandPool, file: Callable[..., Path]) -> None:
    follower = Follower(ingestor, lambda: ingestor.add([file("a.pdf"), file("b.pdf")]))
    follower.wait_for(DocumentState.QUEUED)
    while pool.tasks or pool.running:
        pool.run_all(ingestor)
        settle(ingestor)
    states = [event.state for event in follower.end() if isinstance(event, IngestProgress)]
    assert states.count(DocumentState.READY) == 2


def test_what_is_told_of_other_documents_is_left_out_once_its_own_are_known(
    ingestor: Ingestor, pool: HandPool, file: Callable[..., Path]
) -> None:
    ingestor.pause().result(SECONDS)
    (other,) = ingestor.add([file("other.pdf")]).result(SECONDS)
    (own,) = ingestor.add([file("own.pdf")]).result(SECONDS)
    ingestor._library.set_paused(False)
    follower = Follower(ingestor, lambda: ingestor.resume([own]))
    follower.wait_for(DocumentState.QUEUED)
    settle(ingestor)
    ingestor.resume([other]).result(SECONDS)
    ingestor.cancel([other]).result(SECONDS)
    ingestor.cancel([own]).result(SECONDS)
    told = follower.end()
    assert Concerned((own,)) in told
    assert {event.document for event in told if isinstance(event, IngestProgress)} == {own}


@pytest.mark.parametrize("request_", ["add", "resume", "retry"])
def test_it_ends_when_nothing_is_begun(ingestor: Ingestor, tmp_path: Path, request_: str) -> None:
    requests: dict[str, Callable[[], Begun]] = {
        "add": lambda: ingestor.add([tmp_path / "gone.pdf"]),
        "resume": lambda: ingestor.resume(),
        "retry": lambda: ingestor.retry([]),
    }
    told = Follower(ingestor, requests[request_]).end()
    skipped = [Skipped(tmp_path / "gone.pdf", "There is no such file.")] if request_ == "add" else []
    assert told == [*skipped, Concerned(())]


@pytest.mark.parametrize("deed", ["pause", "cancel", "remove"])
def test_it_ends_when_its_document_is_stopped_or_removed(
    ingestor: Ingestor, pool: HandPool, file: Callable[..., Path], deed: str
) -> None:
    path = file("a.pdf")
    (document,) = ingestor.add([path]).result(SECONDS)
    ingestor.cancel([document]).result(SECONDS)
    follower = Follower(ingestor, lambda: ingestor.resume([document]))
    follower.wait_for(DocumentState.QUEUED)
    getattr(ingestor, deed)([document]).result(SECONDS)
    (*_, last) = [event for event in follower.end() if isinstance(event, IngestProgress)]
    assert last.state is DocumentState.PAUSED


def test_it_ends_when_a_new_version_takes_the_documents_place(
    ingestor: Ingestor, pool: HandPool, file: Callable[..., Path]
) -> None:
    follower = Follower(ingestor, lambda: ingestor.add([file("a.pdf", "first")]))
    follower.wait_for(DocumentState.QUEUED)
    ingestor.add([file("a.pdf", "second")]).result(SECONDS)
    follower.end()
    assert follower.error is None


def test_who_waits_while_the_ingestor_closes_hears_of_it(
    ingestor: Ingestor, pool: HandPool, file: Callable[..., Path]
) -> None:
    follower = Follower(ingestor, lambda: ingestor.add([file("a.pdf")]))
    follower.wait_for(DocumentState.QUEUED)
    ingestor.close()
    follower.end()
    assert isinstance(follower.error, CancelledError)


def test_who_asks_a_closed_ingestor_hears_of_it(ingestor: Ingestor) -> None:
    ingestor.close()
    follower = Follower(ingestor, lambda: ingestor.resume())
    follower.end()
    assert isinstance(follower.error, CancelledError)


def test_what_the_request_raises_is_raised_and_nobody_listens_any_more(ingestor: Ingestor) -> None:
    follower = Follower(ingestor, lambda: ingestor.retry(["nobody"]))
    follower.end()
    assert isinstance(follower.error, UnknownDocument)
    assert len(ingestor.listeners._listeners) == 1  # the fixture's
