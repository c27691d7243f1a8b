"""Files that go are marked, not forgotten; files that move are followed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.index import store
from core.index.database import Database
from core.index.locations import (
    follow_move,
    forget_missing,
    mark_found,
    mark_missing,
    read_known,
    read_missing,
)

DEED, LEASE = "d" * 64, "1" * 64


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "library.sqlite3")) as opened:
        yield opened


def add(database: Database, document: str, *paths: Path | str) -> None:
    with database.write() as db:
        store.insert_document(db, document, f"Title {document[0]}")
        for path in paths:
            store.link(db, document, str(path), None)


def paths_of(database: Database, document: str) -> tuple[str, ...]:
    return store.read_document(database.read(), document).paths


def test_what_is_known_below_a_folder(database: Database, tmp_path: Path) -> None:
    watched = tmp_path / "in"
    inside = [watched / "a.pdf", watched / "deep" / "b.pdf"]
    add(database, DEED, *inside, tmp_path / "in-other" / "c.pdf", tmp_path / "in.pdf", tmp_path / "d.pdf")
    with database.write() as db:
        mark_missing(db, str(inside[1]))
    known = read_known(database.read(), watched)
    assert list(known) == inside
    assert [file.missing for file in known.values()] == [False, True]
    assert abs(known[inside[0]].seen_at - time.time()) < 60
    assert read_known(database.read(), tmp_path / "none") == {}
    assert len(read_known(database.read(), Path(os.sep))) == 5


def test_a_document_is_missing_when_its_last_file_is(database: Database) -> None:
    add(database, DEED, "/x/a.pdf", "/y/a.pdf")
    with database.write() as db:
        assert mark_missing(db, "/x/a.pdf")
        assert not mark_missing(db, "/x/a.pdf"), "it is gone since the first time"
        assert not mark_missing(db, "/x/unknown.pdf")
    assert not store.read_document(database.read(), DEED).missing
    assert read_missing(database.read()) == []
    with database.write() as db:
        mark_missing(db, "/y/a.pdf")
    assert store.read_document(database.read(), DEED).missing
    [missing] = read_missing(database.read())
    assert (missing.document, missing.title, missing.path) == (DEED, "Title d", "/y/a.pdf")
    assert missing.missing_at


def test_a_file_that_is_back(database: Database) -> None:
    add(database, DEED, "/x/a.pdf")
    with database.write() as db:
        mark_missing(db, "/x/a.pdf")
        assert mark_found(db, "/x/a.pdf")
        assert not mark_found(db, "/x/unknown.pdf")
    assert not store.read_document(database.read(), DEED).missing
    assert read_missing(database.read()) == []


def test_those_that_went_last_come_first(database: Database) -> None:
    add(database, DEED, "/x/a.pdf")
    add(database, LEASE, "/x/b.pdf")
    with database.write() as db:
        mark_missing(db, "/x/b.pdf")
        mark_missing(db, "/x/a.pdf")
    assert [missing.document for missing in read_missing(database.read())] == [DEED, LEASE]


def test_forgetting_leaves_what_still_has_a_file(database: Database) -> None:
    add(database, DEED, "/x/a.pdf", "/y/a.pdf")
    add(database, LEASE, "/x/b.pdf")
    with database.write() as db:
        mark_missing(db, "/x/a.pdf")
        mark_missing(db, "/x/b.pdf")
        assert forget_missing(db, [DEED, LEASE, "unknown"]) == [LEASE]
    assert paths_of(database, DEED) == ("/y/a.pdf",)
    assert [missing.document for missing in read_missing(database.read())] == [LEASE], "it goes with its document"


def test_a_document_without_any_place_can_be_forgotten(database: Database) -> None:
    add(database, DEED)
    [missing] = read_missing(database.read())
    assert (missing.document, missing.path, missing.missing_at) == (DEED, "", "")
    with database.write() as db:
        assert forget_missing(db, [DEED]) == [DEED]


def test_a_moved_file_leaves_no_trace_of_its_old_place(database: Database, tmp_path: Path) -> None:
    old, new, copy = (tmp_path / name for name in ("old.pdf", "new.pdf", "copy.pdf"))
    new.touch()
    copy.touch()
    add(database, DEED, old, copy, new)
    add(database, LEASE, tmp_path / "other.pdf")
    with database.write() as db:
        assert follow_move(db, DEED, str(new)) == [str(old)]
    assert set(paths_of(database, DEED)) == {str(new), str(copy)}
    assert paths_of(database, LEASE) == (str(tmp_path / "other.pdf"),)


def test_a_moved_folder_is_followed_once_its_files_were_missed(database: Database, tmp_path: Path) -> None:
    old, new = tmp_path / "gone" / "a.pdf", tmp_path / "new.pdf"
    new.touch()
    add(database, DEED, old, new)
    with database.write() as db:
        mark_missing(db, str(old))
        assert follow_move(db, DEED, str(new)) == [str(old)]


def test_a_place_on_a_drive_that_was_taken_out_is_kept(database: Database, tmp_path: Path) -> None:
    on_drive, new = tmp_path / "drive" / "a.pdf", tmp_path / "new.pdf"
    new.touch()
    add(database, DEED, on_drive, new)
    with database.write() as db:
        assert follow_move(db, DEED, str(new)) == []
    assert paths_of(database, DEED) == (str(new), str(on_drive))
    assert read_known(database.read(), on_drive.parent)[on_drive].missing
