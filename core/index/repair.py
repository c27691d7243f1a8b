"""A damaged library: what is wrong, which backup there is, and a new file from the backup and all that can be read."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import filelock

from core.errors import InternalError, LibraryDamaged, LibraryInUse
from core.index.backup import BackupInfo, best_backup, has_backups, put_in_place
from core.index.connection import open_for_reading, open_for_writing
from core.index.database import migrate
from core.index.faults import FILE_NAME, concerns_the_file, explain
from core.index.first_page import can_be_read, copy_with_first_page, open_damaged
from core.index.integrity import first_fault
from core.index.replacement import REPAIRED_NAME, finish_replacement
from core.index.salvage import Taken, make_consistent, take_over

logger = logging.getLogger(__name__)

_SCRATCH = "library.repairing.sqlite3"
_COPY = "library.reading.sqlite3"
_BESIDE = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Damage:
    """What a person is asked about.

    Attributes:
        reason: what is wrong, in SQLite's words; for the details, not for the headline.
        backup: the newest one that is whole, or None.
    """

    reason: str
    backup: BackupInfo | None


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """What a repair kept.

    Attributes:
        backup: the one that the new file began with, or None.
        damaged_file: where the old file is kept; None if it was missing.
        documents: in the library now.
        conversations: in the library now.
        read_again: titles of documents that miss pages; they are in the queue, and what was embedded is in the cache.
        add_again: files whose documents could not be read from anywhere.
        was_read: False if nothing could be read of the damaged file.
    """

    backup: BackupInfo | None
    damaged_file: Path | None
    documents: int
    conversations: int
    read_again: tuple[str, ...]
    add_again: tuple[str, ...]
    was_read: bool

    def sentences(self) -> list[str]:
        """The report for people."""
        found = [f"The library has {_count(self.documents, 'document')} and {_count(self.conversations, 'chat')}."]
        if self.backup:
            found.append(f"It began with the backup of {self.backup.made_at.astimezone():%d %b %Y, %H:%M}.")
        if self.damaged_file and self.was_read:
            found.append("What could be read of the damaged file was added.")
        elif self.damaged_file:
            found.append("Nothing could be read of the damaged file.")
        if not self.backup and not self.was_read:
            found.append("There was no backup, so the library is empty: add your files again.")
        if self.read_again:
            found.append(f"{_count(len(self.read_again), 'document')} will be read again in part.")
        if self.add_again:
            found.append("Add these files again: " + ", ".join(self.add_again))
        if self.damaged_file:
            found.append(f"The damaged file is kept as {self.damaged_file}.")
        return found


def inspect(folder: Path, *, thorough: bool = False) -> Damage | None:
    """What is wrong with the library's file, or None. Quick enough for a start.

    Nothing is changed, except that the log may be folded into the file, as by any opening.

    Args:
        folder: the library's.
        thorough: read every page of a file of any size, and compare indexes with tables.

    Raises:
        LibraryError: of the kind that fits, if it cannot be read for a reason other than damage.
    """
    path = folder / FILE_NAME
    if (folder / REPAIRED_NAME).exists():
        return None  # repaired already; the next opening puts it in place
    if not path.exists() or not path.stat().st_size:
        return Damage("The file is missing.", best_backup(folder)) if has_backups(folder) else None
    try:
        with closing(open_for_reading(path)) as db:
            fault = first_fault(db, thorough=thorough)
    except LibraryDamaged as error:
        fault = str(error.__cause__ or error)
    return Damage(fault, best_backup(folder)) if fault else None


def salvage(folder: Path) -> RecoveryReport:
    """Make a new library file from the newest whole backup and everything that can be read of the damaged file.

    The damaged file is kept under another name. A kill at any moment leaves the damaged library as it was, or a
    repaired file that the next opening puts in place.

    Raises:
        LibraryInUse: a process has the library open.
        LibraryError: of the kind that fits; nothing has changed.
    """
    lock = filelock.FileLock(folder / "library.lock", mode=0o600)
    try:
        with lock.acquire(timeout=0):
            return _salvage(folder)
    except filelock.Timeout as error:
        raise LibraryInUse("Paperlamp is open with this library. Close it, then repair.") from error
    except (sqlite3.Error, OSError) as error:
        if not concerns_the_file(error):
            raise
        raise explain(error, folder) from error
    finally:
        for name in (_SCRATCH, _COPY):
            _remove(folder / name)


def _salvage(folder: Path) -> RecoveryReport:
    finish_replacement(folder)  # of a repair that was cut off; what it made is the damaged file's heir
    scratch, copy = folder / _SCRATCH, folder / _COPY
    for left in (scratch, copy):
        _remove(left)
    backup = best_backup(folder)
    if backup:
        shutil.copyfile(backup.path, scratch)
        scratch.chmod(0o600)
    source = _readable(folder / FILE_NAME, copy, backup)
    with closing(open_for_writing(scratch)) as target:
        migrate(target)
        target.execute("PRAGMA foreign_keys = OFF")
        target.execute("BEGIN IMMEDIATE")
        taken = Taken()
        if source:
            with closing(open_damaged(source)) as db:
                taken = take_over(db, target)
        read_again = make_consistent(target)
        target.execute("COMMIT")
        if (fault := first_fault(target, thorough=True)) or target.execute("PRAGMA foreign_key_check").fetchone():
            raise InternalError(f"The repaired library is not sound ({fault}); the damaged one was left as it is.")
        (documents,) = target.execute("SELECT COUNT(*) FROM documents").fetchone()
        (conversations,) = target.execute("SELECT COUNT(*) FROM conversations").fetchone()
        target.execute("PRAGMA journal_mode = DELETE")  # one file
    scratch.chmod(0o600)
    put_in_place(scratch, folder / REPAIRED_NAME)
    kept = finish_replacement(folder)
    return RecoveryReport(
        backup,
        kept,
        documents,
        conversations,
        tuple(dict.fromkeys(taken.read_again + read_again)),
        tuple(taken.lost_paths),
        source is not None,
    )


def _readable(damaged: Path, copy: Path, backup: BackupInfo | None) -> Path | None:
    """The file to read from: the damaged one, or a copy with a sound first page; None if nothing helps."""
    if not damaged.exists() or not damaged.stat().st_size:
        return None
    if can_be_read(damaged):
        return damaged
    if backup and copy_with_first_page(damaged, copy, backup.path):
        return copy
    fresh = damaged.with_name(_SCRATCH + "-new")
    try:
        with closing(open_for_writing(fresh)) as db:
            migrate(db)
        return copy if copy_with_first_page(damaged, copy, fresh) else None
    finally:
        _remove(fresh)


def _remove(file: Path) -> None:
    for ending in _BESIDE:
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
