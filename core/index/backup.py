"""Copies of the library's file: made while it is in use, verified, the newest two kept."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.errors import LibraryDamaged, LibraryError
from core.index.connection import address, open_for_reading
from core.index.faults import FILE_NAME, concerns_the_file, damaged, explain, no_room
from core.paths import private_folder

logger = logging.getLogger(__name__)

KEPT = 2
EVERY = timedelta(days=1)
ROOM = 2.2
"""Free space wanted, in sizes of the file: the copy, and as much again so that the library can go on growing."""

_NAME = "library-%Y%m%d-%H%M%S.sqlite3"
_STEP_PAGES = 512


class _Stopped(Exception):
    """Whoever asked for the copy needs the disk for something else now."""


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """A copy that can be opened.

    Attributes:
        made_at: in UTC.
        documents: how many it holds.
        size: in bytes.
    """

    path: Path
    made_at: datetime
    documents: int
    size: int


def list_backups(folder: Path) -> list[BackupInfo]:
    """The library's backups that can be opened, the newest first."""
    found = []
    for path, made_at in _files(folder):
        try:
            with closing(_open_copy(path)) as db:
                (documents,) = db.execute("SELECT COUNT(*) FROM documents").fetchone()
            found.append(BackupInfo(path, made_at, documents, path.stat().st_size))
        except (sqlite3.Error, OSError):
            logger.warning("the backup %s cannot be read", path)
    return found


def best_backup(folder: Path) -> BackupInfo | None:
    """The newest backup that is whole; every page of it is read."""
    for backup in list_backups(folder):
        with closing(_open_copy(backup.path)) as db:
            if _is_whole(db):
                return backup
    return None


def back_up_if_due(folder: Path, should_stop: Callable[[], bool] = lambda: False) -> BackupInfo | None:
    """A copy, if the newest one is a day old and there is room; None if none was made. For idle moments, on any thread.

    Args:
        folder: the library's.
        should_stop: asked every few milliseconds; True gives the copy up and leaves nothing of it.

    Raises:
        LibraryDamaged: the library's file turned out to be damaged; older backups are left alone.
    """
    made = [at for _, at in _files(folder)]
    if made and abs(datetime.now(UTC) - made[0]) < EVERY:
        return None
    try:
        return back_up(folder, should_stop)
    except LibraryDamaged:
        raise
    except LibraryError:
        logger.warning("no backup was made", exc_info=True)
        return None


def back_up(folder: Path, should_stop: Callable[[], bool] = lambda: False) -> BackupInfo | None:
    """Copy the library's file as it is at this moment; None if it was stopped. The writer does not wait meanwhile.

    The copy comes from one read transaction, so commits made meanwhile are not in it and do not disturb it. It gets its
    name only after it was read back, checked and flushed to the disk.

    Raises:
        DiskFull: there is not enough room.
        LibraryDamaged: the file is damaged, so that a copy would be worthless.
        LibraryError: the file cannot be read, or the copy not written.
    """
    try:
        return _back_up(folder, should_stop)
    except _Stopped:
        return None
    except (sqlite3.Error, OSError) as error:
        if not concerns_the_file(error):
            raise
        raise explain(error, folder) from error


def _back_up(folder: Path, should_stop: Callable[[], bool]) -> BackupInfo:
    path = folder / FILE_NAME
    size = path.stat().st_size
    if shutil.disk_usage(folder).free < ROOM * size:
        raise no_room(folder)
    backups = private_folder(folder / "backups")
    made_at = datetime.now(UTC).replace(microsecond=0)
    if (made := _files(folder)) and timedelta(0) <= made[0][1] - made_at < EVERY:
        made_at = made[0][1] + timedelta(seconds=1)  # two in a second: the later one has the later name
    final = backups / made_at.strftime(_NAME)
    scratch = final.with_suffix(".partial")
    for left in backups.glob("*.partial*"):  # of a copy that was cut off
        left.unlink()

    def watch(status: int, remaining: int, total: int) -> None:
        if should_stop():
            raise _Stopped

    try:
        with closing(open_for_reading(path)) as source, closing(sqlite3.connect(scratch)) as target:
            source.execute("BEGIN")
            source.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # from here on it sees this moment only
            source.backup(target, pages=_STEP_PAGES, progress=watch)
            source.execute("COMMIT")
            target.execute("PRAGMA journal_mode = DELETE")  # one file, readable on any medium
            if not _is_whole(target):
                raise damaged(folder)
            (documents,) = target.execute("SELECT COUNT(*) FROM documents").fetchone()
        scratch.chmod(0o600)
        put_in_place(scratch, final)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    for old, _ in _files(folder)[KEPT:]:
        old.unlink(missing_ok=True)
    return BackupInfo(final, made_at, documents, final.stat().st_size)


def put_in_place(scratch: Path, final: Path) -> None:
    """Give a finished file its name, on the disk too: what is under `final` is whole after a power cut."""
    with scratch.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(scratch, final)
    flush_folder(final.parent)


def flush_folder(folder: Path) -> None:
    """Write the folder's names to the disk, where the system lets one."""
    if os.name == "nt":  # NTFS keeps a journal of its names; a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def has_backups(folder: Path) -> bool:
    """True if there is a file that looks like a backup."""
    return bool(_files(folder))


def _files(folder: Path) -> list[tuple[Path, datetime]]:
    """Backups and their times, the newest first; those of a time that is yet to come (a wrong clock) last."""
    latest = datetime.now(UTC) + EVERY
    found = []
    for path in (folder / "backups").glob("library-*.sqlite3"):
        try:
            found.append((path, datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)))
        except ValueError:
            continue
    return sorted(found, key=lambda item: (item[1] <= latest, item[1]), reverse=True)


def _open_copy(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(address(path, "mode=ro&immutable=1"), uri=True)


def _is_whole(db: sqlite3.Connection) -> bool:
    try:
        return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False
