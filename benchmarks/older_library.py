"""Libraries as earlier versions of Paperlamp have left them, so that opening one runs the migrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from core.index.schema import MIGRATIONS

_TABLES = ("meta", "documents", "locations", "pages", "chunks", "vectors")


def write_older(reference: sqlite3.Connection, folder: Path, form: int, places: Mapping[str, Path]) -> None:
    """Write some ready documents of a library as one of an earlier form.

    Args:
        reference: the library's file in today's form.
        folder: of the library to make.
        form: how many of the migrations it has seen; 1 is the oldest.
        places: by their hash, the documents to take over, and where their files lie.
    """
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "library.sqlite3", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN")
        for number in range(form):
            for statement in MIGRATIONS[number]:
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {form}")
        rows = {row[0]: row[1] for row in reference.execute("SELECT hash, id FROM documents") if row[0] in places}
        marks = ",".join(map(str, rows.values()))
        chosen = {
            "meta": "true",
            "documents": f"id IN ({marks})",
            "locations": f"document IN ({marks})",
            "pages": f"document IN ({marks})",
            "chunks": f"document IN ({marks})",
            "vectors": f"chunk IN (SELECT id FROM chunks WHERE document IN ({marks}))",
        }
        for table in _TABLES:
            then = _columns(db, table)
            now = _columns(reference, table)
            shared = [column for column in then if column in now]
            states = ["state"] if "state" in then and table == "documents" else []  # kept with the document once
            values = ", ".join(["?"] * len(shared) + ["'ready'"] * len(states))
            insert = f"INSERT INTO {table} ({', '.join(shared + states)}) VALUES ({values})"
            selected = reference.execute(f"SELECT {', '.join(shared)} FROM {table} WHERE {chosen[table]}")
            db.executemany(insert, [tuple(row) for row in selected])
        if form >= 3:
            db.execute(
                """INSERT INTO jobs (document, state, position, updated_at)
                SELECT id, 'ready', id, added_at FROM documents"""
            )
        for document, path in places.items():
            db.execute("UPDATE locations SET path = ? WHERE document = ?", (str(path), rows[document]))
        db.execute("COMMIT")


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
