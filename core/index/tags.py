"""Tags of documents, as rows: names that a person gives, each to any number of documents. Writers are inside `write()`.

Capitals do not tell tags apart; a tag is written as it was when it was given first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def read_tags(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Tags and how many documents have each, by name."""
    rows = db.execute("SELECT min(tag), COUNT(*) FROM tags GROUP BY tag COLLATE NOCASE ORDER BY tag COLLATE NOCASE")
    return [(row[0], row[1]) for row in rows]


def insert_tag(db: sqlite3.Connection, documents: Iterable[str], tag: str) -> None:
    """Give documents a tag; those that have it keep it."""
    row = db.execute("SELECT min(tag) FROM tags WHERE tag = ?", (tag,)).fetchone()
    db.executemany(
        "INSERT INTO tags (document, tag) SELECT id, ? FROM documents WHERE hash = ? ON CONFLICT DO NOTHING",
        [(row[0] or tag, document) for document in documents],
    )


def delete_tag(db: sqlite3.Connection, documents: Iterable[str], tag: str) -> None:
    """Take a tag from documents; those that do not have it stay as they are."""
    db.executemany(
        "DELETE FROM tags WHERE tag = ? AND document = (SELECT id FROM documents WHERE hash = ?)",
        [(tag, document) for document in documents],
    )
