"""From dropped paths to ready documents: hashing, surveying, batches of pages, commits, and honest progress.

The flow of one file, each step on the thread named:

1. `add` (any thread) queues a path.
2. scanner thread: walks folders, hashes the file; a known hash is linked and done.
3. writer thread: makes the document row, asks a worker process for a survey.
4. writer thread: cuts the missing pages into batches; hands out a few more than there are workers.
5. worker process: reads, chunks, embeds a batch.
6. writer thread: commits it, tells the progress, hands out the next; after the last page the document is `ready`.

All state below is touched by the writer thread only, so there is no lock. Core knows no Qt: progress leaves through
two callbacks, called on the writer thread.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import (
    DocumentError,
    InternalError,
    ModelError,
    NeedsPassword,
    PaperlampError,
    WeightsMismatch,
    WorkerDied,
)
from core.index.library import Library
from core.ingest.progress import RateMeter, seconds_left
from core.ingest.tasks import PagesResult, PagesTask, SurveyTask
from core.ingest.worker_pool import WorkerPool
from core.reading.identity import hash_file, walk
from core.reading.titles import title_from_file_name
from core.types import DocumentState, IngestProgress, JobState, OverallProgress, Page, PageSource, Survey

logger = logging.getLogger(__name__)

BATCH_PAGES = 8
_SURVEY_SECONDS = 60.0
_PAGE_SECONDS = 30.0
_SAVE_EVERY_SECONDS = 60.0


@dataclass(slots=True)
class _Job:
    """A document on its way; `batches` are page indices not handed out yet, `running` those that are."""

    document: str
    path: Path
    passwords: list[str]
    survey: Survey | None = None
    batches: list[tuple[int, ...]] = field(default_factory=list)
    running: set[Future[Any]] = field(default_factory=set)
    pages_done: int = 0
    state: DocumentState = DocumentState.QUEUED
    password: str | None = None
    stopped: bool = False

    @property
    def pages_left(self) -> int:
        """Pages not committed yet."""
        return (self.survey.page_count if self.survey else 0) - self.pages_done


class Ingestor:
    """Brings files into a library.

    Args:
        library: its writer.
        pool: worker processes.
        on_progress: told about one document; also once for each file that needs no work.
        on_overall: told about everything together.
        on_skipped: told about a path that cannot become a document, with the reason.
    """

    def __init__(
        self,
        library: Library,
        pool: WorkerPool,
        on_progress: Callable[[IngestProgress], None],
        on_overall: Callable[[OverallProgress], None] = lambda overall: None,
        on_skipped: Callable[[Path, str], None] = lambda path, reason: None,
    ) -> None:
        self._library = library
        self._pool = pool
        self._on_progress = on_progress
        self._on_overall = on_overall
        self._on_skipped = on_skipped
        self._scanner = ThreadPoolExecutor(1, "library-scanner")
        self._writer = ThreadPoolExecutor(1, "library-writer")
        self._jobs: dict[str, _Job] = {}
        self._meter = RateMeter()
        self._files_total = 0
        self._files_done = 0
        self._pages_finished = 0  # of documents that left `_jobs`, since the queue was empty
        self._saved_at = time.monotonic()
        self._pending = 0  # paths and steps under way; guarded by `_idle`
        self._idle = threading.Condition()
        self._closing = False

    # ── requests, from any thread ────────────────────────────────────────────────────────────────────────────────

    def add(self, paths: Iterable[Path], collection: str | None = None, passwords: Sequence[str] = ()) -> None:
        """Add files and folders; returns at once."""
        self._begin()
        self._scanner.submit(self._scan, list(paths), collection, list(passwords)).add_done_callback(self._end)

    def resume(self) -> None:
        """Go on with documents that an earlier run left unfinished."""
        self._write(self._resume)

    def retry(self, documents: Sequence[str], passwords: Sequence[str] = ()) -> None:
        """Try failed, stopped or locked documents again."""
        self._write(self._retry, list(documents), list(passwords))

    def cancel(self, documents: Sequence[str]) -> None:
        """Stop working on documents; the pages that are finished stay."""
        self._write(self._cancel, list(documents))

    def remove(self, documents: Sequence[str]) -> Future[Any]:
        """Remove documents from the library, working on them or not."""
        return self._write(self._remove, list(documents))

    def run_on_writer(self, function: Callable[[], Any]) -> Future[Any]:
        """Run another change to the library in turn with the commits."""
        return self._write(function)

    def wait(self) -> None:
        """Block until nothing is left to do."""
        with self._idle:
            self._idle.wait_for(lambda: self._pending == 0 or self._closing)

    def close(self) -> None:
        """Stop: the batch that is being committed is finished, the rest goes on at the next start."""
        with self._idle:
            self._closing = True
            self._idle.notify_all()
        self._scanner.shutdown(wait=True, cancel_futures=True)
        self._pool.close()
        self._writer.shutdown(wait=True, cancel_futures=True)

    # ── scanner thread ───────────────────────────────────────────────────────────────────────────────────────────

    def _scan(self, paths: list[Path], collection: str | None, passwords: list[str]) -> None:
        for path, reason in walk(paths):
            if self._closing:
                return
            if reason is not None:
                self._on_skipped(path, reason)
                continue
            try:
                document = hash_file(path)
            except OSError as error:
                self._on_skipped(path, f"It cannot be opened: {error.strerror or 'the system refused'}.")
                continue
            self._write(self._take, document, path, collection, passwords)

    # ── writer thread ────────────────────────────────────────────────────────────────────────────────────────────

    def _take(self, document: str, path: Path, collection: str | None, passwords: list[str]) -> None:
        """A hashed file: new documents start, known ones are linked and reported."""
        try:
            self._library.add_file(document, path, title_from_file_name(path), collection)
        except (OSError, sqlite3.Error) as error:
            logger.exception("the library could not be written")
            self._on_skipped(path, _cannot_write(error))
            return
        known = self._library.document(document)
        if document in self._jobs:
            self._jobs[document].passwords += passwords
            return
        locked = known.state is DocumentState.NEEDS_PASSWORD and passwords
        if known.state.is_final and known.state is not DocumentState.PAUSED and not locked:
            pages = known.health.pages_done
            self._on_progress(
                IngestProgress(document, str(path), known.state, pages, known.page_count, reason=known.reason)
            )
            return
        self._start(document, path, passwords)

    def _resume(self) -> None:
        for known in reversed(self._library.documents()):
            if not known.state.is_final and known.id not in self._jobs:
                self._start(known.id, Path(known.path), [])

    def _retry(self, documents: list[str], passwords: list[str]) -> None:
        for document in documents:
            if document not in self._jobs:
                self._library.forget_failed_pages(document)
                self._start(document, Path(self._library.document(document).path), list(passwords))

    def _start(self, document: str, path: Path, passwords: list[str]) -> None:
        if not self._jobs:
            self._meter.restart()
            self._files_total = self._files_done = self._pages_finished = 0
        job = _Job(document, path, passwords)
        self._jobs[document] = job
        self._files_total += 1
        self._begin()

        def first_steps() -> None:
            self._move(job, DocumentState.QUEUED)
            self._survey(job)

        self._attempt(job, first_steps)

    def _survey(self, job: _Job) -> None:
        task = SurveyTask(job.path, job.password)
        self._submit(job, task, _SURVEY_SECONDS, self._surveyed, urgent=True)

    def _surveyed(self, job: _Job, done: Future[Any]) -> None:
        try:
            job.survey = done.result()
        except NeedsPassword as error:
            if job.passwords:
                job.password = job.passwords.pop(0)
                self._survey(job)
            else:
                self._finish(job, DocumentState.NEEDS_PASSWORD, str(error))
            return
        except WorkerDied:
            self._finish(job, DocumentState.FAILED, "The file made its reader crash or hang, so it was set aside.")
            return
        except PaperlampError as error:
            self._finish(job, DocumentState.FAILED, str(error))
            return
        self._library.set_survey(job.document, job.survey)
        finished = self._library.pages_done(job.document)
        job.pages_done = len(finished)
        missing = [i for i in range(job.survey.page_count) if i not in finished]
        job.batches = [tuple(missing[i : i + BATCH_PAGES]) for i in range(0, len(missing), BATCH_PAGES)]
        if not missing:
            self._complete(job)
        else:
            self._report(job)

    def _hand_out(self) -> None:
        """Keep every worker busy with one batch and one in waiting, documents in the order they came."""
        running = sum(len(job.running) for job in self._jobs.values())
        for job in self._jobs.values():
            while job.batches and running < 2 * self._pool.size:
                self._read(job, job.batches.pop(0))
                running += 1

    def _read(self, job: _Job, pages: tuple[int, ...]) -> None:
        if job.survey is None:
            raise InternalError("pages were handed out before the survey")
        if job.state is DocumentState.QUEUED:
            self._move(job, DocumentState.READING)
        task = PagesTask(job.path, pages, job.survey.title, job.survey.outline, job.password)
        limit = _SURVEY_SECONDS + _PAGE_SECONDS * len(pages)
        self._submit(job, task, limit, lambda job, done: self._batch_done(job, pages, done))

    def _batch_done(self, job: _Job, pages: tuple[int, ...], done: Future[Any]) -> None:
        try:
            result: PagesResult = done.result()
        except WorkerDied:
            result = self._halve(job, pages, "This page made its reader crash or hang, so it was left out.")
        except (DocumentError, ModelError, WeightsMismatch) as error:
            self._finish(job, DocumentState.FAILED, str(error))
            return
        except PaperlampError as error:
            logger.error("a batch of %s failed: %s", job.path, error)
            result = self._halve(job, pages, str(error))
        if not result.pages:
            return
        self._library.commit_pages(job.document, result.pages, result.chunks, result.vectors)
        job.pages_done += len(result.pages)
        self._meter.add(len(result.pages))
        if job.state is DocumentState.READING:
            self._move(job, DocumentState.EMBEDDING)
        else:
            self._report(job)
        if job.pages_left <= 0:
            self._complete(job)
        self._save_now_and_then()

    def _halve(self, job: _Job, pages: tuple[int, ...], reason: str) -> PagesResult:
        """A batch came to grief: halve it to find the page at fault; only that page is given up."""
        if len(pages) > 1:
            middle = len(pages) // 2
            for half in (pages[:middle], pages[middle:]):
                self._read(job, half)
            return _failed_pages((), "")
        return _failed_pages(pages, reason)

    def _complete(self, job: _Job) -> None:
        health = self._library.document(job.document).health
        total = health.pages_done
        if total and health.failed == total:
            self._finish(job, DocumentState.FAILED, "None of its pages could be read: the file is damaged.")
        elif health.failed:
            pages = "1 page" if health.failed == 1 else f"{health.failed} pages"
            self._finish(job, DocumentState.READY, f"{pages} could not be read.")
        elif total and not health.text and not health.ocr:
            self._finish(job, DocumentState.READY, "No text was found: its pages are blank, or pictures without words.")
        else:
            self._finish(job, DocumentState.READY, None)

    def _cancel(self, documents: list[str]) -> None:
        for document in documents:
            if job := self._jobs.get(document):
                total = job.survey.page_count if job.survey else 0
                reason = f"Stopped after {job.pages_done} of {total} pages." if total else "Stopped before it was read."
                self._finish(job, DocumentState.PAUSED, reason)
        self._hand_out()

    def _remove(self, documents: list[str]) -> None:
        for document in documents:
            if job := self._jobs.get(document):
                self._finish(job, DocumentState.PAUSED, "Removed.")
        self._library.remove(documents)
        self._hand_out()

    def _finish(self, job: _Job, state: DocumentState, reason: str | None) -> None:
        """The document leaves the queue in a final state."""
        job.stopped = True
        for future in job.running:
            future.cancel()
        self._jobs.pop(job.document, None)
        self._files_done += 1
        self._pages_finished += job.pages_done
        try:
            self._move(job, state, reason)
            if not self._jobs:
                self._library.save_indexes()
        finally:
            self._end(None)

    def _move(self, job: _Job, state: DocumentState, reason: str | None = None) -> None:
        job.state = state
        self._library.set_state(job.document, JobState(state.value), reason)
        self._report(job, reason)

    # ── progress ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _report(self, job: _Job, reason: str | None = None) -> None:
        rate = self._meter.rate()
        ahead = 0
        for other in self._jobs.values():
            ahead += other.pages_left
            if other is job:
                break
        working = job.state is DocumentState.EMBEDDING
        progress = IngestProgress(
            job.document,
            str(job.path),
            job.state,
            job.pages_done,
            job.survey.page_count if job.survey else 0,
            rate if working else None,
            seconds_left(ahead, rate) if working else None,
            reason,
        )
        jobs = self._jobs.values()
        left = sum(other.pages_left for other in jobs)
        done = self._pages_finished + sum(other.pages_done for other in jobs)
        counted = all(other.survey for other in jobs)
        eta = seconds_left(left, rate) if counted else None
        try:
            self._on_progress(progress)
            self._on_overall(OverallProgress(self._files_done, self._files_total, done, done + left, rate, eta))
        except Exception:  # who listens is not known here; what it does must not stop the work
            logger.exception("a listener failed")

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self._saved_at > _SAVE_EVERY_SECONDS:
            self._library.save_indexes()
            self._saved_at = time.monotonic()

    # ── plumbing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _submit(
        self,
        job: _Job,
        task: SurveyTask | PagesTask,
        limit: float,
        then: Callable[[_Job, Future[Any]], None],
        *,
        urgent: bool = False,
    ) -> None:
        """Give a task to the pool; `then` runs on the writer thread, unless the job has been stopped meanwhile."""
        future = self._pool.submit(task, limit, urgent=urgent)
        job.running.add(future)

        def settle() -> None:
            job.running.discard(future)
            if self._closing:
                return  # the pool ended its workers under their tasks, which says nothing about the document
            if not job.stopped and not future.cancelled():
                self._attempt(job, lambda: then(job, future))
            # Whatever this task was, a survey too: its place is free now, for a batch of any document.
            self._hand_out()

        future.add_done_callback(lambda done: self._write(settle))

    def _attempt(self, job: _Job, step: Callable[[], None]) -> None:
        """The boundary of a job: whatever fails, it ends with a reason, and the others go on."""
        try:
            step()
        except (OSError, sqlite3.Error) as error:
            logger.exception("the library could not be written")
            self._give_up(job, _cannot_write(error))
        except Exception as error:
            logger.exception("a step of the ingestion failed")
            self._give_up(job, f"An unexpected fault: {type(error).__name__}: {error}. Try it again.")

    def _give_up(self, job: _Job, reason: str) -> None:
        """A step failed, over a full disk say: name it, keep what was committed, let the rest go on."""
        if not job.stopped:
            try:
                self._finish(job, DocumentState.FAILED, reason)
                return
            except (OSError, sqlite3.Error):
                logger.exception("not even the state could be kept")
        # The library still has the document as unfinished, so it goes on at the next start.
        job.state = DocumentState.FAILED
        self._report(job, reason)

    def _write(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        self._begin()
        try:
            future = self._writer.submit(function, *arguments)
        except RuntimeError:  # closing
            future = Future()
            future.cancel()
        future.add_done_callback(self._end)
        return future

    def _begin(self) -> None:
        with self._idle:
            self._pending += 1

    def _end(self, done: Future[Any] | None) -> None:
        if done is not None and not done.cancelled():
            error = done.exception()
            if error is not None and not isinstance(error, CancelledError):
                logger.error("a step of the ingestion failed", exc_info=error)
        with self._idle:
            self._pending -= 1
            self._idle.notify_all()


def _cannot_write(error: Exception) -> str:
    return f"The library could not be written ({error}). Make room on the disk, then retry."


def _failed_pages(pages: Sequence[int], reason: str) -> PagesResult:
    rows = tuple(Page(i, str(i + 1), "", PageSource.FAILED, reason) for i in pages)
    return PagesResult(rows, (), np.empty((0, 0), np.float32))
