"""A worker pool that is worked by hand: a task is done when the test says so, and as the test says."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
from stand_ins import chunks_of, hash_vector, page_of
from waiting import wait_until

from core.embedding.embedder import Vectors
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.ingest.tasks import EmbedResult, EmbedTask, PagesResult, PagesTask, SurveyTask
from core.types import Page, PageSource, Survey

PAGES = 20


class HandPool:
    """Keeps what it was given until `run`; nobody dies here unless told to.

    Attributes:
        tasks: that were given and neither begun nor cancelled, in the order in which a worker would take them.
        begun: every task that a worker took, in order.
        pages: of the files, by name; others have PAGES.
        window: words of a text that the embedder reads; longer ones are cut.
        is_closed: nobody works here any more.
    """

    def __init__(self, size: int = 1) -> None:
        self.size = size
        self.memory_bytes = 1 << 30
        self.begun: list[Any] = []
        self.pages: dict[str, int] = {}
        self.window = 1000
        self.is_closed = False
        self._queue: list[tuple[Any, Future[Any]]] = []
        self.running: list[tuple[Any, Future[Any]]] = []

    @property
    def tasks(self) -> list[Any]:
        return [task for task, future in self._queue if not future.cancelled()]

    def submit(self, task: Any, step_seconds: float, *, urgent: bool = False) -> Future[Any]:
        future: Future[Any] = Future()
        urgents = sum(isinstance(other, SurveyTask) for other, _ in self._queue)
        self._queue.insert(urgents if urgent else len(self._queue), (task, future))
        return future

    def begin(self) -> Any:
        """Let a worker take the next task; it stays with it until `end`."""
        wait_until(lambda: self.tasks)
        while True:
            task, future = self._queue.pop(0)
            if future.set_running_or_notify_cancel():
                self.begun.append(task)
                self.running.append((task, future))
                return task

    def end(self, error: Exception | None = None) -> Any:
        """Let the task that was begun first come to its end."""
        task, future = self.running.pop(0)
        if error is not None:
            future.set_exception(error)
        elif isinstance(task, SurveyTask):
            future.set_result(Survey(task.path.stem, self.pages_of(task.path)))
        elif isinstance(task, EmbedTask):
            cut = sum(len(text.split()) > self.window for text in task.texts)
            future.set_result(EmbedResult(np.stack([other_vector(text) for text in task.texts]), cut))
        else:
            future.set_result(read(task))
        return task

    def run(self, error: Exception | None = None) -> Any:
        """Begin and end the next task."""
        self.begin()
        return self.end(error)

    def run_all(self, ingestor: Ingestor, fail: Callable[[Any], Exception | None] = lambda task: None) -> list[Any]:
        """Begin and end tasks as long as there are any; `fail` may name an error for one."""
        done = []
        settle(ingestor)
        while self.tasks:
            task = self.begin()
            done.append(self.end(fail(task)))
            settle(ingestor)
        return done

    def pages_of(self, path: Path) -> int:
        return self.pages.get(path.name, PAGES)

    def pages_begun(self, name: str) -> list[int]:
        """The pages of a file that workers took, in order."""
        return [page for task in self.begun if isinstance(task, PagesTask) and task.path.name == name
                for page in task.pages]  # fmt: skip

    def processes(self) -> list[int]:
        return []

    def close(self) -> None:
        self.is_closed = True
        for _, future in self._queue:
            future.cancel()
        for _, future in self.running:
            future.set_exception(RuntimeError("closing"))


def other_vector(text: str) -> Vectors:
    """Return the vector that another embedder than the hash embedder gives a text, of another dimension too."""
    vector = np.concatenate([hash_vector(text), hash_vector(f"other {text}")])
    return vector / np.linalg.norm(vector)


def hand_worked(library: Library, pool: HandPool) -> Ingestor:
    """Return an ingestor of this pool."""
    any_pool: Any = pool
    return Ingestor(library, any_pool)


def settle(ingestor: Ingestor) -> None:
    """Return when the writer thread has done all that it was given so far, and what follows from it."""
    for _ in range(3):  # a result leads to a step, and that one to the next
        ingestor.run_on_writer(lambda: None).result(60)


def read(task: PagesTask, words: str = "words of page") -> PagesResult:
    """Return pages with a text of their own each."""
    pages: list[Page] = [page_of(index, f"{task.path.stem} {words} {index}") for index in task.pages]
    if task.recognise:
        pages = [Page(page.index, page.label, f"{page.text} recognised", PageSource.OCR) for page in pages]
    chunks = chunks_of(pages)
    vectors = np.stack([hash_vector(chunk.text) for chunk, _ in chunks])
    return PagesResult(tuple(pages), tuple(chunks), vectors)


def page_rows(library: Library, document: str) -> dict[int, tuple[str, str]]:
    """Return (source, text) of the document's pages."""
    rows = library.database.read().execute(
        "SELECT page_index, source, text FROM pages p JOIN documents d ON d.id = p.document WHERE hash = ?", (document,)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def chunk_ids(library: Library, document: str) -> dict[int, tuple[int, ...]]:
    """Return the ids of the chunks of each page."""
    rows = library.database.read().execute(
        "SELECT page_index, c.id FROM chunks c JOIN documents d ON d.id = c.document WHERE hash = ? ORDER BY c.id",
        (document,),
    )
    found: dict[int, tuple[int, ...]] = {}
    for page, chunk in rows:
        found[page] = (*found.get(page, ()), chunk)
    return found
