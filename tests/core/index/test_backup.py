"""Copies that are made beside the writer, are whole or not there, and do not pile up."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from damaged_library import add_document, make_library, open_library

from core.errors import DiskFull, LibraryDamaged
from core.index import backup as backup_module
from core.index.backup import back_up, back_up_if_due, best_backup, list_backups
from core.index.faults import FILE_NAME
from core.index.repair import salvage

ROOM_FOR_ALL = 10**12


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_library(tmp_path / "library", documents=3)
    return tmp_path / "library"


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "backups").iterdir())


def test_a_backup_holds_all_and_is_one_private_file(folder: Path) -> None:
    with closing(open_library(folder)) as library:
        add_document(library, "in the log")
        made = back_up(folder)
    assert made is not None
    assert made.documents == 4
    assert list_backups(folder) == [made]
    assert files(folder) == [made.path.name]
    if os.name != "nt":
        assert made.path.stat().st_mode & 0o777 == 0o600
        assert made.path.parent.stat().st_mode & 0o777 == 0o700
    with closing(sqlite3.connect(made.path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("SELECT COUNT(*) FROM vectors").fetchone() == (24,)


def test_the_writer_goes_on_meanwhile_and_the_copy_is_of_one_moment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_module, "_STEP_PAGES", 8)
    with closing(open_library(folder)) as library:
        steps = 0

        def write_beside_it() -> bool:
            nonlocal steps
            steps += 1
            thread = threading.Thread(target=library.add_collection, args=(f"c{steps}",))
            thread.start()
            thread.join(10)
            assert not thread.is_alive()
            return False

        made = back_up(folder, write_beside_it)
        assert steps > 5
        assert len(library.collections()) >= steps
    assert made is not None
    with closing(sqlite3.connect(made.path)) as db:
        assert db.execute("SELECT COUNT(*) FROM collections WHERE name LIKE 'c%'").fetchone() == (0,)


def test_a_backup_that_is_stopped_leaves_nothing(folder: Path) -> None:
    assert back_up(folder, lambda: True) is None
    assert files(folder) == []


def test_the_newest_two_are_kept(folder: Path) -> None:
    made = [back_up(folder) for _ in range(4)]
    assert [info.path for info in list_backups(folder)] == [info.path for info in reversed(made[2:]) if info]


def test_one_a_day_is_enough(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = back_up_if_due(folder)
    assert first is not None
    assert back_up_if_due(folder) is None
    old = first.path.with_name(f"library-{datetime.now(UTC) - timedelta(hours=25):%Y%m%d-%H%M%S}.sqlite3")
    first.path.rename(old)
    assert back_up_if_due(folder) is not None
    for file in (folder / "backups").iterdir():
        file.unlink()
    to_come = first.path.with_name(f"library-{datetime.now(UTC) + timedelta(days=300):%Y%m%d-%H%M%S}.sqlite3")
    shutil.copyfile(folder / FILE_NAME, to_come)
    made = back_up_if_due(folder)  # the clock was wrong once; that is no reason to wait for a year
    assert made is not None
    assert best_backup(folder) == made
    assert [info.path for info in list_backups(folder)] == [made.path, to_come]


def test_without_room_there_is_no_backup_and_no_disturbance(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = (folder / FILE_NAME).stat().st_size
    monkeypatch.setattr(backup_module.shutil, "disk_usage", lambda place: Usage(0, 0, int(size * 2.1)))
    assert back_up_if_due(folder) is None
    with pytest.raises(DiskFull):
        back_up(folder)
    monkeypatch.setattr(backup_module.shutil, "disk_usage", lambda place: Usage(0, 0, int(size * 2.3)))
    assert back_up_if_due(folder) is not None


def test_a_disk_that_fills_up_meanwhile_costs_the_copy_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = back_up(folder)

    def full(scratch: Path, final: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_module, "put_in_place", full)
    with pytest.raises(DiskFull):
        back_up(folder)
    assert kept is not None
    assert files(folder) == [kept.path.name]


def test_a_damaged_library_is_not_copied_over_a_good_backup(folder: Path) -> None:
    good = back_up(folder)
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'messages'").fetchone()
    data = bytearray((folder / FILE_NAME).read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    (folder / FILE_NAME).write_bytes(data)
    with pytest.raises(LibraryDamaged):
        back_up(folder)
    assert list_backups(folder) == [good]
    assert best_backup(folder) == good


def test_a_copy_that_was_cut_off_is_swept_away_by_the_next(folder: Path) -> None:
    (folder / "backups").mkdir()
    (folder / "backups" / "library-20200101-000000.partial").write_bytes(b"half")
    made = back_up(folder)
    assert made is not None
    assert files(folder) == [made.path.name]


def test_what_is_no_backup_is_not_listed(folder: Path) -> None:
    made = back_up(folder)
    (folder / "backups" / "library-20990101-000000.sqlite3").write_bytes(b"not tables")
    (folder / "backups" / "library-of-mine.sqlite3").write_bytes(b"mine")
    assert list_backups(folder) == [made]
    assert best_backup(folder) == made
    assert list_backups(folder / "elsewhere") == []


@pytest.mark.parametrize("name", ["with space", "100% #1", "Akten é 文書", "a+b&c=d;e"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    make_library(folder, documents=1)
    with closing(open_library(folder, writable=False)) as reader:
        assert len(reader.documents()) == 1
    made = back_up(folder)
    assert best_backup(folder) == made
    (folder / FILE_NAME).write_bytes(b"no tables" * 1000)
    assert salvage(folder).documents == 1
