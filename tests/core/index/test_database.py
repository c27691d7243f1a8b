"""Transactions that are whole or not there, readers that never wait, and migrations that only go forward."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import LibraryDamaged, LibraryError, LibraryReadOnly
from core.index import database as database_module
from core.index.database import Database
from core.index.schema import MIGRATIONS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite3"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with closing(Database(path)) as opened:
        yield opened


def add_collection(database: Database, name: str) -> None:
    with database.write() as db:
        db.execute("INSERT INTO collections (name) VALUES (?)", (name,))


def names(database: Database) -> list[str]:
    return [row[0] for row in database.read().execute("SELECT name FROM collections ORDER BY id")]


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    add_collection(database, "kept")

    def fail() -> None:
        with database.write() as db:
            db.execute("INSERT INTO collections (name) VALUES ('lost')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names(database) == ["kept"]
    add_collection(database, "after")
    assert names(database) == ["kept", "after"]


def test_a_reader_sees_what_was_committed_and_does_not_wait(database: Database) -> None:
    seen: list[list[str]] = []
    with database.write() as db:
        db.execute("INSERT INTO collections (name) VALUES ('new')")
        reader = threading.Thread(target=lambda: seen.append(names(database)))
        reader.start()
        reader.join(10)
    assert seen == [[]]
    assert names(database) == ["new"]


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(LibraryReadOnly):
        database.read().execute("INSERT INTO collections (name) VALUES ('x')")


def test_writers_of_several_threads_take_turns(database: Database) -> None:
    threads = [threading.Thread(target=add_collection, args=(database, f"c{i}")) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(names(database)) == sorted(f"c{i}" for i in range(20))


def test_rows_go_with_what_they_belong_to(database: Database) -> None:
    with database.write() as db:
        db.execute("INSERT INTO documents (hash, title, added_at) VALUES ('h', 't', '')")
        db.execute("INSERT INTO pages VALUES (1, 0, '1', 'text', 'text', NULL, NULL, NULL)")
        db.execute("DELETE FROM documents")
    assert database.read().execute("SELECT COUNT(*) FROM pages").fetchone()[0] == 0


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_its_files_are_the_persons_alone(database: Database, path: Path) -> None:
    add_collection(database, "x")
    assert {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {
        "library.sqlite3": 0o600,
        "library.sqlite3-wal": 0o600,
        "library.sqlite3-shm": 0o600,
    }


def test_after_closing_one_file_is_left(path: Path) -> None:
    with closing(Database(path)) as database:
        add_collection(database, "x")
        names(database)
    assert [file.name for file in path.parent.iterdir()] == ["library.sqlite3"]


def test_the_check_is_sqlites(database: Database) -> None:
    assert database.check() == "ok"


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"these are not tables" * 300)
    with pytest.raises(LibraryDamaged, match="is damaged"):
        Database(path)
    assert path.read_bytes() == b"these are not tables" * 300


# ── migrations ───────────────────────────────────────────────────────────────────────────────────────────────────


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_a_new_library_has_the_newest_form(database: Database, path: Path) -> None:
    assert version_of(path) == len(MIGRATIONS)


def test_a_library_of_a_newer_paperlamp_is_refused_and_left_alone(path: Path) -> None:
    with closing(Database(path)) as database:
        add_collection(database, "kept")
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(LibraryError, match="newer Paperlamp"):
        Database(path)
    assert version_of(path) == len(MIGRATIONS) + 1


def test_an_older_library_is_brought_up_to_date_after_a_copy_was_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Database(path)) as database:
        add_collection(database, "kept")
    newer = [*MIGRATIONS, ["ALTER TABLE collections ADD COLUMN colour TEXT"]]
    monkeypatch.setattr(database_module, "MIGRATIONS", newer)
    with closing(Database(path)) as database:
        row = database.read().execute("SELECT name, colour FROM collections").fetchone()
        assert tuple(row) == ("kept", None)
    assert version_of(path) == len(newer)
    (backup,) = (path.parent / "backups").iterdir()
    assert version_of(backup) == len(MIGRATIONS)
    with closing(sqlite3.connect(backup)) as db:
        assert db.execute("SELECT name FROM collections").fetchall() == [("kept",)]


def test_a_migration_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Database(path)) as database:
        add_collection(database, "kept")
    broken = [*MIGRATIONS, ["ALTER TABLE collections ADD COLUMN colour TEXT", "ALTER TABLE nothing ADD COLUMN x TEXT"]]
    monkeypatch.setattr(database_module, "MIGRATIONS", broken)
    with pytest.raises(LibraryError):
        Database(path)
    monkeypatch.undo()
    with closing(Database(path)) as database:
        assert names(database) == ["kept"]
        columns = [row[1] for row in database.read().execute("PRAGMA table_info(collections)")]
    assert columns == ["id", "name"]
