"""Both indexes, in step with SQLite: what they hold is the chunks' ids, what they miss is made up from the rows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.embedding.embedder import Vectors
from core.errors import LibraryError
from core.index import store
from core.index.database import Database
from core.index.keyword_index import KeywordEntry, KeywordIndex
from core.index.vector_index import Ids, VectorIndex
from core.paths import private_folder

logger = logging.getLogger(__name__)

# What an index may raise over a full disk or a damaged file; tantivy says ValueError.
_FAULTS = (LibraryError, OSError, RuntimeError, ValueError)


class Indexes:
    """Vectors and words. A fault of theirs never undoes a commit: they fall behind, and catch up with the next one.

    Args:
        database: the truth.
        folder: of the index files; made if missing.
        model_id: of the embedder.
        dimension: of its vectors.
        writable: False for a process that searches beside the library's owner.

    Attributes:
        vectors: FAISS.
        keywords: tantivy.
    """

    def __init__(self, database: Database, folder: Path, model_id: str, dimension: int, *, writable: bool) -> None:
        self._database = database
        self._behind = False
        if writable:
            private_folder(folder)
        self.vectors = VectorIndex(folder / "vectors.faiss", model_id, dimension)
        self.keywords = KeywordIndex(folder, writable=writable)
        self.reconcile(writable=writable)

    def follow(self, ids: Ids, vectors: Vectors, entries: Sequence[KeywordEntry], gone: Ids) -> None:
        """Take in a committed change: chunks that came, each with its vector and entry, and ids of those that went."""
        if self._behind:
            self.catch_up()
            return
        try:
            self.vectors.remove(gone)
            self.vectors.add(ids, vectors)
            if entries or len(gone):
                self.keywords.update(entries, gone.tolist())
        except _FAULTS:
            logger.exception("the indexes could not be updated; they are brought up to date with the next change")
            self._behind = True

    def catch_up(self) -> None:
        """Take in whatever was committed; where that fails, the next change tries again."""
        try:
            self.reconcile(writable=True)
        except _FAULTS:
            logger.exception("the indexes could not be brought up to date")
            self._behind = True
        else:
            self._behind = False

    def reconcile(self, *, writable: bool) -> None:
        """Bring both indexes to exactly the chunks that SQLite holds, by difference of ids."""
        db = self._database.read()
        wanted = store.chunk_ids(db)
        add, remove = _difference(wanted, self.vectors.ids())
        self.vectors.remove(remove)
        for ids, vectors in store.read_vectors(db, add):
            self.vectors.add(ids, vectors)
        if not writable:
            return
        try:
            self._reconcile_words(wanted)
        except LibraryError:  # a kill in the middle of a commit leaves files that stand in the way of the next one
            logger.warning("the index of words is made anew", exc_info=True)
            self.keywords.empty()
            self._reconcile_words(wanted)

    def _reconcile_words(self, wanted: Ids) -> None:
        add, remove = _difference(wanted, self.keywords.ids())
        if len(remove):
            self.keywords.update([], remove.tolist())
        for entries in store.read_keyword_entries(self._database.read(), add):
            self.keywords.update(entries)

    def save(self) -> None:
        """Write the vectors to their file; the words are on disk with every commit."""
        try:
            self.vectors.save()
        except (OSError, RuntimeError):
            # Nothing is lost: SQLite has every vector, and the next start makes up what the file lacks.
            logger.exception("the vector index could not be saved")

    def exchange_vectors(self, vectors: VectorIndex) -> None:
        """Search another embedder's vectors from now on; nobody searches meanwhile."""
        self.vectors = vectors

    def close(self) -> None:
        """Let go of the files."""
        self.keywords.close()


def _difference(wanted: Ids, present: Ids) -> tuple[Ids, Ids]:
    """Ids to add and ids to remove."""
    return np.setdiff1d(wanted, present), np.setdiff1d(present, wanted)
