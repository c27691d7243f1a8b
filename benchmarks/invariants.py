"""What must be true of a library at every moment, whoever was killed when. Each fault is one plain sentence."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.index import store
from core.index.library import Library
from core.index.vector_forms import ExactForm
from core.types import JobState

# In the IVF form: vectors that are looked for, and how much their cosines with themselves may be off.
_LOOKED_FOR = 200
_COARSE = 0.02

_ORPHANS = {
    "chunks without a vector": "SELECT COUNT(*) FROM chunks WHERE id NOT IN (SELECT chunk FROM vectors)",
    "vectors without a chunk": "SELECT COUNT(*) FROM vectors WHERE chunk NOT IN (SELECT id FROM chunks)",
    "chunks without a page": """SELECT COUNT(*) FROM chunks c WHERE NOT EXISTS
        (SELECT 1 FROM pages p WHERE p.document = c.document AND p.page_index = c.page_index)""",
    "pages with text and without a chunk": """SELECT COUNT(*) FROM pages p WHERE p.source IN ('text', 'ocr')
        AND NOT EXISTS (SELECT 1 FROM chunks c WHERE p.document = c.document AND p.page_index = c.page_index)""",
    "chunks that reach beyond their page": """SELECT COUNT(*) FROM chunks c JOIN pages p
        ON p.document = c.document AND p.page_index = c.page_index WHERE c.char_end > length(p.text)""",
    "documents without a job": "SELECT COUNT(*) FROM documents WHERE id NOT IN (SELECT document FROM jobs)",
}


@dataclass(slots=True)
class Faults:
    """Sentences by kind: pages that are gone, pages that were done twice, and whatever else does not fit."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    inconsistent: list[str] = field(default_factory=list)

    def take(self, other: Faults) -> None:
        """Add those of another examination."""
        self.lost += other.lost
        self.twice += other.twice
        self.inconsistent += other.inconsistent

    def sentences(self) -> list[str]:
        """All of them, each with its kind."""
        kinds = (("lost", self.lost), ("twice", self.twice), ("inconsistent", self.inconsistent))
        return [f"{kind}: {sentence}" for kind, sentences in kinds for sentence in sentences]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was committed at one moment.

    Attributes:
        hashes: of documents, by row number; a row number is never given twice.
        pages: by row number and page index, the ids of the page's chunks.
    """

    hashes: Mapping[int, str]
    pages: Mapping[tuple[int, int], tuple[int, ...]]

    def hashes_of_all(self) -> set[str]:
        """The documents that were there."""
        return set(self.hashes.values())

    def pages_of(self, document: str) -> int:
        """How many pages of a document there are."""
        return sum(self.hashes[row] == document for row, _ in self.pages)


def read_only(folder: Path) -> sqlite3.Connection:
    """The library's file as its last owner left it, or as another process is writing it."""
    db = sqlite3.connect(folder / "library.sqlite3", isolation_level=None, timeout=30)
    db.row_factory = sqlite3.Row
    db.execute("BEGIN")  # everything that is read belongs to one moment
    return db


def take_snapshot(db: sqlite3.Connection) -> Snapshot:
    """Documents, pages and the ids of their chunks."""
    hashes = {row[0]: row[1] for row in db.execute("SELECT id, hash FROM documents")}
    pages: dict[tuple[int, int], list[int]] = {
        (row[0], row[1]): [] for row in db.execute("SELECT document, page_index FROM pages WHERE source <> 'failed'")
    }
    for document, page, chunk in db.execute("SELECT document, page_index, id FROM chunks ORDER BY id"):
        if (document, page) in pages:  # a chunk without its page is found elsewhere
            pages[document, page].append(chunk)
    return Snapshot(hashes, {key: tuple(chunks) for key, chunks in pages.items()})


def examine_rows(db: sqlite3.Connection) -> Faults:
    """The rows among themselves."""
    found = Faults()
    for (verdict,) in db.execute("PRAGMA integrity_check").fetchall():
        if verdict != "ok":
            found.inconsistent.append(f"SQLite says: {verdict}")
    for row in db.execute("PRAGMA foreign_key_check").fetchall():
        found.inconsistent.append(f"a row of {row[0]} belongs to nothing in {row[2]}")
    for what, count in _ORPHANS.items():
        (number,) = db.execute(count).fetchone()
        if number:
            found.inconsistent.append(f"{number} {what}")
    for row in db.execute("SELECT document, page_index, reason FROM pages WHERE source = 'failed'"):
        found.lost.append(f"page {row[1]} of document {row[0]} was given up: {row[2]}")
    for row in db.execute(
        "SELECT d.id, d.page_count FROM documents d JOIN jobs j ON j.document = d.id WHERE state = ?", (JobState.READY,)
    ):
        there = [page for (page,) in db.execute("SELECT page_index FROM pages WHERE document = ?", (row[0],))]
        if sorted(there) != list(range(row[1])):
            found.lost.append(f"document {row[0]} is ready with {len(there)} of {row[1]} pages")
    spans = Counter(tuple(row) for row in db.execute("SELECT document, page_index, char_start, text FROM chunks"))
    found.twice += [
        f"a chunk of page {span[1]} of document {span[0]} is there {n} times" for span, n in spans.items() if n > 1
    ]
    for document, pages in db.execute("SELECT document, pages FROM leases"):
        done = {page for (page,) in db.execute("SELECT page_index FROM pages WHERE document = ?", (document,))}
        again = done.intersection(json.loads(pages))
        if again:
            found.twice.append(f"pages {sorted(again)} of document {document} are done and handed out again")
    return found


def examine_step(before: Snapshot, after: Snapshot, may_vanish: Iterable[str]) -> Faults:
    """What was committed is there still, under the same chunk ids: nothing was lost, nothing embedded twice.

    Args:
        before: an earlier moment.
        after: a later one.
        may_vanish: documents that were removed or replaced between them.
    """
    found = Faults()
    removable = set(may_vanish)
    for (row, page), chunks in before.pages.items():
        if row not in after.hashes:
            if before.hashes[row] not in removable:
                found.lost.append(f"document {row} with its page {page}")
        elif (row, page) not in after.pages:
            found.lost.append(f"page {page} of document {row}")
        elif after.pages[row, page] != chunks:
            found.twice.append(f"page {page} of document {row} has other chunks than before")
    return found


def examine_indexes(library: Library) -> Faults:
    """Both indexes against the rows, in a library that was just opened: the same ids, the same vectors."""
    found = Faults()
    db = library.database.read()
    wanted = np.sort(store.chunk_ids(db))
    vectors, keywords = library._indexes.vectors, library._indexes.keywords  # noqa: SLF001 — examined from within
    for name, index in (("vector", vectors), ("keyword", keywords)):
        if not np.array_equal(np.sort(index.ids()), wanted):
            found.inconsistent.append(f"the {name} index has other chunks than SQLite")
    stored = dict(db.execute("SELECT chunk, vector FROM vectors").fetchall())
    form = vectors._form  # noqa: SLF001
    ids = vectors.ids()
    if not isinstance(form, ExactForm):  # which keeps no vector as it was: some of them are looked for
        ids = ids[:: len(ids) // _LOOKED_FOR + 1]
    for chunk in ids.tolist():
        if chunk not in stored:
            continue
        vector = np.frombuffer(stored[chunk], np.float16)
        if isinstance(form, ExactForm):
            is_there = np.array_equal(vector, form.reconstruct(chunk).astype(np.float16))
        else:
            nearest = vectors.search(vector.astype(np.float32), 1, np.array([chunk], np.int64))
            is_there = bool(nearest) and abs(nearest[0][1] - 1) < _COARSE
        if not is_there:
            found.inconsistent.append(f"the vector of chunk {chunk} is another one than in SQLite")
    return found
