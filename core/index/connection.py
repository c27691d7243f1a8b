"""SQLite connections whose errors are the person's sentences, and the ways a library's file can be opened."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from core.errors import LibraryGone, LibraryReadOnly, UnfitFolder
from core.index.faults import concerns_the_file, explain, gone

WAIT_SECONDS = 15.0
"""How long a transaction waits for another program to let go of the file."""


class Cursor(sqlite3.Cursor):
    """A cursor that raises `LibraryError` for what the disk did, and sqlite3's own errors for what a statement did."""

    def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        """Run a statement."""
        with _explained(self.connection):
            super().execute(sql, parameters)
        return self

    def executemany(self, sql: str, parameters: Any, /) -> Cursor:
        """Run a statement for each of the parameters."""
        with _explained(self.connection):
            super().executemany(sql, parameters)
        return self

    def executescript(self, sql: str, /) -> Cursor:
        """Run statements to their ends, outside a transaction."""
        with _explained(self.connection):
            super().executescript(sql)
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        with _explained(self.connection):
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        with _explained(self.connection):
            return super().fetchall()

    def __next__(self) -> Any:
        try:  # no context manager: this runs for each of a million rows
            return super().__next__()
        except (sqlite3.Error, OSError) as error:
            _raise_explained(error, self.connection)


class Connection(sqlite3.Connection):
    """A connection that makes such cursors. `folder` is the library's, for the sentences."""

    folder = Path()

    def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        """Run a statement."""
        return self.cursor(Cursor).execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> Cursor:
        """Run a statement for each of the parameters."""
        return self.cursor(Cursor).executemany(sql, parameters)

    def executescript(self, sql: str, /) -> Cursor:
        """Run statements to their ends, outside a transaction."""
        return self.cursor(Cursor).executescript(sql)


def open_for_writing(path: Path) -> Connection:
    """The connection of the library's one writer; the file is made if missing.

    A commit is on the disk when it returns (`synchronous = FULL`: a power cut loses nothing that was told as finished),
    the room of what was removed can be given back bit by bit, and what was removed is overwritten.

    Raises:
        LibraryError: of the kind that fits.
    """
    connection = _connect(str(path), path.parent)
    try:
        # Before the first table, and before the write-ahead log writes the file's header; later it is passed over.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise UnfitFolder(
                f"The library cannot stay in {path.parent}: files cannot be shared there, as on some network drives. "
                "Copy the folder to a disk of this computer and open it there."
            )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone leaves it in the drive's own memory
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path) -> Connection:
    """A connection that cannot write. It works beside the writer, without leave to write, and on a read-only medium.

    Raises:
        LibraryError: of the kind that fits.
    """
    # What was committed last may lie in the write-ahead log, which `immutable` passes over: only where there is none.
    ways = ["mode=rw", "mode=ro", *(["mode=ro&immutable=1"] if not has_log(path) else [])]
    refused: Exception | None = None
    for way in ways:
        try:
            connection = _connect(address(path, way), path.parent, uri=True)
        except LibraryGone:
            raise
        except Exception as error:  # tried in the next way; the first refusal is what the person reads
            refused = refused or error
            continue
        try:
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            connection.execute("PRAGMA query_only = ON")
        except Exception as error:
            connection.close()
            refused = refused or error
            continue
        return connection
    if refused is None or not path.exists():
        raise gone(path.parent)
    if isinstance(refused, LibraryReadOnly) and has_log(path):
        raise LibraryReadOnly(
            f"The library in {path.parent} was not closed properly, and nothing may be written there to mend it. "
            "Copy the folder to another disk, and open it there."
        )
    raise refused


def address(path: Path, options: str) -> str:
    """The file as a URI for SQLite, with options as in https://sqlite.org/uri.html.

    A server's name goes into the path, for SQLite takes no authority but the empty one.
    """
    quoted = quote(os.fsencode(path.absolute().as_posix()), safe="/:")
    return f"file://{'' if quoted.startswith('/') else '/'}{quoted}?{options}"


def has_log(path: Path) -> bool:
    """True while the write-ahead log holds something: the file is open, or was not closed properly."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size > 0
    except OSError:
        return False


def _connect(database: str, folder: Path, *, uri: bool = False) -> Connection:
    # Connections are used by one thread each, except for closing.
    try:
        connection = sqlite3.connect(
            database, isolation_level=None, timeout=WAIT_SECONDS, check_same_thread=False, factory=Connection, uri=uri
        )
    except sqlite3.Error as error:
        raise explain(error, folder) from error
    connection.row_factory = sqlite3.Row
    connection.folder = folder
    return connection


@contextmanager
def _explained(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        _raise_explained(error, connection)


def _raise_explained(error: Exception, connection: sqlite3.Connection) -> Any:
    if isinstance(connection, Connection) and concerns_the_file(error):
        raise explain(error, connection.folder) from error
    raise error
