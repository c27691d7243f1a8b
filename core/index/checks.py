"""What `doctor` looks at in a library's folder: rows, room, permissions, backups, the place; and how it mends these."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from core.index import message_tree
from core.index.backup import list_backups
from core.index.faults import FILE_NAME

LEAST_FREE = 200_000_000
"""Bytes: below, a large file may not find room."""

_NETWORK = {
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "9p", "fuse.sshfs",
    "fuse.davfs", "fuse.rclone", "fuse.gvfsd-fuse",
}  # fmt: skip
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_CLOCK_TOLERANCE = timedelta(days=1)

# What each count says when it is not 0, for one and for several; `make_consistent` mends them all.
_INCONSISTENT = (
    ("SELECT COUNT(*) FROM chunks WHERE id NOT IN (SELECT chunk FROM vectors)", "passages without a vector"),
    ("SELECT COUNT(*) FROM vectors WHERE chunk NOT IN (SELECT id FROM chunks)", "vectors without a passage"),
    ("SELECT COUNT(*) FROM pages WHERE document NOT IN (SELECT id FROM documents)", "pages without a document"),
    (
        "SELECT COUNT(*) FROM chunks c WHERE NOT EXISTS (SELECT 1 FROM pages p"
        " WHERE p.document = c.document AND p.page_index = c.page_index)",
        "passages without a page",
    ),
    ("SELECT COUNT(*) FROM documents WHERE id NOT IN (SELECT document FROM jobs)", "documents without a job"),
    (
        "SELECT COUNT(*) FROM documents d JOIN jobs j ON j.document = d.id WHERE j.state = 'ready'"
        " AND d.page_count > (SELECT COUNT(*) FROM pages p WHERE p.document = d.id)",
        "finished documents that miss pages",
    ),
    *message_tree.INCONSISTENT,
    ("SELECT COUNT(*) FROM pragma_foreign_key_check", "rows that refer to nothing"),
)


def inconsistencies(db: sqlite3.Connection) -> list[str]:
    """What does not fit together, as counts: `3 passages without a vector`."""
    counts = ((int(db.execute(sql).fetchone()[0]), what) for sql, what in _INCONSISTENT)
    return [f"{count} {what}" for count, what in counts if count]


def left_leases(db: sqlite3.Connection) -> int:
    """Leases that outlived their owners; the next start of the ingestion takes them up."""
    return int(db.execute("SELECT COUNT(*) FROM leases WHERE expires_at < ?", (time.time(),)).fetchone()[0])


def space(db: sqlite3.Connection, folder: Path) -> dict[str, int]:
    """Bytes: free on the disk, of the file, and what the file would give back."""
    (page_size,) = db.execute("PRAGMA page_size").fetchone()
    (unused,) = db.execute("PRAGMA freelist_count").fetchone()
    return {
        "disk_free": shutil.disk_usage(folder).free,
        "file_size": (folder / FILE_NAME).stat().st_size,
        "reclaimable": page_size * unused,
    }


def clock_fault(db: sqlite3.Connection, now: datetime | None = None) -> str | None:
    """A sentence if the computer's date lies before the library's last change."""
    now = now or datetime.now(UTC)
    (last,) = db.execute("SELECT max(updated_at) FROM jobs").fetchone()
    try:
        changed = datetime.fromisoformat(last) if last else now
    except ValueError:
        return None
    if changed.tzinfo is None or changed <= now + _CLOCK_TOLERANCE:
        return None
    return f"The library was last changed on {changed:%d %b %Y}, which is yet to come. Set the computer's date."


def file_system(folder: Path) -> str:
    """The kind of file system that the folder lies on; empty if the system does not tell."""
    place = folder.resolve()
    if str(place).startswith("\\\\"):
        return "cifs"
    found = [(p.mountpoint, p.fstype) for p in psutil.disk_partitions(all=True) if place.is_relative_to(p.mountpoint)]
    return max(found, key=lambda mount: len(mount[0]), default=("", ""))[1].lower()


def is_network(kind: str) -> bool:
    """True for file systems on which locks and the write-ahead log cannot be relied upon."""
    return kind in _NETWORK


def too_open(folder: Path) -> list[Path]:
    """Folders and files that others on this computer can read; none on Windows, where the profile protects them."""
    if os.name == "nt":
        return []
    return [path for path, mode in _private(folder) if path.stat().st_mode & 0o777 & ~mode]


def close_to_others(folder: Path) -> None:
    """Set the permissions of these to the person's alone.

    Raises:
        OSError: they belong to someone else.
    """
    for path, mode in _private(folder):
        path.chmod(mode)


def backup_facts(folder: Path) -> dict[str, str | int]:
    """How many backups, and what the newest one holds."""
    backups = list_backups(folder)
    if not backups:
        return {"backups": 0}
    newest = backups[0]
    return {
        "backups": len(backups),
        "newest_backup": newest.made_at.isoformat(),
        "newest_backup_documents": newest.documents,
    }


def _private(folder: Path) -> Iterator[tuple[Path, int]]:
    for place in (folder, folder / "index", folder / "backups", folder / "cache"):
        if place.is_dir():
            yield place, _PRIVATE_FOLDER
    for file in (*folder.glob("library*.sqlite3*"), *(folder / "backups").glob("library-*.sqlite3")):
        yield file, _PRIVATE_FILE
