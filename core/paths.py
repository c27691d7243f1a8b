"""Where things lie: resources that ship with Paperlamp, and the folders it writes to."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs


def resources_folder() -> Path:
    """The `resources` folder, in a source checkout and in the frozen application alike."""
    frozen_root = getattr(sys, "_MEIPASS", None)
    root = Path(frozen_root) if frozen_root else Path(__file__).resolve().parent.parent
    return root / "resources"


def data_folder() -> Path:
    """The person's data folder; the environment variable `PAPERLAMP_DATA` moves it."""
    override = os.environ.get("PAPERLAMP_DATA")
    return Path(override) if override else Path(platformdirs.user_data_dir("Paperlamp", appauthor=False))


def default_library_folder() -> Path:
    """The library that is opened when none is named."""
    return data_folder() / "library"


def models_folder() -> Path:
    """Compiled embedding models, one folder for each, shared by all libraries."""
    return data_folder() / "models"


def private_folder(path: Path) -> Path:
    """Make `path` (and those of its parents that are missing) readable by the person alone, and return it."""
    for parent in reversed([parent for parent in path.parents if not parent.exists()]):
        parent.mkdir(mode=0o700, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    return path


def keep_files_private() -> None:
    """Let this process, and those it starts, make files that the person alone can read."""
    os.umask(0o077)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that the person alone can read: whole, or not at all."""
    scratch = path.with_name(f".{path.name}.partial")
    scratch.unlink(missing_ok=True)
    with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(scratch, path)
