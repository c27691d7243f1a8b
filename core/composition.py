"""Puts the parts of core together, for the command line and the window alike."""

from __future__ import annotations

import os
from pathlib import Path

from core.embedding.choice import chosen_embedder
from core.embedding.convert import ensure_builtin
from core.embedding.cross_encoder import CrossEncoder
from core.embedding.embedder import Embedder
from core.errors import ModelMissing
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.ingest.listening import IngestListener
from core.ingest.worker import WorkerSettings
from core.ingest.worker_pool import WorkerPool
from core.retrieval.reranking import MissingReranker, Reranker
from core.settings import OFF, RERANKER

_FOREIGN_MODEL_BYTES = 16 << 30


def open_library(folder: Path, *, writable: bool = True) -> Library:
    """A library of vectors of the embedder in force."""
    embedder = chosen_embedder()
    return Library(folder, embedder.model_id, embedder.dimension, writable=writable)


def open_embedder() -> Embedder:
    """The embedder in force, for questions."""
    return chosen_embedder().open()


def open_reranker(library: Library, load_seconds: float = 0.0) -> Reranker | None:
    """The cross-encoder chosen for a library, in a process of its own, to be closed; None where none was chosen.

    Args:
        library: whose setting it is.
        load_seconds: how long searches may wait for it while it is being loaded; else they go on without it.
    """
    chosen = library.setting(RERANKER)
    if chosen == OFF:
        return None
    try:
        return CrossEncoder(Path(chosen), load_seconds=load_seconds)
    except ModelMissing as error:  # its folder has gone: no reason to do without all search
        return MissingReranker(str(error))


def start_ingestor(library: Library, *listeners: IngestListener) -> Ingestor:
    """An ingestor with its worker pool: as many single-threaded workers as the machine has cores to spare.

    A model of the person's own choice is held by one worker: torch takes all cores by itself, and much memory.
    """
    embedder = chosen_embedder()
    if embedder.folder is None:
        ensure_builtin()  # once here, rather than in every worker at a time
        pool = WorkerPool(WorkerSettings(embedder, library.cache_folder), worker_count())
    else:
        pool = WorkerPool(WorkerSettings(embedder, library.cache_folder, memory_bytes=_FOREIGN_MODEL_BYTES), 1)
    ingestor = Ingestor(library, pool)
    for listener in listeners:
        ingestor.listeners.add(listener)
    return ingestor


def worker_count() -> int:
    """Two at least, and one core left for the window where there are many."""
    cores = os.cpu_count() or 2
    return max(2, min(cores - 1, 8))
