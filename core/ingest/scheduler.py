"""Which pages are read next, and what becomes of what workers return. Everything here runs on the writer thread.

The way of a job: queued → survey (title, pages, or why it cannot be opened) → its missing pages in batches → each batch
leased, read by a worker, committed with the end of its lease → ready. The rows of the library are the checkpoint: what
is committed is never handed out again, and what is not is handed out at the next start.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

from core.errors import (
    DeathCause,
    DocumentError,
    FileUnreachable,
    LibraryError,
    ModelError,
    NeedsPassword,
    PaperlampError,
    WeightsMismatch,
    WorkerDied,
)
from core.index.faults import explain
from core.index.library import Library
from core.ingest import outcome
from core.ingest.housekeeping import Housekeeping
from core.ingest.job import Batch, Job, in_batches
from core.ingest.job_queue import JobQueue
from core.ingest.removal import forget_chunks
from core.ingest.reporter import ProgressReporter
from core.ingest.results import NOTHING, failed_page, only_recognised
from core.ingest.tasks import PagesResult, PagesTask, SurveyTask
from core.ingest.worker_pool import WorkerPool
from core.ingest.writer_thread import WriterThread
from core.settings import OCR_LANGUAGE
from core.types import JobState, Survey

logger = logging.getLogger(__name__)

STEP_SECONDS = 60.0
_RETRY_AFTER_SECONDS = (1.0, 5.0, 25.0)
_SAVE_EVERY_SECONDS = 60.0
_CRASHES_OF_A_PAGE = 3
_PAUSED = "Paused."
_LEFT_OUT = "Left out on request."
_LAST = (0, float("inf"))
_STORAGE_FAULTS = (OSError, sqlite3.Error, LibraryError)


class Scheduler:
    """Keeps the workers busy with the right pages.

    Args:
        library: whose writer thread this runs on.
        pool: worker processes.
        writer: that thread.
        reporter: told of every change.
        remove: deletes documents with all that is kept of them, but for what their successor has as well.
        step_seconds: the longest time that a worker may take for a page.
    """

    def __init__(
        self,
        library: Library,
        pool: WorkerPool,
        writer: WriterThread,
        reporter: ProgressReporter,
        remove: Callable[[Sequence[str], str | None], None],
        step_seconds: float = STEP_SECONDS,
    ) -> None:
        self._library = library
        self._pool = pool
        self._writer = writer
        self._reporter = reporter
        self._delete = remove
        self._step_seconds = step_seconds
        self._jobs: dict[str, Job] = {}  # whose work is not over, or whose workers have not returned yet
        self._queue = JobQueue()  # those of them that are worked on
        self._housekeeping = Housekeeping(library, writer, lambda: len(self._queue) > 0)
        self._handed_out = 0  # tasks that the pool has
        self._has_taken_over = False
        self._suspects: dict[str, list[tuple[int, ...]]] = {}  # what earlier owners' workers held, by document
        self._saved_at = time.monotonic()
        self._held: Callable[[], None] | None = None  # run when nothing is handed out; until `go_on`, nothing will be

    @property
    def pool(self) -> WorkerPool:
        """The workers in use."""
        return self._pool

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────

    def start(
        self,
        document: str,
        path: Path,
        passwords: Sequence[str] = (),
        attempts: int = 0,
        *,
        despite_pause: bool = False,
    ) -> None:
        """Work on a document, unless that is going on already; then it gets the passwords.

        Args:
            document: its id.
            path: of its file.
            passwords: to try on it.
            attempts: how often it was begun in vain before.
            despite_pause: this one was asked for while everything is paused.
        """
        job = self._jobs.get(document)
        if job is not None and job.is_working:
            job.passwords += passwords
            return
        if not self._queue:
            self._reporter.restart()
        if job is None or job.removed:  # what workers still have of a removed one is none of its namesake's
            job = self._jobs[document] = Job(document, path, list(passwords), attempts=attempts)
        else:  # stopped, and a worker still has some of its pages
            job.passwords += passwords
            job.path, job.state, job.reason, job.survey = path, JobState.QUEUED, None, None
        self._queue.place(job, _LAST)
        self._writer.hold()
        self._reporter.begin_file()
        job.despite_pause = despite_pause
        self._attempt(job, partial(self._begin, job))

    def recover(self) -> None:
        """Go on with what an earlier run left unfinished."""
        self._take_over()
        for row in self._library.jobs():
            if row.state is not JobState.PAUSED:
                self.start(row.document, Path(row.path), attempts=row.attempts)

    def pause(self, documents: Sequence[str] | None) -> None:
        """Stop documents until they are resumed, or (None) everything, what is added later included."""
        if documents is None:
            self._library.set_paused(True)
        wanted = None if documents is None else set(documents)
        rows = [row for row in self._library.jobs() if wanted is None or row.document in wanted]
        self._stop([(row.document, JobState.PAUSED, _PAUSED) for row in rows if row.state is not JobState.PAUSED])

    def resume(self, documents: Sequence[str] | None) -> list[str]:
        """Go on with stopped documents, or (None) with all that were paused; returns those that were begun."""
        if documents is None:
            self._library.set_paused(False)
            rows = self._library.jobs()
        else:
            stopped = (JobState.PAUSED, JobState.CANCELLED)
            wanted = set(documents)
            rows = [
                row
                for row in self._library.jobs(finished=True)
                if row.document in wanted and (row.state in stopped or row.state.is_open)
            ]
        begun = [row for row in rows if not self._is_working(row.document)]
        for row in begun:
            self.start(row.document, Path(row.path), despite_pause=documents is not None)
        return [row.document for row in begun]

    def retry(self, documents: Sequence[str], passwords: Sequence[str], pages: Sequence[int] | None) -> list[str]:
        """Try failed, stopped or locked documents again, or (`pages`) what failed of them; returns those begun."""
        begun = [document for document in documents if not self._is_working(document)]
        for document in begun:
            self._library.forget_failed_pages(document, pages)
            self.start(document, Path(self._library.document(document).path), passwords)
        return begun

    def cancel(self, documents: Sequence[str]) -> None:
        """Stop working on documents until they are asked for again; the pages that are finished stay."""
        wanted = set(documents)
        rows = [row for row in self._library.jobs() if row.document in wanted]
        self._stop([(r.document, JobState.CANCELLED, outcome.stopped(r.pages_done, r.pages_total)) for r in rows])

    def remove(self, documents: Sequence[str]) -> None:
        """Remove documents from the library, working on them or not, and earlier versions that they stood in for."""
        earlier = [self._library.replaced_by(document) for document in documents]
        self._remove([*documents, *(document for document in earlier if document is not None)], None)

    def supersede(self, document: str, successor: str | None) -> None:
        """Remove a document in whose place another has come; what both have in common stays in the cache."""
        self._remove([document], successor)

    def _remove(self, documents: Sequence[str], successor: str | None) -> None:
        self._delete(documents, successor)
        for document in documents:  # who hears that it is gone shall find it gone
            job = self._jobs.get(document)
            if job is not None:
                job.removed = True
                if job.is_working:
                    self._leave(job, JobState.CANCELLED, "Removed.")
        self._reporter.tell_removed(documents)
        self._housekeeping.tidy_later()
        self.hand_out()

    def move(self, documents: Sequence[str], before: str | None, *, last: bool) -> None:
        """Change the order of the queue."""
        self._library.move_jobs(documents, before, last=last)
        for row in self._library.jobs():
            job = self._jobs.get(row.document)
            if job is not None and job.is_working:
                self._queue.place(job, (-row.priority, row.position))
        self.hand_out()

    def recognise(self, document: str, pages: Sequence[int], passwords: Sequence[str]) -> list[str]:
        """Read pages of a document by OCR, in place of what was read of them before; returns it if that is begun."""
        if self._is_working(document):
            return []
        self._library.want_recognised(document, pages)
        self.start(document, Path(self._library.document(document).path), passwords)
        return [document]

    def skip(self, document: str, pages: Sequence[int]) -> None:
        """Do without pages that could not be read."""
        self._library.skip_pages(document, pages, _LEFT_OUT)
        known = self._library.document(document)
        if not self._is_working(document) and known.health.pages_done >= known.page_count > 0:
            state, reason = outcome.outcome(known.health)
            self._library.set_state(document, state, reason)
            self._report(Job.resting(known, state, reason))

    @property
    def is_still(self) -> bool:
        """True when workers hold nothing."""
        return self._handed_out == 0

    def hold(self, then: Callable[[], None]) -> None:
        """Hand out nothing more, and run `then` once all that was handed out has come back and is committed."""
        self._held = then
        self.hand_out()

    def go_on(self, pool: WorkerPool | None = None) -> None:
        """End the hold, with other workers perhaps."""
        self._pool = pool or self._pool
        self._held = None
        self.hand_out()

    # ── the way of a job ─────────────────────────────────────────────────────────────────────────────────────────

    def _take_over(self) -> None:
        """Once: take back what workers of earlier owners held, and end removals that were cut short."""
        if self._has_taken_over:
            return
        for superseded, successor in self._library.superseded():
            self.supersede(superseded, successor)
        for lease in self._library.take_back_leases():
            self._suspects.setdefault(lease.document, []).append(lease.pages)
        self._has_taken_over = True

    def _begin(self, job: Job) -> None:
        self._take_over()
        row = self._library.job(job.document)
        self._queue.place(job, (-row.priority, row.position))
        job.pages_done, job.pages_total = row.pages_done, row.pages_total
        job.scans_done = self._library.document(job.document).health.ocr
        if self._library.is_paused() and not job.despite_pause:
            self._leave(job, JobState.PAUSED, _PAUSED)
        else:
            job.suspects = self._suspects.pop(job.document, [])
            job.batches = in_batches(row.recognise, recognise=True)
            self._move(job, JobState.QUEUED)
            self._want_survey(job)

    def _want_survey(self, job: Job) -> None:
        job.wants_survey, job.awaited_survey = True, None
        self.hand_out()

    def _survey(self, job: Job) -> None:
        job.wants_survey = False
        job.awaited_survey = self._submit(
            job, SurveyTask(job.path, job.password, careful=job.attempts > 0), None, self._surveyed
        )

    def _surveyed(self, job: Job, done: Future[Any]) -> None:
        if done is not job.awaited_survey or not job.is_working:
            return  # stopped meanwhile, and perhaps begun anew
        try:
            survey: Survey = done.result()
        except NeedsPassword as error:
            if job.passwords:
                job.password = job.passwords.pop(0)
                self._want_survey(job)
            else:
                self._leave(job, JobState.NEEDS_PASSWORD, str(error))
        except WorkerDied as error:
            reason = outcome.file_lost(error.cause, self._step_seconds, self._pool.memory_bytes)
            # The second time no page is looked at: it may be one of them that takes for ever.
            passing = error.cause in (DeathCause.CRASH, DeathCause.NO_START)
            self._try_again(job, reason, worth_it=passing or job.attempts == 0)
        except FileUnreachable as error:
            self._try_again(job, str(error), worth_it=True)
        except PaperlampError as error:
            if not self._go_after(job, error):
                self._leave(job, JobState.FAILED, str(error))
        else:
            self._plan(job, survey)

    def _plan(self, job: Job, survey: Survey) -> None:
        self._library.set_survey(job.document, survey)
        finished = self._library.pages_done(job.document)
        job.survey, job.pages_done, job.pages_total = survey, len(finished), survey.page_count
        job.reason = None
        job.plan(finished)
        if job.is_idle:
            self._complete(job)
        else:
            self._report(job)

    def _go_after(self, job: Job, error: PaperlampError) -> bool:
        """Where the file was moved while it was worked on, go on at its new place."""
        if not isinstance(error, DocumentError) or job.path.exists():
            return False
        place = Path(self._library.document(job.document).path)
        if place == job.path or not place.exists():
            return False
        job.path, job.survey = place, None
        self._want_survey(job)
        return True

    def _try_again(self, job: Job, reason: str, *, worth_it: bool) -> None:
        """A job that failed for what may pass: begin anew after a while, three times, then set it aside."""
        if not worth_it or job.attempts >= len(_RETRY_AFTER_SECONDS):
            self._leave(job, JobState.FAILED, reason)
            return
        wait = _RETRY_AFTER_SECONDS[job.attempts]
        job.attempts += 1
        job.survey = job.awaited_survey = None
        self._move(job, JobState.QUEUED, f"{reason} It is tried again.", retry_at=time.time() + wait)

        def again() -> None:
            if job.is_working and job.awaited_survey is None and not job.wants_survey:
                self._want_survey(job)

        self._writer.submit_later(wait, again)

    def hand_out(self) -> None:
        """Keep every worker busy with one task and one in waiting, jobs in the order of the queue.

        All files are opened before the pages of any are read: what is wrong with one is known soon, and what is left.
        """
        if self._writer.is_closing:
            return
        if self._held is not None:
            if self._handed_out == 0:
                self._held()
            return
        for job in self._queue:
            if self._places <= 0:
                return
            if job.is_working and job.wants_survey:
                self._attempt(job, partial(self._survey, job))
        for job in self._queue:
            while self._places > 0 and job.is_working and job.survey and job.batches:
                self._attempt(job, partial(self._read, job, job.survey, job.batches.pop(0)))
            if self._places <= 0:
                return

    @property
    def _places(self) -> int:
        return 2 * self._pool.size - self._handed_out

    def _read(self, job: Job, survey: Survey, batch: Batch) -> None:
        reading = JobState.READING if job.state is JobState.QUEUED else None
        seconds = self._step_seconds * (len(batch.pages) + 2)
        lease = self._library.lease(job.document, batch.pages, batch.attempts, seconds, reading)
        if lease is None:  # removed
            return
        if reading:
            job.state, job.reason = reading, None
            self._report(job)
        task = PagesTask(
            job.path,
            batch.pages,
            survey.title,
            survey.outline,
            job.password,
            batch.recognise,
            alone=job.careful,
            ocr_language=self._library.setting(OCR_LANGUAGE),
        )
        self._submit(job, task, batch, partial(self._batch_done, batch=batch, lease=lease, path=job.path), lease)

    def _batch_done(self, job: Job, done: Future[Any], batch: Batch, lease: int, path: Path) -> None:
        result = NOTHING
        try:
            result = done.result()
        except FileUnreachable as error:
            if job.survey is not None and job.is_working:
                self._try_again(job, str(error), worth_it=True)
        except WorkerDied as error:
            reason = outcome.page_lost(error.cause, self._step_seconds, self._pool.memory_bytes)
            if error.cause is not DeathCause.NO_START:
                job.careful = True
                result = self._split(job, batch, error, reason)
            elif job.survey is not None and job.is_working:
                self._try_again(job, reason, worth_it=True)
        except (DocumentError, ModelError, WeightsMismatch) as error:
            if job.is_working and path != job.path:  # it was moved, and is read at its new place
                job.batches.insert(0, batch)
            elif job.is_working and not self._go_after(job, error):
                self._leave(job, JobState.FAILED, str(error))
        except PaperlampError as error:
            logger.error("a batch of %s failed: %s", job.path, error)
            result = self._split(job, batch, None, str(error))
        if batch.recognise:
            result = only_recognised(result)
        if result.pages:
            self._commit(job, batch, result, lease)
        else:
            self._library.end_leases([lease])
        if job.is_working and job.survey and job.is_idle:
            self._complete(job)
        self._save_now_and_then()

    def _commit(self, job: Job, batch: Batch, result: PagesResult, lease: int) -> None:
        """Keep what was read; of a document that was stopped meanwhile too."""
        state = JobState.EMBEDDING if job.state is JobState.READING else None
        fresh = self._library.commit_pages(
            job.document,
            result.pages,
            result.chunks,
            result.vectors,
            tokens=result.tokens,
            lease=lease,
            state=state,
            replace=batch.recognise,
        )
        if not batch.recognise:
            job.pages_done += fresh
            job.scans_done += result.scans
        job.state = state or job.state
        job.attempts = 0
        if job.state is JobState.CANCELLED:
            job.reason = outcome.stopped(job.pages_done, job.pages_total)
            self._library.set_state(job.document, job.state, job.reason)
        self._reporter.count(result)
        self._report(job)

    def _split(self, job: Job, batch: Batch, death: WorkerDied | None, reason: str) -> PagesResult:
        """A batch came to grief: cut it to find the page at fault; only that page is given up.

        A worker may have been ended by something else than its page, so that a page gets three of them.
        """
        crashed = death is not None and death.cause is DeathCause.CRASH
        if len(batch.pages) > 1 or (crashed and batch.attempts < _CRASHES_OF_A_PAGE - 1):
            if job.is_working:
                job.batches = batch.around(death.page if death else None) + job.batches
            return NOTHING
        return NOTHING if batch.recognise else failed_page(batch.pages[0], reason)

    def _complete(self, job: Job) -> None:
        state, reason = outcome.outcome(self._library.document(job.document).health)
        self._leave(job, state, reason)
        earlier = self._library.replaced_by(job.document) if state is JobState.READY else None
        if earlier is not None:
            self.supersede(earlier, job.document)

    # ── ends ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _stop(self, changes: Sequence[tuple[str, JobState, str]]) -> None:
        """Stop many documents, those that nobody works on just now too."""
        self._library.set_states(changes)
        for document, state, reason in changes:
            job = self._jobs.get(document)
            if job is not None and job.is_working:
                self._retire(job, state, reason)
            else:
                self._report(Job.resting(self._library.document(document), state, reason))
        self.hand_out()

    def _leave(self, job: Job, state: JobState, reason: str | None) -> None:
        """The document comes to an end, or to a stop."""
        if not job.removed:
            self._library.set_state(job.document, state, reason)
        self._retire(job, state, reason)

    def _retire(self, job: Job, state: JobState, reason: str | None) -> None:
        """Let go of a job; what workers still hold of it is taken in when it comes."""
        job.state, job.reason, job.attempts, job.wants_survey = state, reason, 0, False
        job.batches.clear()
        self._queue.discard(job)
        for future in list(job.running):
            future.cancel()
        self._reporter.end_file(job.pages_done)
        self._report(job)
        self._drop_if_drained(job)
        if not self._queue:
            self._library.save_indexes()
            self._housekeeping.tidy_later()
        self._writer.release()

    def _move(self, job: Job, state: JobState, reason: str | None = None, retry_at: float = 0.0) -> None:
        self._library.set_state(job.document, state, reason, job.attempts, retry_at)
        job.state, job.reason = state, reason
        self._report(job)

    def _report(self, job: Job) -> None:
        self._reporter.report(job, self._queue)

    def _drop_if_drained(self, job: Job) -> None:
        if not job.is_working and not job.running and self._jobs.get(job.document) is job:
            del self._jobs[job.document]

    def _is_working(self, document: str) -> bool:
        job = self._jobs.get(document)
        return job is not None and job.is_working

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self._saved_at > _SAVE_EVERY_SECONDS:
            self._library.save_indexes()
            self._saved_at = time.monotonic()

    # ── plumbing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _submit(
        self,
        job: Job,
        task: SurveyTask | PagesTask,
        batch: Batch | None,
        then: Callable[[Job, Future[Any]], None],
        lease: int | None = None,
    ) -> Future[Any]:
        """Give a task to the pool, surveys first; `then` runs on the writer thread."""
        future = self._pool.submit(task, self._step_seconds, urgent=batch is None)
        job.running[future] = batch
        self._handed_out += 1
        self._writer.hold()  # what a worker still has of a stopped job is waited for

        def settle() -> None:
            self._writer.release()
            job.running.pop(future, None)
            self._handed_out -= 1
            if self._writer.is_closing:
                return  # the pool ended its workers under their tasks, which says nothing about the document
            if job.removed:
                self._attempt(job, lambda: self._forget(job, future))
            elif not future.cancelled():
                self._attempt(job, lambda: then(job, future))
            elif lease is not None:
                if batch is not None and job.is_working:  # stopped and resumed before it came to its turn
                    job.batches.insert(0, batch)
                self._attempt(job, lambda: self._library.end_leases([lease]))
            self._drop_if_drained(job)
            # Whatever this task was, a survey too: its place is free now, for a batch of any document.
            self.hand_out()

        future.add_done_callback(lambda done: self._writer.submit(settle))
        return future

    def _forget(self, job: Job, done: Future[Any]) -> None:
        """Pages of a document that was removed while a worker had them: the cache has their vectors by now."""
        if not done.cancelled() and done.exception() is None and isinstance(done.result(), PagesResult):
            forget_chunks(self._library, done.result().chunks)

    def _attempt(self, job: Job, step: Callable[[], Any]) -> None:
        """The boundary of a job: whatever fails, it ends with a reason, and the others go on."""
        try:
            try:
                step()
            except _STORAGE_FAULTS:
                raise
            except Exception as error:
                logger.exception("a step of the ingestion failed")
                if job.is_working:
                    fault = f"An unexpected fault: {type(error).__name__}: {error}. Try it again."
                    self._leave(job, JobState.FAILED, fault)
        except _STORAGE_FAULTS as error:
            logger.exception("the library could not be written")
            self._halt(str(explain(error, self._library.folder)))

    def _halt(self, reason: str) -> None:
        """The library takes nothing more: stop everything and say why.

        Its rows have the work as unfinished still, so it goes on when the person resumes, or at the next start.
        """
        for job in self._queue:
            job.state, job.reason, job.wants_survey = JobState.PAUSED, reason, False
            job.batches.clear()
            self._queue.discard(job)
            for future in list(job.running):
                future.cancel()
            self._reporter.end_file(job.pages_done)
            self._report(job)
            self._drop_if_drained(job)
            self._writer.release()
