"""A library of any size, made in minutes from a small real one: its documents again, each time a little other.

Texts lose a share of their words to others of the library, drawn as often as they are there; vectors are the real ones
with noise, brought back to length 1; the codes of tokens are the real ones. Rows are written straight to the tables;
the indexes follow when it is opened.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.index.database import Database

EXCHANGED_SHARE = 0.25
"""Of a text's words."""

NOISE = 0.5
"""Length of the noise that is added to a vector of length 1; the cosine of the two is 0.89 then."""

_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class _Original:
    """A real document: its row, and of its pages and chunks what copies need."""

    row: sqlite3.Row
    pages: list[sqlite3.Row]
    chunks: list[sqlite3.Row]


def make_large(real: Path, target: Path, chunks: int, seed: int = 1) -> None:
    """Make a library file in `target` with so many chunks.

    Args:
        real: the folder of a library that holds some documents.
        target: a folder without a library.
        chunks: how many; the first of them are those of `real`, unchanged.
        seed: of everything that is drawn.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    with closing(sqlite3.connect(f"file:{real / 'library.sqlite3'}?mode=ro", uri=True)) as source:
        source.row_factory = sqlite3.Row
        originals = list(_originals(source))
        meta = source.execute("SELECT key, value FROM meta").fetchall()
    Database(target / "library.sqlite3").close()  # makes the tables
    with closing(sqlite3.connect(target / "library.sqlite3", isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -200000")
        db.execute("BEGIN")
        db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [tuple(row) for row in meta])
        _fill(db, originals, chunks, seed)
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill(db: sqlite3.Connection, originals: list[_Original], chunks: int, seed: int) -> None:
    chance, noise = random.Random(seed), np.random.default_rng(seed)
    pool = [word for original in originals for chunk in original.chunks for word in chunk["text"].split()]
    next_chunk = 1
    number = 0
    for turn in itertools.count():
        for original in originals:
            number += 1
            taken = original.chunks[: chunks - next_chunk + 1]
            pages = original.pages
            if len(taken) < len(original.chunks):  # the last document ends where there are enough
                pages = [page for page in pages if page["page_index"] <= taken[-1]["page_index"]]
            _insert_document(db, number, turn, original.row, pages)
            ids = range(next_chunk, next_chunk + len(taken))
            db.executemany(
                "INSERT INTO chunks (id, document, page_index, char_start, char_end, text, heading_path, context,"
                " token_count, runs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        chunk,
                        number,
                        row["page_index"],
                        row["char_start"],
                        row["char_end"],
                        _varied(row["text"], pool, chance) if turn else row["text"],
                        row["heading_path"],
                        row["context"],
                        row["token_count"],
                        row["runs"],
                    )
                    for chunk, row in zip(ids, taken, strict=True)
                ],
            )
            vectors = np.stack([np.frombuffer(row["vector"], np.float16) for row in taken]).astype(np.float32)
            if turn:
                scale = NOISE / np.sqrt(vectors.shape[1])
                vectors += scale * noise.standard_normal(vectors.shape, dtype=np.float32)
                vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            db.executemany(
                "INSERT INTO vectors VALUES (?, ?)",
                [(chunk, vector.tobytes()) for chunk, vector in zip(ids, vectors.astype(np.float16), strict=True)],
            )
            codes = ((chunk, row["code"]) for chunk, row in zip(ids, taken, strict=True) if row["code"])
            db.executemany("INSERT INTO tokens VALUES (?, ?)", codes)
            next_chunk += len(taken)
            if next_chunk > chunks:
                return


def _insert_document(
    db: sqlite3.Connection, number: int, turn: int, row: sqlite3.Row, pages: list[sqlite3.Row]
) -> None:
    name = f"{row['title']} {turn}" if turn else row["title"]
    db.execute(
        "INSERT INTO documents (id, hash, title, page_count, added_at) VALUES (?, ?, ?, ?, ?)",
        (number, f"{number:064x}", name, len(pages), row["added_at"]),
    )
    db.execute(
        "INSERT INTO locations (document, path, seen_at) VALUES (?, ?, ?)",
        (number, f"/made/{turn}/{Path(row['path'] or name).name}", row["added_at"]),
    )
    db.execute(
        "INSERT INTO jobs (document, state, position, updated_at) VALUES (?, 'ready', ?, ?)",
        (number, number, row["added_at"]),
    )
    db.executemany(
        "INSERT INTO pages (document, page_index, label, text, source) VALUES (?, ?, ?, ?, ?)",
        [(number, page["page_index"], page["label"], page["text"], page["source"]) for page in pages],
    )


def _originals(db: sqlite3.Connection) -> Iterator[_Original]:
    documents = db.execute(
        "SELECT d.*, (SELECT path FROM locations l WHERE l.document = d.id) AS path FROM documents d"
        " WHERE EXISTS (SELECT 1 FROM chunks c WHERE c.document = d.id) ORDER BY d.id"
    ).fetchall()
    for row in documents:
        pages = db.execute("SELECT * FROM pages WHERE document = ? ORDER BY page_index", (row["id"],)).fetchall()
        chunks = db.execute(
            "SELECT c.*, v.vector, t.code FROM chunks c JOIN vectors v ON v.chunk = c.id"
            " LEFT JOIN tokens t ON t.chunk = c.id WHERE c.document = ? ORDER BY c.id",
            (row["id"],),
        ).fetchall()
        yield _Original(row, pages, chunks)


def _varied(text: str, pool: list[str], chance: random.Random) -> str:
    words = text.split(" ")
    for at in chance.sample(range(len(words)), int(EXCHANGED_SHARE * len(words))):
        words[at] = chance.choice(pool)
    return " ".join(words)
