from __future__ import annotations

import pytest

from core.index.locations import MissingDocument
from core.watching.folders import WatchedFolder
from core.watching.states import FolderState, PollingCause, WatchStatus
from desktop.watching.wording import missing_explanation, missing_heading, missing_names, state_line

FOLDER = WatchedFolder("/files")
GONE = "The folder is not there. If it is on a drive, connect the drive."


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (None, "Looking for the first time…"),
        (FolderState(FOLDER, WatchStatus.STARTING), "Looking for the first time…"),
        (FolderState(FOLDER, WatchStatus.WATCHING, files=1), "Watching · 1 file"),
        (
            FolderState(FOLDER, WatchStatus.WATCHING, files=6120, missing=3, waiting=1),
            "Watching · 6,120 files · 3 missing · 1 still being written",
        ),
        (
            FolderState(FOLDER, WatchStatus.POLLING, None, PollingCause.NETWORK, 30.0),
            "Looking every 30 s (network drive) · 0 files",
        ),
        (FolderState(FOLDER, WatchStatus.POLLING, None, PollingCause.CHOSEN, 60.0), "Looking every 1 min · 0 files"),
        (
            FolderState(FOLDER, WatchStatus.POLLING, None, PollingCause.NO_NOTIFIER, 30.0),
            "Looking every 30 s (the system tells of no changes here) · 0 files",
        ),
        (FolderState(FOLDER, WatchStatus.UNREACHABLE, GONE, files=9), f"Not reachable · {GONE}"),
        (FolderState(FOLDER, WatchStatus.UNREACHABLE), "Not reachable"),
    ],
)
def test_state_line(state: FolderState | None, line: str) -> None:
    assert state_line(state) == line


def gone(*paths: str) -> list[MissingDocument]:
    return [MissingDocument(path, f"Title of {path}", path, "") for path in paths]


def test_one_missing_file() -> None:
    assert missing_heading(gone("/x/a.pdf")) == "1 file is no longer where it was"
    assert missing_names(gone("/x/a.pdf")) == "a.pdf"
    assert "Forgetting removes it" in missing_explanation(gone("/x/a.pdf"))


def test_several_missing_files() -> None:
    three = gone("/x/a.pdf", "/x/b.pdf", "/x/c.pdf")
    assert missing_heading(three) == "3 files are no longer where they were"
    assert missing_names(three) == "a.pdf, b.pdf and c.pdf"
    assert missing_names([*three, *gone("/x/d.pdf", "/x/e.pdf")]) == "a.pdf, b.pdf, c.pdf and 2 more"
    assert "Forgetting removes them" in missing_explanation(three)


def test_a_document_without_a_place_goes_by_its_title() -> None:
    assert missing_names(gone("")) == "Title of "
    assert missing_names([]) == ""
