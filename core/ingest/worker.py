"""The worker process: takes a task, says which page it is at, answers with a result or an error, and waits again."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

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


def serve(connection: Connection, settings: WorkerSettings) -> None:
    """The worker's whole life. A `PaperlampError` is an answer; anything else is one too, named as our fault."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to handle
    _end_with_parent()
    keep_files_private()
    _lower_priority()
    _bound_memory(2 * settings.memory_bytes)
    embedder: Embedder | None = None
    engines: dict[str, OcrEngine] = {}
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        answer: TaskDone | TaskFailed
        try:
            if isinstance(task, PagesTask | EmbedTask) and embedder is None:
                embedder = _open_embedder(settings)
            answer = TaskDone(_perform(task, embedder, engines, settings.threads, connection))
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
    engines: dict[str, OcrEngine],
    threads: int,
    connection: Connection,
) -> Survey | PagesResult | EmbedResult:
    if isinstance(task, SurveyTask):
        return survey(task)
    if embedder is None:
        raise InternalError("A worker was asked to embed without a model.")
    if isinstance(task, EmbedTask):
        return embed(task, embedder, lambda page: connection.send(StepBegun(page)))
    language = task.ocr_language
    if language not in engines:  # the networks of one language at a time are enough in memory
        engines.clear()
        engines[language] = OcrEngine(OcrSettings(language, threads, models_folder() / "ocr"))
    return process_pages(task, embedder, engines[language], lambda page: connection.send(StepBegun(page)))


def _end_with_parent() -> None:
    """Leave when the parent is killed, even in the middle of a page that never ends."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, args=(parent.sentinel,), name="parent-watch", daemon=True).start()


def _lower_priority() -> None:
    """Keep the machine usable: the window and everything else come first."""
    try:
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else 10)
    except (OSError, AttributeError):
        logger.debug("the worker's priority could not be lowered")


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
