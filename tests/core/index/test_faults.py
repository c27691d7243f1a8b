"""What disks and other programs do becomes a sentence with a way out, nothing is lost, and work goes on afterwards."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from damaged_library import make_library, open_library, readable
from small_disk import make_read_only, make_writable, small_disk

from core.errors import (
    DiskFailing,
    DiskFull,
    LibraryBusy,
    LibraryDamaged,
    LibraryError,
    LibraryGone,
    LibraryOutdated,
    LibraryReadOnly,
    UnfitFolder,
)
from core.index import connection as connection_module
from core.index import database as database_module
from core.index.database import Database
from core.index.faults import FILE_NAME, concerns_the_file, explain
from core.index.schema import MIGRATIONS
from core.types import JobState


def add_collection(database: Database, name: str, size: int = 0) -> None:
    with database.write() as db:
        db.execute("INSERT INTO collections (name) VALUES (?)", (name + "x" * size,))


def names(database: Database) -> list[str]:
    return [row[0].rstrip("x") for row in database.read().execute("SELECT name FROM collections ORDER BY id")]


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


SYSTEM = [
    (errno.ENOSPC, DiskFull), (errno.EFBIG, DiskFull), (errno.EROFS, LibraryReadOnly), (errno.EACCES, LibraryReadOnly),
    (errno.EPERM, LibraryReadOnly), (errno.ENOENT, LibraryGone), (errno.ENODEV, LibraryGone),
    (errno.ENXIO, LibraryGone), (errno.EIO, DiskFailing), (errno.EBUSY, LibraryBusy),
    (errno.ENAMETOOLONG, LibraryError),
]  # fmt: skip
OF_SQLITE = [
    (sqlite3.SQLITE_FULL, DiskFull), (sqlite3.SQLITE_READONLY, LibraryReadOnly),
    (sqlite3.SQLITE_READONLY_DBMOVED, LibraryGone), (sqlite3.SQLITE_CANTOPEN, LibraryReadOnly),
    (sqlite3.SQLITE_BUSY, LibraryBusy), (sqlite3.SQLITE_IOERR_READ, DiskFailing),
    (sqlite3.SQLITE_IOERR_SHMMAP, UnfitFolder), (sqlite3.SQLITE_PROTOCOL, UnfitFolder),
    (sqlite3.SQLITE_CORRUPT, LibraryDamaged), (sqlite3.SQLITE_NOTADB, LibraryDamaged),
]  # fmt: skip


@pytest.mark.parametrize(("code", "kind"), SYSTEM)
def test_the_systems_errors_are_told_apart(tmp_path: Path, code: int, kind: type[LibraryError]) -> None:
    found = explain(OSError(code, os.strerror(code)), tmp_path)
    assert type(found) is kind
    assert str(tmp_path) in str(found)


@pytest.mark.parametrize(("code", "kind"), OF_SQLITE)
def test_sqlites_errors_are_told_apart(tmp_path: Path, code: int, kind: type[LibraryError]) -> None:
    (tmp_path / FILE_NAME).touch()
    error = sqlite_error(code)
    assert concerns_the_file(error)
    assert type(explain(error, tmp_path)) is kind


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY])
def test_any_error_of_a_file_that_is_not_there_means_that_it_is_gone(tmp_path: Path, code: int) -> None:
    assert type(explain(sqlite_error(code), tmp_path / "drive")) is LibraryGone


def test_a_sentence_is_left_as_it_is(tmp_path: Path) -> None:
    error = DiskFull("The disk is full.")
    assert explain(error, tmp_path) is error


def test_a_wrong_statement_is_not_the_disks_fault(tmp_path: Path) -> None:
    with closing(Database(tmp_path / FILE_NAME)) as database:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            database.read().execute("SELECT * FROM absent")
        add_collection(database, "a")
        with pytest.raises(sqlite3.IntegrityError):
            add_collection(database, "a")


# ── full ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_full_disk_undoes_the_transaction_and_nothing_else(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as disk, closing(Database(disk / FILE_NAME)) as database:
        add_collection(database, "kept")
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(disk).free - 200_000))
        with pytest.raises(DiskFull, match="Make room on the disk"):
            add_collection(database, "lost", 1_000_000)
        assert names(database) == ["kept"]
        ballast.unlink()
        add_collection(database, "after", 100_000)
        assert names(database) == ["kept", "after"]
        assert database.check(thorough=True) == "ok"


def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path: Path) -> None:
    with closing(Database(tmp_path / FILE_NAME)) as database:
        add_collection(database, "kept")
        writer = database._writer
        assert writer is not None
        (pages,) = writer.execute("PRAGMA page_count").fetchone()
        writer.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(DiskFull):
            add_collection(database, "lost", 1_000_000)
        writer.execute("PRAGMA max_page_count = 1000000")
        add_collection(database, "after")
        assert names(database) == ["kept", "after"]


def test_what_cannot_be_undone_at_once_is_undone_before_the_next_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = connection_module.Connection.execute

    def stuck(self: connection_module.Connection, sql: str, parameters: object = (), /) -> connection_module.Cursor:
        if sql == "ROLLBACK":
            raise DiskFailing("The disk does not answer.")
        return real(self, sql, parameters)

    with closing(Database(tmp_path / FILE_NAME)) as database:
        with monkeypatch.context() as patch:
            patch.setattr(connection_module.Connection, "execute", stuck)
            with pytest.raises(sqlite3.IntegrityError), database.write() as db:
                db.execute("INSERT INTO collections (name) VALUES ('lost'), ('lost')")
        add_collection(database, "after")
        assert names(database) == ["after"]


# ── read-only ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_library_on_a_read_only_medium_can_be_searched(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "8m") as disk:
        make_library(disk / "library", documents=2)
        make_read_only(disk)
        with closing(open_library(disk / "library", writable=False)) as library:
            assert len(library.documents()) == 2
            assert library.search_keywords("lamp", 3, None)
        with pytest.raises(LibraryReadOnly, match="Allow writing there"):
            open_library(disk / "library")


def test_what_was_not_closed_properly_needs_a_disk_that_can_be_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "8m") as disk:
        make_library(tmp_path / "living", documents=1)
        with closing(open_library(tmp_path / "living")) as library:
            library.add_collection("late")
            shutil.copytree(tmp_path / "living", disk / "library")
        (disk / "library" / f"{FILE_NAME}-shm").unlink()
        make_read_only(disk)
        with pytest.raises(LibraryReadOnly, match="Copy the folder to another disk"):
            open_library(disk / "library", writable=False)
        shutil.copytree(disk / "library", tmp_path / "copy")
        with closing(open_library(tmp_path / "copy")) as library:
            assert "late" in dict(library.collections())


def test_a_disk_that_becomes_read_only_is_named_and_work_goes_on_when_it_can_be_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "8m") as disk:
        make_library(disk / "library", documents=1)
        (disk / "library" / FILE_NAME).chmod(0o600)
        make_read_only(disk)
        with pytest.raises(LibraryReadOnly):
            Database(disk / "library" / FILE_NAME)
        make_writable(disk)
        with closing(Database(disk / "library" / FILE_NAME)) as database:
            add_collection(database, "after")


def test_an_old_library_is_not_changed_by_who_may_only_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(tmp_path / FILE_NAME).close()
    newer = [*MIGRATIONS, ["ALTER TABLE collections ADD COLUMN colour TEXT"]]
    monkeypatch.setattr(database_module, "MIGRATIONS", newer)
    with pytest.raises(LibraryOutdated, match="Open it in the window once"):
        Database(tmp_path / FILE_NAME, writable=False)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)


# ── held, gone, damaged while it is open ─────────────────────────────────────────────────────────────────────────


def test_another_program_that_holds_the_file_is_waited_for_and_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "WAIT_SECONDS", 0.05)
    with closing(Database(tmp_path / FILE_NAME)) as database:
        with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as scanner:
            scanner.execute("BEGIN IMMEDIATE")
            with pytest.raises(LibraryBusy, match="Another program holds"):
                add_collection(database, "lost")
        add_collection(database, "after")
        assert names(database) == ["after"]


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody move a file that is open")
def test_a_folder_that_was_taken_away_is_not_written_elsewhere(tmp_path: Path) -> None:
    folder, away = tmp_path / "drive", tmp_path / "away"
    make_library(folder, documents=1)
    with closing(open_library(folder)) as library:
        folder.rename(away)
        with pytest.raises(LibraryGone, match="Connect its drive"):
            library.set_state("paper00", JobState.FAILED, "x")
        assert not folder.exists()
        away.rename(folder)
        library.set_state("paper00", JobState.FAILED, "It came back.")
        assert library.document("paper00").reason == "It came back."


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody remove a file that is open")
def test_a_deleted_library_does_not_swallow_what_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    with closing(Database(folder / FILE_NAME)) as database:
        shutil.rmtree(folder)
        with pytest.raises(LibraryGone):
            add_collection(database, "lost")
    with pytest.raises(LibraryGone):
        Database(folder / FILE_NAME, writable=False)


def test_damage_that_is_met_while_reading_is_named(tmp_path: Path) -> None:
    make_library(tmp_path, documents=3)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'messages'").fetchone()
    data = bytearray((tmp_path / FILE_NAME).read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    (tmp_path / FILE_NAME).write_bytes(data)
    with closing(open_library(tmp_path)) as library:
        assert len(library.documents()) == 3
        with pytest.raises(LibraryDamaged, match="paperlamp doctor --repair"):
            library.database.read().execute("SELECT * FROM messages").fetchall()
        assert library.check() != "ok"


def test_a_file_that_was_cut_is_refused_at_once(tmp_path: Path) -> None:
    make_library(tmp_path, documents=3)
    data = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).write_bytes(data[:-4096])
    for writable in (True, False):
        with pytest.raises(LibraryDamaged, match="is damaged"):
            open_library(tmp_path, writable=writable)
    assert (tmp_path / FILE_NAME).read_bytes() == data[:-4096]


def test_after_a_shutdown_that_was_none_the_file_is_checked(tmp_path: Path) -> None:
    living, folder = tmp_path / "living", tmp_path / "cut off"
    make_library(living, documents=3)
    with closing(open_library(living)) as library:
        library.add_collection("late")
        shutil.copytree(living, folder)
        whole = readable(living)
    with closing(sqlite3.connect(living / FILE_NAME)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'messages'").fetchone()
    with closing(open_library(folder)):
        assert readable(folder) == whole
    shutil.rmtree(folder)
    with closing(open_library(living)) as library:
        library.add_collection("later")
        shutil.copytree(living, folder)
    data = bytearray((folder / FILE_NAME).read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    (folder / FILE_NAME).write_bytes(data)
    with pytest.raises(LibraryDamaged):
        open_library(folder)
