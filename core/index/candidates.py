"""What a search reads of its candidates: chunks, the pages around them, and the first pages of documents. SQL only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.types import TextRun


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
class PageChunk:
    """A chunk among the others of its page.

    Attributes:
        runs: where it stands on the page; empty in libraries of earlier versions.
        is_boxed: its places are boxes, not PDFium's characters: a recognised page, or values and comments behind the
            text of another. No passage has both kinds.
    """

    chunk: int
    text: str
    heading_path: tuple[str, ...]
    runs: tuple[TextRun, ...]
    is_boxed: bool


@dataclass(frozen=True, slots=True)
class PageChunks:
    """A page's text by PDFium's character index, and its chunks in reading order."""

    text: str
    chunks: tuple[PageChunk, ...]


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


def read_chunks_on_pages(db: sqlite3.Connection, pages: Iterable[tuple[str, int]]) -> dict[tuple[str, int], PageChunks]:
    """(document's hash, page index) → the page with its chunks; pages removed meanwhile are left out."""
    found = {}
    for document, page_index in pages:
        page = db.execute(
            """SELECT p.document, p.text, json_extract(p.words, '$[0][0]')
            FROM pages p JOIN documents d ON d.id = p.document WHERE d.hash = ? AND p.page_index = ?""",
            (document, page_index),
        ).fetchone()
        if page is None:
            continue
        row, text, boxed_from = page
        chunks = db.execute(
            """SELECT id, text, heading_path, runs, char_start FROM chunks
            WHERE document = ? AND page_index = ? ORDER BY id""",
            (row, page_index),
        )
        found[document, page_index] = PageChunks(
            text,
            tuple(
                PageChunk(
                    chunk,
                    chunk_text,
                    tuple(json.loads(headings)),
                    tuple(TextRun(*run) for run in json.loads(runs or "[]")),
                    boxed_from is not None and char_start >= boxed_from,
                )
                for chunk, chunk_text, headings, runs, char_start in chunks
            ),
        )
    return found


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
