"""Which embedder's vectors a library holds, as rows. Writers are inside `Database.write()`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from core.embedding.record import EmbedderRecord
from core.index.connection import open_for_reading
from core.index.faults import FILE_NAME

_ID, _CHOICE = "embedder", "embedder_choice"


def read_embedder(db: sqlite3.Connection) -> EmbedderRecord | None:
    """The embedder in force; None in a library that has none so far."""
    facts = dict(db.execute("SELECT key, value FROM meta WHERE key IN (?, ?)", (_ID, _CHOICE)).fetchall())
    if _ID not in facts:
        return None
    if _CHOICE in facts:
        return unpack(facts[_ID], facts[_CHOICE])
    return EmbedderRecord(facts[_ID], 0)


def write_embedder(db: sqlite3.Connection, record: EmbedderRecord) -> None:
    """Note which embedder's vectors are in the table `vectors`."""
    for key, value in ((_ID, record.model_id), (_CHOICE, pack(record))):
        db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, value)
        )


def embedder_of(folder: Path) -> EmbedderRecord | None:
    """The embedder of the library in a folder; None where there is no library, or none that can be read.

    Raises:
        LibraryError: of the kind that fits, where the file is there and cannot be opened.
    """
    path = folder / FILE_NAME
    if not path.exists() or not path.stat().st_size:
        return None
    with closing(open_for_reading(path)) as db:
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
            return None
        return read_embedder(db)


def pack(record: EmbedderRecord) -> str:
    """A record as JSON, without its id."""
    facts = asdict(record)
    del facts["model_id"]
    return json.dumps(facts, ensure_ascii=False)


def unpack(model_id: str, packed: str) -> EmbedderRecord:
    """The record that `pack` made."""
    return EmbedderRecord(model_id, **json.loads(packed))
