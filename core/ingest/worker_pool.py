"""A supervised pool of spawned workers. A worker that dies or overstays is replaced; only its task hears of it."""

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

from core.errors import WorkerDied
from core.ingest.worker import WorkerSettings, serve

_NO_LIMIT = float("inf")
_LEAVE_SECONDS = 2.0


@dataclass(slots=True, eq=False)
class _Job:
    task: Any
    limit_seconds: float
    urgent: bool
    future: Future[Any] = field(default_factory=Future)


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    connection: Connection
    job: _Job | None = None
    deadline: float = _NO_LIMIT


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

    def submit(self, task: Any, limit_seconds: float, *, urgent: bool = False) -> Future[Any]:
        """Queue a task; the future fails with `WorkerDied` if its worker crashes or needs longer than the limit."""
        job = _Job(task, limit_seconds, urgent)
        with self._lock:
            if self._closing:
                job.future.cancel()
                return job.future
            if urgent:
                self._jobs.appendleft(job)
            else:
                self._jobs.append(job)
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
            soonest = min((w.deadline for w in self._workers), default=_NO_LIMIT)
            ready = wait(watched, None if soonest == _NO_LIMIT else max(0.0, soonest - time.monotonic()))
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
            worker.job = job
            worker.deadline = time.monotonic() + job.limit_seconds
            return
        job.future.set_exception(WorkerDied("The reader could not be started."))

    def _attend(self, worker: _Worker, ready: list[Any]) -> None:
        """Take an answer, notice a death, or end what overstays."""
        if worker.connection in ready:
            try:
                ok, value = worker.connection.recv()
            except (EOFError, OSError):
                self._fail(worker, "it ended unexpectedly")
                return
            job, worker.job, worker.deadline = worker.job, None, _NO_LIMIT
            if job is not None:
                if ok:
                    job.future.set_result(value)
                else:
                    job.future.set_exception(value)
        elif worker.process.sentinel in ready:
            self._fail(worker, "it ended unexpectedly")
        elif time.monotonic() >= worker.deadline:
            self._fail(worker, "it took too long")

    def _fail(self, worker: _Worker, what: str) -> None:
        job = worker.job
        self._replace(worker)
        if job is not None:
            job.future.set_exception(WorkerDied(f"The reader was stopped: {what}."))

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


def _end(worker: _Worker) -> None:
    """An idle worker leaves by itself when its pipe closes; a busy one is killed."""
    worker.connection.close()
    if worker.job is None:
        worker.process.join(_LEAVE_SECONDS)
    worker.process.kill()
    worker.process.join()
    worker.process.close()
