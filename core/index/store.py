"""Documents, and chunks as indexes and searches want them: SQL in, dataclasses out. Writers are inside `write()`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from core.embedding.embedder import Vectors
from core.errors import UnknownDocument
from core.index import collections
from core.index.keyword_index import KeywordEntry
from core.index.moment import now
from core.index.vector_index import Ids
from core.types import (
    Document,
    DocumentKind,
    Health,
    JobState,
    OutlineEntry,
    Passage,
    Survey,
    TextRun,
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
        (SELECT AVG(confidence) FROM pages p WHERE p.document = d.id) AS confidence,
        (SELECT json_group_array(tag) FROM (SELECT tag FROM tags t WHERE t.document = d.id ORDER BY tag)) AS tags,
        d.created_at
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


def read_titles(db: sqlite3.Connection, documents: Sequence[str]) -> list[str]:
    """The titles of documents in the order given; those that are not there are left out."""
    rows = db.execute(f"SELECT hash, title FROM documents WHERE hash IN ({','.join('?' * len(documents))})", documents)
    titles = {row[0]: str(row[1]) for row in rows}
    return [titles[document] for document in documents if document in titles]


def read_outline(db: sqlite3.Connection, document: str) -> tuple[OutlineEntry, ...]:
    """The document's bookmarks."""
    row = db.execute("SELECT outline FROM documents WHERE hash = ?", (document,)).fetchone()
    return tuple(OutlineEntry(*entry) for entry in json.loads(row[0])) if row else ()


def chunk_ids(db: sqlite3.Connection, documents: Sequence[int] | None = None) -> Ids:
    """Ids of all chunks, or of those of some documents (row numbers)."""
    condition = f" WHERE document IN ({','.join(map(str, documents))})" if documents is not None else ""
    # As one text, for making a Python object of each of a million rows takes three times as long.
    (text,) = db.execute("SELECT group_concat(id) FROM chunks" + condition).fetchone()
    return np.fromstring(text or "", np.int64, sep=",")


def read_vectors(db: sqlite3.Connection, ids: Ids) -> Iterator[tuple[Ids, Vectors]]:
    """Stored vectors in slices of (ids, vectors), so that memory stays flat."""
    for first in range(0, len(ids), _IN_SLICES_OF):
        some = ids[first : first + _IN_SLICES_OF]
        rows = db.execute(f"SELECT chunk, vector FROM vectors WHERE chunk IN ({','.join(map(str, some))})").fetchall()
        if rows:
            ids_there, blobs = zip(*rows, strict=True)
            vectors = np.frombuffer(b"".join(blobs), np.float16).reshape(len(rows), -1)
            yield np.array(ids_there, np.int64), vectors.astype(np.float32)


def read_token_codes(db: sqlite3.Connection, chunks: Sequence[int]) -> dict[int, bytes]:
    """Chunk id → the code of its token vectors, where it has one."""
    rows = db.execute(f"SELECT chunk, code FROM tokens WHERE chunk IN ({','.join(map(str, chunks))})")
    return {int(row[0]): bytes(row[1]) for row in rows}


def read_keyword_entries(db: sqlite3.Connection, ids: Ids) -> Iterator[list[KeywordEntry]]:
    """What the keyword index wants to know of chunks, in slices."""
    for first in range(0, len(ids), _IN_SLICES_OF):
        some = ids[first : first + _IN_SLICES_OF]
        marks = ",".join(map(str, some))
        rows = db.execute(f"SELECT id, document, text, context, heading_path FROM chunks WHERE id IN ({marks})")
        yield [
            KeywordEntry(row["id"], row["document"], row["text"], row["context"], json.loads(row["heading_path"]))
            for row in rows
        ]


def read_passages(db: sqlite3.Connection, scored: Sequence[tuple[int, float]]) -> list[Passage]:
    """Passages for (chunk id, score), ranked in the order given; chunks removed meanwhile are left out."""
    if not scored:
        return []
    marks = ",".join(str(chunk) for chunk, _ in scored)
    rows = {row["id"]: row for row in db.execute(f"{_PASSAGES} WHERE c.id IN ({marks})")}
    present = [(rows[chunk], score) for chunk, score in scored if chunk in rows]
    return [_passage(row, rank, score) for rank, (row, score) in enumerate(present, 1)]


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
        collections.insert_collection(db, collection)
        collections.assign(db, [document], collection)


def set_survey(db: sqlite3.Connection, document: str, survey: Survey) -> None:
    """Keep what opening the file told."""
    outline = json.dumps([[e.title, e.page_index, e.level] for e in survey.outline], ensure_ascii=False)
    db.execute(
        """UPDATE documents SET title = ?, page_count = ?, outline = ?, kind = ?, scan_share = ?, attachments = ?,
        created_at = ? WHERE hash = ?""",
        (
            survey.title,
            survey.page_count,
            outline,
            survey.kind,
            survey.scan_share,
            json.dumps(survey.attachments, ensure_ascii=False),
            survey.created_at or None,
            document,
        ),
    )


def delete_documents(db: sqlite3.Connection, documents: Sequence[str]) -> Ids:
    """Delete documents with all that belongs to them; returns the ids of the chunks that went."""
    marks = ",".join("?" * len(documents))
    rows = db.execute(
        f"SELECT id FROM chunks WHERE document IN (SELECT id FROM documents WHERE hash IN ({marks}))", documents
    ).fetchall()
    db.execute(f"DELETE FROM documents WHERE hash IN ({marks})", documents)
    return np.array([row[0] for row in rows], np.int64)


def read_chunk_texts(db: sqlite3.Connection, documents: Sequence[str]) -> list[tuple[str, str]]:
    """(context line, text) of all chunks of documents."""
    marks = ",".join("?" * len(documents))
    rows = db.execute(
        f"SELECT context, text FROM chunks WHERE document IN (SELECT id FROM documents WHERE hash IN ({marks}))",
        list(documents),
    )
    return [(row[0], row[1]) for row in rows]


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
        tags=tuple(json.loads(row["tags"])),
        created_at=row["created_at"] or "",
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
        chunk=row["id"],
    )
