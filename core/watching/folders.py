"""The watched folders as rows of the library: SQL in, dataclasses out; and what makes a folder one to be watched."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import UnwatchableFolder
from core.index.moment import now
from core.watching.patterns import MAX_PATTERN_LENGTH, MAX_PATTERNS, pattern_of, tidy_patterns


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """A folder whose files are added by themselves.

    Attributes:
        path: absolute.
        collection: what is found is put there; None for none.
        ignore: patterns of what is left out, as `IgnoreRules` reads them.
        polling: the person wants it looked at now and then, rather than told by the system; a network drive always is.
    """

    path: str
    collection: str | None = None
    ignore: tuple[str, ...] = ()
    polling: bool = False


def read_folders(db: sqlite3.Connection) -> list[WatchedFolder]:
    """All watched folders, by path."""
    rows = db.execute("SELECT path, collection, ignore, polling FROM watched_folders ORDER BY path")
    return [WatchedFolder(row[0], row[1], tuple(json.loads(row[2])), bool(row[3])) for row in rows]


def insert_folder(db: sqlite3.Connection, folder: WatchedFolder) -> None:
    """Watch a folder, or change how it is watched."""
    db.execute(
        """INSERT INTO watched_folders (path, collection, ignore, polling, added_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (path)
        DO UPDATE SET collection = excluded.collection, ignore = excluded.ignore, polling = excluded.polling""",
        (folder.path, folder.collection, json.dumps(folder.ignore, ensure_ascii=False), folder.polling, now()),
    )


def update_folder(db: sqlite3.Connection, folder: WatchedFolder) -> None:
    """Change how a folder is watched; nothing happens where it is watched no longer."""
    db.execute(
        "UPDATE watched_folders SET collection = ?, ignore = ?, polling = ? WHERE path = ?",
        (folder.collection, json.dumps(folder.ignore, ensure_ascii=False), folder.polling, folder.path),
    )


def delete_folder(db: sqlite3.Connection, path: str) -> bool:
    """Watch a folder no longer; its documents stay. False where it was not watched."""
    return db.execute("DELETE FROM watched_folders WHERE path = ?", (path,)).rowcount > 0


def check_folder(path: Path, watched: Iterable[WatchedFolder], library_folder: Path) -> Path:
    """The folder as it is to be watched: absolute.

    Args:
        path: as the person gave it.
        watched: the folders that are watched already.
        library_folder: where the library keeps its own files.

    Raises:
        UnwatchableFolder: with the sentence that the person sees.
    """
    folder = Path(os.path.abspath(path.expanduser()))
    if not folder.exists():
        raise UnwatchableFolder(f"There is no folder {folder}. Choose one that exists.")
    if not folder.is_dir():
        raise UnwatchableFolder(f"{folder} is not a folder. Choose the folder that it lies in.")
    try:
        with os.scandir(folder):
            pass
    except OSError as error:
        raise UnwatchableFolder(f"{folder} cannot be read: {error.strerror}. Choose another folder.") from error
    if _is_below(folder, library_folder):
        raise UnwatchableFolder("This is where Paperlamp keeps the library itself. Choose another folder.")
    for other in watched:
        if _is_below(folder, Path(other.path)) and _is_below(Path(other.path), folder):
            raise UnwatchableFolder(f"{folder} is watched already.")
        if _is_below(folder, Path(other.path)):
            raise UnwatchableFolder(f"{folder} lies in {other.path}, which is watched with all that is in it.")
        if _is_below(Path(other.path), folder):
            raise UnwatchableFolder(
                f"{other.path}, which lies in {folder}, is watched already. Remove that one first, then add this one."
            )
    return folder


def check_patterns(patterns: Sequence[str]) -> tuple[str, ...]:
    """The patterns as they are kept: tidied.

    Raises:
        UnwatchableFolder: with the sentence that the person sees.
    """
    tidied = tidy_patterns(patterns)
    for pattern in tidied:
        if pattern.startswith("!"):
            raise UnwatchableFolder(f"“{pattern}” begins with “!”. Only what is left out can be named here.")
        if len(pattern) > MAX_PATTERN_LENGTH:
            raise UnwatchableFolder(f"“{pattern[:40]}…” is longer than {MAX_PATTERN_LENGTH} characters. Shorten it.")
    if len(tidied) > MAX_PATTERNS:
        raise UnwatchableFolder(f"These are {len(tidied)} patterns; {MAX_PATTERNS} can be kept. Join some with “*”.")
    return tidied


def folder_of(path: Path, folders: Iterable[WatchedFolder]) -> WatchedFolder | None:
    """The watched folder that a file lies in."""
    return next((folder for folder in folders if path.is_relative_to(folder.path)), None)


def leaving_out(folder: WatchedFolder, file: Path) -> WatchedFolder:
    """The folder with one more pattern: a document that was removed from the library is not to come back by itself."""
    pattern = pattern_of(file.relative_to(folder.path))
    return folder if pattern in folder.ignore else replace(folder, ignore=(*folder.ignore, pattern))


def _is_below(path: Path, folder: Path) -> bool:
    """True where `path` is `folder` or lies in it, links resolved."""
    inner, outer = (Path(os.path.normcase(os.path.realpath(one))) for one in (path, folder))
    return inner.is_relative_to(outer)
