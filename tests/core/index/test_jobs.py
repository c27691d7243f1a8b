"""The queue as rows: its order, its pause, and leases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.index import jobs, store
from core.index.database import Database
from core.index.jobs import Lease
from core.types import JobState

NAMES = ("a", "b", "c", "d", "e")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return a database with a queue of five documents."""
    with closing(Database(tmp_path / "library.sqlite3")) as opened:
        with opened.write() as db:
            for name in NAMES:
                store.insert_document(db, name, name.upper())
        yield opened


def order(database: Database) -> str:
    return "".join(job.document for job in jobs.read_jobs(database.read()))


def move(database: Database, documents: str, before: str | None = None, *, last: bool = False) -> str:
    with database.write() as db:
        jobs.move(db, list(documents), before, last=last)
    return order(database)


def set_state(database: Database, document: str, state: JobState) -> None:
    with database.write() as db:
        jobs.set_state(db, document, state, None)


# ── order ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_jobs_wait_in_the_order_in_which_they_came(database: Database) -> None:
    assert order(database) == "abcde"
    first = jobs.read_jobs(database.read())[0]
    assert (first.title, first.state, first.pages_done, first.pages_total, first.path) == ("A", "queued", 0, 0, "")


@pytest.mark.parametrize(
    ("documents", "before", "expected"),
    [
        ("e", None, "eabcd"),
        ("ce", None, "ceabd"),
        ("ec", None, "ecabd"),
        ("a", "d", "bcade"),
        ("ea", "c", "beacd"),
        ("a", "b", "abcde"),
        ("a", "nobody", "bcdea"),
        ("abcde", None, "abcde"),
        ("edcba", None, "edcba"),
        ("a", "a", "bcdea"),
    ],
)
def test_jobs_are_put_where_they_are_wanted(
    database: Database, documents: str, before: str | None, expected: str
) -> None:
    assert move(database, documents, before) == expected


@pytest.mark.parametrize(("documents", "expected"), [("a", "bcdea"), ("ca", "bdeca"), ("e", "abcde")])
def test_jobs_are_put_last(database: Database, documents: str, expected: str) -> None:
    assert move(database, documents, last=True) == expected


def test_moving_into_an_empty_queue_changes_nothing(database: Database) -> None:
    for name in NAMES:
        set_state(database, name, JobState.READY)
    assert move(database, "a") == ""


def test_a_higher_priority_comes_first_and_who_moves_takes_that_of_the_neighbours(database: Database) -> None:
    with database.write() as db:
        jobs.set_priority(db, "d", 5)
        jobs.set_priority(db, "e", 5)
    assert order(database) == "deabc"
    assert move(database, "a") == "adebc"
    assert {job.document: job.priority for job in jobs.read_jobs(database.read())}["a"] == 5
    assert move(database, "d", last=True) == "aebcd"
    assert move(database, "c", "e") == "acebd"
    assert move(database, "e", "b") == "acebd"


def test_moving_again_and_again_into_the_same_gap_keeps_the_order(database: Database) -> None:
    """Positions are fractions, and these come to an end after some fifty halvings."""
    pair = "ab"
    for _ in range(60):
        pair = pair[::-1]
        assert move(database, pair[0], pair[1])[:2] == pair
        assert order(database)[2:] == "cde"
    for _ in range(30):
        assert move(database, "d", "e") == pair + "cde"
        assert move(database, "c", "e") == pair + "dce"
        assert move(database, "d", "e") == pair + "cde"


def test_ended_jobs_are_listed_on_request_only(database: Database) -> None:
    for document, state in zip(NAMES, ("ready", "failed", "needs_password", "cancelled", "paused"), strict=True):
        set_state(database, document, JobState(state))
    assert order(database) == "e"
    assert [job.document for job in jobs.read_all_jobs(database.read())] == list(NAMES)
    assert [job.document for job in jobs.read_jobs(database.read(), ["c", "a"])] == ["a", "c"]


# ── states and the pause ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_state_comes_with_its_reason_and_its_attempts(database: Database) -> None:
    with database.write() as db:
        jobs.set_state(db, "a", JobState.QUEUED, "It is tried again.", 2, 1234.5)
    (job,) = jobs.read_jobs(database.read(), ["a"])
    assert (job.reason, job.attempts, job.retry_at) == ("It is tried again.", 2, 1234.5)
    set_state(database, "a", JobState.READING)
    (job,) = jobs.read_jobs(database.read(), ["a"])
    assert (job.state, job.reason, job.attempts, job.retry_at) == (JobState.READING, None, 0, 0.0)


def test_the_pause_is_a_row(database: Database, tmp_path: Path) -> None:
    assert not jobs.is_paused(database.read())
    for _ in range(2):  # pausing twice is pausing
        with database.write() as db:
            jobs.set_paused(db, True)
    database.close()
    with closing(Database(tmp_path / "library.sqlite3")) as again:
        assert jobs.is_paused(again.read())
        for _ in range(2):
            with again.write() as db:
                jobs.set_paused(db, False)
        assert not jobs.is_paused(again.read())


# ── leases ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_leases_of_others_are_taken_back_and_ones_own_stay(database: Database) -> None:
    with database.write() as db:
        first = jobs.insert_lease(db, "a", [0, 1, 2], 0, "killed", 60.0)
        second = jobs.insert_lease(db, "b", [7], 2, "killed too", 60.0)
        own = jobs.insert_lease(db, "a", [3], 0, "living", 60.0)
        assert None not in (first, second, own)
        taken = jobs.delete_leases_of_others(db, "living")
        assert taken == [Lease(first or 0, "a", (0, 1, 2), 0), Lease(second or 0, "b", (7,), 2)]
        assert jobs.delete_leases_of_others(db, "living") == []
        jobs.delete_leases(db, [own or 0])
        assert db.execute("SELECT COUNT(*) FROM leases").fetchone()[0] == 0


def test_a_document_that_is_gone_has_no_leases(database: Database) -> None:
    with database.write() as db:
        jobs.insert_lease(db, "a", [0], 0, "owner", 60.0)
        store.delete_documents(db, ["a"])
        assert db.execute("SELECT COUNT(*) FROM leases").fetchone()[0] == 0
        assert jobs.insert_lease(db, "a", [0], 0, "owner", 60.0) is None
