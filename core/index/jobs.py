"""The queue as rows: jobs in their order, and leases on batches of pages. Writers are inside `Database.write()`."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.index.moment import now
from core.types import IngestJob, JobState

_OPEN = (JobState.QUEUED, JobState.READING, JobState.EMBEDDING, JobState.PAUSED)
_JOBS = """
    SELECT d.hash, d.title, d.page_count, j.state, j.reason, j.priority, j.position, j.attempts, j.retry_at,
        j.recognise, j.updated_at, (SELECT COUNT(*) FROM pages p WHERE p.document = d.id) AS pages_done,
        coalesce((SELECT path FROM locations l WHERE l.document = d.id
            ORDER BY l.missing_at IS NOT NULL, l.seen_at DESC, l.rowid LIMIT 1), '') AS path
    FROM jobs j JOIN documents d ON d.id = j.document
"""
_IN_ORDER = " ORDER BY j.priority DESC, j.position"
_PAUSED = "paused"
# Between neighbours; far above what a float can tell apart at the positions of a million jobs.
_SMALLEST_STEP = 1e-6


@dataclass(frozen=True, slots=True)
class Lease:
    """Pages of a document that a worker holds; `attempts` counts the workers that died with them."""

    id: int
    document: str
    pages: tuple[int, ...]
    attempts: int


def read_jobs(db: sqlite3.Connection, documents: Sequence[str] | None = None) -> list[IngestJob]:
    """Jobs in the order in which they are worked on: the open ones, or those of certain documents."""
    if documents is None:
        rows = db.execute(f"{_JOBS} WHERE j.state IN ({_marks(_OPEN)}){_IN_ORDER}", _OPEN)
    else:
        rows = db.execute(f"{_JOBS} WHERE d.hash IN ({_marks(documents)}){_IN_ORDER}", list(documents))
    return [_job(row) for row in rows]


def read_all_jobs(db: sqlite3.Connection) -> list[IngestJob]:
    """Every job, those that have come to an end included."""
    return [_job(row) for row in db.execute(_JOBS + _IN_ORDER)]


def set_state(
    db: sqlite3.Connection,
    document: str,
    state: JobState,
    reason: str | None,
    attempts: int = 0,
    retry_at: float = 0.0,
) -> None:
    """Move a document's job to a state; with how often it was begun in vain, and when it is begun again."""
    db.execute(
        """UPDATE jobs SET state = ?, reason = ?, attempts = ?, retry_at = ?, updated_at = ?
        WHERE document = (SELECT id FROM documents WHERE hash = ?)""",
        (state, reason, attempts, retry_at, now(), document),
    )
    if state in (JobState.READY, JobState.CANCELLED):
        set_recognise(db, document, ())


def set_recognise(db: sqlite3.Connection, document: str, pages: Sequence[int]) -> None:
    """Note which pages are to be read by OCR again; the end of the job forgets them."""
    db.execute(
        "UPDATE jobs SET recognise = ? WHERE document = (SELECT id FROM documents WHERE hash = ?)",
        (json.dumps(sorted(pages)), document),
    )


def set_priority(db: sqlite3.Connection, document: str, priority: int) -> None:
    """Give a job a priority; higher ones are worked on first."""
    db.execute(
        "UPDATE jobs SET priority = ? WHERE document = (SELECT id FROM documents WHERE hash = ?)", (priority, document)
    )


def move(db: sqlite3.Connection, documents: Sequence[str], before: str | None, *, last: bool = False) -> None:
    """Put jobs into the order given: before another one, at the head of the queue, or (`last`) at its end.

    They take the priority of their new neighbours, so that the order is the one seen.
    """
    moved = set(documents)
    order = [job for job in read_jobs(db) if job.document not in moved]
    if last:
        at = len(order)
    elif before is None:
        at = 0
    else:
        at = next((i for i, job in enumerate(order) if job.document == before), len(order))
    left = order[at - 1] if at > 0 else None
    right = order[at] if at < len(order) else None
    neighbour = right or left
    low = left.position if left else (right.position - len(documents) - 1 if right else 0.0)
    high = right.position if right else low + len(documents) + 1
    priority = neighbour.priority if neighbour else 0
    if left and right and left.priority != right.priority:
        low = right.position - len(documents) - 1
    step = (high - low) / (len(documents) + 1)
    positions = {document: low + step * number for number, document in enumerate(documents, 1)}
    if step < _SMALLEST_STEP:  # halved too often: whole numbers for all
        names = [*(job.document for job in order[:at]), *documents, *(job.document for job in order[at:])]
        positions = {document: float(number) for number, document in enumerate(names, 1)}
    db.executemany(
        "UPDATE jobs SET position = ? WHERE document = (SELECT id FROM documents WHERE hash = ?)",
        [(position, document) for document, position in positions.items()],
    )
    for document in documents:
        set_priority(db, document, priority)


# ── the whole queue's pause ──────────────────────────────────────────────────────────────────────────────────────


def is_paused(db: sqlite3.Connection) -> bool:
    """True while the person has stopped all work."""
    return db.execute("SELECT 1 FROM meta WHERE key = ?", (_PAUSED,)).fetchone() is not None


def set_paused(db: sqlite3.Connection, paused: bool) -> None:
    """Stop all work, or let it go on; outlives a restart."""
    if paused:
        db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO NOTHING", (_PAUSED, now()))
    else:
        db.execute("DELETE FROM meta WHERE key = ?", (_PAUSED,))


# ── leases ───────────────────────────────────────────────────────────────────────────────────────────────────────


def insert_lease(
    db: sqlite3.Connection, document: str, pages: Sequence[int], attempts: int, owner: str, seconds: float
) -> int | None:
    """Note that a worker holds these pages; None when the document is gone. `seconds` bounds how long it may."""
    cursor = db.execute(
        """INSERT INTO leases (document, pages, attempts, owner, expires_at)
        SELECT id, ?, ?, ?, ? FROM documents WHERE hash = ?""",
        (json.dumps(list(pages)), attempts, owner, time.time() + seconds, document),
    )
    return cursor.lastrowid if cursor.rowcount > 0 else None


def delete_leases(db: sqlite3.Connection, leases: Iterable[int]) -> None:
    """Give batches back."""
    db.executemany("DELETE FROM leases WHERE id = ?", [(lease,) for lease in leases])


def delete_leases_of_others(db: sqlite3.Connection, owner: str) -> list[Lease]:
    """Take back what earlier owners held when they ended. Only the holder of the library's lock may ask."""
    rows = db.execute(
        """SELECT l.id, d.hash, l.pages, l.attempts FROM leases l JOIN documents d ON d.id = l.document
        WHERE l.owner <> ? ORDER BY l.id""",
        (owner,),
    ).fetchall()
    db.execute("DELETE FROM leases WHERE owner <> ?", (owner,))
    return [Lease(row[0], row[1], tuple(json.loads(row[2])), row[3]) for row in rows]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _job(row: sqlite3.Row) -> IngestJob:
    return IngestJob(
        document=row["hash"],
        title=row["title"],
        path=row["path"],
        state=JobState(row["state"]),
        reason=row["reason"],
        priority=row["priority"],
        position=row["position"],
        attempts=row["attempts"],
        retry_at=row["retry_at"],
        pages_done=row["pages_done"],
        pages_total=row["page_count"],
        updated_at=row["updated_at"],
        recognise=tuple(json.loads(row["recognise"])),
    )
