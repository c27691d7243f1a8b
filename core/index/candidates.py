"""What a search reads of its candidates: chunks, the pages around them, and the first pages of documents. SQL only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that may answer.

    Attributes:
        document: the document's row number.
    """

    chunk: int
    document: int
    page_index: int
    context: str
    text: str

    @property
    def page(self) -> tuple[int, int]:
        """Document and page."""
        return self.document, self.page_index


@dataclass(frozen=True, slots=True)
class Face:
    """What a document shows of itself at first sight.

    Attributes:
        document: its row number.
        name: title and file name.
        opening: the beginning of its first page.
    """

    document: int
    name: str
    opening: str


def read_candidates(db: sqlite3.Connection, chunks: Iterable[int]) -> list[Candidate]:
    """Chunks by id, in the order given; those removed meanwhile are left out."""
    wanted = list(chunks)
    rows = db.execute(
        f"SELECT id, document, page_index, context, text FROM chunks WHERE id IN ({','.join(map(str, wanted))})"
    )
    found = {row[0]: Candidate(*row) for row in rows}
    return [found[chunk] for chunk in wanted if chunk in found]


def read_page_chunks(db: sqlite3.Connection, pages: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[str]]:
    """(document, page index) → the texts of the page's chunks in reading order."""
    texts: dict[tuple[int, int], list[str]] = {page: [] for page in pages}
    values = ",".join(f"({int(document)},{int(page)})" for document, page in pages)
    rows = db.execute(
        f"""WITH wanted (document, page_index) AS (VALUES {values})
        SELECT c.document, c.page_index, c.text FROM wanted JOIN chunks c USING (document, page_index) ORDER BY c.id"""
    )
    for document, page, text in rows:
        texts[document, page].append(text)
    return texts


def read_documents_mark(db: sqlite3.Connection) -> tuple[int, int]:
    """How many documents there are, and the largest row number: while both stay, so do the documents.

    Row numbers only grow: a document that came since and is there still has a larger one; if none did, those that went
    are missing in the number.
    """
    count, largest = db.execute("SELECT COUNT(*), max(id) FROM documents").fetchone()
    return int(count), int(largest or 0)


def read_document_rows(db: sqlite3.Connection) -> set[int]:
    """Row numbers of all documents."""
    return {row[0] for row in db.execute("SELECT id FROM documents")}


def read_faces(db: sqlite3.Connection, documents: Iterable[int], characters: int) -> list[Face]:
    """Faces of those of the documents whose first page has been read."""
    rows = db.execute(
        f"""SELECT d.id, d.title, substr(p.text, 1, {int(characters)}),
            (SELECT path FROM locations l WHERE l.document = d.id
                ORDER BY l.missing_at IS NOT NULL, l.seen_at DESC, l.rowid LIMIT 1)
        FROM documents d JOIN pages p ON p.document = d.id AND p.page_index = 0
        WHERE d.id IN ({",".join(map(str, documents))})"""
    )
    return [Face(row[0], f"{row[1]}\n{Path(row[3] or '').stem}", row[2]) for row in rows]
