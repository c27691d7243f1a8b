"""Folders on a real disk, watched by real threads."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ear import FAST, Ear

from core.watching.folders import WatchedFolder
from core.watching.states import WatchStatus
from core.watching.watcher import FolderWatcher


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def start(ear: Ear, caplog: pytest.LogCaptureFixture) -> Iterator[Callable[..., FolderWatcher]]:
    """Return a function that watches folders until the end of the test, from when it has looked at them first."""
    started: list[FolderWatcher] = []

    def start_it(*folders: WatchedFolder | Path, wait: bool = True, **options: Any) -> FolderWatcher:
        watched = [one if isinstance(one, WatchedFolder) else WatchedFolder(str(one)) for one in folders]
        options.setdefault("times", FAST)
        watcher = FolderWatcher(watched, ear.known_files, ear.on_found, ear.on_gone, ear.on_state, **options)
        started.append(watcher)
        watcher.start()
        if wait:
            ear.wait(lambda: {s.folder.path for s in ear.states if s.status is not WatchStatus.STARTING}
                     == {one.path for one in watched})  # fmt: skip
        return watcher

    yield start_it
    for watcher in started:
        watcher.stop()
    faults = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not faults or "listener" in faults[0] or "interrupted" in faults[0], faults
