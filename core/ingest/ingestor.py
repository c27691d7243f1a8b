"""From dropped paths to ready documents: the door to the ingestion, for the window and the command line alike.

The flow of one file, each step on the thread named:

1. `add` (any thread) queues a path.
2. scanner thread: walks folders, hashes the file.
3. writer thread: makes the document row, or links a known one; the rest is the `Scheduler`'s.
4. worker processes: read, chunk and embed batches of pages.
5. writer thread: commits each batch; after the last page the document is `ready`.

Core knows no Qt: progress leaves through listeners, called on the writer thread.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from core.embedding.choice import EmbedderChoice
from core.errors import LibraryError
from core.index.faults import explain
from core.index.library import Library
from core.ingest.listening import Listeners
from core.ingest.reembedding import OpenPool, Reembedder, open_no_pool
from core.ingest.removal import remove_entirely
from core.ingest.reporter import ProgressReporter
from core.ingest.scheduler import STEP_SECONDS, Scheduler
from core.ingest.worker_pool import WorkerPool
from core.ingest.writer_thread import WriterThread
from core.reading.identity import hash_file, walk
from core.reading.titles import title_from_file_name
from core.types import DocumentState, IngestProgress

logger = logging.getLogger(__name__)

Begun = Future[list[str]]


class Ingestor:
    """Brings files into a library. Requests return at once, from any thread; a future tells when one was taken in.

    Args:
        library: its writer.
        pool: worker processes.
        step_seconds: the longest time that a worker may take for a page.
        open_pool: makes workers for another embedder, should one be chosen.

    Attributes:
        listeners: who is told of progress.
        embedding: who is told how far the embedding with another model is.
    """

    def __init__(
        self,
        library: Library,
        pool: WorkerPool,
        step_seconds: float = STEP_SECONDS,
        open_pool: OpenPool = open_no_pool,
    ) -> None:
        self.listeners = Listeners()
        self._library = library
        self._scanner = ThreadPoolExecutor(1, "library-scanner")
        self._writer = WriterThread()
        reporter = ProgressReporter(self.listeners)
        remove = partial(remove_entirely, library)
        self._scheduler = Scheduler(library, pool, self._writer, reporter, remove, step_seconds)
        self._reembedder = Reembedder(library, self._writer, self._scheduler, open_pool)
        self.embedding = self._reembedder.listeners

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────

    def add(
        self, paths: Iterable[Path], collection: str | None = None, passwords: Sequence[str] = (), priority: int = 0
    ) -> Begun:
        """Add files and folders; the future gives the ids of their documents once all are hashed.

        Args:
            paths: files, and folders to walk.
            collection: for their documents.
            passwords: tried on all that wait for one, those that waited before too.
            priority: of new ones; higher is worked on first.
        """
        self._writer.hold()
        begun: Begun = self._scanner.submit(self._scan, list(paths), collection, list(passwords), priority)
        begun.add_done_callback(lambda done: self._writer.release())
        return begun

    def recover(self) -> Future[None]:
        """Go on with what an earlier run left unfinished; what is paused stays so."""
        return self._writer.submit(self._recover)

    def embed_with(self, choice: EmbedderChoice) -> Future[None]:
        """Embed the library anew with this model, at low priority; it comes into force when all passages are done.

        The model in force, chosen again, ends what was begun with another one. `embedding` tells how far it is.
        """
        return self._writer.submit(self._reembedder.begin, choice)

    def pause(self, documents: Sequence[str] | None = None) -> Future[None]:
        """Stop documents until they are resumed; without any, everything, whatever is added later included."""
        return self._writer.submit(self._scheduler.pause, documents)

    def resume(self, documents: Sequence[str] | None = None) -> Begun:
        """Go on with documents that were paused or cancelled; without any, with all that were paused."""
        return self._writer.submit(self._resume, documents)

    def retry(
        self, documents: Sequence[str], passwords: Sequence[str] = (), pages: Sequence[int] | None = None
    ) -> Begun:
        """Try failed, stopped or locked documents again, or only some failed `pages` of one."""
        return self._writer.submit(self._scheduler.retry, list(documents), list(passwords), pages)

    def cancel(self, documents: Sequence[str]) -> Future[None]:
        """Stop working on documents until they are asked for again; the pages that are finished stay."""
        return self._writer.submit(self._scheduler.cancel, list(documents))

    def remove(self, documents: Sequence[str]) -> Future[None]:
        """Remove documents from the library, working on them or not."""
        return self._writer.submit(self._scheduler.remove, list(documents))

    def move(self, documents: Sequence[str], before: str | None = None, *, last: bool = False) -> Future[None]:
        """Put documents, in the order given, before another one in the queue, at its head, or (`last`) at its end."""
        return self._writer.submit(partial(self._scheduler.move, list(documents), before, last=last))

    def recognise(self, document: str, pages: Sequence[int], passwords: Sequence[str] = ()) -> Begun:
        """Read pages by OCR, in place of what was read of them before."""
        return self._writer.submit(self._scheduler.recognise, document, list(pages), list(passwords))

    def skip(self, document: str, pages: Sequence[int]) -> Future[None]:
        """Do without pages that could not be read."""
        return self._writer.submit(self._scheduler.skip, document, list(pages))

    def compact(self) -> Future[None]:
        """Give all room of what was removed back to the disk."""
        return self._writer.submit(self._compact)

    def run_on_writer(self, function: Callable[[], Any]) -> Future[Any]:
        """Run another change to the library in turn with the commits."""
        return self._writer.submit(function)

    def wait(self) -> None:
        """Block until nothing is left to do: each document is at its end, or stopped."""
        self._writer.wait_until_idle()

    def close(self) -> None:
        """Stop: the batch that is being committed is finished, the rest goes on at the next start."""
        self._writer.begin_closing()
        self._scanner.shutdown(wait=True, cancel_futures=True)
        pool = self._pool
        pool.close()
        self._writer.close()
        self._reembedder.close()
        if self._pool is not pool:  # the embedder was changed in the last moment
            self._pool.close()
        self.listeners.close()

    @property
    def _pool(self) -> WorkerPool:
        """The workers in use; others after a change of the embedder."""
        return self._scheduler.pool

    # ── scanner thread ───────────────────────────────────────────────────────────────────────────────────────────

    def _scan(
        self, paths: Sequence[Path], collection: str | None, passwords: Sequence[str], priority: int
    ) -> list[str]:
        taken: list[tuple[Path, Future[str | None]]] = []
        for path, reason in walk(paths):
            if self._writer.is_closing:
                break
            if reason is not None:
                self.listeners.skipped(path, reason)
                continue
            try:
                document = hash_file(path)
            except OSError as error:
                self.listeners.skipped(path, f"It cannot be opened: {error.strerror or 'the system refused'}.")
                continue
            taken.append((path, self._writer.submit(self._take, document, path, collection, passwords, priority)))
        documents = []
        for path, future in taken:
            try:
                document_id = future.result()
            except CancelledError:  # closing
                continue
            except Exception as error:  # the boundary of a file: the others go on
                self.listeners.skipped(path, f"An unexpected fault: {type(error).__name__}. Try it again.")
                continue
            if document_id is not None:
                documents.append(document_id)
        if passwords and not self._writer.is_closing:
            documents += self._writer.submit(self._unlock, passwords).result()
        return list(dict.fromkeys(documents))

    # ── writer thread ────────────────────────────────────────────────────────────────────────────────────────────

    def _take(
        self, document: str, path: Path, collection: str | None, passwords: Sequence[str], priority: int
    ) -> str | None:
        """A hashed file: new documents start, known ones are linked and reported; returns its id if it was taken in."""
        try:
            added = self._library.add_file(document, path, title_from_file_name(path), collection, priority)
            known = self._library.document(document)
            if not added.is_new and len(known.paths) > 1:  # moved or renamed, perhaps
                self._library.follow_move(document, path)
            if added.superseded is not None:
                self._scheduler.supersede(added.superseded, document)
            replaced = self._library.replaced_by(document) if known.state is DocumentState.READY else None
            if replaced is not None:  # the file went back to an earlier version, which is ready
                self._scheduler.supersede(replaced, document)
        except (OSError, sqlite3.Error, LibraryError) as error:
            logger.exception("the library could not be written")
            self.listeners.skipped(path, str(explain(error, self._library.folder)))
            return None
        locked = known.state is DocumentState.NEEDS_PASSWORD and passwords
        if known.state in (DocumentState.READY, DocumentState.FAILED, DocumentState.NEEDS_PASSWORD) and not locked:
            pages = known.health.pages_done
            self.listeners.progressed(
                IngestProgress(document, str(path), known.state, pages, known.page_count, reason=known.reason)
            )
        else:
            self._scheduler.start(document, path, passwords)
        return document

    def _recover(self) -> None:
        self._scheduler.recover()
        self._reembedder.recover()

    def _resume(self, documents: Sequence[str] | None) -> list[str]:
        begun = self._scheduler.resume(documents)
        if documents is None:
            self._reembedder.go_on()
        return begun

    def _compact(self) -> None:
        while self._library.compact() and not self._writer.is_closing:
            pass

    def _unlock(self, passwords: Sequence[str]) -> list[str]:
        """Try passwords on all that waits for one."""
        waiting = [d.id for d in self._library.documents() if d.state is DocumentState.NEEDS_PASSWORD]
        return self._scheduler.retry(waiting, passwords, None)
