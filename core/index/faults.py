"""What SQLite's and the system's codes mean for the person: a class of error and a sentence that says what to do."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path

from core.errors import (
    DiskFailing,
    DiskFull,
    LibraryBusy,
    LibraryDamaged,
    LibraryError,
    LibraryGone,
    LibraryReadOnly,
    UnfitFolder,
)

FILE_NAME = "library.sqlite3"

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
_NOT_THERE = {
    errno.ENOENT, errno.ENODEV, errno.ENXIO, getattr(errno, "ESTALE", errno.ENOENT),
    getattr(errno, "EHOSTDOWN", errno.ENOENT), getattr(errno, "ENOTCONN", errno.ENOENT),
}  # fmt: skip
# Windows' own codes where `errno` says less: https://learn.microsoft.com/windows/win32/debug/system-error-codes
_WINDOWS_NO_ROOM = {39, 112}
_WINDOWS_FORBIDDEN = {19}
_WINDOWS_NOT_THERE = {15, 21, 53, 55, 64, 67, 1167}
_WINDOWS_HELD = {32, 33}

_SHARED_MEMORY = {
    sqlite3.SQLITE_IOERR_SHMMAP, sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMLOCK,
    sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_LOCK, sqlite3.SQLITE_IOERR_RDLOCK, sqlite3.SQLITE_IOERR_UNLOCK,
}  # fmt: skip
# Primary codes that speak of the file or its place; all others are of the statement, and so a fault of ours.
_OF_THE_FILE = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS,
}  # fmt: skip
_LEAST_ROOM = 256 * 1024


def concerns_the_file(error: Exception) -> bool:
    """True for what the disk, the file or another program did; False for a statement that is wrong in itself."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:  # Python's own: text that is not UTF-8 was not written by us
            return isinstance(error, sqlite3.OperationalError) and "decode" in str(error)
        return (code & 0xFF) in _OF_THE_FILE
    return isinstance(error, OSError)


def explain(error: Exception, folder: Path) -> LibraryError:
    """The error as the person should read it.

    Args:
        error: of `sqlite3`, of the system, or a `LibraryError`, which is returned as it is.
        folder: the library's.
    """
    if isinstance(error, LibraryError):
        return error
    if isinstance(error, sqlite3.Error):
        return _explain_sqlite(error, folder)
    if isinstance(error, OSError):
        return _explain_system(error, folder)
    return LibraryError(f"The library in {folder} could not be used: {error}. Try again.")


def no_room(folder: Path) -> DiskFull:
    """The disk is full."""
    return DiskFull(
        f"The disk is full, so the library in {folder} could not be written. What was finished is kept. "
        "Make room on the disk, then go on."
    )


def damaged(folder: Path, detail: str = "") -> LibraryDamaged:
    """The file is not what was written to it."""
    return LibraryDamaged(
        f"The library file in {folder} is damaged{f' ({detail})' if detail else ''}. Restore it: "
        "`paperlamp doctor --repair` takes the newest backup and adds what can still be read."
    )


def gone(folder: Path) -> LibraryGone:
    """The drive was removed, or the folder moved."""
    return LibraryGone(
        f"The library in {folder} cannot be reached. Connect its drive, or put the folder back, then open it again. "
        "What was finished is kept there."
    )


def read_only(folder: Path) -> LibraryReadOnly:
    """Nothing may be written there."""
    return LibraryReadOnly(
        f"The library in {folder} cannot be written: the folder or its disk is read-only. Allow writing there, or copy "
        "the folder to another disk. Searching works all the same."
    )


def _explain_sqlite(error: sqlite3.Error, folder: Path) -> LibraryError:
    code = int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT))
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return no_room(folder)
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(folder)
    if not (folder / FILE_NAME).exists() or code == sqlite3.SQLITE_READONLY_DBMOVED:
        return gone(folder)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_CANTOPEN):
        return read_only(folder)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _held(folder)
    if primary == sqlite3.SQLITE_IOERR and is_full(folder):
        return no_room(folder)
    if code in _SHARED_MEMORY or primary in (sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS):
        return UnfitFolder(
            f"The library cannot stay in {folder}: files cannot be locked there, as on some network drives. "
            "Copy the folder to a disk of this computer and open it there."
        )
    if primary == sqlite3.SQLITE_IOERR:
        return _failing(folder)
    return LibraryError(f"The library in {folder} could not be used: {error}. Try again.")


def _explain_system(error: OSError, folder: Path) -> LibraryError:
    windows = getattr(error, "winerror", None)
    if error.errno in _NO_ROOM or windows in _WINDOWS_NO_ROOM:
        return no_room(folder)
    if windows in _WINDOWS_HELD or error.errno in (errno.EBUSY, errno.EAGAIN):
        return _held(folder)
    if error.errno in _NOT_THERE or windows in _WINDOWS_NOT_THERE:
        return gone(folder)
    if error.errno in _FORBIDDEN or windows in _WINDOWS_FORBIDDEN:
        return read_only(folder)
    if error.errno == errno.EIO:
        return _failing(folder)
    return LibraryError(f"The library folder {folder} cannot be used: {error.strerror or error}.")


def _held(folder: Path) -> LibraryBusy:
    return LibraryBusy(
        f"Another program holds the library file in {folder}: a backup, a virus scanner, or a program that syncs "
        "folders. Wait a moment, then try again."
    )


def _failing(folder: Path) -> DiskFailing:
    return DiskFailing(
        f"The disk did not read or write the library in {folder}. It may be over its quota, or failing. Make room, try "
        "again, and copy the folder to another disk if it happens again."
    )


def is_full(folder: Path) -> bool:
    """True if hardly anything can be written there; for errors that do not tell."""
    try:
        return shutil.disk_usage(folder).free < _LEAST_ROOM
    except OSError:
        return False
