"""Carries what a damaged library still holds into another one, which may have been filled from a backup.

A table that can be read as a whole is taken as it is: the damaged file is newer than any backup, and what was removed
since stays removed. Of other tables, each row that can be read replaces the backup's. Of documents' contents the unit
is the page, as in commits: it is taken with all of its chunks and vectors, or left for the backup or for another
reading of the file.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.index.message_tree import chain_messages, mend_messages
from core.index.moment import now
from core.index.readable_rows import (
    HIGHEST_KEY,
    RANGE,
    Row,
    columns_of,
    highest_key,
    read_range,
    read_table,
    read_these,
    sequence_of,
)
from core.types import DocumentKind, JobState, PageSource, Role

_TABLES = (
    "meta", "documents", "locations", "collections", "tags", "jobs", "watched_folders", "conversations", "messages",
)  # fmt: skip
_MOST_PAGES = 100_000
_PAGE_FAILURES = 2_000
_WHOLE_LIBRARY = '{"documents": []}'

# What a damaged value becomes, where reading it would fail later on; a row without such a way out is left.
_JSON_LISTS = {"outline": "[]", "attachments": "[]", "ignore": "[]", "heading_path": "[]", "words": None, "runs": None}
_JSON_OBJECTS = {"scope": _WHOLE_LIBRARY, "answer": None}
_ENUMS: dict[tuple[str, str], tuple[type[StrEnum], str]] = {
    ("jobs", "state"): (JobState, JobState.QUEUED),
    ("documents", "kind"): (DocumentKind, DocumentKind.PDF),
    ("messages", "role"): (Role, Role.USER),
}


@dataclass(slots=True)
class Taken:
    """What was carried over.

    Attributes:
        damaged: tables of which not every row could be read.
        lost_paths: files whose documents could not be read; added again, they are documents again.
        read_again: titles of documents of which only the hash could be read; the file tells the rest anew.
    """

    damaged: list[str] = field(default_factory=list)
    lost_paths: list[str] = field(default_factory=list)
    read_again: list[str] = field(default_factory=list)


def take_over(source: sqlite3.Connection, target: sqlite3.Connection) -> Taken:
    """Carry everything readable from one library into another.

    Args:
        source: the damaged file, opened for reading.
        target: of the newest form, inside a transaction, with foreign keys off.
    """
    taken = Taken()
    before = dict(target.execute("SELECT id, hash FROM documents").fetchall())
    embedder = _embedder_of(target)
    # A wrong letter in a title or a message is better than none of it; a page with one would be shifted, and is left.
    source.text_factory = _legible
    for table in _TABLES:
        if not _take_table(source, target, table):
            taken.damaged.append(table)
    if "parent" not in (columns_of(source, "messages") or ["parent"]):
        chain_messages(target)
    _take_documents_of_the_index(source, target, taken)
    _take_membership(source, target, taken)
    source.text_factory = str
    after = dict(target.execute("SELECT id, hash FROM documents").fetchall())
    # Vectors of another embedder than the one in force are not to be mixed with its own: those pages are read again.
    changed = _embedder_of(target) != embedder
    for number in before:
        if changed or after.get(number) != before[number]:  # removed since, or its number belongs to another now
            _delete_content(target, number)
    if not _take_content(source, target, after):
        taken.damaged.append("pages")
    for table in ("documents", "chunks", "conversations", "messages"):
        _raise_sequence(target, table, sequence_of(source, table))
    present = set(after)
    taken.lost_paths = [
        row[1] for row in target.execute("SELECT document, path FROM locations") if row[0] not in present
    ]
    return taken


def make_consistent(db: sqlite3.Connection) -> list[str]:
    """Remove what stands on nothing, and send documents that miss pages back to the queue. Harmless on a sound file.

    Args:
        db: of the newest form, inside a transaction.

    Returns:
        The titles of documents that are read again.
    """
    db.execute(
        f"""INSERT INTO conversations (id, title, scope, created_at, updated_at)
        SELECT conversation, substr(min(text), 1, 60), '{_WHOLE_LIBRARY}', min(created_at), max(created_at)
        FROM messages WHERE conversation NOT IN (SELECT id FROM conversations) GROUP BY conversation"""
    )
    mend_messages(db)
    for table in ("locations", "membership", "tags", "pages", "chunks", "jobs", "leases"):
        db.execute(f"DELETE FROM {table} WHERE document NOT IN (SELECT id FROM documents)")
    db.execute("DELETE FROM membership WHERE collection NOT IN (SELECT id FROM collections)")
    # A page without one of its vectors would be found by words only, and nobody would know: it is read again.
    db.execute(
        """DELETE FROM pages WHERE (document, page_index) IN
        (SELECT document, page_index FROM chunks WHERE id NOT IN (SELECT chunk FROM vectors))"""
    )
    db.execute(
        """DELETE FROM chunks WHERE NOT EXISTS
        (SELECT 1 FROM pages p WHERE p.document = chunks.document AND p.page_index = chunks.page_index)"""
    )
    for table in ("vectors", "tokens"):
        db.execute(f"DELETE FROM {table} WHERE chunk NOT IN (SELECT id FROM chunks)")
    db.execute(
        """INSERT INTO jobs (document, state, position, updated_at)
        SELECT id, iif(page_count, 'ready', 'queued'), id, ? FROM documents
        WHERE id NOT IN (SELECT document FROM jobs)""",
        (now(),),
    )
    behind = db.execute(
        """SELECT d.id, d.title FROM documents d JOIN jobs j ON j.document = d.id WHERE j.state = 'ready'
        AND d.page_count > (SELECT COUNT(*) FROM pages p WHERE p.document = d.id)"""
    ).fetchall()
    db.executemany(
        """UPDATE jobs SET state = 'queued', reason = NULL, attempts = 0, retry_at = 0, updated_at = ?
        WHERE document = ?""",
        [(now(), row[0]) for row in behind],
    )
    return [str(row[1]) for row in behind]


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _take_table(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> bool:
    """Carry a table over; False if not all of it could be read."""
    reading = read_table(source, table, _shared(source, target, table))
    if reading.complete:
        target.execute(f"DELETE FROM {table}")
    for row in reading.rows:
        if not _insert(target, table, row):
            reading.complete = False
    return reading.complete


def _shared(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> list[str]:
    """Columns that both have: the damaged file may have an older form."""
    known = columns_of(target, table)
    return [column for column in columns_of(source, table) if column in known]


def _take_documents_of_the_index(source: sqlite3.Connection, target: sqlite3.Connection, taken: Taken) -> None:
    """A document whose row is damaged is still in the index of hashes: its pages are kept, its title is read again."""
    known = {row[0] for row in target.execute("SELECT id FROM documents")}
    hashes = {row[0] for row in target.execute("SELECT hash FROM documents")}
    try:
        found = source.execute("SELECT rowid, hash FROM documents INDEXED BY sqlite_autoindex_documents_1").fetchall()
    except sqlite3.Error:
        return
    for number, document in found:
        if number not in known and document not in hashes:
            row = target.execute("SELECT path FROM locations WHERE document = ?", (number,)).fetchone()
            title = Path(row[0].replace("\\", "/")).name if row else str(document)[:12]
            _insert(target, "documents", {"id": number, "hash": document, "title": title, "added_at": now()})
            target.execute("UPDATE jobs SET state = 'queued', reason = NULL WHERE document = ?", (number,))
            taken.read_again.append(title)


def _take_membership(source: sqlite3.Connection, target: sqlite3.Connection, taken: Taken) -> None:
    collections = [row[0] for row in target.execute("SELECT id FROM collections")]
    highest = max((row[0] for row in target.execute("SELECT id FROM documents")), default=0)
    readings = [
        read_range(
            source,
            f"SELECT document, collection FROM membership WHERE collection = ? AND document {RANGE}",
            (collection,),
            0,
            highest,
        )
        for collection in collections
    ]
    if all(reading.complete for reading in readings) and columns_of(source, "membership"):
        target.execute("DELETE FROM membership")
    else:
        taken.damaged.append("membership")
    for reading in readings:
        for row in reading.rows:
            _insert(target, "membership", row)


def _insert(target: sqlite3.Connection, table: str, row: Row) -> bool:
    """Insert a row in place of one with its key; False if the table does not take its values."""
    row = {column: _mended(table, column, value) for column, value in row.items()}
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    try:
        target.execute(f"INSERT OR REPLACE INTO {table} ({columns}) VALUES ({marks})", list(row.values()))
    except (sqlite3.IntegrityError, sqlite3.DataError, OverflowError):
        return False
    return True


def _legible(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _mended(table: str, column: str, value: Any) -> Any:
    if (table, column) in _ENUMS:
        kind, default = _ENUMS[table, column]
        return value if value in set(kind) else default
    if column in _JSON_LISTS:
        return value if value is None or _parses(value, list) else _JSON_LISTS[column]
    if column in _JSON_OBJECTS:
        return value if value is None or _parses(value, dict) else _JSON_OBJECTS[column]
    return value


def _parses(value: Any, kind: type) -> bool:
    try:
        return isinstance(json.loads(value), kind)
    except (ValueError, TypeError, RecursionError):
        return False


def _raise_sequence(target: sqlite3.Connection, table: str, noted: int) -> None:
    """No number is given twice, not even of rows that were lost."""
    highest = max(noted, highest_key(target, table), sequence_of(target, table))
    target.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    target.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, highest))


def _embedder_of(target: sqlite3.Connection) -> str | None:
    row = target.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
    return str(row[0]) if row else None


# ── contents ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _take_content(source: sqlite3.Connection, target: sqlite3.Connection, documents: Iterable[int]) -> bool:
    """Carry pages over, each with all of its chunks and vectors; False if some could not be read."""
    chunks_of, complete = _chunks_by_document(source)
    page_columns, chunk_columns = _shared(source, target, "pages"), _shared(source, target, "chunks")
    if not page_columns or not chunk_columns:
        return False
    select_pages = f"SELECT page_index, {', '.join(page_columns)} FROM pages WHERE document = ? AND page_index {RANGE}"
    select_chunks = f"SELECT {', '.join(chunk_columns)} FROM chunks NOT INDEXED WHERE id IN"
    whole = complete
    known = {number for ids in chunks_of.values() for number in ids} if not complete else set()
    for document in documents:
        expected = _chunks_by_page(source, document)
        ids = set(chunks_of.get(document, ())) | set(expected or ())
        pages = read_range(
            source, select_pages, (document,), 0, _last_page(target, document), most_failures=_PAGE_FAILURES
        )
        rows = {row["id"]: row for row in read_these(source, select_chunks, ids)}
        vectors = {
            row["chunk"]: row["vector"]
            for row in read_these(source, "SELECT chunk, vector FROM vectors WHERE chunk IN", rows)
        }
        # A chunk that has lost its tokens is none the worse for it: it is embedded again when it is compared.
        tokens = {
            row["chunk"]: row["code"]
            for row in read_these(source, "SELECT chunk, code FROM tokens WHERE chunk IN", rows)
        }
        by_page: dict[int, list[Row]] = defaultdict(list)
        broken = {expected[i] for i in ids if expected and i in expected and i not in rows}
        for number, row in rows.items():
            by_page[row["page_index"]].append(row)
            if not _is_vector(vectors.get(number)) or row["document"] != document:
                broken.add(row["page_index"])
        if not complete and expected is None:
            broken |= {page["page_index"] for page in pages.rows if not _is_framed(page, by_page, known)}
        whole = whole and pages.complete and not broken
        present = _chunks_in(target, document)
        for page in pages.rows:
            index = page["page_index"]
            if index in broken or page["source"] not in set(PageSource):
                continue
            new = {row["id"] for row in by_page[index]}
            if present.get(index) != new:
                _replace_page(target, page, by_page[index], vectors, tokens)
    return whole


def _is_framed(page: Row, by_page: dict[int, list[Row]], known: set[int]) -> bool:
    """True if the page has all of its chunks for certain, where neither table nor index could be read as a whole.

    A batch of pages is committed by one writer in one transaction, so that its chunks have successive numbers: a page
    whose numbers have no gap, between numbers that were read, misses none.
    """
    numbers = sorted(row["id"] for row in by_page[page["page_index"]])
    if not numbers:
        return not page["text"]
    first, last = numbers[0], numbers[-1]
    return last - first + 1 == len(numbers) and (first == 1 or first - 1 in known) and last + 1 in known


def _chunks_by_document(source: sqlite3.Connection) -> tuple[dict[int, array[int]], bool]:
    """Ids of all chunks whose rows can be read, by document, in one pass; and whether that were all."""
    found: dict[int, array[int]] = defaultdict(lambda: array("q"))
    if not columns_of(source, "chunks"):
        return found, False
    sql = f"SELECT id, document FROM chunks NOT INDEXED WHERE id {RANGE} ORDER BY id"
    complete = True
    last = highest_key(source, "chunks")
    for low, high in _slices(last):
        reading = read_range(source, sql, (), low, high)
        complete = complete and reading.complete
        for row in reading.rows:
            if isinstance(row["document"], int):
                found[row["document"]].append(row["id"])
    return found, complete


def _slices(last: int, size: int = 50_000) -> Iterator[tuple[int, int]]:
    for low in range(0, min(last, HIGHEST_KEY) + 1, size):
        yield low, min(low + size - 1, last)


def _chunks_by_page(source: sqlite3.Connection, document: int) -> dict[int, int] | None:
    """The page of each of the document's chunks as the index has it; None if the index cannot be read."""
    try:
        return dict(
            source.execute(
                "SELECT id, page_index FROM chunks INDEXED BY chunks_by_page WHERE document = ?", (document,)
            ).fetchall()
        )
    except sqlite3.Error:
        return None


def _last_page(target: sqlite3.Connection, document: int) -> int:
    (count,) = target.execute("SELECT page_count FROM documents WHERE id = ?", (document,)).fetchone()
    return min(count, _MOST_PAGES) - 1 if count > 0 else _MOST_PAGES - 1


def _chunks_in(target: sqlite3.Connection, document: int) -> dict[int, set[int]]:
    """Chunk ids of each page that is there already; an empty set for pages without chunks."""
    present: dict[int, set[int]] = {
        row[0]: set() for row in target.execute("SELECT page_index FROM pages WHERE document = ?", (document,))
    }
    for number, index in target.execute("SELECT id, page_index FROM chunks WHERE document = ?", (document,)):
        present.setdefault(index, set()).add(number)
    return present


def _replace_page(
    target: sqlite3.Connection,
    page: Row,
    chunks: Sequence[Row],
    vectors: dict[int, bytes],
    tokens: dict[int, bytes],
) -> None:
    """Put a page in place of what stands there; the whole of it, or none."""
    key = (page["document"], page["page_index"])
    target.execute("SAVEPOINT page")
    _delete_content(target, *key)
    done = _insert(target, "pages", page) and all(
        _insert(target, "chunks", chunk)
        and _insert(target, "vectors", {"chunk": chunk["id"], "vector": vectors[chunk["id"]]})
        for chunk in chunks
    )
    if not done:
        target.execute("ROLLBACK TO page")
    for chunk in chunks if done else ():
        if chunk["id"] in tokens:
            _insert(target, "tokens", {"chunk": chunk["id"], "code": tokens[chunk["id"]]})
    target.execute("RELEASE page")


def _delete_content(target: sqlite3.Connection, document: int, page_index: int | None = None) -> None:
    condition, key = "document = ?", [document]
    if page_index is not None:
        condition, key = condition + " AND page_index = ?", [*key, page_index]
    for table in ("vectors", "tokens"):
        target.execute(f"DELETE FROM {table} WHERE chunk IN (SELECT id FROM chunks WHERE {condition})", key)
    target.execute(f"DELETE FROM chunks WHERE {condition}", key)
    target.execute(f"DELETE FROM pages WHERE {condition}", key)


def _is_vector(value: Any) -> bool:
    """True for numbers of two bytes each."""
    return isinstance(value, bytes) and len(value) > 0 and len(value) % 2 == 0
