"""Embeds a library anew with another model, while the old vectors answer, and puts the new ones in force when complete.

No file is read again: the chunks' texts are in the rows. Everything here runs on the library's writer thread; the model
runs in workers of its own, at low priority. What is made is committed batch by batch, and the rows are the checkpoint:
a kill costs the batches that were under way. Documents that are added meanwhile are embedded by the old model, answer
at once, and are caught up with here. For the change itself the ingestion is held for a moment, so that no batch of the
old model is committed after it.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from core.embedding import cache
from core.embedding.choice import EmbedderChoice, choice_from
from core.embedding.embedder import embedded_text
from core.errors import LibraryError, ModelError, PaperlampError, WorkerDied
from core.index.faults import explain
from core.index.library import Library
from core.index.shadow import PlainChunk
from core.ingest.embedding_listeners import EmbeddingListeners
from core.ingest.progress import RateMeter
from core.ingest.scheduler import Scheduler
from core.ingest.tasks import EmbedResult, EmbedTask
from core.ingest.worker_pool import WorkerPool
from core.ingest.writer_thread import WriterThread
from core.types import EmbeddingProgress, EmbeddingState

logger = logging.getLogger(__name__)

BATCH = 64
"""Chunks that a worker embeds, and a transaction commits, at once."""

# With these it begins, to learn whether the model's window is large enough for what was cut for another one.
_LONGEST = 100
_STEP_SECONDS = 300.0  # the first step loads the model
_RETRY_AFTER_SECONDS = (1.0, 5.0, 25.0)
_STORAGE_FAULTS = (OSError, sqlite3.Error, LibraryError)

OpenPool = Callable[[EmbedderChoice, bool], WorkerPool]
"""(model, whether for reading files too) → workers; those for embedding alone keep no cache."""


class _Run:
    """One attempt to embed the library with one model."""

    def __init__(self, choice: EmbedderChoice, pool: WorkerPool, done: int, total: int, cut: int) -> None:
        self.choice = choice
        self.pool = pool
        self.done = done
        self.total = total
        self.cut = cut
        self.after = 0  # chunks up to this id were handed out; later ones have higher ids
        self.again: deque[list[PlainChunk]] = deque()  # what came back without vectors
        self.under_way = 0
        self.attempts = 0  # in vain, one after the other
        self.waiting = False  # before the next attempt
        self.is_measured = done > 0  # against the window
        self.is_holding = False  # the ingestion, for the change
        self.meter = RateMeter()


class Reembedder:
    """Changes the embedder of a library.

    Args:
        library: whose writer thread this runs on.
        writer: that thread.
        scheduler: of the ingestion, which is held for the change, and gets other workers by it.
        open_pool: makes workers for a model.

    Attributes:
        listeners: who is told of progress.
    """

    def __init__(self, library: Library, writer: WriterThread, scheduler: Scheduler, open_pool: OpenPool) -> None:
        self.listeners = EmbeddingListeners()
        self._library = library
        self._writer = writer
        self._scheduler = scheduler
        self._open_pool = open_pool
        self._run: _Run | None = None

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, choice: EmbedderChoice) -> None:
        """Embed the library with this model, or go on with that; the one in force again ends what is under way."""
        if choice.model_id == self._library.model_id:
            self._library.describe_embedder(choice.record)
            self.cancel()
            self._tell_standing(choice, EmbeddingState.IN_FORCE)
            return
        if self._run is not None and self._run.choice == choice:
            self._hand_out(self._run)  # who asked wants to hear how it stands
            self._tell(self._run)
            return
        self._leave()
        self._library.shadow.begin(choice.record)
        self._start(choice)

    def recover(self) -> None:
        """Go on with what an earlier run left unfinished, and end a change that was cut short after it was made."""
        self._retire()
        state = self._library.shadow.state()
        if state is not None and self._run is None:
            self._start(choice_from(state.embedder))

    def cancel(self) -> None:
        """Stay with the embedder in force; what was made for another one is deleted."""
        state = self._library.shadow.state()
        if state is None:
            return
        self._leave()
        self._library.shadow.discard()
        self._tell_standing(choice_from(state.embedder), EmbeddingState.CANCELLED)

    def go_on(self) -> None:
        """Look again whether there is something to do, after a pause."""
        if self._run is not None:
            self._hand_out(self._run)
            self._tell(self._run)

    def close(self) -> None:
        """End the workers; what is not committed is made at the next start. From any thread, after the writer's end."""
        run, self._run = self._run, None
        if run is not None:
            run.pool.close()
        self.listeners.close()

    # ── the way of a run ─────────────────────────────────────────────────────────────────────────────────────────

    def _start(self, choice: EmbedderChoice) -> None:
        state = self._library.shadow.state()
        if state is None:
            return
        run = self._run = _Run(choice, self._open_pool(choice, False), state.done, state.total, state.cut)
        self._tell(run)
        self._attempt(run, lambda: self._hand_out(run))

    def _hand_out(self, run: _Run) -> None:
        """Keep the workers busy; when nothing is left, go over to the change."""
        if self._writer.is_closing or run is not self._run or run.waiting:
            return
        if run.is_holding and not self._scheduler.is_still:
            return  # somebody asked how it stands; the scheduler says when the ingestion has come to rest
        if self._library.is_paused() and not run.is_holding:
            return
        while run.under_way < 2 * run.pool.size:
            if not run.is_measured and run.under_way:
                return  # the first batch tells whether there will be others
            chunks = self._next(run)
            if not chunks:
                break
            self._submit(run, chunks)
        if run.under_way == 0:
            if run.is_holding:
                self._change(run)
            else:
                # Whatever is committed until the ingestion comes to rest is embedded then.
                run.is_holding = True
                self._scheduler.hold(lambda: self._attempt(run, lambda: self._hand_out(run)))

    def _next(self, run: _Run) -> list[PlainChunk]:
        if run.again:
            return run.again.popleft()
        if not run.is_measured:
            return self._library.shadow.longest(_LONGEST)
        chunks = self._library.shadow.missing(run.after, BATCH)
        if chunks:
            run.after = chunks[-1].id
        return chunks

    def _submit(self, run: _Run, chunks: list[PlainChunk]) -> None:
        task = EmbedTask(tuple(embedded_text(chunk.context, chunk.text) for chunk in chunks))
        future = run.pool.submit(task, _STEP_SECONDS)
        run.under_way += 1
        self._writer.hold()
        future.add_done_callback(lambda done: self._writer.submit(self._take, run, chunks, done))

    def _take(self, run: _Run, chunks: list[PlainChunk], done: Future[Any]) -> None:
        run.under_way -= 1
        if run is self._run and not self._writer.is_closing:  # else nobody wants it any more
            self._attempt(run, lambda: self._keep(run, chunks, done))
        self._writer.release()

    def _keep(self, run: _Run, chunks: list[PlainChunk], done: Future[Any]) -> None:
        try:
            result: EmbedResult = done.result()
        except WorkerDied as error:
            self._take_apart(run, chunks, error)
        except ModelError as error:
            self._try_again(run, chunks, str(error))
        else:
            if not run.is_measured and 2 * result.cut > len(chunks):
                self._refuse(run)
                return
            run.is_measured, run.attempts = True, 0
            ids = [chunk.id for chunk in chunks]
            run.done += self._library.shadow.add(ids, result.vectors, result.cut, result.tokens)
            run.cut += result.cut
            run.meter.add(len(chunks))
            self._hand_out(run)
        if run is self._run:
            self._tell(run)

    def _take_apart(self, run: _Run, chunks: list[PlainChunk], error: WorkerDied) -> None:
        """A worker died over a batch: try its halves, so that one hard passage does not take others along."""
        if len(chunks) > 1:
            half = len(chunks) // 2
            run.again.extend((chunks[:half], chunks[half:]))
            self._hand_out(run)
        else:
            self._try_again(run, chunks, f"{error} Try again, or choose another embedding model.")

    def _try_again(self, run: _Run, chunks: list[PlainChunk], reason: str) -> None:
        """What may pass, as a server that was not there for a moment, is tried three times more."""
        run.again.append(chunks)
        if run.waiting:
            return
        if run.attempts >= len(_RETRY_AFTER_SECONDS):
            self._stop(run, reason)
            return
        run.attempts, run.waiting = run.attempts + 1, True
        self._writer.hold()

        def again() -> None:
            run.waiting = False
            self._attempt(run, lambda: self._hand_out(run))
            self._writer.release()

        self._writer.submit_later(_RETRY_AFTER_SECONDS[run.attempts - 1], again)

    def _change(self, run: _Run) -> None:
        """All passages are embedded, and nobody adds any: put the new vectors in force."""
        old = self._library.model_id
        pool = self._open_pool(run.choice, True)
        try:
            self._library.change_embedder()
        except BaseException:
            pool.close()
            raise
        earlier = self._scheduler.pool
        run.is_holding = False
        self._scheduler.go_on(pool)
        self._end(run)
        earlier.close()
        cache.forget_model(self._library.cache_folder, old)
        self._retire(lambda: self._tell_standing(run.choice, EmbeddingState.IN_FORCE, run.cut))

    def _retire(self, then: Callable[[], None] = lambda: None) -> None:
        """Delete the vectors that are in force no longer, a little at a time, in turn with whatever comes meanwhile."""
        try:
            is_more = self._library.shadow.retire()
        except _STORAGE_FAULTS:
            logger.exception("old vectors could not be deleted; the next start tries again")
            is_more = False
        if is_more:
            self._writer.submit(self._retire, then)
        else:
            then()

    # ── ends ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _refuse(self, run: _Run) -> None:
        """Most of the longest passages do not fit: what stands at their ends would never be found by its meaning."""
        self._leave()
        self._library.shadow.discard()
        reason = (
            f"{run.choice.label} reads fewer words at a time than the passages of this library have, so their ends "
            "would not be found. Choose a model with a larger window, or add the documents to a new library with it."
        )
        self._tell_standing(run.choice, EmbeddingState.STOPPED, reason=reason)

    def _stop(self, run: _Run, reason: str) -> None:
        self._leave()
        self._library.shadow.stop(reason)
        self._tell_standing(run.choice, EmbeddingState.STOPPED, run.cut, reason)

    def _leave(self) -> None:
        """Stop what is under way; its rows stay."""
        if self._run is not None:
            self._end(self._run)

    def _end(self, run: _Run) -> None:
        self._run = None
        if run.is_holding:
            self._scheduler.go_on()
        run.pool.close()

    def _attempt(self, run: _Run, step: Callable[[], None]) -> None:
        """The boundary of a run: whatever fails, it ends with a reason, and the old vectors go on answering."""
        try:
            step()
        except Exception as error:
            logger.exception("the library could not be embedded anew")
            if isinstance(error, _STORAGE_FAULTS):
                reason = str(explain(error, self._library.folder))
            elif isinstance(error, PaperlampError):
                reason = str(error)
            else:
                reason = f"An unexpected fault: {type(error).__name__}: {error}. Try it again."
            if run is self._run:
                self._leave()
                with contextlib.suppress(*_STORAGE_FAULTS):  # the reason that is told is the one that counts
                    self._library.shadow.stop(reason)
            self._tell_standing(run.choice, EmbeddingState.STOPPED, run.cut, reason)

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _tell(self, run: _Run) -> None:
        paused = self._library.is_paused() and not run.is_holding
        rate = None if paused else run.meter.rate()
        left = max(0, run.total - run.done)
        self.listeners.progressed(
            EmbeddingProgress(
                run.choice.value,
                EmbeddingState.PAUSED if paused else EmbeddingState.EMBEDDING,
                min(run.done, run.total),
                run.total,
                rate,
                left / rate if rate else None,
                run.cut,
                "Everything is paused." if paused else None,
            )
        )

    def _tell_standing(
        self, choice: EmbedderChoice, state: EmbeddingState, cut: int = 0, reason: str | None = None
    ) -> None:
        """How it stands with a model that nobody works on."""
        total = self._library.index_sizes()["chunks"]
        shadow = self._library.shadow.state() if state is EmbeddingState.STOPPED else None
        done = total if state is EmbeddingState.IN_FORCE else shadow.done if shadow else 0
        self.listeners.progressed(EmbeddingProgress(choice.value, state, done, total, cut=cut, reason=reason))


def open_no_pool(choice: EmbedderChoice, for_files: bool) -> WorkerPool:
    """For an ingestor that was given no way to make workers."""
    raise LibraryError(f"{choice.label} cannot be opened here.")
