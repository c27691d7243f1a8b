"""Watches folders, a thread for each: one drive that does not answer holds up no other folder."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.watching.drives import is_on_network
from core.watching.folder_watch import FolderWatch, KnownFiles
from core.watching.folders import WatchedFolder
from core.watching.states import FolderState, WatchTimes

logger = logging.getLogger(__name__)

_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Running:
    """A folder that is being watched; `stop` ends its thread."""

    folder: WatchedFolder
    thread: threading.Thread
    stop: threading.Event


class FolderWatcher:
    """Finds what comes into folders, changes in them and goes from them, also while nobody watched.

    All callbacks come on the folders' threads, and none after `stop` has returned, or `set_folders` for folders that it
    ended, unless a drive did not answer in time.

    Args:
        folders: watched from `start` on.
        known_files: what the library knows of the files below a folder (`core.index.locations.read_known`).
        on_found: a file is new, has changed, or is back; it is complete.
        on_gone: a file that was there is no longer. Never told because a whole folder is not there.
        on_state: a folder's state is another one.
        excluded: folders that are never looked into, wherever they lie: the library's own.
        on_network: tells whether a folder lies on a network drive, which is looked at now and then.
    """

    def __init__(
        self,
        folders: Iterable[WatchedFolder],
        known_files: KnownFiles,
        on_found: Callable[[Path, WatchedFolder], None],
        on_gone: Callable[[Path], None],
        on_state: Callable[[FolderState], None] = lambda state: None,
        *,
        excluded: Sequence[Path] = (),
        times: WatchTimes = WatchTimes(),  # noqa: B008 (frozen)
        on_network: Callable[[Path], bool] = is_on_network,
    ) -> None:
        self._folders = list(folders)
        self._known_files = known_files
        self._listener = _Callbacks(on_found, on_gone, on_state)
        self._excluded = tuple(excluded)
        self._times = times
        self._on_network = on_network
        self._running: dict[str, _Running] = {}
        self._is_started = False

    def start(self) -> None:
        """Begin to watch; returns at once."""
        self._is_started = True
        for folder in self._folders:
            self._begin(folder)

    def set_folders(self, folders: Iterable[WatchedFolder]) -> None:
        """Watch these folders; those that are watched already, in the same way, go on undisturbed."""
        self._folders = list(folders)
        if not self._is_started:
            return
        self._end([one for one in self._running.values() if one.folder not in self._folders])
        for folder in self._folders:
            if folder.path not in self._running:
                self._begin(folder)

    def stop(self) -> None:
        """Watch no more; waits for the threads."""
        self._is_started = False
        self._end(list(self._running.values()))

    def _begin(self, folder: WatchedFolder) -> None:
        stop = threading.Event()
        one = FolderWatch(
            folder,
            self._known_files,
            self._listener,
            stop,
            excluded=self._excluded,
            times=self._times,
            on_network=self._on_network,
        )
        # A daemon: a drive that does not answer may hold its thread, but not the end of the process.
        thread = threading.Thread(target=one.run, name=f"watch {folder.path}", daemon=True)
        self._running[folder.path] = _Running(folder, thread, stop)
        thread.start()

    def _end(self, running: Sequence[_Running]) -> None:
        for one in running:
            one.stop.set()
        for one in running:
            one.thread.join(_STOP_SECONDS)
            if one.thread.is_alive():
                logger.warning("%s does not answer; its thread is left behind", one.folder.path)
            del self._running[one.folder.path]


@dataclass(frozen=True, slots=True)
class _Callbacks:
    """A `WatchListener` made of three functions."""

    found: Callable[[Path, WatchedFolder], None]
    gone: Callable[[Path], None]
    state_changed: Callable[[FolderState], None]
