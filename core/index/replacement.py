"""A repaired file takes the place of the damaged one, in steps that can be cut off anywhere and gone through again.

A file named `library.repaired.sqlite3` is whole: it got that name after it was flushed to the disk. From then on every
opening of the library for writing finishes what is left to do, in this order:

1. The damaged file and its log get a second name, `library.damaged-DATE.sqlite3`. It is never deleted by Paperlamp.
2. The log goes: it belongs to the damaged file and would be played into the new one.
3. The index files go: chunk ids may have been given anew, and they are made again from SQLite.
4. The repaired file takes the name `library.sqlite3`, in one step.
"""

from __future__ import annotations

import logging
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from core.index.backup import flush_folder, put_in_place
from core.index.faults import FILE_NAME

logger = logging.getLogger(__name__)

REPAIRED_NAME = "library.repaired.sqlite3"
_BESIDE = ("-wal", "-shm")


def finish_replacement(folder: Path) -> Path | None:
    """Put a repaired file in place, if there is one; the caller owns the library.

    Returns:
        The damaged file under its new name, or None if there was nothing to do or no damaged file.

    Raises:
        OSError: a file could not be moved; the next call goes on from there.
    """
    repaired, current = folder / REPAIRED_NAME, folder / FILE_NAME
    if not repaired.exists():
        return None
    kept: Path | None = None
    if current.exists():
        made_at = datetime.fromtimestamp(repaired.stat().st_mtime, UTC)
        kept = folder / f"library.damaged-{made_at:%Y%m%d-%H%M%S}.sqlite3"
        for ending in ("", *_BESIDE):
            _keep(current.with_name(current.name + ending), kept.with_name(kept.name + ending))
        flush_folder(folder)
    for ending in _BESIDE:
        current.with_name(current.name + ending).unlink(missing_ok=True)
    if (folder / "index").exists():
        shutil.rmtree(folder / "index")
    put_in_place(repaired, current)
    logger.warning("the library was repaired; the damaged file is kept as %s", kept)
    return kept


def _keep(file: Path, kept: Path) -> None:
    """A second name for the file; a copy where the file system has no such thing."""
    if not file.exists() or kept.exists():
        return
    try:
        os.link(file, kept)
    except OSError:
        scratch = kept.with_name(kept.name + ".partial")
        shutil.copy2(file, scratch)
        put_in_place(scratch, kept)
