"""A document on its way through the queue, as the scheduler holds it in memory. The rows are the truth."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.types import Document, JobState, Survey

BATCH_PAGES = 8


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages that are handed to a worker together.

    Attributes:
        attempts: how many workers died with these pages.
        recognise: read them by OCR, in place of what was read before.
    """

    pages: tuple[int, ...]
    attempts: int = 0
    recognise: bool = False

    def around(self, page: int | None) -> list[Batch]:
        """Smaller batches after a death: the page at fault alone where it is known, halves where it is not."""
        died = self.attempts + 1
        if page in self.pages:  # the others are not suspected of anything
            at = self.pages.index(page)
            parts = [(self.pages[:at], self.attempts), ((page,), died), (self.pages[at + 1 :], self.attempts)]
        else:
            middle = len(self.pages) // 2
            parts = [(self.pages[:middle], died), (self.pages[middle:], died)]
        return [Batch(pages, attempts, self.recognise) for pages, attempts in parts if pages]


@dataclass(slots=True)
class Job:
    """The work on one document.

    Attributes:
        passwords: to be tried, the next one first.
        wants_survey: it waits for its file to be opened.
        awaited_survey: the one whose result counts.
        batches: not handed out yet.
        running: handed out, with what was handed out; None for a survey.
        suspects: pages that were being read when Paperlamp ended the last time; they go in smaller batches.
        pages_done: pages committed, `scans_done` of them by OCR, of `pages_total`; that is 0 before it was opened.
        careful: a worker died with its pages, so that none is looked at for the sake of another.
        despite_pause: it was asked for while everything is paused.
        removed: its rows are gone.
        order: of the queue: smaller first.
    """

    document: str
    path: Path
    passwords: list[str]
    state: JobState = JobState.QUEUED
    reason: str | None = None
    survey: Survey | None = None
    wants_survey: bool = False
    awaited_survey: Future[Any] | None = None
    batches: list[Batch] = field(default_factory=list)
    running: dict[Future[Any], Batch | None] = field(default_factory=dict)
    suspects: list[tuple[int, ...]] = field(default_factory=list)
    pages_done: int = 0
    pages_total: int = 0
    scans_done: int = 0
    attempts: int = 0
    password: str | None = None
    careful: bool = False
    despite_pause: bool = False
    removed: bool = False
    order: tuple[int, float] = (0, 0.0)

    @classmethod
    def resting(cls, document: Document, state: JobState, reason: str | None) -> Job:
        """A job that nobody works on, to tell of."""
        job = cls(document.id, Path(document.path), [], state, reason)
        job.pages_done, job.pages_total = document.health.pages_done, document.page_count
        job.scans_done = document.health.ocr
        return job

    @property
    def is_working(self) -> bool:
        """True while it is neither stopped nor at its end."""
        return self.state in (JobState.QUEUED, JobState.READING, JobState.EMBEDDING)

    @property
    def pages_left(self) -> int:
        """Pages not committed yet."""
        return max(0, self.pages_total - self.pages_done)

    @property
    def scans_left(self) -> float:
        """How many of these will want OCR, as far as the survey's sample tells."""
        return self.pages_left * (self.survey.scan_share if self.survey else 0.0)

    @property
    def is_idle(self) -> bool:
        """True when no worker has anything of it and nothing is left to hand out."""
        return not self.batches and not self.running

    def plan(self, finished: set[int]) -> None:
        """Cut the pages that are neither finished nor with a worker into batches, in their order.

        Suspects go in halves of what was held together: whoever is interrupted again and again gets somewhere.
        """
        finished = finished.union(*(batch.pages for batch in self.running.values() if batch))
        again = [batch for batch in self.batches if batch.recognise]
        held = {page for pages in self.suspects for page in pages}
        batches = []
        for pages in self.suspects:
            missing = tuple(page for page in pages if page not in finished)
            size = max(1, (len(missing) + 1) // 2)
            batches += in_batches(missing, size)
        rest = [page for page in range(self.pages_total) if page not in finished and page not in held]
        self.batches = again + sorted(batches + in_batches(rest), key=lambda batch: batch.pages)
        self.suspects = []


def in_batches(pages: Sequence[int], size: int = 0, *, recognise: bool = False) -> list[Batch]:
    """Cut pages into batches of a size, by default the usual one."""
    size = size or BATCH_PAGES
    return [Batch(tuple(pages[i : i + size]), recognise=recognise) for i in range(0, len(pages), size)]
