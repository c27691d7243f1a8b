"""What a scope lets through: documents by collection, tag and date, and chunks by the printed numbers of their pages.

The number of a page is what is printed on it and shown beside each result, Arabic or Roman. A page whose label is
neither (`A-3`, a part of a document without pages) has its place in the file as its number.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np

from core.index.scope_syntax import roman_numeral
from core.index.vector_index import Ids
from core.types import PageRange, Scope

_IS_ARABIC = "(p.label <> '' AND p.label NOT GLOB '*[^0-9]*')"
_IS_ROMAN = "(p.label <> '' AND p.label NOT GLOB '*[^ivxlcdmIVXLCDM]*')"
_LAST_ROMAN = 999  # where a range has no end: longer prefaces are not known
_LAST_PAGE = 10**9
_DATE = "coalesce(d.created_at, d.added_at)"


def rows_in_scope(db: sqlite3.Connection, scope: Scope) -> list[int] | None:
    """Row numbers of the documents in scope, ascending; None stands for all of them. Pages are not looked at."""
    conditions: list[str] = []
    values: list[str] = []
    if scope.documents:
        conditions.append(f"d.hash IN ({_marks(scope.documents)})")
        values += scope.documents
    if scope.collections:
        conditions.append(
            f"""d.id IN (SELECT m.document FROM membership m JOIN collections c ON c.id = m.collection
            WHERE c.name IN ({_marks(scope.collections)}))"""
        )
        values += scope.collections
    if scope.tags:
        conditions.append(f"d.id IN (SELECT document FROM tags WHERE tag IN ({_marks(scope.tags)}))")
        values += scope.tags
    if scope.since:
        conditions.append(f"{_DATE} >= ?")  # a day, month or year is less than any moment in it
        values.append(scope.since)
    if scope.until:
        conditions.append(f"substr({_DATE}, 1, {len(scope.until)}) <= ?")
        values.append(scope.until)
    if not conditions:
        return None
    rows = db.execute(f"SELECT d.id FROM documents d WHERE {' AND '.join(conditions)} ORDER BY d.id", values)
    return [row[0] for row in rows]


def chunks_in_scope(db: sqlite3.Connection, scope: Scope, rows: Sequence[int] | None) -> Ids | None:
    """Ids of the chunks on the pages in scope; None where pages do not limit it.

    Args:
        db: for reading.
        scope: whose pages count.
        rows: what `rows_in_scope` gave for it.
    """
    if not scope.pages:
        return None
    condition = " OR ".join(_on(pages) for pages in scope.pages)
    if rows is not None:
        condition = f"({condition}) AND p.document IN ({','.join(map(str, rows))})"
    found = db.execute(
        # CROSS keeps SQLite to this order: first the labels, from their index, then the chunks, from theirs.
        f"""SELECT c.id FROM pages p CROSS JOIN chunks c ON c.document = p.document AND c.page_index = p.page_index
        WHERE {condition}"""
    )
    return np.sort(np.array([row[0] for row in found], np.int64))


def _on(pages: PageRange) -> str:
    """The condition on a page `p`; it is made of numbers only."""
    if pages.roman:
        last = _LAST_ROMAN if pages.last is None else pages.last
        numerals = ",".join(f"'{roman_numeral(number)}'" for number in range(pages.first, last + 1))
        return f"lower(p.label) IN ({numerals})"
    between = f"BETWEEN {int(pages.first)} AND {_LAST_PAGE if pages.last is None else int(pages.last)}"
    return (
        f"({_IS_ARABIC} AND CAST(p.label AS INTEGER) {between}) "
        f"OR (NOT {_IS_ARABIC} AND NOT {_IS_ROMAN} AND p.page_index + 1 {between})"
    )


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))
