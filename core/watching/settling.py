"""Files that somebody may still be writing: a file is taken once it has stood still and can be opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_LONGEST_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a file changed, without reading it. Equal stamps mean: the same file as before.

    Attributes:
        size: in bytes.
        inode: 0 where the file system gives none that lasts; a file that was replaced by renaming has another one.
        changed_at: the last change of its bytes or of its name, in seconds since the epoch.
    """

    size: int
    mtime_ns: int
    inode: int
    changed_at: float = field(compare=False)


@dataclass(slots=True)
class _Waiting:
    stamp: Stamp
    since: float
    wait: float


class SettlingFiles:
    """Files that wait until they are complete.

    Args:
        settle_seconds: how long size and time of a file must not change.
        stamp_of: a file's stamp at the moment; None where it is gone.
        can_read: whether the file can be opened. On Windows, who is writing often keeps others out.
    """

    def __init__(
        self, settle_seconds: float, stamp_of: Callable[[Path], Stamp | None], can_read: Callable[[Path], bool]
    ) -> None:
        self._settle_seconds = settle_seconds
        self._stamp_of = stamp_of
        self._can_read = can_read
        self._waiting: dict[Path, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def note(self, path: Path, stamp: Stamp, now: float) -> None:
        """A file is new or has changed; `now` is of a clock that only goes forward, in seconds."""
        known = self._waiting.get(path)
        if known is None or known.stamp != stamp:
            self._waiting[path] = _Waiting(stamp, now, self._settle_seconds)

    def drop(self, path: Path) -> None:
        """Wait for a file no longer."""
        self._waiting.pop(path, None)

    def clear(self) -> None:
        """Wait for none."""
        self._waiting.clear()

    def settle(self, now: float) -> tuple[list[tuple[Path, Stamp]], list[Path]]:
        """Look at the files whose time has come.

        An empty file is one that is still to be filled. A file that stands still and cannot be opened is asked again,
        less and less often.

        Returns:
            The files that are complete, which wait no longer, and those that have gone.
        """
        complete, gone = [], []
        for path, waiting in list(self._waiting.items()):
            if now - waiting.since < waiting.wait:
                continue
            stamp = self._stamp_of(path)
            if stamp is None:
                gone.append(path)
            elif stamp != waiting.stamp:
                self._waiting[path] = _Waiting(stamp, now, self._settle_seconds)
                continue
            elif not stamp.size or not self._can_read(path):
                waiting.since = now
                waiting.wait = min(waiting.wait * 2, max(_LONGEST_WAIT_SECONDS, self._settle_seconds))
                continue
            else:
                complete.append((path, stamp))
            del self._waiting[path]
        return complete, gone
