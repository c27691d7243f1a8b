"""Background work of the window: kept while it runs, told when it fails, ended with the window."""

from __future__ import annotations

import asyncio

import pytest

from core.errors import LibraryError
from desktop.tasks import Tasks


async def test_a_result_is_handed_on(run_async: object) -> None:
    told: list[str] = []

    async def work() -> int:
        return 17

    assert await Tasks(told.append).start(work()) == 17
    assert told == []


async def test_what_fails_is_told_in_one_sentence(run_async: object, caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []
    tasks = Tasks(told.append)

    async def fail(error: Exception) -> None:
        raise error

    for error in (LibraryError("The disk is full."), ZeroDivisionError("by zero")):
        await asyncio.wait([tasks.start(fail(error))])
    assert told == ["The disk is full.", "Something went wrong: by zero"]
    assert [record.exc_info is not None for record in caplog.records] == [True]  # only what is a fault of ours


async def test_closing_cancels_and_waits(run_async: object) -> None:
    told: list[str] = []
    tasks = Tasks(told.append)
    ended: list[str] = []

    async def linger() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("lingered")

    task = tasks.start(linger())
    await asyncio.sleep(0)
    await tasks.close()
    assert task.cancelled()
    assert ended == ["lingered"]
    assert told == []
    await tasks.close()  # nothing left to close
