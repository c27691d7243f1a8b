"""Puts the parts of core together, for the command line and the window alike."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from core.embedding.convert import ensure_builtin
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.embedding.weights import BUILTIN_DIMENSION, BUILTIN_SHA256
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.ingest.worker import WorkerSettings
from core.ingest.worker_pool import WorkerPool
from core.types import IngestProgress, OverallProgress


def open_library(folder: Path, *, writable: bool = True) -> Library:
    """A library of vectors of the built-in embedder."""
    return Library(folder, BUILTIN_SHA256, BUILTIN_DIMENSION, writable=writable)


def open_embedder() -> OpenVinoEmbedder:
    """The built-in embedder for questions."""
    return OpenVinoEmbedder(ensure_builtin(), threads=2)


def start_ingestor(
    library: Library,
    on_progress: Callable[[IngestProgress], None],
    on_overall: Callable[[OverallProgress], None] = lambda overall: None,
    on_skipped: Callable[[Path, str], None] = lambda path, reason: None,
) -> Ingestor:
    """An ingestor with its worker pool: as many single-threaded workers as the machine has cores to spare."""
    settings = WorkerSettings(ensure_builtin(), library.folder / "cache" / "embeddings", threads=1)
    return Ingestor(library, WorkerPool(settings, worker_count()), on_progress, on_overall, on_skipped)


def worker_count() -> int:
    """Two at least, and one core left for the window where there are many."""
    cores = os.cpu_count() or 2
    return max(2, min(cores - 1, 8))
