"""One watched folder: hints from the system or the clock, the disk as the truth, files that settle, files that go.

What the notifier says is a hint where to look, never a fact: a folder moved in is told as one event without its files,
a file saved by renaming as several, and a drive that is taken out as the deletion of everything. Polling is done here,
not by watchfiles, for the same reason: its poller tells a drive that went as the deletion of all files.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from watchfiles import watch

from core.index.locations import KnownFile
from core.watching.contents import FolderContents, can_read, is_gone
from core.watching.drives import is_on_network
from core.watching.folders import WatchedFolder
from core.watching.settling import SettlingFiles, Stamp
from core.watching.states import FolderState, PollingCause, WatchStatus, WatchTimes

logger = logging.getLogger(__name__)

# A file that changed so shortly before it was seen may have changed while it was read. It is read once more, at most.
_DOUBTFUL_SECONDS = 60.0
_STEP_MS = 200
_DEBOUNCE_MS = 1000

KnownFiles = Callable[[WatchedFolder], Mapping[Path, KnownFile]]


class WatchListener(Protocol):
    """Who is told; on the thread of the folder."""

    def found(self, path: Path, folder: WatchedFolder) -> None:
        """A file is new, has changed or is back, and is complete."""

    def gone(self, path: Path) -> None:
        """A file that was there is no longer."""

    def state_changed(self, state: FolderState) -> None:
        """The folder's state is another one."""


class _Unreachable(Exception):
    """The folder cannot be looked at; the text is the sentence for the person."""


class _Replaced(Exception):
    """Another folder is in the place of the one that was being watched."""


class FolderWatch:
    """Watches one folder until it is told to stop; `run` is the body of a thread.

    Args:
        known_files: what the library knows of the folder's files, asked at every look at the whole of it.
        stop: ends the watching when it is set.
        excluded: folders inside that are never looked into.
        on_network: tells whether a folder lies on a network drive.
        clock: seconds, only ever going forward.
    """

    def __init__(
        self,
        folder: WatchedFolder,
        known_files: KnownFiles,
        listener: WatchListener,
        stop: threading.Event,
        *,
        excluded: Sequence[Path] = (),
        times: WatchTimes = WatchTimes(),  # noqa: B008 (frozen)
        on_network: Callable[[Path], bool] = is_on_network,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._root = Path(folder.path)
        self._known_files = known_files
        self._listener = listener
        self._stop = stop
        self._excluded = excluded
        self._times = times
        self._on_network = on_network
        self._clock = clock
        self._state = FolderState(folder, WatchStatus.STARTING)
        self._contents = FolderContents(folder, excluded)
        self._settling = SettlingFiles(times.settle, lambda path: self._contents.stamp(path), can_read)
        self._taken: dict[Path, Stamp] = {}  # what was told of, or needed no telling, as it was then
        self._expected: set[Path] = set()  # what the library knows to be here
        self._missing: set[Path] = set()  # what it knows to be gone
        self._absent: dict[Path, float] = {}  # what is not there, and since when; it may come back in a moment
        self._cause: PollingCause | None = None
        self._is_first_look = True
        self._look_at_all_at = 0.0

    def run(self) -> None:
        """Watch; while the folder cannot be reached, try again from time to time."""
        self._tell_state()
        while not self._stop.is_set():
            pause = self._times.retry
            try:
                self._watch_until_lost()
            except _Replaced:
                pause = self._times.tick
            except _Unreachable as error:
                self._lose(str(error))
            except Exception:  # whatever it is, the other folders go on, and this one is tried again
                logger.exception("the watching of %s was interrupted", self._root)
                self._lose("An unexpected fault came up. It is tried again.")
            self._stop.wait(pause)

    # ── the loop ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _watch_until_lost(self) -> None:
        self._cause = self._polling_cause()
        identity = self._identity()
        self._contents = FolderContents(
            self._folder, self._excluded, has_lasting_inodes=self._cause is not PollingCause.NETWORK
        )
        self._is_first_look = True
        self._look_at_all_at = self._clock()
        with closing(self._hints()) as ticks:
            for hints in ticks:
                if self._stop.is_set():
                    return
                if self._identity() != identity:
                    raise _Replaced
                now = self._clock()
                if now >= self._look_at_all_at:
                    self._look_at_all(now)
                else:
                    self._look_at(hints, now)
                self._settle(now, identity)
                self._tell_state()

    def _hints(self) -> Generator[list[Path], None, None]:
        """Paths where something may have happened, and nothing at every tick. Ends when watching is to stop."""
        if self._cause is None:
            try:
                # Its first answer comes after the notifier stands, so nothing falls between it and the first look.
                for changes in watch(
                    self._root,
                    watch_filter=None,
                    debounce=_DEBOUNCE_MS,
                    step=min(_STEP_MS, round(self._times.tick * 1000)),
                    rust_timeout=round(self._times.tick * 1000),
                    yield_on_timeout=True,
                    stop_event=self._stop,
                    raise_interrupt=False,
                    force_polling=False,
                    ignore_permission_denied=True,
                ):
                    yield [self._contents.as_given(path) for _, path in changes]
                return
            except (OSError, RuntimeError) as error:  # RuntimeError: WatchfilesRustInternalError, say too many folders
                self._identity()
                logger.warning("the system does not tell of changes in %s: %s", self._root, error)
                self._cause = PollingCause.NO_NOTIFIER
        yield []
        while not self._stop.wait(self._times.tick if self._settling or self._absent else self._times.poll):
            yield []

    def _polling_cause(self) -> PollingCause | None:
        if self._on_network(self._root):
            return PollingCause.NETWORK
        return PollingCause.CHOSEN if self._folder.polling else None

    def _identity(self) -> tuple[int, int]:
        """What tells this folder from another in its place, such as the empty one that a removed drive leaves.

        Raises:
            _Unreachable: it is not there, or cannot be read.
        """
        try:
            found = self._root.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise _Unreachable("The folder is not there. If it is on a drive, connect the drive.") from None
        except PermissionError:
            raise _Unreachable("Your account may not read this folder.") from None
        except OSError as error:
            raise _Unreachable(f"The folder cannot be read: {error.strerror or 'the system refused'}.") from None
        return found.st_dev, 0 if self._cause is PollingCause.NETWORK else found.st_ino

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _look_at_all(self, now: float) -> None:
        """Hold what is in the folder against what the library knows; so is found what happened unwatched."""
        known = self._known_files(self._folder)
        try:
            present = dict(self._contents.files())
            is_empty = not present and self._contents.is_empty()
        except OSError as error:
            raise _Unreachable(f"The folder cannot be read: {error.strerror or 'the system refused'}.") from None
        self._expected = {path for path, file in known.items() if not file.missing}
        if is_empty and self._expected and self._is_first_look:
            raise _Unreachable("The folder is empty. If its files are on a drive, connect the drive.")
        self._is_first_look = False
        self._look_at_all_at = now + (self._times.rescan if self._cause is None else self._times.poll)
        self._missing = {path for path, file in known.items() if file.missing and path not in present}
        for path, stamp in present.items():
            file = known.get(path)
            is_as_seen = file and not file.missing and stamp.changed_at < file.seen_at - _DOUBTFUL_SECONDS
            if is_as_seen and path not in self._taken:
                self._taken[path] = stamp
            self._consider(path, stamp, now)
        for path in (self._expected | self._taken.keys()) - present.keys():
            self._miss(path, now)

    def _look_at(self, hints: Iterable[Path], now: float) -> None:
        vanished = set()
        for path in hints:
            if not path.is_relative_to(self._root):
                continue
            stamp = self._contents.stamp(path)
            if stamp is not None:
                self._consider(path, stamp, now)
            elif is_gone(path):
                vanished.add(path)
            elif path != self._root and path.is_dir() and not path.is_symlink():
                for inner, its_stamp in self._contents.files(path):
                    self._consider(inner, its_stamp, now)
        folders = vanished - self._expected - self._taken.keys()
        if folders:
            inside = (p for p in self._expected | self._taken.keys() if not folders.isdisjoint(p.parents))
            vanished.update(inside)
        for path in vanished:
            self._miss(path, now)

    def _consider(self, path: Path, stamp: Stamp, now: float) -> None:
        """A file is there: wait until it stands still, unless it is as it was."""
        self._absent.pop(path, None)
        if self._taken.get(path) == stamp:
            self._settling.drop(path)
        else:
            self._settling.note(path, stamp, now)

    def _miss(self, path: Path, now: float) -> None:
        """A file is not there, or not wanted any more."""
        if path not in self._expected and path not in self._taken:
            return
        if is_gone(path):
            self._absent.setdefault(path, now)
        else:
            self._taken.pop(path, None)

    def _settle(self, now: float, identity: tuple[int, int]) -> None:
        complete, vanished = self._settling.settle(now)
        for path in vanished:
            self._miss(path, now)
        due = [path for path, since in self._absent.items() if now - since >= self._times.settle]
        gone = [path for path in due if is_gone(path)]
        # Only now, after the files were missed, is it certain that it was not the whole folder that went.
        if self._identity() != identity:
            raise _Replaced
        for path in due:
            del self._absent[path]
        for path in gone:
            self._taken.pop(path, None)
            self._expected.discard(path)
            self._missing.add(path)
            self._tell(self._listener.gone, path)
        # New places first: of a file that was renamed and another one put in its place, the new place is noted before
        # the old one is taken over, so that the renamed file is not mistaken for an earlier version.
        for path, stamp in sorted(complete, key=lambda one: one[0] in self._taken or one[0] in self._expected):
            self._taken[path] = stamp
            self._missing.discard(path)
            self._tell(self._listener.found, path, self._folder)

    def _lose(self, reason: str) -> None:
        """The folder cannot be reached. Nothing is known of its files, least of all that they are gone."""
        self._settling.clear()
        self._absent.clear()
        self._tell_state(reason)

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _tell_state(self, reason: str | None = None) -> None:
        if reason is not None:
            status = WatchStatus.UNREACHABLE
        elif self._look_at_all_at == 0.0:
            status = WatchStatus.STARTING
        else:
            status = WatchStatus.WATCHING if self._cause is None else WatchStatus.POLLING
        state = FolderState(
            self._folder,
            status,
            reason,
            self._cause if status is WatchStatus.POLLING else None,
            self._times.poll if status is WatchStatus.POLLING else 0.0,
            len(self._taken),
            len(self._missing),
            len(self._settling),
        )
        if state != self._state or status is WatchStatus.STARTING:
            self._state = state
            self._tell(self._listener.state_changed, state)

    def _tell(self, listener: Callable[..., None], *arguments: Any) -> None:
        """Who listens is not known here; what it does must not stop the watching."""
        if self._stop.is_set():
            return
        try:
            listener(*arguments)
        except Exception:
            logger.exception("a listener failed")
