"""FAISS files that are whole, belong to their stamp, or are not used."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import faiss

_READ_BYTES = 1 << 20


def checksum(file: Path, head: int | None = None) -> dict[str, int]:
    """Size and CRC-32: a bit that flipped on the disk would else be a wrong neighbour that nobody notices.

    Args:
        file: to read.
        head: only so many bytes from the beginning of it.
    """
    crc = size = 0
    with file.open("rb") as stream:
        while block := stream.read(_READ_BYTES if head is None else min(_READ_BYTES, head - size)):
            crc = zlib.crc32(block, crc)
            size += len(block)
    return {"size": size, "crc32": crc}


def scratch_of(path: Path) -> Path:
    """Where an index is written before it takes its name."""
    return path.with_suffix(".partial")


def write_scratch(index: faiss.Index, path: Path) -> Path:
    """Write an index beside `path`, private and on the disk, ready to take its name.

    Raises:
        OSError, RuntimeError: it could not be written.
    """
    scratch = scratch_of(path)
    faiss.write_index(index, str(scratch))
    scratch.chmod(0o600)
    with scratch.open("rb+") as file:
        os.fsync(file.fileno())  # a power cut must not leave the new name on an unwritten file
    return scratch


def map_index(file: Path) -> faiss.Index:
    """An index whose vectors stay in the file, of which the system keeps in memory what is looked at.

    Raises:
        RuntimeError: the file is missing or cut.
    """
    return faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
