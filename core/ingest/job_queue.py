"""The jobs that are worked on, in the order of the queue, for thousands of them."""

from __future__ import annotations

import bisect
from collections.abc import Iterator

from core.ingest.job import Job


class JobQueue:
    """Jobs by their `order`, smallest first. A job's `order` is changed through `place` alone while it is in here."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []

    def __iter__(self) -> Iterator[Job]:
        """From the first to the last; the queue may change meanwhile."""
        return iter(tuple(self._jobs))

    def __len__(self) -> int:
        return len(self._jobs)

    def place(self, job: Job, order: tuple[int, float]) -> None:
        """Put a job, new or known, where `order` says."""
        self.discard(job)
        job.order = order
        bisect.insort_right(self._jobs, job, key=_order)

    def discard(self, job: Job) -> None:
        """Take a job out; nothing if it is not in here."""
        at = bisect.bisect_left(self._jobs, job.order, key=_order)
        while at < len(self._jobs) and self._jobs[at].order == job.order:
            if self._jobs[at] is job:
                del self._jobs[at]
                return
            at += 1


def _order(job: Job) -> tuple[int, float]:
    return job.order
