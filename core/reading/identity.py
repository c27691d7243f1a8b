"""What makes a file the same document, and which files a folder offers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

from core.reading.kinds import HTML_SUFFIXES, why_unreadable

# Word keeps such a file beside each document that is open.
_LOCK_FILE = "~$"
# A browser saves what a page shows in a folder beside it: scripts, icons, frames.
_PAGE_FOLDER = re.compile(r"(.+)_files", re.IGNORECASE)


def hash_file(path: Path) -> str:
    """SHA-256 of the file's bytes in hexadecimal: a document's identity, wherever the file lies."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def walk(paths: Iterable[Path]) -> Iterator[tuple[Path, str | None]]:
    """Walk files and folders in order; yield each file once, with a reason when it is skipped.

    Inside a given folder, what is no document of anybody's is passed over silently: hidden files and folders, as file
    managers do, lock files of Word, and the folder of pieces that a browser saves beside a web page.
    """
    seen: set[Path] = set()
    for given in paths:
        path = Path(given).expanduser().absolute()
        for file in _files_in(path) if _is(Path.is_dir, path) else iter((path,)):
            if file in seen:
                continue
            seen.add(file)
            yield file, _reason_to_skip(file)


def _files_in(folder: Path) -> Iterator[Path]:
    belongs_to_page = cache(_belongs_to_page)
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts) or file.name.startswith(_LOCK_FILE):
            continue
        if any(belongs_to_page(folder / parent) for parent in inside.parents):
            continue
        if _is(Path.is_file, file):
            yield file


def _belongs_to_page(folder: Path) -> bool:
    """Whether a folder lies beside the web page that it was saved with."""
    page = _PAGE_FOLDER.fullmatch(folder.name)
    return page is not None and any((folder.parent / f"{page[1]}{suffix}").is_file() for suffix in HTML_SUFFIXES)


def _reason_to_skip(file: Path) -> str | None:
    try:
        str(file).encode()
        if not file.exists():
            return "There is no such file."
        if not file.is_file():  # a pipe or a device, which might never end
            return "It is not a file."
    except UnicodeEncodeError:
        return "Its name is not valid text. Rename it."
    except OSError as error:
        return f"It cannot be opened: {error.strerror or 'the system refused'}."
    return why_unreadable(file)


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    """Whether a path is of a kind; not where the system does not even let it be looked at."""
    try:
        return kind(path)
    except OSError:
        return False
