"""The worker process: takes a task, answers with a result or an error, until its pipe closes."""

from __future__ import annotations

import logging
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from core.embedding.cache import CachedEmbedder
from core.embedding.choice import EmbedderChoice
from core.embedding.embedder import Embedder
from core.errors import InternalError, PaperlampError
from core.ingest.tasks import PagesResult, PagesTask, SurveyTask, process_pages, survey
from core.paths import keep_files_private
from core.reading.ocr import OcrEngine, OcrSettings
from core.types import Survey

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker needs to know.

    Attributes:
        embedder: the model to embed with.
        cache_folder: of the embedding cache.
        threads: for one inference.
    """

    embedder: EmbedderChoice
    cache_folder: Path
    threads: int = 1


def serve(connection: Connection, settings: WorkerSettings) -> None:
    """The worker's whole life. A `PaperlampError` is an answer; anything else is one too, named as our fault."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to handle
    keep_files_private()
    _lower_priority()
    embedder: Embedder | None = None
    ocr = OcrEngine(OcrSettings(threads=settings.threads))
    while True:
        try:
            task = connection.recv()
        except (EOFError, OSError):
            return
        answer: tuple[bool, object]
        try:
            if isinstance(task, PagesTask) and embedder is None:
                embedder = CachedEmbedder(settings.embedder.open_in_worker(settings.threads), settings.cache_folder)
            answer = (True, _perform(task, embedder, ocr))
        except PaperlampError as error:
            answer = (False, error)
        except Exception as error:  # the boundary of the process
            logger.exception("a worker's task failed")
            answer = (False, InternalError(f"An unexpected fault while reading: {type(error).__name__}: {error}"))
        try:
            connection.send(answer)
        except OSError:
            return


def _perform(task: SurveyTask | PagesTask, embedder: Embedder | None, ocr: OcrEngine) -> Survey | PagesResult:
    if isinstance(task, SurveyTask):
        return survey(task)
    if embedder is None:
        raise InternalError("A worker was asked to embed without a model.")
    return process_pages(task, embedder, ocr)


def _lower_priority() -> None:
    """Keep the machine usable: the window and everything else come first."""
    try:
        import psutil

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if os.name == "nt" else 10)
    except (OSError, AttributeError):
        logger.debug("the worker's priority could not be lowered")
