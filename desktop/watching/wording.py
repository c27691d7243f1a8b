"""The words about watched folders: pure functions from states to short, plain lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from core.index.locations import MissingDocument
from core.watching.states import FolderState, PollingCause, WatchStatus
from desktop.wording import SEPARATOR, count_files, format_count, format_duration

translate = QCoreApplication.translate

_NAMED_FILES = 3


def status_line(state: FolderState | None) -> str:
    """What is being done about a folder: `Watching`, `Looking every 30 s (network drive)`, `Not reachable`."""
    if state is None or state.status is WatchStatus.STARTING:
        return translate("watching", "Looking for the first time…")
    if state.status is WatchStatus.UNREACHABLE:
        return translate("watching", "Not reachable")
    if state.status is WatchStatus.WATCHING:
        return translate("watching", "Watching")
    line = translate("watching", "Looking every {interval}").format(interval=format_duration(state.poll_seconds))
    if state.polling_cause is PollingCause.NETWORK:
        return line + translate("watching", " (network drive)")
    if state.polling_cause is PollingCause.NO_NOTIFIER:
        return line + translate("watching", " (the system tells of no changes here)")
    return line


def state_line(state: FolderState | None) -> str:
    """A folder's state with its files: `Watching · 212 files · 3 missing · 1 still being written`."""
    parts = [status_line(state)]
    if state is not None and state.status is WatchStatus.UNREACHABLE:
        return SEPARATOR.join([*parts, state.reason or ""]).removesuffix(SEPARATOR)
    if state is not None and state.status is not WatchStatus.STARTING:
        parts.append(count_files(state.files))
        if state.missing:
            parts.append(translate("watching", "{count} missing").format(count=format_count(state.missing)))
        if state.waiting:
            count = format_count(state.waiting)
            parts.append(translate("watching", "{count} still being written").format(count=count))
    return SEPARATOR.join(parts)


def missing_heading(missing: Sequence[MissingDocument]) -> str:
    """`3 files are no longer where they were`."""
    if len(missing) == 1:
        return translate("watching", "1 file is no longer where it was")
    return translate("watching", "{files} are no longer where they were").format(files=count_files(len(missing)))


def missing_names(missing: Sequence[MissingDocument]) -> str:
    """The first of them by name: `Deed.pdf, Lease.pdf, Will.pdf and 4 more`."""
    names = [PurePath(one.path).name or one.title for one in missing[:_NAMED_FILES]]
    more = len(missing) - len(names)
    if more:
        return translate("watching", "{names} and {count} more").format(
            names=", ".join(names), count=format_count(more)
        )
    if len(names) < 2:
        return "".join(names)
    return translate("watching", "{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def missing_explanation(missing: Sequence[MissingDocument]) -> str:
    """What keeping and forgetting come to."""
    if len(missing) == 1:
        return translate("watching", "What was read of it can still be asked. Forgetting removes it from the library.")
    return translate("watching", "What was read of them can still be asked. Forgetting removes them from the library.")
