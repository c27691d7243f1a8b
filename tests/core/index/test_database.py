"""Transactions that are whole or not there, readers that never wait, and migrations that only go forward."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import LibraryDamaged, LibraryError, LibraryInUse, LibraryReadOnly
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


KILLED_IN_A_MIGRATION = """
import os, signal, sys
from pathlib import Path
from core.index import connection, database
from core.index.schema import MIGRATIONS
real, left = connection.Connection.execute, int(sys.argv[2])
def execute(self, sql, parameters=(), /):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, sql, parameters)
connection.Connection.execute = execute
database.Database(Path(sys.argv[1])).close()
print("finished")
"""


def old_library(path: Path) -> None:
    """Make a library of the first form, as it was made then: without room that can be given back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for statement in MIGRATIONS[0]:
            db.execute(statement)
        db.execute("PRAGMA user_version = 1")
        db.execute("INSERT INTO documents (hash, title, state, page_count, added_at) VALUES ('h', 't', 'ready', 1, '')")
        db.execute("INSERT INTO pages VALUES (1, 0, '1', 'text', 'text', NULL)")


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("moment", [3, 8, 9, 14, 19, 24, 29, 34, 36, 44, 52, 56, 60, 64, 68])
def test_a_kill_at_any_moment_of_a_migration_loses_nothing(path: Path, moment: int) -> None:
    old_library(path)
    done = subprocess.run(
        [sys.executable, "-c", KILLED_IN_A_MIGRATION, str(path), str(moment)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
    )
    assert done.returncode == -9, done.stdout + done.stderr
    with closing(Database(path)) as database:
        assert database.check(thorough=True) == "ok"
        row = database.read().execute("SELECT hash, page_count, kind FROM documents").fetchone()
        assert tuple(row) == ("h", 1, "pdf")
        assert database.read().execute("SELECT state FROM jobs").fetchone()[0] == "ready"
        assert database.read().execute("SELECT text FROM pages").fetchone()[0] == "text"
        assert database.read().execute("PRAGMA auto_vacuum").fetchone()[0] == 2
    assert version_of(path) == len(MIGRATIONS)


# ── on the disk, and back to it ──────────────────────────────────────────────────────────────────────────────────


def test_what_is_committed_is_on_the_disk(database: Database) -> None:
    with database.write() as db:
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL: the log is flushed with every commit
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_what_is_removed_is_overwritten(database: Database, path: Path) -> None:
    add_collection(database, "a name to be forgotten")
    with database.write() as db:
        db.execute("DELETE FROM collections")
    while database.compact():
        pass
    assert b"to be forgotten" not in path.read_bytes()
    assert path.with_name(path.name + "-wal").stat().st_size == 0


def test_room_comes_back_in_slices_and_readers_go_on(database: Database, path: Path) -> None:
    for number in range(10):
        add_collection(database, f"{number}" * 100_000)
    with database.write() as db:
        db.execute("DELETE FROM collections WHERE id > 1")
    left = [database.compact(50)]
    while left[-1]:
        left.append(database.compact(50))
    assert len(left) > 3
    assert left == sorted(left, reverse=True)
    assert path.stat().st_size < 400_000
    assert len(names(database)) == 1
    assert database.check(thorough=True) == "ok"


def test_who_only_searches_writes_nothing(path: Path) -> None:
    Database(path).close()
    with closing(Database(path, writable=False)) as reader:
        assert names(reader) == []
        with pytest.raises(LibraryInUse):
            add_collection(reader, "x")
        with pytest.raises(LibraryInUse):
            reader.compact()
