"""Is the file what was written to it? Checks that take as long as one is ready to wait."""

from __future__ import annotations

import sqlite3

from core.errors import LibraryError

# What no PDF can give back; all of it is checked whenever there is a doubt, for it is small.
IRREPLACEABLE = (
    "meta", "documents", "locations", "collections", "membership", "tags", "jobs", "watched_folders",
    "conversations", "messages",
)  # fmt: skip
QUICK_BYTES = 64 * 1024 * 1024
"""A file up to this size is checked as a whole after a shutdown that was not one: a second, if it is in no cache."""


def first_fault(connection: sqlite3.Connection, *, thorough: bool = False) -> str | None:
    """What is wrong first, or None.

    Args:
        connection: any, of the file in question.
        thorough: compare each index with its table as well, and read every page whatever the file's size.
    """
    try:
        if thorough:
            return _verdict(connection, "PRAGMA integrity_check(1)")
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        if pages * page_size <= QUICK_BYTES:
            return _verdict(connection, "PRAGMA quick_check(1)")
        present = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in IRREPLACEABLE:
            if table in present and (fault := _verdict(connection, f"PRAGMA quick_check({table})")):
                return fault
    except (LibraryError, sqlite3.DatabaseError) as error:
        return str(error)
    return None


def _verdict(connection: sqlite3.Connection, pragma: str) -> str | None:
    verdict = str(connection.execute(pragma).fetchone()[0])
    return None if verdict == "ok" else " ".join(verdict.split())
