"""Where a question is asked: filters from the command line's options, or from a line of a file of queries."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.commands.common import UsageError, resolve
from core.errors import UserError
from core.index.library import Library
from core.index.scope_syntax import day, page_ranges, require_order
from core.types import Scope

# The filters of a query file's line, each with what it may also be called there.
_KEYS = {
    "documents": ("documents", "document"),
    "collections": ("collections", "collection"),
    "tags": ("tags", "tag"),
    "pages": ("pages",),
    "since": ("since",),
    "until": ("until",),
}


def add_filters(verb: argparse.ArgumentParser) -> None:
    """The options that limit a search. All of them must hold; of one that is repeated, any will do."""
    group = verb.add_argument_group(
        "filters", "All of them must hold; of one that is given several times, any. Dates are ISO dates."
    )
    group.add_argument(
        "--document",
        action="append",
        default=[],
        metavar="DOC",
        dest="documents",
        help="only in this document: id, path, file name or title (repeatable)",
    )
    group.add_argument(
        "--collection",
        action="append",
        default=[],
        metavar="NAME",
        dest="collections",
        help="only in this collection (repeatable)",
    )
    group.add_argument(
        "--tag",
        action="append",
        default=[],
        metavar="NAME",
        dest="tags",
        help="only in documents with this tag (repeatable)",
    )
    group.add_argument(
        "--pages",
        action="append",
        default=[],
        metavar="RANGES",
        help="only on pages with these printed numbers, like 10-20,31 or iv-x (repeatable)",
    )
    group.add_argument(
        "--since", metavar="DATE", help="only in documents made on this day or later; else added, where unknown"
    )
    group.add_argument("--until", metavar="DATE", help="only in documents made on this day or earlier")


def scope_of(args: argparse.Namespace, library: Library, line: Mapping[str, Any] | None = None) -> Scope:
    """The scope that is meant.

    Args:
        args: the options.
        library: whose documents, collections and tags are named.
        line: of a file of queries; a filter in it stands in place of the option of that name.

    Raises:
        UsageError: a range of pages, a date or a line's value that cannot be meant.
        UserError: a document, collection or tag that there is not.
    """
    said = {name: _from_line(line or {}, keys) or getattr(args, name) for name, keys in _KEYS.items()}
    since, until = (_one(name, said[name]) for name in ("since", "until"))
    try:
        pages = tuple(span for text in _all("pages", said["pages"]) for span in page_ranges(text))
        since, until = since and day(since), until and day(until)
        require_order(since, until)
    except ValueError as error:
        raise UsageError(str(error)) from error
    return Scope(
        documents=tuple(resolve(library, _all("documents", said["documents"]))),
        collections=_known("collection", _all("collections", said["collections"]), library.collections()),
        tags=_known("tag", _all("tags", said["tags"]), library.tags()),
        pages=pages,
        since=since,
        until=until,
    )


def _from_line(line: Mapping[str, Any], keys: Iterable[str]) -> Any:
    return next((line[key] for key in keys if line.get(key)), None)


def _all(name: str, value: Any) -> list[str]:
    """One value or several, as a list of texts; a page may be given as a number."""
    values = value if isinstance(value, list) else [value] if value else []
    numbers = name == "pages"
    if not all(isinstance(one, str) or (numbers and type(one) is int) for one in values):
        raise UsageError(f"“{name}” has to be a text, or a list of texts.")
    return [str(one) for one in values]


def _one(name: str, value: Any) -> str:
    if value is not None and not isinstance(value, str):
        raise UsageError(f"“{name}” has to be a date, like 2024-05-17.")
    return value or ""


def _known(kind: str, names: Sequence[str], present: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """The names as the library writes them."""
    written = {name.casefold(): name for name, _ in present}
    for name in names:
        if name.casefold() not in written:
            raise UserError(f"There is no {kind} “{name}”.")
    return tuple(written[name.casefold()] for name in names)
