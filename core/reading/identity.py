"""What makes a file the same document, and which files a folder offers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

READABLE_SUFFIXES = frozenset({".pdf"})


def hash_file(path: Path) -> str:
    """SHA-256 of the file's bytes in hexadecimal: a document's identity, wherever the file lies."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def walk(paths: Iterable[Path]) -> Iterator[tuple[Path, str | None]]:
    """Walk files and folders in order; yield each file once, with a reason when it is skipped.

    Hidden files and folders inside a given folder are passed over silently, as file managers do.
    """
    seen: set[Path] = set()
    for given in paths:
        path = Path(given).expanduser().absolute()
        if path.is_dir():
            found: Iterator[Path] = (
                file
                for file in sorted(path.rglob("*"))
                if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
            )
        else:
            found = iter((path,))
        for file in found:
            if file in seen:
                continue
            seen.add(file)
            yield file, _reason_to_skip(file)


def _reason_to_skip(file: Path) -> str | None:
    if not file.exists():
        return "There is no such file."
    if file.suffix.lower() not in READABLE_SUFFIXES:
        return "Not a PDF."
    return None
