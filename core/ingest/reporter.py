"""What there is to say about the work: pages done, measured speed, and the time that is left."""

from __future__ import annotations

from collections.abc import Iterable

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

    def __init__(self, listeners: Listeners) -> None:
        self._listeners = listeners
        self._pages = RateMeter()
        self._work = RateMeter()
        self._costs = WorkMeter()
        self._files_total = 0
        self._files_done = 0
        self._pages_finished = 0  # of documents that have come to an end since all was idle

    def restart(self) -> None:
        """Begin anew, after a time without work."""
        self._pages.restart()
        self._work.restart()
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
        self._work.add(self._costs.units(len(result.pages), scans))

    def report(self, job: Job, queue: Iterable[Job]) -> None:
        """Tell about a job, and about the whole; `queue` are the jobs that are worked on, in their order."""
        rate, speed = self._pages.rate(), self._work.rate()
        ahead = left = pages_left = pages_done = 0.0
        counted = True
        for other in queue:
            left += self._costs.units(other.pages_left, other.scans_left)
            pages_left += other.pages_left
            pages_done += other.pages_done
            counted = counted and other.survey is not None
            if other is job:
                ahead = left
        embedding = job.state is JobState.EMBEDDING
        self._listeners.progressed(
            IngestProgress(
                job.document,
                str(job.path),
                job.state.document_state,
                job.pages_done,
                job.pages_total,
                rate if embedding else None,
                ahead / speed if embedding and rate and speed else None,
                job.reason,
                job.scans_done,
            )
        )
        done = self._pages_finished + int(pages_done)
        eta = left / speed if counted and rate and speed else None
        self._listeners.overall_progressed(
            OverallProgress(self._files_done, self._files_total, done, done + int(pages_left), rate, eta)
        )
