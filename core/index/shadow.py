"""A second set of vectors, of another embedder, that grows beside the one that answers, and takes its place when whole.

The rows are the checkpoint: a chunk whose vector is in `shadow_vectors` is never embedded again. When every chunk has
one, an index is made of them beside the one that answers, and one transaction lets the tables change their names. Both
sets are kept until then; after it, the old one is deleted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.embedding.embedder import Vectors
from core.embedding.record import EmbedderRecord
from core.errors import InternalError
from core.index.database import Database
from core.index.embedders import pack, unpack, write_embedder
from core.index.moment import now
from core.index.schema import SHADOW_TOKENS, SHADOW_VECTORS, SHADOW_VECTORS_BY_CHUNK
from core.index.vector_index import Limits, VectorIndex

_IN_SLICES_OF = 20_000
_DELETED_AT_ONCE = 5_000
_TABLES = ("vectors", "tokens")  # what an embedder makes of chunks


@dataclass(frozen=True, slots=True)
class ShadowState:
    """How far it is.

    Attributes:
        embedder: whose vectors are made.
        done: chunks that have one.
        total: chunks of the library.
        cut: passages so far that were longer than the embedder's window.
        reason: why it stopped, in plain words; None while it goes on, or would at the next start.
    """

    embedder: EmbedderRecord
    done: int
    total: int
    cut: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class PlainChunk:
    """What is embedded of a chunk."""

    id: int
    context: str
    text: str


class Shadow:
    """The second set of vectors of one library. Changes are made on the library's writer thread only.

    Args:
        database: the library's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self) -> ShadowState | None:
        """How far it is; None when no other embedder was chosen."""
        db = self._database.read()
        row = db.execute("SELECT * FROM shadow").fetchone()
        if row is None:
            return None
        done, total = (
            int(db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]) for table in ("shadow_vectors", "chunks")
        )
        return ShadowState(unpack(row["model_id"], row["embedder"]), done, total, row["cut"], row["reason"])

    def begin(self, embedder: EmbedderRecord) -> None:
        """Make vectors of this embedder from now on; what there is of them is kept, those of a third one are not."""
        with self._database.write() as db:
            row = db.execute("SELECT model_id FROM shadow").fetchone()
            if row is not None and row[0] == embedder.model_id:
                db.execute("UPDATE shadow SET embedder = ?, reason = NULL", (pack(embedder),))
                return
            _empty(db)
            db.execute(
                "INSERT INTO shadow (id, model_id, embedder, begun_at) VALUES (1, ?, ?, ?)",
                (embedder.model_id, pack(embedder), now()),
            )

    def stop(self, reason: str) -> None:
        """Note why it does not go on; what is made is kept."""
        with self._database.write() as db:
            db.execute("UPDATE shadow SET reason = ?", (reason,))

    def discard(self) -> None:
        """Give it up: the vectors in force stay."""
        with self._database.write() as db:
            _empty(db)

    def missing(self, after: int, count: int) -> list[PlainChunk]:
        """The next chunks without a vector, by their ids, from the one behind `after`."""
        rows = self._database.read().execute(
            """SELECT id, context, text FROM chunks c WHERE id > ?
            AND NOT EXISTS (SELECT 1 FROM shadow_vectors s WHERE s.chunk = c.id) ORDER BY id LIMIT ?""",
            (after, count),
        )
        return [PlainChunk(*row) for row in rows]

    def longest(self, count: int) -> list[PlainChunk]:
        """The chunks of most tokens, by the count of whoever cut them, that have no vector."""
        rows = self._database.read().execute(
            """SELECT id, context, text FROM chunks c
            WHERE NOT EXISTS (SELECT 1 FROM shadow_vectors s WHERE s.chunk = c.id)
            ORDER BY token_count + length(context) / 4 DESC, id LIMIT ?""",
            (count,),
        )
        return [PlainChunk(*row) for row in rows]

    def add(self, ids: Sequence[int], vectors: Vectors, cut: int, tokens: Sequence[bytes] = ()) -> int:
        """Keep vectors; those of chunks that were removed meanwhile are passed over.

        Args:
            ids: of the chunks.
            vectors: shape (len(ids), dimension).
            cut: how many of the passages were longer than the window.
            tokens: a code for each, or none at all.

        Returns:
            How many were kept.
        """
        kept = 0
        with self._database.write() as db:
            for chunk, vector, code in zip(ids, vectors, tokens or [b""] * len(ids), strict=True):
                cursor = db.execute(
                    "INSERT INTO shadow_vectors SELECT id, ? FROM chunks WHERE id = ? ON CONFLICT DO NOTHING",
                    (vector.astype(np.float16).tobytes(), chunk),
                )
                if code and cursor.rowcount > 0:
                    db.execute("INSERT INTO shadow_tokens VALUES (?, ?)", (chunk, code))
                kept += max(0, cursor.rowcount)
            db.execute("UPDATE shadow SET cut = cut + ?", (cut,))
        return kept

    def make_index(self, path: Path, limits: Limits | None = None) -> VectorIndex:
        """An index of the shadow's vectors, in memory; saved, it takes the place of the file at `path`.

        Raises:
            InternalError: there is no shadow.
        """
        state = self.state()
        if state is None:
            raise InternalError("No other embedding model was chosen.")
        index = VectorIndex(path, state.embedder.model_id, state.embedder.dimension, limits)
        index.remove(index.ids())  # what an earlier attempt saved
        db = self._database.read()
        last = 0
        while rows := db.execute(
            "SELECT chunk, vector FROM shadow_vectors WHERE chunk > ? ORDER BY chunk LIMIT ?", (last, _IN_SLICES_OF)
        ).fetchall():
            vectors = np.stack([np.frombuffer(row[1], np.float16) for row in rows]).astype(np.float32)
            index.add(np.array([row[0] for row in rows], np.int64), vectors)
            last = rows[-1][0]
        return index

    def put_in_force(self) -> EmbedderRecord:
        """Let the two sets of vectors change places, in one transaction: a kill leaves the one in force or the other.

        Raises:
            InternalError: a chunk has no vector yet.
        """
        with self._database.write() as db:
            row = db.execute("SELECT * FROM shadow").fetchone()
            if row is None or _lacks_some(db):
                raise InternalError("The other embedding model has not embedded every passage yet.")
            embedder = unpack(row["model_id"], row["embedder"])
            db.execute("DROP INDEX shadow_vectors_by_chunk")
            for table in _TABLES:
                db.execute(f"DROP TABLE IF EXISTS retired_{table}")
                db.execute(f"ALTER TABLE {table} RENAME TO retired_{table}")
                db.execute(f"ALTER TABLE shadow_{table} RENAME TO {table}")
            for statement in (SHADOW_VECTORS, SHADOW_VECTORS_BY_CHUNK, SHADOW_TOKENS):
                db.execute(statement)
            db.execute("DELETE FROM shadow")
            write_embedder(db, embedder)
        return embedder

    def retire(self) -> bool:
        """Delete some of what is not in force any more; True while there is more."""
        for table in (f"retired_{table}" for table in _TABLES):
            if not _has_table(self._database.read(), table):
                continue
            with self._database.write() as db:
                some = f"SELECT chunk FROM {table} LIMIT {_DELETED_AT_ONCE}"
                if db.execute(f"DELETE FROM {table} WHERE chunk IN ({some})").rowcount > 0:
                    return True
                db.execute(f"DROP TABLE {table}")
        return False


def _empty(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM shadow")
    for table in _TABLES:
        db.execute(f"DELETE FROM shadow_{table}")


def _lacks_some(db: sqlite3.Connection) -> bool:
    found = db.execute("SELECT EXISTS (SELECT 1 FROM chunks WHERE id NOT IN (SELECT chunk FROM shadow_vectors))")
    return bool(found.fetchone()[0])


def _has_table(db: sqlite3.Connection, name: str) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)).fetchone() is not None
