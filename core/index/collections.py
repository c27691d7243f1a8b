"""Collections and what belongs to them, as rows. Writers are inside `Database.write()`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def read_collections(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Collections and how many documents each holds, by name."""
    rows = db.execute(
        """SELECT c.name, COUNT(m.document) FROM collections c LEFT JOIN membership m ON m.collection = c.id
        GROUP BY c.id ORDER BY c.name COLLATE NOCASE"""
    )
    return [(row[0], row[1]) for row in rows]


def insert_collection(db: sqlite3.Connection, name: str) -> None:
    """Make a collection unless there is one of that name."""
    db.execute("INSERT INTO collections (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (name,))


def assign(db: sqlite3.Connection, documents: Iterable[str], collection: str) -> None:
    """Put documents into a collection."""
    db.executemany(
        """INSERT INTO membership (collection, document)
        SELECT c.id, d.id FROM collections c, documents d WHERE c.name = ? AND d.hash = ? ON CONFLICT DO NOTHING""",
        [(collection, document) for document in documents],
    )


def unassign(db: sqlite3.Connection, documents: Iterable[str], collection: str) -> None:
    """Take documents out of a collection."""
    db.executemany(
        """DELETE FROM membership WHERE collection = (SELECT id FROM collections WHERE name = ?)
        AND document = (SELECT id FROM documents WHERE hash = ?)""",
        [(collection, document) for document in documents],
    )


def delete_collection(db: sqlite3.Connection, name: str) -> None:
    """Delete a collection; its documents stay."""
    db.execute("DELETE FROM collections WHERE name = ?", (name,))
