"""Files and folders out of what is dropped or pasted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

_QUOTES = "\"'“”‘’"


def paths_from_mime(data: QMimeData) -> list[Path]:
    """The local files and folders that `data` names, each once; nothing is looked up on the disk."""
    if data.hasUrls():
        return _each_once(path for url in data.urls() if (path := _local_path(url)))
    return paths_from_text(data.text()) if data.hasText() else []


def paths_from_text(text: str) -> list[Path]:
    """The absolute paths of a text, bare, quoted or `file://`, one a line; other lines are passed over."""
    return _each_once(path for line in text.splitlines() if (path := _path_of_line(line)))


def _path_of_line(line: str) -> Path | None:
    line = line.strip().strip(_QUOTES).strip()
    if not line or "\0" in line:
        return None
    if line.lower().startswith("file:"):
        return _local_path(QUrl(line))
    path = Path(line)
    if line.startswith("~"):
        try:
            path = path.expanduser()
        except RuntimeError:
            return None
    return path if path.is_absolute() else None


def _local_path(url: QUrl) -> Path | None:
    local = url.toLocalFile() if url.isLocalFile() else ""
    return Path(local) if local else None


def _each_once(paths: Iterable[Path]) -> list[Path]:
    return list(dict.fromkeys(paths))
