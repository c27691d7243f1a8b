"""What `paperlamp watch` does: list, add, change and remove watched folders. The window does the watching itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.errors import UnwatchableFolder
from core.index.collections import insert_collection
from core.index.database import Database
from core.watching.folders import (
    WatchedFolder,
    check_folder,
    check_patterns,
    delete_folder,
    insert_folder,
    read_folders,
)


def watch_folders(
    database: Database,
    library_folder: Path,
    paths: Sequence[Path],
    collection: str | None = None,
    ignore: Sequence[str] | None = None,
    polling: bool | None = None,
) -> list[WatchedFolder]:
    """Watch folders; one that is watched already is changed in what is given here, and keeps the rest.

    Args:
        database: of the library that files are added to.
        library_folder: where it lies; it cannot be watched itself.
        paths: as the person gave them.
        collection: made unless there is one of that name; None keeps what was.
        ignore: patterns of what is left out; None keeps what was.
        polling: look now and then rather than be told by the system; None keeps what was.

    Returns:
        The folders as they are watched now.

    Raises:
        UnwatchableFolder: one of them cannot be watched; none is, then.
    """
    patterns = None if ignore is None else check_patterns(ignore)
    with database.write() as db:
        if collection is not None:
            insert_collection(db, collection)
        changed = []
        for path in paths:
            watched = {folder.path: folder for folder in read_folders(db)}
            known = watched.pop(os.path.abspath(path.expanduser()), None)
            folder = known or WatchedFolder(str(check_folder(path, watched.values(), library_folder)))
            folder = replace(
                folder,
                collection=folder.collection if collection is None else collection,
                ignore=folder.ignore if patterns is None else patterns,
                polling=folder.polling if polling is None else polling,
            )
            insert_folder(db, folder)
            changed.append(folder)
    return changed


def unwatch_folders(database: Database, paths: Sequence[Path]) -> list[str]:
    """Watch folders no longer; their documents stay.

    Raises:
        UnwatchableFolder: one of them is not watched; all are as before, then.
    """
    removed = [os.path.abspath(path.expanduser()) for path in paths]
    with database.write() as db:
        for path in removed:
            if not delete_folder(db, path):
                raise UnwatchableFolder(f"{path} is not watched. `paperlamp watch` lists the folders that are.")
    return removed


def folder_json(folder: WatchedFolder) -> dict[str, Any]:
    """A watched folder, as `watch --json` prints it."""
    return {
        "path": folder.path,
        "collection": folder.collection,
        "ignore": list(folder.ignore),
        "polling": folder.polling,
        "reachable": os.path.isdir(folder.path),
    }
