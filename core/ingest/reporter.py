"""What there is to say about the work: pages done, measured speed, and the time that is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from core.ingest.job import Job
from core.ingest.listening import Listeners
from core.ingest.progress import RateMeter, WorkMeter
from core.ingest.tasks import PagesResult
from core.types import IngestProgress, JobState, OverallProgress


class ProgressReporter:
    """Measures, and tells the listeners. Used on the writer thread only.

    Time that is left is work that is left by the measured speed of work, in which a scan counts for more than a page
    with text. It is not said before all files were opened, since their pages are not known until then.
    """

    def __init__(self, listeners: Listeners, clock: Callable[[], float] = time.monotonic) -> None:
        self._listeners = listeners
        self._pages = RateMeter(clock)
        self._scans = RateMeter(clock)
        self._costs = WorkMeter()
        self._files_total = 0
        self._files_done = 0
        self._pages_finished = 0  # of documents that have come to an end since all was idle
        self._shares: dict[str, _Share] = {}  # of the jobs that are worked on, as they were told last
        self._sum = _Share()

    def restart(self) -> None:
        """Begin anew, after a time without work."""
        self._pages.restart()
        self._scans.restart()
        self._files_total = self._files_done = self._pages_finished = 0

    def begin_file(self) -> None:
        """One more file to be done."""
        self._files_total += 1

    def end_file(self, pages_done: int) -> None:
        """A file has come to an end, or to a stop."""
        self._files_done += 1
        self._pages_finished += pages_done

    def count(self, result: PagesResult) -> None:
        """Take in the cost of a finished batch."""
        scans = result.scans
        self._costs.learn(len(result.pages), result.text_seconds, scans, result.scan_seconds)
        self._pages.add(len(result.pages))
        self._scans.add(scans)

    def report(self, job: Job, queue: Iterable[Job]) -> None:
        """Tell about a job, and about the whole; `queue` are the jobs that are worked on, in their order."""
        self._take_in(job)
        rate = self._pages.rate()
        eta_of_job = eta = None
        if rate:
            # What was done and what is left are priced alike, at what pages cost by now.
            speed = self._costs.units(rate, self._scans.rate() or 0.0)
            if job.state is JobState.EMBEDDING:
                eta_of_job = self._work_until(job, queue) / speed
            if not self._sum.unopened:
                eta = self._costs.units(self._sum.pages_left, self._sum.scans_left) / speed
        self._listeners.progressed(
            IngestProgress(
                job.document,
                str(job.path),
                job.state.document_state,
                job.pages_done,
                job.pages_total,
                rate if eta_of_job is not None else None,
                eta_of_job,
                job.reason,
                job.scans_done,
            )
        )
        done = self._pages_finished + self._sum.pages_done
        self._listeners.overall_progressed(
            OverallProgress(self._files_done, self._files_total, done, done + self._sum.pages_left, rate, eta)
        )

    def tell_removed(self, documents: Sequence[str]) -> None:
        """Tell that documents are in the library no longer."""
        self._listeners.removed(documents)

    def _take_in(self, job: Job) -> None:
        """Bring the sum up to date: what a job has and what it lacks, or nothing once it is at its end."""
        told = self._shares.pop(job.document, _Share())
        share = _Share()
        if job.is_working:
            share = _Share(job.pages_done, job.pages_left, job.scans_left, int(job.survey is None))
            self._shares[job.document] = share
        self._sum = self._sum.changed(told, share)

    def _work_until(self, job: Job, queue: Iterable[Job]) -> float:
        """What is left of a job and of those before it."""
        work = 0.0
        for other in queue:
            work += self._costs.units(other.pages_left, other.scans_left)
            if other is job:
                break
        return work


class _Share(NamedTuple):
    pages_done: int = 0
    pages_left: int = 0
    scans_left: float = 0.0
    unopened: int = 0

    def changed(self, before: _Share, after: _Share) -> _Share:
        """The sum when one share of it has become another."""
        return _Share(
            self.pages_done - before.pages_done + after.pages_done,
            self.pages_left - before.pages_left + after.pages_left,
            self.scans_left - before.scans_left + after.scans_left,
            self.unopened - before.unopened + after.unopened,
        )
