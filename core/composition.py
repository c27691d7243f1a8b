"""Puts the parts of core together, for the command line and the window alike."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from core.embedding.choice import chosen_embedder
from core.embedding.convert import ensure_builtin
from core.embedding.embedder import Embedder
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.ingest.worker import WorkerSettings
from core.ingest.worker_pool import WorkerPool
from core.types import IngestProgress, OverallProgress


def open_library(folder: Path, *, writable: bool = True) -> Library:
    """A library of vectors of the embedder in force."""
    embedder = chosen_embedder()
    return Library(folder, embedder.model_id, embedder.dimension, writable=writable)


def open_embedder() -> Embedder:
    """The embedder in force, for questions."""
    return chosen_embedder().open()


def start_ingestor(
    library: Library,
    on_progress: Callable[[IngestProgress], None],
    on_overall: Callable[[OverallProgress], None] = lambda overall: None,
    on_skipped: Callable[[Path, str], None] = lambda path, reason: None,
) -> Ingestor:
    """An ingestor with its worker pool: as many single-threaded workers as the machine has cores to spare.

    A model of the person's own choice is held by one worker: torch takes all cores by itself, and much memory.
    """
    embedder = chosen_embedder()
    if embedder.folder is None:
        ensure_builtin()  # once here, rather than in every worker at a time
    settings = WorkerSettings(embedder, library.folder / "cache" / "embeddings")
    pool = WorkerPool(settings, worker_count() if embedder.folder is None else 1)
    return Ingestor(library, pool, on_progress, on_overall, on_skipped)


def worker_count() -> int:
    """Two at least, and one core left for the window where there are many."""
    cores = os.cpu_count() or 2
    return max(2, min(cores - 1, 8))
