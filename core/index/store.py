"""Documents, pages, chunks and vectors as rows: SQL in, dataclasses out. Writers are inside `Database.write()`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from core.embedding.embedder import Vectors
from core.errors import UnknownDocument
from core.index.keyword_index import KeywordEntry
from core.index.moment import now
from core.index.vector_index import Ids
from core.types import (
    Chunk,
    Document,
    DocumentKind,
    Health,
    JobState,
    OutlineEntry,
    Page,
    PageProblem,
    PageSource,
    Passage,
    Scope,
    Survey,
    TextRun,
    WordBox,
)

_DOCUMENTS = """
    SELECT d.id, d.hash, d.title, j.state, j.reason, d.page_count, d.added_at, d.kind, d.attachments,
        NOT EXISTS (SELECT 1 FROM locations l WHERE l.document = d.id AND l.missing_at IS NULL) AS missing,
        (SELECT json_group_array(path) FROM (SELECT path FROM locations l WHERE l.document = d.id
            ORDER BY l.missing_at IS NOT NULL, l.seen_at DESC, l.rowid)) AS paths,
        (SELECT json_group_array(c.name) FROM membership m JOIN collections c ON c.id = m.collection
            WHERE m.document = d.id) AS collections,
        (SELECT json_group_object(source, n) FROM (SELECT source, COUNT(*) AS n FROM pages p
            WHERE p.document = d.id GROUP BY source)) AS health,
        (SELECT COUNT(*) FROM chunks c WHERE c.document = d.id) AS chunk_count,
        (SELECT AVG(confidence) FROM pages p WHERE p.document = d.id) AS confidence
    FROM documents d JOIN jobs j ON j.document = d.id
"""
_PASSAGES = """
    SELECT c.id, d.hash, d.title, c.page_index, p.label, c.char_start, c.char_end, c.heading_path, c.text, c.runs,
        (SELECT path FROM locations l WHERE l.document = d.id
            ORDER BY l.missing_at IS NOT NULL, l.seen_at DESC, l.rowid LIMIT 1) AS path
    FROM chunks c
    JOIN documents d ON d.id = c.document
    JOIN pages p ON p.document = c.document AND p.page_index = c.page_index
"""
_IN_SLICES_OF = 20_000


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def read_documents(db: sqlite3.Connection) -> list[Document]:
    """All documents, the one added last first."""
    return [_document(row) for row in db.execute(_DOCUMENTS + " ORDER BY d.id DESC")]


def read_document(db: sqlite3.Connection, document: str) -> Document:
    """One document by its hash.

    Raises:
        UnknownDocument: it is not in the library.
    """
    row = db.execute(_DOCUMENTS + " WHERE d.hash = ?", (document,)).fetchone()
    if row is None:
        raise UnknownDocument("This document is no longer in the library.")
    return _document(row)


def resolve(db: sqlite3.Connection, reference: str) -> str:
    """The hash of the document that a person means: by hash or its beginning, path, file name, or title.

    Raises:
        UnknownDocument: none, or more than one.
    """
    absolute = str(Path(reference).expanduser().absolute())
    for condition, value in (
        ("l.path = ?", absolute),
        ("d.hash = ?", reference),
        ("length(?1) >= 6 AND substr(d.hash, 1, length(?1)) = lower(?1)", reference),
        ("substr(l.path, -length(?1) - 1) COLLATE NOCASE IN ('/' || ?1, '\\' || ?1)", reference),
        ("d.title = ? COLLATE NOCASE", reference),
    ):
        rows = db.execute(
            f"SELECT DISTINCT d.hash FROM documents d LEFT JOIN locations l ON l.document = d.id WHERE {condition}",
            (value,),
        ).fetchall()
        if len(rows) == 1:
            return str(rows[0][0])
        if len(rows) > 1:
            raise UnknownDocument(f"“{reference}” names {len(rows)} documents. Give the id or the full path of one.")
    raise UnknownDocument(f"“{reference}” is not in the library. `paperlamp documents` lists what is.")


def read_outline(db: sqlite3.Connection, document: str) -> tuple[OutlineEntry, ...]:
    """The document's bookmarks."""
    row = db.execute("SELECT outline FROM documents WHERE hash = ?", (document,)).fetchone()
    return tuple(OutlineEntry(*entry) for entry in json.loads(row[0])) if row else ()


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


def rows_in_scope(db: sqlite3.Connection, scope: Scope) -> list[int] | None:
    """Row numbers of the documents in scope; None stands for all of them."""
    if not scope.documents and scope.collection is None:
        return None
    conditions, values = [], []
    if scope.documents:
        conditions.append(f"hash IN ({','.join('?' * len(scope.documents))})")
        values += list(scope.documents)
    if scope.collection is not None:
        conditions.append(
            "id IN (SELECT document FROM membership m JOIN collections c ON c.id = m.collection WHERE c.name = ?)"
        )
        values.append(scope.collection)
    return [row[0] for row in db.execute(f"SELECT id FROM documents WHERE {' AND '.join(conditions)}", values)]


def chunk_ids(db: sqlite3.Connection, documents: Sequence[int] | None = None) -> Ids:
    """Ids of all chunks, or of those of some documents (row numbers)."""
    condition = f" WHERE document IN ({','.join(map(str, documents))})" if documents is not None else ""
    return np.array([row[0] for row in db.execute("SELECT id FROM chunks" + condition)], np.int64)


def read_vectors(db: sqlite3.Connection, ids: Ids) -> Iterator[tuple[Ids, Vectors]]:
    """Stored vectors in slices of (ids, vectors), so that memory stays flat."""
    for first in range(0, len(ids), _IN_SLICES_OF):
        some = ids[first : first + _IN_SLICES_OF]
        rows = db.execute(f"SELECT chunk, vector FROM vectors WHERE chunk IN ({','.join(map(str, some))})").fetchall()
        if rows:
            vectors = np.stack([np.frombuffer(row[1], np.float16) for row in rows]).astype(np.float32)
            yield np.array([row[0] for row in rows], np.int64), vectors


def read_keyword_entries(db: sqlite3.Connection, ids: Ids) -> Iterator[list[KeywordEntry]]:
    """What the keyword index wants to know of chunks, in slices."""
    for first in range(0, len(ids), _IN_SLICES_OF):
        some = ids[first : first + _IN_SLICES_OF]
        rows = db.execute(f"SELECT id, document, text, context FROM chunks WHERE id IN ({','.join(map(str, some))})")
        yield [KeywordEntry(*row) for row in rows]


def read_passages(db: sqlite3.Connection, scored: Sequence[tuple[int, float]]) -> list[Passage]:
    """Passages for (chunk id, score), ranked in the order given; chunks removed meanwhile are left out."""
    if not scored:
        return []
    marks = ",".join(str(chunk) for chunk, _ in scored)
    rows = {row["id"]: row for row in db.execute(f"{_PASSAGES} WHERE c.id IN ({marks})")}
    present = [(rows[chunk], score) for chunk, score in scored if chunk in rows]
    return [_passage(row, rank, score) for rank, (row, score) in enumerate(present, 1)]


def read_collections(db: sqlite3.Connection) -> list[tuple[str, int]]:
    """Collections and how many documents each holds, by name."""
    rows = db.execute(
        """SELECT c.name, COUNT(m.document) FROM collections c LEFT JOIN membership m ON m.collection = c.id
        GROUP BY c.id ORDER BY c.name COLLATE NOCASE"""
    )
    return [(row[0], row[1]) for row in rows]


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def insert_document(db: sqlite3.Connection, document: str, title: str) -> bool:
    """Make a document row, `queued`; False if that hash is known already."""
    cursor = db.execute(
        "INSERT INTO documents (hash, title, added_at) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING",
        (document, title, now()),
    )
    if cursor.rowcount > 0:
        db.execute(
            """INSERT INTO jobs (document, state, position, updated_at)
            SELECT ?, ?, coalesce(max(position), 0) + 1, ? FROM jobs""",
            (cursor.lastrowid, JobState.QUEUED, now()),
        )
    return cursor.rowcount > 0


def link(db: sqlite3.Connection, document: str, path: str, collection: str | None) -> None:
    """Note where the file lies and which collection it belongs to. A path that held another file now holds this one."""
    db.execute(
        """INSERT INTO locations (document, path, seen_at) SELECT id, ?, ? FROM documents WHERE hash = ?
        ON CONFLICT (path)
        DO UPDATE SET document = excluded.document, seen_at = excluded.seen_at, missing_at = NULL""",
        (path, now(), document),
    )
    if collection:
        insert_collection(db, collection)
        assign(db, [document], collection)


def claim_path(db: sqlite3.Connection, document: str, path: str) -> str | None:
    """Let `document` follow the one whose bytes lay at `path` before, if that lies nowhere else now.

    It takes over the collections, and the earlier version goes once this one is ready. To be asked before `link`.

    Returns:
        The hash of the earlier version that is superseded at once, because it never became ready itself.
    """
    earlier = db.execute(
        """SELECT d.id, d.hash, d.replaces, j.state FROM locations l JOIN documents d ON d.id = l.document
        JOIN jobs j ON j.document = d.id WHERE l.path = ?1 AND d.hash <> ?2
        AND NOT EXISTS (SELECT 1 FROM locations o WHERE o.document = d.id AND o.path <> ?1)""",
        (path, document),
    ).fetchone()
    if earlier is None:
        return None
    db.execute(
        """INSERT INTO membership (collection, document) SELECT m.collection, d.id FROM membership m, documents d
        WHERE m.document = ? AND d.hash = ? ON CONFLICT DO NOTHING""",
        (earlier["id"], document),
    )
    was_ready = earlier["state"] == JobState.READY
    replaced = earlier["hash"] if was_ready else earlier["replaces"]
    if replaced is not None:
        db.execute("UPDATE documents SET replaces = ? WHERE hash = ? AND hash <> ?", (replaced, document, replaced))
    return None if was_ready else str(earlier["hash"])


def read_replaced(db: sqlite3.Connection, document: str) -> str | None:
    """The earlier version that `document` stands in for, while that is in the library and lies nowhere."""
    row = db.execute(
        """SELECT old.hash FROM documents new JOIN documents old ON old.hash = new.replaces WHERE new.hash = ?
        AND NOT EXISTS (SELECT 1 FROM locations l WHERE l.document = old.id)""",
        (document,),
    ).fetchone()
    return str(row[0]) if row else None


def read_superseded(db: sqlite3.Connection) -> list[tuple[str, str | None]]:
    """Documents that lie nowhere and are not wanted: their newer version is ready, or they never became ready.

    Each with its newer version, where that is known.
    """
    rows = db.execute(
        """SELECT old.hash, new.hash FROM documents old JOIN jobs j ON j.document = old.id
        LEFT JOIN documents new ON new.replaces = old.hash
        LEFT JOIN jobs n ON n.document = new.id
        WHERE NOT EXISTS (SELECT 1 FROM locations l WHERE l.document = old.id)
        AND (j.state <> ?1 OR n.state = ?1)""",
        (JobState.READY,),
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


def set_survey(db: sqlite3.Connection, document: str, survey: Survey) -> None:
    """Keep what opening the file told."""
    outline = json.dumps([[e.title, e.page_index, e.level] for e in survey.outline], ensure_ascii=False)
    db.execute(
        """UPDATE documents SET title = ?, page_count = ?, outline = ?, kind = ?, scan_share = ?, attachments = ?
        WHERE hash = ?""",
        (
            survey.title,
            survey.page_count,
            outline,
            survey.kind,
            survey.scan_share,
            json.dumps(survey.attachments, ensure_ascii=False),
            document,
        ),
    )


def insert_pages(
    db: sqlite3.Connection,
    document: str,
    pages: Sequence[Page],
    chunks: Sequence[tuple[Chunk, str]],
    vectors: Vectors,
) -> tuple[int, int, Ids]:
    """Insert finished pages with their chunks and vectors; a page that is there already is passed over with its chunks.

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
    for (chunk, context), vector in zip(chunks, vectors, strict=True):
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
    return number, len(fresh), np.array(ids, np.int64)


def delete_documents(db: sqlite3.Connection, documents: Sequence[str]) -> Ids:
    """Delete documents with all that belongs to them; returns the ids of the chunks that went."""
    marks = ",".join("?" * len(documents))
    rows = db.execute(
        f"SELECT id FROM chunks WHERE document IN (SELECT id FROM documents WHERE hash IN ({marks}))", documents
    ).fetchall()
    db.execute(f"DELETE FROM documents WHERE hash IN ({marks})", documents)
    return np.array([row[0] for row in rows], np.int64)


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


def read_problems(db: sqlite3.Connection, document: str) -> list[PageProblem]:
    """The pages that gave no text or are in doubt, each with its reason, in order."""
    rows = db.execute(
        """SELECT page_index, label, source, reason FROM pages WHERE reason IS NOT NULL
        AND document = (SELECT id FROM documents WHERE hash = ?) ORDER BY page_index""",
        (document,),
    )
    return [PageProblem(row[0], row[1], PageSource(row[2]), row[3]) for row in rows]


def read_chunk_texts(db: sqlite3.Connection, documents: Sequence[str]) -> list[tuple[str, str]]:
    """(context line, text) of all chunks of documents."""
    marks = ",".join("?" * len(documents))
    rows = db.execute(
        f"SELECT context, text FROM chunks WHERE document IN (SELECT id FROM documents WHERE hash IN ({marks}))",
        list(documents),
    )
    return [(row[0], row[1]) for row in rows]


def _only(pages: Sequence[int] | None) -> str:
    return "" if pages is None else f"AND page_index IN ({','.join(map(str, map(int, pages)))})"


def _pack(words: Sequence[WordBox]) -> str | None:
    if not words:
        return None
    boxes = [[w.char_start, w.char_end, w.left, w.top, w.right, w.bottom] for w in words]
    return json.dumps(boxes, separators=(",", ":"))


def _document(row: sqlite3.Row) -> Document:
    return Document(
        id=row["hash"],
        title=row["title"],
        state=JobState(row["state"]).document_state,
        paths=tuple(json.loads(row["paths"])),
        page_count=row["page_count"],
        reason=row["reason"],
        health=Health(**json.loads(row["health"])),
        chunk_count=row["chunk_count"],
        collections=tuple(json.loads(row["collections"])),
        added_at=row["added_at"],
        kind=DocumentKind(row["kind"]),
        attachments=tuple(json.loads(row["attachments"])),
        missing=bool(row["missing"]),
        confidence=row["confidence"],
    )


def _passage(row: sqlite3.Row, rank: int, score: float) -> Passage:
    return Passage(
        rank=rank,
        score=score,
        document=row["hash"],
        path=row["path"] or "",
        title=row["title"],
        page_index=row["page_index"],
        page_label=row["label"],
        char_start=row["char_start"],
        char_end=row["char_end"],
        heading=" › ".join(json.loads(row["heading_path"])),
        text=row["text"],
        runs=tuple(TextRun(*run) for run in json.loads(row["runs"] or "[]")),
    )
