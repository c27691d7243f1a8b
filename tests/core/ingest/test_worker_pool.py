"""Processes that die, hang or refuse: only their task hears of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import hostile_workers
import psutil
import pytest
from waiting import wait_until

from core.embedding.choice import chosen_embedder
from core.errors import BrokenFile, NeedsPassword, WorkerDied
from core.ingest import worker_pool
from core.ingest.tasks import PagesTask, SurveyTask, process_pages
from core.ingest.worker import WorkerSettings
from core.ingest.worker_pool import WorkerPool

LONG = 60.0
StartPool = Callable[..., WorkerPool]


@pytest.fixture
def start_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StartPool]:
    """Return a function that starts a pool of workers of a kind; None is the real one."""
    pools: list[WorkerPool] = []

    def start(
        kind: Callable[..., None] | None = hostile_workers.obedient, size: int = 1, memory_bytes: int = 2 << 30
    ) -> WorkerPool:
        settings: Any = WorkerSettings(chosen_embedder({}), tmp_path / "cache")
        if kind is not None:
            monkeypatch.setattr(worker_pool, "serve", kind)
            settings = hostile_workers.LightSettings(tmp_path / "cache", memory_bytes)
        pools.append(WorkerPool(settings, size))
        return pools[-1]

    yield start
    for pool in pools:
        pool.close()


def test_processes_start_with_the_first_task_and_are_no_more_than_wanted(start_pool: StartPool) -> None:
    pool = start_pool(size=2)
    assert pool.processes() == []
    futures = [pool.submit(("echo", i), LONG) for i in range(12)]
    assert [future.result(LONG) for future in futures] == list(range(12))
    assert 1 <= len(pool.processes()) <= 2


def test_a_worker_is_used_again(start_pool: StartPool) -> None:
    pool = start_pool()
    pool.submit(("echo", 1), LONG).result(LONG)
    before = pool.processes()
    pool.submit(("echo", 2), LONG).result(LONG)
    assert pool.processes() == before


def test_a_death_fails_its_task_and_the_next_ones_go_on(start_pool: StartPool) -> None:
    pool = start_pool()
    pool.submit(("echo", 0), LONG).result(LONG)
    (before,) = pool.processes()
    death = pool.submit(("die", None), LONG)
    after = [pool.submit(("echo", i), LONG) for i in range(3)]
    with pytest.raises(WorkerDied, match="ended unexpectedly"):
        death.result(LONG)
    assert [future.result(LONG) for future in after] == [0, 1, 2]
    assert before not in pool.processes()


def test_a_worker_that_was_killed_while_it_was_idle_is_replaced(start_pool: StartPool) -> None:
    pool = start_pool()
    pool.submit(("echo", 0), LONG).result(LONG)
    (victim,) = pool.processes()
    psutil.Process(victim).kill()
    wait_until(lambda: not psutil.pid_exists(victim))  # the pool has noticed and buried it
    assert pool.submit(("echo", 1), LONG).result(LONG) == 1


def test_what_takes_too_long_is_killed(start_pool: StartPool) -> None:
    pool = start_pool()
    pool.submit(("echo", 0), LONG).result(LONG)
    (before,) = pool.processes()
    with pytest.raises(WorkerDied, match="took too long"):
        pool.submit(("hang", None), 0.2).result(LONG)
    assert not psutil.pid_exists(before)
    assert pool.submit(("echo", 1), LONG).result(LONG) == 1


def test_a_worker_that_has_grown_makes_way_for_a_new_one(start_pool: StartPool) -> None:
    """Else the page that comes when it is nearly full would be blamed for all before it."""
    pool = start_pool(memory_bytes=400 << 20)
    pool.submit(("keep", 50 << 20), LONG).result(LONG)
    (before,) = pool.processes()
    pool.submit(("keep", 20 << 20), LONG).result(LONG)
    assert pool.processes() == [before]
    assert pool.submit(("keep", 250 << 20), LONG).result(LONG) == 250 << 20  # its result counts
    assert pool.submit(("echo", 1), LONG).result(LONG) == 1
    assert before not in pool.processes()


def test_an_error_of_the_task_is_the_futures_and_the_worker_stays(start_pool: StartPool) -> None:
    pool = start_pool()
    with pytest.raises(BrokenFile, match="It is torn"):
        pool.submit(("fail", BrokenFile("It is torn.")), LONG).result(LONG)
    (before,) = pool.processes()
    pool.submit(("echo", 1), LONG).result(LONG)
    assert pool.processes() == [before]


def test_urgent_tasks_come_first(start_pool: StartPool, tmp_path: Path) -> None:
    pool = start_pool()
    order: list[str] = []
    hanging = pool.submit(("hang", None), 1.0)  # holds the only worker until all are queued
    futures: list[Future[str]] = []
    for name, urgent in (("first", False), ("second", False), ("urgent", True)):
        future = pool.submit(("echo", name), LONG, urgent=urgent)
        future.add_done_callback(lambda done: order.append(done.result()))
        futures.append(future)
    assert isinstance(hanging.exception(LONG), WorkerDied)
    for future in futures:
        future.result(LONG)
    pool.close()
    assert order == ["urgent", "first", "second"]


def test_a_task_that_was_cancelled_in_the_queue_is_not_done(start_pool: StartPool) -> None:
    pool = start_pool()
    pool.submit(("hang", None), 0.5)
    cancelled = pool.submit(("die", None), LONG)
    assert cancelled.cancel()
    assert pool.submit(("echo", 1), LONG).result(LONG) == 1


def test_closing_ends_every_process_and_every_future(start_pool: StartPool) -> None:
    pool = start_pool(size=2)
    for future in [pool.submit(("echo", i), LONG) for i in range(4)]:
        future.result(LONG)
    hanging, waiting = pool.submit(("hang", None), LONG), [pool.submit(("hang", None), LONG) for _ in range(4)]
    pids = pool.processes()
    assert pids
    pool.close()
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    assert pool.processes() == []
    assert hanging.done()
    assert all(future.done() for future in waiting)
    with pytest.raises(CancelledError):
        pool.submit(("echo", 1), LONG).result(LONG)
    pool.close()  # a second time is nothing


def test_a_system_without_room_for_a_process_fails_the_task_only(
    start_pool: StartPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = start_pool()

    def no_room() -> None:
        raise OSError("Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(pool, "_start_worker", no_room)
        with pytest.raises(WorkerDied, match="could not be started"):
            pool.submit(("echo", 1), LONG).result(LONG)
    assert pool.submit(("echo", 2), LONG).result(LONG) == 2


# ── the real worker ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_real_worker_reads_and_says_what_is_wrong_with_a_file(
    start_pool: StartPool, data: Path, embedder: object
) -> None:
    pool = start_pool(None)
    assert pool.submit(SurveyTask(data / "long.pdf"), LONG).result(LONG).page_count == 60
    with pytest.raises(NeedsPassword):
        pool.submit(SurveyTask(data / "encrypted_user.pdf"), LONG).result(LONG)
    task = PagesTask(data / "labels.pdf", (0, 5), "Labels")
    ours, theirs = process_pages(task, embedder), pool.submit(task, LONG).result(LONG)  # type: ignore[arg-type]
    assert (theirs.pages, theirs.chunks) == (ours.pages, ours.chunks)
    assert abs(theirs.vectors - ours.vectors).max() < 2e-3
    (pid,) = pool.processes()
    if os.name != "nt":
        assert psutil.Process(pid).nice() > psutil.Process().nice()  # everything else comes first


ORPHANS = """
import sys, threading
from pathlib import Path
from core.ingest.tasks import SurveyTask
from core.embedding.choice import chosen_embedder
from core.ingest.worker import WorkerSettings
from core.ingest.worker_pool import WorkerPool
if __name__ == "__main__":
    pool = WorkerPool(WorkerSettings(chosen_embedder({}), Path("none")), 1)
    pool.submit(SurveyTask(Path(sys.argv[1])), 60).result()
    print(*pool.processes(), flush=True)
    threading.Event().wait()
"""


def test_workers_end_when_their_parent_is_killed(data: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHANS, str(data / "table.pdf")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert parent.stdout is not None
    workers = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    parent.stdout.close()
    assert workers
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert not alive
