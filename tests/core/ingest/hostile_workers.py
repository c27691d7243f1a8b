"""Workers that misbehave, for the pool to start in place of the real one. Top-level functions: they are spawned."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.ingest.messages import StepBegun, TaskDone, TaskFailed

if TYPE_CHECKING:  # importing it takes a worker a second
    from core.ingest.worker import WorkerSettings

DEADLY_PAGE = 3


@dataclass(frozen=True, slots=True)
class LightSettings:
    """Settings of a worker that embeds nothing."""

    cache_folder: Path
    memory_bytes: int = 2 << 30


def obedient(connection: Connection, settings: LightSettings) -> None:
    """Do what the task says: echo, die, hang, fail."""
    kept = []
    while True:
        try:
            verb, value = connection.recv()
        except (EOFError, OSError):
            return
        if verb == "die":
            os._exit(7)
        if verb == "hang":
            hang(settings)
        if verb == "step":
            connection.send(StepBegun(value))
            connection.send(StepBegun(value + 1))
            hang(settings)
        if verb == "keep":
            kept.append(bytearray(b"x") * value)
        if verb == "eat":
            connection.send(StepBegun(value))
            hoard()
        connection.send(TaskFailed(value) if verb == "fail" else TaskDone(value))


def with_a_deadly_page(connection: Connection, settings: WorkerSettings) -> None:
    """The real worker, which dies over one page."""

    def die(pages: tuple[int, ...]) -> None:
        if DEADLY_PAGE in pages:
            os._exit(7)

    _real_worker(connection, settings, die)


def with_a_faulty_page(connection: Connection, settings: WorkerSettings) -> None:
    """The real worker, with a fault of ours that one page brings out."""

    def fail(pages: tuple[int, ...]) -> None:
        if DEADLY_PAGE in pages:
            raise ZeroDivisionError("a fault of ours")

    _real_worker(connection, settings, fail)


def that_hangs_over_pages(connection: Connection, settings: WorkerSettings) -> None:
    """The real worker, which never finishes a page."""
    _real_worker(connection, settings, lambda pages: hang(settings))


def that_hangs(connection: Connection, settings: WorkerSettings) -> None:
    """Take a task and never answer."""
    connection.recv()
    hang(settings)


def that_dies(connection: Connection, settings: WorkerSettings) -> None:
    """Take a task and die."""
    connection.recv()
    os._exit(7)


def hoard() -> None:
    """Fill memory until somebody ends it."""
    hoarded = []
    while True:
        hoarded.append(bytearray(b"x") * (8 << 20))


def hang(settings: WorkerSettings | LightSettings) -> None:
    """Tell that it is reached, then wait for ever."""
    settings.cache_folder.mkdir(parents=True, exist_ok=True)
    (settings.cache_folder / "hanging").touch()
    threading.Event().wait()


def _real_worker(connection: Connection, settings: WorkerSettings, before: Any) -> None:
    from core.ingest import worker

    process_pages = worker.process_pages

    def hostile(task: Any, *tools: Any) -> Any:
        before(task.pages)
        return process_pages(task, *tools)

    worker.process_pages = hostile
    worker.serve(connection, settings)
