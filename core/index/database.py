"""The library's SQLite file: one write connection behind a lock, a reading connection for each thread, migrations."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import LibraryError, LibraryInUse, LibraryOutdated
from core.index.backup import ROOM, back_up, has_backups
from core.index.connection import WAIT_SECONDS, Connection, has_log, open_for_reading, open_for_writing
from core.index.faults import damaged, explain, gone
from core.index.integrity import first_fault
from core.index.replacement import finish_replacement
from core.index.schema import MIGRATIONS

logger = logging.getLogger(__name__)

_COMPACTED_AT_ONCE = 2000
_INCREMENTAL = 2


class Database:
    """Connections to one library file.

    Args:
        path: made if missing, unless there are backups of it.
        writable: False opens it for searching only: beside its writer, or where nothing may be written.

    Every connection raises the `LibraryError` that fits for what the disk, the system or another program did; errors
    of a statement itself stay sqlite3's.

    Raises:
        LibraryDamaged: it is not what was written to it. A file that was not closed properly is checked at once.
        LibraryOutdated: `writable` is False, and the file wants to be migrated first.
        LibraryError: it is from a newer Paperlamp, or cannot be used for a reason that its class tells.
    """

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._readers_lock = threading.Lock()
        self._writer: Connection | None = None
        try:
            if writable:
                self._open_writer()
            else:
                self._open_reader()
            self._identity = _identity(path)
        except BaseException:
            self.close()
            raise

    @property
    def path(self) -> Path:
        """The library's file."""
        return self._path

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the write connection: committed as a whole and on the disk, or not at all.

        After an error the connection is as before; when its cause is gone, the next transaction succeeds.

        Raises:
            LibraryInUse: this database was opened for searching only.
            LibraryGone: the file is not where it was. It is not written elsewhere, and not made anew.
        """
        with self._lock:
            writer = self._require_writer()
            if writer.in_transaction:  # the disk did not let the last one be undone
                writer.execute("ROLLBACK")
            writer.execute("BEGIN IMMEDIATE")
            try:
                yield writer
                writer.execute("COMMIT")
            except BaseException:
                _roll_back(writer)
                raise

    def read(self) -> sqlite3.Connection:
        """This thread's connection for reading; it never waits for the writer (WAL)."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = open_for_reading(self._path)
            with self._readers_lock:  # another one than the writer's, which is held for as long as a commit takes
                self._readers.append(connection)
        return connection

    def check(self, *, thorough: bool = False) -> str:
        """SQLite's own verdict on the file: `ok`, or what is wrong.

        Args:
            thorough: every page of a file of any size, and each index against its table; else as after a power cut.
        """
        return first_fault(self.read(), thorough=thorough) or "ok"

    def compact(self, pages: int = _COMPACTED_AT_ONCE) -> int:
        """Give some of the room of what was removed back to the disk; for idle moments, until it returns 0.

        Args:
            pages: of 4 KiB, at most, in one transaction.

        Returns:
            Pages that are still to be given back.
        """
        with self._lock:
            writer = self._require_writer()
            # A step of the statement frees one page, and Python's `execute` makes only one; `executescript` makes all.
            writer.executescript(f"PRAGMA incremental_vacuum({int(pages)})")
            (left,) = writer.execute("PRAGMA freelist_count").fetchone()
            (mode,) = writer.execute("PRAGMA auto_vacuum").fetchone()
            if not left:
                self._fold_log(writer)
        return int(left) if mode == _INCREMENTAL else 0

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file."""
        with self._lock, self._readers_lock:
            for connection in self._readers:
                connection.close()
            self._readers.clear()
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    # ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _open_writer(self) -> None:
        folder = self._path.parent
        try:
            finish_replacement(folder)
            if not _size(self._path) and has_backups(folder):
                raise damaged(folder, "it is missing" if not self._path.exists() else "it is empty")
            was_closed = not has_log(self._path)
        except OSError as error:
            raise explain(error, folder) from error
        self._writer = open_for_writing(self._path)
        try:
            self._path.chmod(0o600)
        except OSError:  # a file system without permissions of its own
            logger.info("the permissions of the library file could not be set", exc_info=True)
        if not was_closed and (fault := first_fault(self._writer)):
            raise damaged(folder, fault)
        migrate(self._writer, lambda: back_up(folder))
        self._adopt_compaction()

    def _open_reader(self) -> None:
        connection = self.read()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        _refuse_newer(version)
        if version < len(MIGRATIONS):
            raise LibraryOutdated(
                "This library has the form of an older Paperlamp. Open it in the window once to bring it up to date."
            )

    def _adopt_compaction(self) -> None:
        """Files of older Paperlamps can give room back only after they were rewritten once.

        VACUUM writes through the log like any transaction, so that a kill leaves the old file or the new one.
        """
        if self._writer is None or self._writer.execute("PRAGMA auto_vacuum").fetchone()[0] == _INCREMENTAL:
            return
        if shutil.disk_usage(self._path.parent).free < ROOM * self._path.stat().st_size:
            return  # tried again at the next start
        try:
            self._writer.execute("PRAGMA auto_vacuum = INCREMENTAL")
            self._writer.execute("VACUUM")
        except LibraryError:
            logger.warning("the library could not be rewritten; it works all the same", exc_info=True)
        else:
            self._fold_log(self._writer)

    # ── plumbing ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _require_writer(self) -> Connection:
        if self._writer is None:
            raise LibraryInUse("This library is open in another Paperlamp; here it can only be searched.")
        if _identity(self._path) != self._identity:
            raise gone(self._path.parent)  # else SQLite would go on writing into a file that has lost its name
        return self._writer

    @staticmethod
    def _fold_log(writer: Connection) -> None:
        """Write the log into the file and cut it to nothing, if no reader stands in the way."""
        writer.execute("PRAGMA busy_timeout = 100")
        try:
            writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            writer.execute(f"PRAGMA busy_timeout = {int(WAIT_SECONDS * 1000)}")


def migrate(connection: sqlite3.Connection, before: Callable[[], object] = lambda: None) -> None:
    """Bring a file to the newest form, each step with its number in one transaction: a kill leaves it before or after.

    Args:
        connection: outside a transaction.
        before: called once before a file that has an older form is changed.

    Raises:
        LibraryError: the file is from a newer Paperlamp, or a step failed; the step has changed nothing then.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    _refuse_newer(version)
    if 0 < version < len(MIGRATIONS):
        before()
    for number in range(version, len(MIGRATIONS)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise LibraryError(
                    f"The library could not be brought to the form of this Paperlamp: {error}. It is unchanged; the "
                    "version that made it still opens it."
                ) from error
            raise


def _roll_back(writer: Connection) -> None:
    """Undo, unless SQLite did so by itself, as it does on a full disk; what failed is raised by the caller."""
    try:
        if writer.in_transaction:
            writer.execute("ROLLBACK")
    except (LibraryError, sqlite3.Error):
        logger.warning("a transaction could not be undone; the next one tries again", exc_info=True)


def _refuse_newer(version: int) -> None:
    if version > len(MIGRATIONS):
        raise LibraryError("This library was made by a newer Paperlamp. Update Paperlamp to open it.")


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file the name stands for; None if there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
