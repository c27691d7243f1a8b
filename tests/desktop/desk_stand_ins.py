"""A library that answers when it is told to, and an ingestor that notes what it was asked, for tests of controllers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from core.errors import LibraryError, UnknownDocument
from core.ingest.listening import Listeners
from core.types import Document, DocumentState, IngestJob, JobState, PageProblem


@dataclass
class SlowLibrary:
    """Lists documents as soon as `may_read` is set, and counts how often it was asked."""

    held: list[Document] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    queue: list[IngestJob] = field(default_factory=list)
    found: list[PageProblem] = field(default_factory=list)
    paused: bool = False
    may_read: threading.Event = field(default_factory=threading.Event)
    readings: int = 0
    single_readings: list[str] = field(default_factory=list)
    queue_readings: int = 0

    def documents(self) -> list[Document]:
        self.readings += 1
        self.may_read.wait(10)
        return list(self.held)

    def document(self, document_id: str) -> Document:
        self.single_readings.append(document_id)
        self.may_read.wait(10)
        found = next((one for one in self.held if one.id == document_id), None)
        if found is None:
            raise UnknownDocument("This document is no longer in the library.")
        return found

    def problems(self, document_id: str) -> list[PageProblem]:
        return list(self.found)

    def collections(self) -> list[tuple[str, int]]:
        return [(name, 0) for name in self.names]

    def jobs(self) -> list[IngestJob]:
        self.queue_readings += 1
        return list(self.queue)

    def is_paused(self) -> bool:
        return self.paused

    def add_collection(self, name: str) -> None:
        if name == "full":
            raise LibraryError("The disk is full.")
        self.names.append(name)


class ObedientIngestor:
    """Does at once what changes the library, and notes what it was asked.

    Attributes:
        asked: the requests, each its name and arguments.
        begun: what futures of requests give.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.listeners = Listeners()
        self.begun: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Future[Any]]:
        def ask(*arguments: Any, **named: Any) -> Future[Any]:
            self.asked.append((name, *arguments, *([named] if named else [])))
            return done(self.begun)

        return ask

    def run_on_writer(self, function: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function())
        except LibraryError as error:
            future.set_exception(error)
        return future


def done(result: Any) -> Future[Any]:
    """Return a future that has its result."""
    future: Future[Any] = Future()
    future.set_result(result)
    return future


def document(name: str, state: DocumentState = DocumentState.READY, **fields: Any) -> Document:
    """Return a document of eight pages."""
    return Document(name, name.title(), state, (f"/files/{name}.pdf",), 8, **fields)


def job(
    name: str, state: JobState = JobState.QUEUED, pages_done: int = 0, pages_total: int = 8, **fields: Any
) -> IngestJob:
    """Return a job of the queue."""
    fields.setdefault("reason", None)
    fields.setdefault("priority", 0)
    fields.setdefault("attempts", 0)
    return IngestJob(
        document=name,
        title=name.title(),
        path=f"/files/{name}.pdf",
        state=state,
        position=0.0,
        retry_at=0.0,
        pages_done=pages_done,
        pages_total=pages_total,
        updated_at="",
        **fields,
    )


def jobs(*names: str) -> Sequence[IngestJob]:
    """Return waiting jobs in this order."""
    return [job(name) for name in names]
