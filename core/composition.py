"""Puts the parts of core together, for the command line and the window alike."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from core.embedding.choice import (
    BUILTIN_CHOICE,
    VARIABLE,
    EmbedderChoice,
    choice_from,
    chosen_embedder,
    is_embedder_named,
)
from core.embedding.convert import ensure_builtin
from core.embedding.cross_encoder import CrossEncoder
from core.errors import LibraryError, ModelMissing
from core.index import embedders
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.ingest.listening import IngestListener
from core.ingest.worker import WorkerSettings
from core.ingest.worker_pool import WorkerPool
from core.llm.access import ALWAYS, USUAL_SERVERS, ModelAccess
from core.retrieval.embedder_in_force import EmbedderInForce
from core.retrieval.reranking import MissingReranker, Reranker
from core.settings import (
    KEEP_ALIVE,
    NO_HOST,
    OFF,
    OLLAMA_ADDRESS,
    REMOTE_HOST,
    RERANKER,
    SERVER_ADDRESS,
)

_FOREIGN_MODEL_BYTES = 16 << 30


def embedder_of(folder: Path) -> EmbedderChoice:
    """The embedder of the library in a folder: the one that it was embedded with, or the one for new libraries.

    Raises:
        ModelError: what `PAPERLAMP_EMBEDDER` names is not there, or is no embedding model.
        LibraryError: the library was embedded with another model than that; or it is of an earlier version, which did
            not note where its embedder is.
    """
    known = embedders.embedder_of(folder)
    if known is None:
        return chosen_embedder()
    if is_embedder_named() or not (known.value or known.model_id == BUILTIN_CHOICE.model_id):
        named = chosen_embedder()
        if named.model_id != known.model_id:
            raise LibraryError(
                f"This library was embedded with another model than the one in force. If {VARIABLE} is set, unset it "
                "to use the library's own; if it is not, set it to the folder of that model."
            )
        return choice_from(known) if known.value else named
    return choice_from(known) if known.value else BUILTIN_CHOICE


def open_library(folder: Path, *, writable: bool = True) -> Library:
    """The library in a folder, with the vectors of its embedder; the model itself is not needed for that."""
    embedder = embedder_of(folder)
    try:
        library = Library(folder, embedder.model_id, embedder.dimension, writable=writable)
    except LibraryError:
        again = embedder_of(folder)
        if again == embedder:
            raise
        embedder = again  # its owner changed the embedder in this moment
        library = Library(folder, embedder.model_id, embedder.dimension, writable=writable)
    library.describe_embedder(embedder.record)
    return library


def open_embedder(library: Library) -> EmbedderInForce:
    """The library's embedder, for questions; it follows when another one comes into force.

    The built-in one is opened now. Others may not be there, which is said when they are needed.
    """
    embedder = EmbedderInForce(library)
    if library.model_id == BUILTIN_CHOICE.model_id:
        embedder.prepare()
    return embedder


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


def model_access(library: Library) -> ModelAccess:
    """Which servers of models a library's settings let be asked, and how."""
    ollama, server = library.setting(OLLAMA_ADDRESS), library.setting(SERVER_ADDRESS)
    consented, keep_alive = library.setting(REMOTE_HOST), library.setting(KEEP_ALIVE)
    return ModelAccess(
        ollama="" if ollama == OLLAMA_ADDRESS.default else ollama,
        servers=USUAL_SERVERS if server == SERVER_ADDRESS.default else (server, *USUAL_SERVERS),
        consented="" if consented == NO_HOST else consented,
        keep_alive=ALWAYS if keep_alive == "always" else 0 if keep_alive == "0" else keep_alive,
    )


def start_ingestor(library: Library, *listeners: IngestListener) -> Ingestor:
    """An ingestor with its worker pool, and with the means to make others should the embedder be changed."""
    open_pool = partial(_open_pool, library.cache_folder)
    record = library.embedder()
    pool = open_pool(choice_from(record) if record and record.value else chosen_embedder(), True)
    ingestor = Ingestor(library, pool, open_pool=open_pool)
    for listener in listeners:
        ingestor.listeners.add(listener)
    return ingestor


def _open_pool(cache_folder: Path, embedder: EmbedderChoice, for_files: bool) -> WorkerPool:
    """As many single-threaded workers as the machine has cores to spare, or half of them for embedding alone.

    A model of a folder is held by one worker: torch takes all cores by itself, and much memory.
    """
    if embedder == BUILTIN_CHOICE:
        ensure_builtin()  # once here, rather than in every worker at a time
    cache = cache_folder if for_files else None  # else each vector would be kept twice: in the cache and in the rows
    if embedder.folder is not None:
        return WorkerPool(WorkerSettings(embedder, cache, memory_bytes=_FOREIGN_MODEL_BYTES), 1)
    return WorkerPool(WorkerSettings(embedder, cache), worker_count() if for_files else max(1, worker_count() // 2))


def worker_count() -> int:
    """Two at least, and one core left for the window where there are many."""
    cores = os.cpu_count() or 2
    return max(2, min(cores - 1, 8))
