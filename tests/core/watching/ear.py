"""Hears what a watcher tells. Tests wait for that, never for time to pass."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.index.locations import KnownFile
from core.watching.folders import WatchedFolder
from core.watching.states import FolderState, WatchStatus, WatchTimes

PATIENCE_SECONDS = 30.0
FAST = WatchTimes(settle=0.3, tick=0.05, poll=0.1, retry=0.05, rescan=900.0)


class Ear:
    """Hears what a watcher tells, in order, and is the library that it asks."""

    def __init__(self) -> None:
        self.known: dict[Path, KnownFile] = {}
        self.told: list[tuple[str, Path]] = []
        self.folders: dict[Path, WatchedFolder] = {}
        self.states: list[FolderState] = []
        self.threads: set[str] = set()
        self._changed = threading.Condition()

    def known_files(self, folder: WatchedFolder) -> dict[Path, KnownFile]:
        return {path: file for path, file in self.known.items() if path.is_relative_to(folder.path)}

    def on_found(self, path: Path, folder: WatchedFolder) -> None:
        with self._changed:
            self.told.append(("found", path))
            self.folders[path] = folder
            self.threads.add(threading.current_thread().name)
            self._changed.notify_all()

    def on_gone(self, path: Path) -> None:
        with self._changed:
            self.told.append(("gone", path))
            self._changed.notify_all()

    def on_state(self, state: FolderState) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def wait(self, met: Callable[[], Any]) -> None:
        with self._changed:
            assert self._changed.wait_for(met, PATIENCE_SECONDS), (self.told, self.states[-3:])

    def wait_told(self, *told: tuple[str, Path]) -> None:
        """Wait until exactly these were told, in any order."""
        self.wait(lambda: sorted(self.told) == sorted(told))

    def wait_status(self, status: WatchStatus) -> FolderState:
        self.wait(lambda: self.states and self.states[-1].status is status)
        return self.states[-1]
