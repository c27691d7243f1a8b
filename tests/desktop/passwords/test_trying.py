"""Trying a password: what is told of an attempt, and what of another one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
from real_desk import until

from core.ingest.listening import Listeners
from core.types import DocumentState as State
from core.types import IngestProgress
from desktop.passwords.trying import Tried, fits, try_password


class Telling:
    """Tells a script when it is asked to retry, as an ingestor would."""

    def __init__(self, script: Sequence[tuple[str, State] | tuple[str, State, str]], begun: Sequence[str]) -> None:
        self.listeners = Listeners()
        self.asked: list[tuple[list[str], list[str]]] = []
        self._script = script
        self._begun = begun

    def retry(self, documents: list[str], passwords: list[str]) -> Future[list[str]]:
        self.asked.append((documents, passwords))
        for document, state, *reason in self._script:
            self.listeners.progressed(IngestProgress(document, "", state, 0, 8, reason=reason[0] if reason else None))
        future: Future[list[str]] = Future()
        future.set_result(list(self._begun))
        return future


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([("a", State.QUEUED), ("a", State.QUEUED)], Tried(opened=("a",))),
        ([("a", State.QUEUED), ("a", State.READING)], Tried(opened=("a",))),
        ([("a", State.QUEUED), ("a", State.READY)], Tried(opened=("a",))),
        ([("a", State.QUEUED), ("a", State.NEEDS_PASSWORD)], Tried(refused=("a",))),
        ([("a", State.PAUSED)], Tried(untried=("a",))),
        ([("a", State.NEEDS_PASSWORD), ("a", State.QUEUED), ("a", State.READING)], Tried(opened=("a",))),
        (
            [("a", State.QUEUED), ("a", State.QUEUED, "The drive is away. It is tried again."), ("a", State.READING)],
            Tried(opened=("a",)),
        ),
        (
            [("a", State.QUEUED), ("x", State.READING), ("a", State.QUEUED, "Again."), ("a", State.NEEDS_PASSWORD)],
            Tried(refused=("a",)),
        ),
    ],
)
async def test_what_is_told_decides(run_async: object, script: Sequence[tuple[str, State]], expected: Tried) -> None:
    ingestor = Telling(script, ["a"])
    assert await try_password(ingestor, ["a"], "lamp") == expected  # type: ignore[arg-type]
    assert ingestor.asked == [(["a"], ["lamp"])]
    assert ingestor.listeners._listeners == ()


async def test_what_is_being_read_already_is_not_tried(run_async: object) -> None:
    script = [("a", State.QUEUED), ("a", State.READING)]
    assert await try_password(Telling(script, ["a"]), ["a", "b"], "lamp") == Tried(("a",), (), ("b",))  # type: ignore[arg-type]


async def test_a_window_that_closes_waits_for_no_answer(run_async: object) -> None:
    ingestor = Telling([("a", State.QUEUED)], ["a"])
    trying = asyncio.ensure_future(try_password(ingestor, ["a"], "lamp"))  # type: ignore[arg-type]
    await until(lambda: ingestor.asked)
    trying.cancel()
    await asyncio.gather(trying, return_exceptions=True)
    assert ingestor.listeners._listeners == ()


def test_a_password_for_the_viewer(qapp: object, data: Path) -> None:
    assert fits(data / "encrypted_user.pdf", "lamp")
    assert not fits(data / "encrypted_user.pdf", "wrong")
    assert not fits(data / "nowhere.pdf", "lamp")
