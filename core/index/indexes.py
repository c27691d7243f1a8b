"""Both indexes, in step with SQLite: what they hold is the chunks' ids, what they miss is made up from the rows."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from core.embedding.embedder import Vectors
from core.errors import LibraryError
from core.index import store
from core.index.database import Database
from core.index.keyword_index import KeywordEntry, KeywordIndex
from core.index.vector_forms import FormName
from core.index.vector_index import Ids, Limits, VectorIndex
from core.index.vector_tending import VectorTending
from core.paths import private_folder

logger = logging.getLogger(__name__)

# What an index may raise over a full disk or a damaged file; tantivy says ValueError.
_FAULTS = (LibraryError, OSError, RuntimeError, ValueError)

# Of what an approximate search finds, so many more than are wanted are compared with the question by their stored
# vectors: the order among near neighbours is finer than the bytes that IVF keeps of them.
_COMPARED_MORE = 0.5
# So many chunks, a document's perhaps, are compared by their stored vectors at once: to pass over all others takes IVF
# longer than to read these.
_FEW = 400


class Indexes:
    """Vectors and words. A fault of theirs never undoes a commit: they fall behind, and catch up with the next one.

    Args:
        database: the truth.
        folder: of the index files; made if missing.
        model_id: of the embedder.
        dimension: of its vectors.
        writable: False for a process that searches beside the library's owner.
        limits: when the vectors change their form.

    Attributes:
        vectors: FAISS.
        keywords: tantivy.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        model_id: str,
        dimension: int,
        *,
        writable: bool,
        limits: Limits | None = None,
    ) -> None:
        self._database = database
        self._behind = False
        self._version = 0  # grows with every change
        self._scope: tuple[tuple[int, tuple[int, ...]], Ids] | None = None
        if writable:
            private_folder(folder)
        self.vectors = VectorIndex(folder / "vectors.faiss", model_id, dimension, limits)
        self.keywords = KeywordIndex(folder, writable=writable)
        self.reconcile(writable=writable)
        self._tending = VectorTending(self.vectors, database.path, dimension) if writable else None
        self._look()

    def search_vectors(
        self, query: Vectors, k: int, documents: Sequence[int] | None, among: Ids | None = None
    ) -> list[tuple[int, float]]:
        """The `k` nearest chunks as (id, cosine), best first; cosines are those of the stored vectors in any form.

        Args:
            query: shape (dimension,).
            k: how many at most.
            documents: row numbers; limits the search to those.
            among: ids of chunks; limits the search to those, whatever `documents` are.
        """
        if among is None and documents is not None:
            among = self._chunks_of(tuple(documents))
        if self.vectors.form is FormName.EXACT:
            return self.vectors.search(query, k, among)
        if among is None or len(among) > _FEW:
            near = self.vectors.search(query, k + math.ceil(k * _COMPARED_MORE), among)
            among = np.array([chunk for chunk, _ in near], np.int64)
        compared: list[tuple[int, float]] = []
        for ids, vectors in store.read_vectors(self._database.read(), among):
            compared += zip(ids.tolist(), (vectors @ query).tolist(), strict=True)
        return sorted(compared, key=lambda found: (-found[1], found[0]))[:k]

    def _chunks_of(self, documents: tuple[int, ...]) -> Ids:
        """The chunks of documents; those asked for last are remembered until something changes.

        Questions come in turn about the same documents, and the ids of half a million chunks take 40 ms to read.
        """
        version, scope = self._version, self._scope
        if scope is None or scope[0] != (version, documents):
            scope = self._scope = ((version, documents), store.chunk_ids(self._database.read(), documents))
        return scope[1]

    def follow(self, ids: Ids, vectors: Vectors, entries: Sequence[KeywordEntry], gone: Ids) -> None:
        """Take in a committed change: chunks that came, each with its vector and entry, and ids of those that went."""
        self._version += 1
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
        self._look()

    def catch_up(self) -> None:
        """Take in whatever was committed; where that fails, the next change tries again."""
        self._version += 1
        try:
            self.reconcile(writable=True)
        except _FAULTS:
            logger.exception("the indexes could not be brought up to date")
            self._behind = True
        else:
            self._behind = False
        self._look()

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
        # What the words may lack is always the end of a row of changes, and ids only grow: whatever was added in it and
        # is there still is larger than all they hold, and if nothing was, something was removed. So number and largest
        # id tell; to ask tantivy for a million ids takes it a quarter of a second and much memory.
        if len(self.keywords) == len(wanted) and self.keywords.largest_id() == wanted.max(initial=0):
            return
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

    def exchange_vectors(self, vectors: VectorIndex, dimension: int) -> None:
        """Search another embedder's vectors from now on; nobody searches meanwhile. For the library's owner alone."""
        if self._tending is not None:
            self._tending.close()
        self._version += 1
        self.vectors = vectors
        self._tending = VectorTending(vectors, self._database.path, dimension)
        self._look()

    def close(self) -> None:
        """Let go of the files; a build that is under way is given up."""
        if self._tending is not None:
            self._tending.close()
        self.keywords.close()

    def settle(self) -> None:
        """Wait until the vectors have the form that suits their number."""
        if self._tending is not None:
            self._tending.wait()

    def _look(self) -> None:
        if self._tending is not None:
            self._tending.look()


def _difference(wanted: Ids, present: Ids) -> tuple[Ids, Ids]:
    """Ids to add and ids to remove."""
    if np.array_equal(np.sort(wanted), np.sort(present)):
        return wanted[:0], present[:0]
    return np.setdiff1d(wanted, present), np.setdiff1d(present, wanted)
