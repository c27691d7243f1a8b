"""Where the files of documents lie: marked when they go, found again when they return, forgotten when the person says.

SQL in, dataclasses out, as in store.py. Writers are inside `Database.write()`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.index.moment import now


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What the library knows of a file.

    Attributes:
        seen_at: when it was last read or looked at, in seconds since the epoch.
        missing: true where it was found to be gone.
    """

    seen_at: float
    missing: bool


@dataclass(frozen=True, slots=True)
class MissingDocument:
    """A document whose file is at none of its places any more; what was read of it stays.

    Attributes:
        path: where its file was seen last; empty where no place is known.
        missing_at: since when, as ISO 8601; empty where that is not known.
    """

    document: str
    title: str
    path: str
    missing_at: str


def read_known(db: sqlite3.Connection, folder: Path) -> dict[Path, KnownFile]:
    """The files below a folder that documents were read from."""
    first = str(folder).rstrip(os.sep) + os.sep
    after = first[:-1] + chr(ord(os.sep) + 1)  # so that the index on paths is used
    rows = db.execute("SELECT path, seen_at, missing_at FROM locations WHERE path >= ? AND path < ?", (first, after))
    return {Path(row[0]): KnownFile(datetime.fromisoformat(row[1]).timestamp(), row[2] is not None) for row in rows}


def mark_missing(db: sqlite3.Connection, path: str) -> bool:
    """Note that a file is gone; False where it is not known, or was gone before."""
    cursor = db.execute("UPDATE locations SET missing_at = ? WHERE path = ? AND missing_at IS NULL", (now(), path))
    return cursor.rowcount > 0


def mark_found(db: sqlite3.Connection, path: str) -> bool:
    """Note that a file is there, as it was; False where it is not known."""
    cursor = db.execute("UPDATE locations SET missing_at = NULL, seen_at = ? WHERE path = ?", (now(), path))
    return cursor.rowcount > 0


def read_missing(db: sqlite3.Connection) -> list[MissingDocument]:
    """The documents whose file is gone, those that went last first."""
    rows = db.execute(
        """SELECT d.hash, d.title, coalesce(l.path, ''), coalesce(max(l.missing_at), '') AS gone
        FROM documents d LEFT JOIN locations l ON l.document = d.id
        WHERE NOT EXISTS (SELECT 1 FROM locations t WHERE t.document = d.id AND t.missing_at IS NULL)
        GROUP BY d.id ORDER BY gone DESC, d.id DESC"""
    )
    return [MissingDocument(*row) for row in rows]


def forget_missing(db: sqlite3.Connection, documents: Sequence[str]) -> list[str]:
    """Forget the places where files of these documents are missing.

    Returns:
        Those of the documents that are left without a file. They keep their places, so that nothing is half done:
        removing them, with all that was read of them, is for `Library.remove`.
    """
    without = {missing.document for missing in read_missing(db)}
    db.executemany(
        "DELETE FROM locations WHERE missing_at IS NOT NULL AND document = (SELECT id FROM documents WHERE hash = ?)",
        [(document,) for document in documents if document not in without],
    )
    return [document for document in documents if document in without]


def follow_move(
    db: sqlite3.Connection, document: str, new_path: str, exists: Callable[[str], bool] = os.path.exists
) -> list[str]:
    """A document's file was found at `new_path`: drop its places where the file is no longer.

    A place is dropped when its file was marked as missing, or its folder is there without it. One whose folder is not
    there either may lie on a drive that was taken out; it is marked, and found again with the drive.

    Args:
        db: inside a transaction.
        document: its hash.
        new_path: where its file lies now; noted already.
        exists: asked about paths on disk.

    Returns:
        The places that were dropped.
    """
    dropped = []
    rows = db.execute(
        """SELECT path, missing_at FROM locations
        WHERE document = (SELECT id FROM documents WHERE hash = ?) AND path <> ?""",
        (document, new_path),
    ).fetchall()
    for path, missing_at in rows:
        if exists(path):
            continue
        if missing_at is not None or exists(os.path.dirname(path)):
            dropped.append(path)
        else:
            mark_missing(db, path)
    _delete(db, dropped)
    return dropped


def _delete(db: sqlite3.Connection, paths: Iterable[str]) -> None:
    db.executemany("DELETE FROM locations WHERE path = ?", [(path,) for path in paths])
