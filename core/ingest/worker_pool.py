"""A supervised pool of spawned workers. One that dies, overstays or eats too much is replaced; its task hears of it.

A worker says when it begins a page. The time limit is for each such step, and the page of the last one is what a dead
worker was at, so the batch can be split where it broke.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

import psutil

from core.errors import DeathCause, WorkerDied
from core.ingest.messages import StepBegun, TaskDone, TaskFailed
from core.ingest.worker import WorkerSettings, serve

_NO_LIMIT = float("inf")
_LEAVE_SECONDS = 2.0
# A page that inflates to gigabytes takes about a second for each; a look costs some microseconds.
_LOOK_EVERY_SECONDS = 0.1
# A worker that keeps more than this share of what it may hold, when its task is done, makes way for a new one: what has
# gathered over thousands of pages must not be charged to the page that comes next.
_FULL = 0.6


@dataclass(slots=True, eq=False)
class _Job:
    task: Any
    step_seconds: float
    urgent: bool
    future: Future[Any] = field(default_factory=Future)


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    connection: Connection
    job: _Job | None = None
    deadline: float = _NO_LIMIT
    page: int | None = None


class WorkerPool:
    """Hands tasks to `size` worker processes and keeps that many alive.

    A supervising thread owns all workers; `submit` only queues and wakes it. Processes start with the first task.
    """

    def __init__(self, settings: WorkerSettings, size: int) -> None:
        self.size = size
        self._settings = settings
        self._context = multiprocessing.get_context("spawn")
        self._jobs: deque[_Job] = deque()
        self._workers: list[_Worker] = []
        self._closing = False
        self._lock = threading.Lock()
        self._wake_out, self._wake_in = self._context.Pipe(duplex=False)
        self._names = itertools.count(1)
        self._thread = threading.Thread(target=self._supervise, name="worker-supervisor", daemon=True)
        self._thread.start()

    @property
    def memory_bytes(self) -> int:
        """What a worker may hold in memory before it is ended."""
        return self._settings.memory_bytes

    def submit(self, task: Any, step_seconds: float, *, urgent: bool = False) -> Future[Any]:
        """Queue a task.

        Args:
            task: for the worker.
            step_seconds: the longest time without a sign of life: for each page, and for what all pages share.
            urgent: before all that are not.

        Returns:
            The result; it fails with `WorkerDied` if the worker crashes, or is ended at a limit of time or memory.
        """
        job = _Job(task, step_seconds, urgent)
        with self._lock:
            if self._closing:
                job.future.cancel()
                return job.future
            self._jobs.insert(sum(other.urgent for other in self._jobs) if urgent else len(self._jobs), job)
        self._wake()
        return job.future

    def close(self) -> None:
        """End all workers now and wait for them; tasks that were not finished are cancelled."""
        with self._lock:
            self._closing = True
        self._wake()
        self._thread.join()

    def processes(self) -> list[int]:
        """Process ids of the workers that live."""
        return [w.process.pid for w in self._workers if w.process.pid is not None and w.process.is_alive()]

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_in.send_bytes(b"!")

    def _supervise(self) -> None:
        while True:
            with self._lock:
                if self._closing:
                    break
            self._hand_out()
            watched: list[Any] = [self._wake_out]
            for worker in self._workers:
                watched += [worker.connection, worker.process.sentinel]
            busy = any(worker.job is not None for worker in self._workers)
            ready = wait(watched, _LOOK_EVERY_SECONDS if busy else None)
            if self._wake_out in ready:
                self._wake_out.recv_bytes()
            for worker in list(self._workers):
                self._attend(worker, ready)
        self._end_all()

    def _hand_out(self) -> None:
        """Give queued tasks to idle workers, starting new ones up to the size."""
        while True:
            with self._lock:
                if not self._jobs:
                    return
                idle = next((w for w in self._workers if w.job is None), None)
                if idle is None and len(self._workers) >= self.size:
                    return
                job = self._jobs.popleft()
            if job.future.set_running_or_notify_cancel():
                self._give(job, idle)

    def _give(self, job: _Job, idle: _Worker | None) -> None:
        """Send a job to an idle worker; one that died while it was idle is replaced, once."""
        for candidate in (idle, None):
            try:
                worker = candidate or self._start_worker()
            except OSError:  # the system has no room for another process
                break
            try:
                worker.connection.send(job.task)
            except OSError:
                self._replace(worker)
                continue
            worker.job, worker.page = job, None
            worker.deadline = time.monotonic() + job.step_seconds
            return
        job.future.set_exception(WorkerDied("The reader could not be started.", DeathCause.NO_START))

    def _attend(self, worker: _Worker, ready: list[Any]) -> None:
        """Take what it says, notice its death, or end it at a limit."""
        if worker.connection in ready:
            try:
                message = worker.connection.recv()
            except (EOFError, OSError):
                self._fail(worker, DeathCause.CRASH)
                return
            self._take(worker, message)
        elif worker.process.sentinel in ready:
            self._fail(worker, DeathCause.CRASH)
        elif time.monotonic() >= worker.deadline:
            self._fail(worker, DeathCause.TIME)
        elif worker.job is not None and _memory_of(worker) > self._settings.memory_bytes:
            self._fail(worker, DeathCause.MEMORY)

    def _take(self, worker: _Worker, message: object) -> None:
        job = worker.job
        if job is None:
            return
        if isinstance(message, StepBegun):
            worker.page = message.page
            worker.deadline = time.monotonic() + job.step_seconds
            return
        worker.job, worker.deadline = None, _NO_LIMIT
        if isinstance(message, TaskDone):
            job.future.set_result(message.value)
        elif isinstance(message, TaskFailed):
            job.future.set_exception(message.error)
        if _memory_of(worker) > self._settings.memory_bytes * _FULL:
            self._replace(worker)

    def _fail(self, worker: _Worker, cause: DeathCause) -> None:
        job, page = worker.job, worker.page
        self._replace(worker)
        if job is not None:
            job.future.set_exception(WorkerDied(_DEATHS[cause], cause, page))

    def _replace(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        _end(worker)

    def _start_worker(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=serve, args=(theirs, self._settings), name=f"paperlamp-worker-{next(self._names)}", daemon=True
        )
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _end_all(self) -> None:
        with self._lock:
            waiting = list(self._jobs)
            self._jobs.clear()
        for job in waiting:
            job.future.cancel()
        for worker in self._workers:
            if worker.job is not None:
                worker.job.future.set_exception(WorkerDied("Paperlamp is closing."))
            _end(worker)
        self._workers.clear()


_DEATHS = {
    DeathCause.CRASH: "The reader ended unexpectedly.",
    DeathCause.TIME: "The reader took too long and was ended.",
    DeathCause.MEMORY: "The reader took too much memory and was ended.",
}


def _memory_of(worker: _Worker) -> int:
    """Bytes that the worker's process holds in memory; 0 where it has just ended."""
    try:
        return int(psutil.Process(worker.process.pid).memory_info().rss)
    except psutil.Error:
        return 0


def _end(worker: _Worker) -> None:
    """An idle worker leaves by itself when its pipe closes; a busy one is killed."""
    worker.connection.close()
    if worker.job is None:
        worker.process.join(_LEAVE_SECONDS)
    worker.process.kill()
    worker.process.join()
    worker.process.close()
