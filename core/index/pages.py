"""Pages with their chunks and vectors, as rows. Writers are inside `Database.write()`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

import numpy as np

from core.embedding.embedder import Vectors
from core.index.vector_index import Ids
from core.types import Chunk, Page, PageProblem, PageSource, WordBox


def read_page_text(db: sqlite3.Connection, document: str, page_index: int) -> str:
    """A page's text by PDFium's character index; empty when there is none."""
    row = db.execute(
        "SELECT text FROM pages WHERE page_index = ? AND document = (SELECT id FROM documents WHERE hash = ?)",
        (page_index, document),
    ).fetchone()
    return str(row[0]) if row else ""


def read_word_boxes(db: sqlite3.Connection, document: str, page_index: int) -> tuple[WordBox, ...]:
    """Where the words of a recognised page stand; empty for other pages."""
    row = db.execute(
        "SELECT words FROM pages WHERE page_index = ? AND document = (SELECT id FROM documents WHERE hash = ?)",
        (page_index, document),
    ).fetchone()
    return tuple(WordBox(*box) for box in json.loads(row[0])) if row and row[0] else ()


def pages_done(db: sqlite3.Connection, document: str) -> set[int]:
    """Indices of the pages that were committed."""
    rows = db.execute(
        "SELECT page_index FROM pages WHERE document = (SELECT id FROM documents WHERE hash = ?)", (document,)
    )
    return {row[0] for row in rows}


def read_problems(db: sqlite3.Connection, document: str) -> list[PageProblem]:
    """The pages that gave no text or are in doubt, each with its reason, in order."""
    rows = db.execute(
        """SELECT page_index, label, source, reason FROM pages WHERE reason IS NOT NULL
        AND document = (SELECT id FROM documents WHERE hash = ?) ORDER BY page_index""",
        (document,),
    )
    return [PageProblem(row[0], row[1], PageSource(row[2]), row[3]) for row in rows]


def insert_pages(
    db: sqlite3.Connection,
    document: str,
    pages: Sequence[Page],
    chunks: Sequence[tuple[Chunk, str]],
    vectors: Vectors,
    tokens: Sequence[bytes] = (),
) -> tuple[int, int, Ids]:
    """Insert finished pages with their chunks and vectors; a page that is there already is passed over with its chunks.

    Args:
        db: inside `write()`.
        document: its id.
        pages: the finished pages.
        chunks: of these pages, each with its context line.
        vectors: one for each chunk.
        tokens: a code for each chunk, or none at all.

    Returns:
        The document's row number, how many pages are new, and the ids of the new chunks, one for each of `chunks` that
        was inserted.
    """
    row = db.execute("SELECT id FROM documents WHERE hash = ?", (document,)).fetchone()
    if row is None:  # removed while a worker was busy with it
        return 0, 0, np.empty(0, np.int64)
    number = int(row[0])
    fresh = set()
    for page in pages:
        cursor = db.execute(
            """INSERT INTO pages (document, page_index, label, text, source, reason, words, confidence)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
            (number, page.index, page.label, page.text, page.source, page.reason, _pack(page.words), page.confidence),
        )
        if cursor.rowcount > 0:
            fresh.add(page.index)
    ids = []
    for (chunk, context), vector, code in zip(chunks, vectors, tokens or [b""] * len(chunks), strict=True):
        if chunk.page_index not in fresh:
            continue
        cursor = db.execute(
            """INSERT INTO chunks
            (document, page_index, char_start, char_end, text, heading_path, context, token_count, runs)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                number,
                chunk.page_index,
                chunk.char_start,
                chunk.char_end,
                chunk.text,
                json.dumps(chunk.heading_path, ensure_ascii=False),
                context,
                chunk.token_count,
                json.dumps(chunk.runs, separators=(",", ":")) if chunk.runs else None,
            ),
        )
        ids.append(cursor.lastrowid or 0)
        db.execute("INSERT INTO vectors VALUES (?, ?)", (cursor.lastrowid, vector.astype(np.float16).tobytes()))
        if code:
            db.execute("INSERT INTO tokens VALUES (?, ?)", (cursor.lastrowid, code))
    return number, len(fresh), np.array(ids, np.int64)


def delete_failed_pages(db: sqlite3.Connection, document: str, pages: Sequence[int] | None = None) -> None:
    """Forget the pages that failed, all or some of them, so that a retry reads them again."""
    db.execute(
        f"""DELETE FROM pages WHERE source = ? AND document = (SELECT id FROM documents WHERE hash = ?)
        {_only(pages)}""",
        (PageSource.FAILED, document),
    )


def skip_pages(db: sqlite3.Connection, document: str, pages: Sequence[int], reason: str) -> None:
    """Count failed pages as empty, because the person does without them."""
    db.execute(
        f"""UPDATE pages SET source = ?, reason = ? WHERE source = ?
        AND document = (SELECT id FROM documents WHERE hash = ?) {_only(pages)}""",
        (PageSource.EMPTY, reason, PageSource.FAILED, document),
    )


def delete_pages(db: sqlite3.Connection, document: str, pages: Sequence[int]) -> Ids:
    """Delete pages with their chunks, to make place for another reading; returns the ids of the chunks that went."""
    condition = f"document = (SELECT id FROM documents WHERE hash = ?) {_only(pages)}"
    rows = db.execute(f"SELECT id FROM chunks WHERE {condition}", (document,)).fetchall()
    db.execute(f"DELETE FROM chunks WHERE {condition}", (document,))
    db.execute(f"DELETE FROM pages WHERE {condition}", (document,))
    return np.array([row[0] for row in rows], np.int64)


def _only(pages: Sequence[int] | None) -> str:
    return "" if pages is None else f"AND page_index IN ({','.join(map(str, map(int, pages)))})"


def _pack(words: Sequence[WordBox]) -> str | None:
    if not words:
        return None
    boxes = [[w.char_start, w.char_end, w.left, w.top, w.right, w.bottom] for w in words]
    return json.dumps(boxes, separators=(",", ":"))
