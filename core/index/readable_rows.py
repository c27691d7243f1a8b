"""Reads what can still be read of a damaged SQLite file: around each damaged page, by halving the range of keys."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

HIGHEST_KEY = 2**62
RANGE = "BETWEEN ? AND ?"
_BEYOND = 10_000  # keys after the last one found, where the table's end cannot be read
_AT_ONCE = 500


@dataclass(slots=True)
class Reading:
    """Rows that could be read, by ascending key; `complete` is False if any could not."""

    rows: list[Row] = field(default_factory=list)
    complete: bool = True


def columns_of(db: sqlite3.Connection, table: str) -> list[str]:
    """The table's columns; empty if the table is not there or its definition cannot be read."""
    try:
        return [str(row[1]) for row in db.execute(f"PRAGMA table_info({table})")]
    except sqlite3.Error:
        return []


def read_table(db: sqlite3.Connection, table: str, columns: Sequence[str]) -> Reading:
    """All rows of a table with row numbers, each with its number as `rowid`."""
    if not columns or not set(columns) <= set(columns_of(db, table)):
        return Reading(complete=False)
    reading = read_range(
        db,
        f"SELECT rowid, {', '.join(columns)} FROM {table} NOT INDEXED WHERE rowid {RANGE} ORDER BY rowid",
        (),
        1,  # our tables never had numbers below
        highest_key(db, table),
    )
    if not _is_sound(db, table):
        reading.complete = False
    return reading


def highest_key(db: sqlite3.Connection, table: str) -> int:
    """The last row number, or a number that it will hardly pass where the table's end cannot be read."""
    try:
        return int(db.execute(f"SELECT max(rowid) FROM {table} NOT INDEXED").fetchone()[0] or 0)
    except (sqlite3.Error, TypeError, ValueError):
        pass
    given = sequence_of(db, table)
    found = 0
    try:
        for (number,) in db.execute(f"SELECT rowid FROM {table} NOT INDEXED ORDER BY rowid"):
            found = max(found, number)
    except sqlite3.Error:  # as far as it went
        found += _BEYOND
    return max(given, found)


def sequence_of(db: sqlite3.Connection, table: str) -> int:
    """The highest number that the table ever gave, if SQLite noted it and the note can be read."""
    try:
        row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return int(row[0]) if row and 0 <= int(row[0]) < HIGHEST_KEY else 0
    except (sqlite3.Error, TypeError, ValueError):
        return 0


def read_range(
    db: sqlite3.Connection, sql: str, fixed: Sequence[Any], low: int, high: int, most_failures: int = 200_000
) -> Reading:
    """Rows whose key lies between two numbers, both included.

    Args:
        db: of the damaged file.
        sql: selects the key as its first column, in its order; the last of its conditions is on the key: `RANGE`.
        fixed: the statement's parameters before these two.
        low: the least key.
        high: the greatest key.
        most_failures: after these it gives up.

    Each failure halves what is left, so that a damaged page costs the rows on it and no others. Keys that do not ascend
    are a failure as well: they would be read in circles.
    """
    reading = Reading()
    failures = 0
    waiting = [(low, high)]
    while waiting and failures < most_failures:
        first, last = waiting.pop()
        key = first - 1
        try:
            if first == last:  # the end of a range is found by looking at the row after it, which may be damaged
                cursor = db.execute(sql.replace(RANGE, "= ?"), (*fixed, first))
            else:
                cursor = db.execute(sql, (*fixed, first, last))
            names = [column[0] for column in cursor.description]
            for row in cursor:
                if not isinstance(row[0], int) or row[0] <= key or row[0] > last:
                    raise sqlite3.DatabaseError("keys out of order")
                key = row[0]
                reading.rows.append(dict(zip(names, row, strict=True)))
        except sqlite3.Error:
            failures += 1
            reading.complete = False
            if first == last:
                continue
            start = key + 1
            middle = (start + last) // 2
            # The lower half is on top: it goes first, so that rows come in their order.
            waiting += [half for half in ((middle + 1, last), (start, middle)) if half[0] <= half[1]]
    reading.complete = reading.complete and not waiting
    return reading


def read_these(db: sqlite3.Connection, sql: str, keys: Iterable[int]) -> Iterator[Row]:
    """The rows of some keys, as far as they can be read.

    Args:
        db: of the damaged file.
        sql: ends where a list of keys in brackets is to follow.
        keys: in any order.
    """
    keys = list(keys)
    for first in range(0, len(keys), _AT_ONCE):
        some = keys[first : first + _AT_ONCE]
        found = _try(db, sql, some)
        if found is None:
            found = [row for key in some for row in _try(db, sql, [key]) or []]
        yield from found


def _try(db: sqlite3.Connection, sql: str, keys: Sequence[int]) -> list[Row] | None:
    try:
        cursor = db.execute(f"{sql} ({','.join(map(str, keys))})")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
    except sqlite3.Error:
        return None


def _is_sound(db: sqlite3.Connection, table: str) -> bool:
    try:
        return bool(db.execute(f"PRAGMA quick_check({table})").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False
