"""The worker process: takes a task, says which page it is at, answers with a result or an error, and waits again."""

from __future__ import annotations

import logging
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from core.child_process import end_with_parent, lower_priority
from core.embedding.cache import CachedEmbedder
from core.embedding.choice import EmbedderChoice
from core.embedding.embedder import Embedder
from core.errors import DeathCause, InternalError, PaperlampError, WorkerDied
from core.ingest.messages import StepBegun, TaskDone, TaskFailed
from core.ingest.tasks import EmbedResult, EmbedTask, PagesResult, PagesTask, SurveyTask, embed, process_pages, survey
from core.paths import keep_files_private, models_folder
from core.reading.ocr import OcrEngine, OcrSettings
from core.types import Survey

logger = logging.getLogger(__name__)

# Loading the OCR networks takes half as long as reading a page; where scans and text alternate they stay.
_TASKS_WITHOUT_SCANS = 8


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker needs to know.

    Attributes:
        embedder: the model to embed with.
        cache_folder: of the embedding cache; None embeds without one.
        threads: for one inference.
        memory_bytes: the pool ends a worker above it; where the system can, it refuses twice as much by itself.
    """

    embedder: EmbedderChoice
    cache_folder: Path | None
    threads: int = 1
    memory_bytes: int = 2 << 30


class Recognition:
    """The OCR engine of a worker: of one language at a time, and let go when scans have not come for a while.

    Its networks hold 240 MB (measured), which a worker that reads text has no use for.

    Args:
        threads: for one inference.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._engine: OcrEngine | None = None
        self._language = ""
        self._without = 0  # tasks in a row

    def engine(self, language: str) -> OcrEngine:
        """The engine for a language; its networks are loaded with the first page that needs them."""
        if self._engine is None or language != self._language:
            self._language = language
            self._engine = OcrEngine(OcrSettings(language, self._threads, models_folder() / "ocr"))
        return self._engine

    def note(self, scans: int) -> None:
        """A task is done, with so many pages recognised."""
        self._without = 0 if scans else self._without + 1
        if self._without >= _TASKS_WITHOUT_SCANS:
            self._engine = None


def serve(connection: Connection, settings: WorkerSettings) -> None:
    """The worker's whole life. A `PaperlampError` is an answer; anything else is one too, named as our fault."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to handle
    end_with_parent()
    keep_files_private()
    lower_priority()
    _bound_memory(2 * settings.memory_bytes)
    embedder: Embedder | None = None
    recognition = Recognition(settings.threads)
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        answer: TaskDone | TaskFailed
        try:
            if isinstance(task, PagesTask | EmbedTask) and embedder is None:
                embedder = _open_embedder(settings)
            answer = TaskDone(_perform(task, embedder, recognition, connection))
        except PaperlampError as error:
            answer = TaskFailed(error)
        except MemoryError:
            answer = TaskFailed(WorkerDied("The reader ran out of memory.", DeathCause.MEMORY))
        except Exception as error:  # the boundary of the process
            logger.exception("a worker's task failed")
            answer = TaskFailed(InternalError(f"An unexpected fault while reading: {type(error).__name__}: {error}"))
        try:
            connection.send(answer)
        except OSError:
            return


def _open_embedder(settings: WorkerSettings) -> Embedder:
    embedder = settings.embedder.open_in_worker(settings.threads)
    return embedder if settings.cache_folder is None else CachedEmbedder(embedder, settings.cache_folder)


def _perform(
    task: SurveyTask | PagesTask | EmbedTask,
    embedder: Embedder | None,
    recognition: Recognition,
    connection: Connection,
) -> Survey | PagesResult | EmbedResult:
    if isinstance(task, SurveyTask):
        return survey(task)
    if embedder is None:
        raise InternalError("A worker was asked to embed without a model.")
    if isinstance(task, EmbedTask):
        return embed(task, embedder, lambda page: connection.send(StepBegun(page)))
    engine = recognition.engine(task.ocr_language)
    result = process_pages(task, embedder, engine, lambda page: connection.send(StepBegun(page)))
    recognition.note(result.scans)
    return result


def _bound_memory(size: int) -> None:
    """Let the system refuse what no page needs, should a file ask for more than the pool can notice in time."""
    if os.name != "posix":
        return
    import resource

    try:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))
    except (OSError, ValueError):
        logger.debug("the worker's memory could not be bounded")
