"""How the watching of a folder stands, as the window shows it, and the times that it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.watching.folders import WatchedFolder


class WatchStatus(StrEnum):
    """What is being done about a folder."""

    STARTING = "starting"
    WATCHING = "watching"
    POLLING = "polling"
    UNREACHABLE = "unreachable"


class PollingCause(StrEnum):
    """Why a folder is looked at now and then, rather than the system telling of changes."""

    NETWORK = "network"
    CHOSEN = "chosen"
    NO_NOTIFIER = "no_notifier"


@dataclass(frozen=True, slots=True)
class FolderState:
    """A watched folder at one moment.

    Attributes:
        reason: why it cannot be reached, as a sentence; None otherwise.
        polling_cause: with POLLING.
        poll_seconds: with POLLING, how long from one look to the next.
        files: how many of its files are wanted and there.
        missing: how many files the library read here that are gone.
        waiting: how many are still being written, or cannot be opened yet.
    """

    folder: WatchedFolder
    status: WatchStatus
    reason: str | None = None
    polling_cause: PollingCause | None = None
    poll_seconds: float = 0.0
    files: int = 0
    missing: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class WatchTimes:
    """Times of the watching, in seconds.

    Attributes:
        settle: how long a file must stand still before it is taken, and be absent before it counts as gone. Programs
            that save by deleting and renaming are through by then.
        tick: from one look at files that settle to the next.
        poll: from one look at a whole folder to the next, where the system does not tell.
        retry: until a folder that cannot be reached is tried again.
        rescan: until a folder is looked at as a whole although the system tells: it may drop news when there are many.
    """

    settle: float = 2.0
    tick: float = 0.5
    poll: float = 30.0
    retry: float = 15.0
    rescan: float = 900.0
