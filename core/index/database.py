"""The library's SQLite file: one write connection behind a lock, a reading connection for each thread, migrations."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.errors import LibraryError
from core.index.schema import MIGRATIONS


class Database:
    """Connections to one library file.

    Raises:
        LibraryError: the file is damaged, from a newer Paperlamp, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._readers_lock = threading.Lock()
        try:
            self._writer = self._connect()
        except sqlite3.DatabaseError as error:
            raise LibraryError(f"The library in {path.parent} cannot be opened: {error}.") from error
        try:
            path.chmod(0o600)
            self._migrate()
        except sqlite3.DatabaseError as error:
            self._writer.close()
            raise LibraryError(f"The library in {path.parent} cannot be opened: {error}.") from error
        except LibraryError:
            self._writer.close()
            raise

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the write connection: committed as a whole, or not at all."""
        with self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    def read(self) -> sqlite3.Connection:
        """This thread's connection for reading; it never waits for the writer (WAL)."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
            with self._readers_lock:  # another one than the writer's, which is held for as long as a commit takes
                self._readers.append(connection)
        return connection

    def check(self) -> str:
        """SQLite's own verdict on the file: `ok`, or what is wrong."""
        return str(self.read().execute("PRAGMA quick_check(1)").fetchone()[0])

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file."""
        with self._lock, self._readers_lock:
            for connection in self._readers:
                connection.close()
            self._readers.clear()
            self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        # Connections are used by one thread each, except for closing.
        connection = sqlite3.connect(self._path, isolation_level=None, timeout=15, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def _migrate(self) -> None:
        version = self._writer.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise LibraryError("This library was made by a newer Paperlamp. Update Paperlamp to open it.")
        if 0 < version < len(MIGRATIONS):
            self._back_up(version)
        for number in range(version, len(MIGRATIONS)):
            with self.write() as connection:
                for statement in MIGRATIONS[number]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number + 1}")

    def _back_up(self, version: int) -> None:
        """A copy beside the file before its form changes."""
        backup = self._path.with_suffix(f".before-migration-{version}.sqlite3")
        scratch = backup.with_suffix(".partial")
        with closing(sqlite3.connect(scratch)) as target:
            self._writer.backup(target)
        shutil.move(scratch, backup)
