"""A damaged first page makes all others unreadable, though they are whole: a copy of the file gets a sound one."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from core.index.connection import address, has_log
from core.index.integrity import IRREPLACEABLE

_HEADER = 100
_PAGE_SIZE = 4096
_WAL_VERSION, _ROLLBACK_VERSION = b"\x02\x02", b"\x01\x01"


def can_be_read(path: Path) -> bool:
    """True if SQLite finds the library's tables in the file, and the beginning of one of them at least."""
    with closing(open_damaged(path)) as db:
        return any(_begins(db, table) for table in (*IRREPLACEABLE, "pages", "chunks", "vectors"))


def open_damaged(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing of the file, nor of its log."""
    return sqlite3.connect(address(path, "mode=ro"), uri=True, isolation_level=None)


def _begins(db: sqlite3.Connection, table: str) -> bool:
    try:
        db.execute(f"SELECT 1 FROM {table} NOT INDEXED LIMIT 1").fetchone()
    except sqlite3.Error:
        return False
    return True


def copy_with_first_page(damaged: Path, copy: Path, sound: Path) -> bool:
    """Copy the damaged file with its log, and try the header, then the whole first page, of a sound file in it.

    The first page holds the header and the places of the tables. A library whose form did not change meanwhile has
    them where its backup has them, and an untouched one where a new library has them.

    Args:
        damaged: is left as it is.
        copy: is overwritten.
        sound: a backup, or a library made just now.

    Returns:
        True if the copy can be read now.
    """
    with sound.open("rb") as stream:
        first = stream.read(_PAGE_SIZE)
    for length in (_HEADER, _PAGE_SIZE):
        for ending in ("-wal", "-shm"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)
        shutil.copyfile(damaged, copy)
        if has_log(damaged):
            shutil.copyfile(damaged.with_name(damaged.name + "-wal"), copy.with_name(copy.name + "-wal"))
        page = bytearray(first)
        page[18:20] = _WAL_VERSION if has_log(damaged) else _ROLLBACK_VERSION
        page[28:32] = (damaged.stat().st_size // _PAGE_SIZE).to_bytes(4, "big")
        page[92:96] = page[24:28]  # says that the page count is valid
        page[32:40] = bytes(8)  # no list of free pages: nothing is going to be written
        with copy.open("rb+") as file:
            file.write(page[:length])
        if can_be_read(copy):
            return True
    return False
