"""The bytes of a file, within bounds, or a sentence that says why not."""

from __future__ import annotations

import errno
from pathlib import Path

from core.errors import BrokenFile, FileUnreachable, UnsupportedFile

MEGABYTE = 1024 * 1024
# What trying again does not change: permissions, and names of what is no file. The rest is of the drive or network.
_LASTING = {errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP}
# Windows says "permission denied" of a file that another program holds as well (sharing violation, lock violation).
_HELD_ON_WINDOWS = {32, 33}


def read_head(path: Path, size: int = 4096) -> bytes:
    """The first bytes of a file.

    Raises:
        BrokenFile: it is gone, it is empty, or the system refuses for good.
        FileUnreachable: the system refuses just now: a drive that is slow to answer, another program that holds it.
    """
    try:
        with path.open("rb") as file:
            head = file.read(size)
    except FileNotFoundError as error:
        raise BrokenFile("The file is no longer there. It may have been moved or deleted.") from error
    except OSError as error:
        sentence = f"The file cannot be opened: {error.strerror or 'the system refused'}."
        if error.errno in _LASTING and getattr(error, "winerror", None) not in _HELD_ON_WINDOWS:
            raise BrokenFile(sentence) from error
        raise FileUnreachable(sentence) from error
    if not head:
        raise BrokenFile("The file is empty (0 bytes). Copy it again from where it came from.")
    return head


def read_bytes(path: Path, limit: int) -> bytes:
    """All bytes of a file that has at most `limit` of them.

    Raises:
        BrokenFile: as `read_head`.
        UnsupportedFile: it is larger.
    """
    data = read_head(path, limit + 1)
    if len(data) > limit:
        raise UnsupportedFile(f"The file is larger than {limit // MEGABYTE} MB. Split it into smaller files.")
    return data
