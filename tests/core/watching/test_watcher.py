"""What comes into watched folders, changes in them, and goes from them: real folders, real events."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ear import FAST, Ear

from core.index.locations import KnownFile
from core.watching import folder_watch
from core.watching.contents import is_gone
from core.watching.folders import WatchedFolder
from core.watching.states import PollingCause, WatchStatus, WatchTimes
from core.watching.watcher import FolderWatcher

Start = Callable[..., FolderWatcher]
BOTH_WAYS = pytest.mark.parametrize("polling", [False, True], ids=["told", "polled"])


def put(path: Path, content: bytes = b"%PDF") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def watched(folder: Path, polling: bool = False, *ignore: str) -> WatchedFolder:
    return WatchedFolder(str(folder), "Inbox", ignore, polling)


# ── what comes ───────────────────────────────────────────────────────────────────────────────────────────────────


@BOTH_WAYS
def test_a_new_file_is_found(start: Start, ear: Ear, folder: Path, polling: bool) -> None:
    start(watched(folder, polling))
    path = put(folder / "a.pdf")
    ear.wait_told(("found", path))
    assert ear.folders[path] == watched(folder, polling)
    ear.wait(lambda: (ear.states[-1].files, ear.states[-1].waiting) == (1, 0))
    assert ear.states[-1].status is (WatchStatus.POLLING if polling else WatchStatus.WATCHING)


@BOTH_WAYS
def test_what_was_there_before_is_found(start: Start, ear: Ear, folder: Path, polling: bool) -> None:
    paths = [put(folder / "a.pdf"), put(folder / "deep" / "er" / "b.PDF")]
    put(folder / "c.exe")
    start(watched(folder, polling))
    ear.wait_told(*[("found", path) for path in paths])


@BOTH_WAYS
def test_a_folder_that_is_moved_in_is_found_with_its_files(
    start: Start, ear: Ear, folder: Path, tmp_path: Path, polling: bool
) -> None:
    start(watched(folder, polling))
    put(tmp_path / "made" / "x" / "a.pdf")
    os.rename(tmp_path / "made", folder / "made")
    ear.wait_told(("found", folder / "made" / "x" / "a.pdf"))


def test_a_file_written_in_steps_is_found_once_and_whole(start: Start, ear: Ear, folder: Path) -> None:
    sizes: list[int] = []

    start(folder, times=WatchTimes(settle=1.0, tick=0.05, retry=0.05))
    path = folder / "a.pdf"
    seen = threading.Event()
    with path.open("wb") as file:
        for _ in range(6):
            file.write(b"x" * 100)
            file.flush()
            seen.wait(0.25)  # a pause of the writer, shorter than the settle time; nobody sets the event
            sizes.append(len(ear.told))
    assert sizes == [0] * 6, "nothing is told while it grows"
    ear.wait_told(("found", path))
    assert path.stat().st_size == 600


def test_an_empty_file_waits_for_its_bytes(start: Start, ear: Ear, folder: Path) -> None:
    start(folder)
    path = put(folder / "a.pdf", b"")
    ear.wait(lambda: ear.states[-1].waiting == 1)
    other = put(folder / "b.pdf")
    ear.wait_told(("found", other))
    put(path)
    ear.wait_told(("found", other), ("found", path))


def test_a_download_is_found_under_its_last_name(start: Start, ear: Ear, folder: Path) -> None:
    start(folder)
    partial = put(folder / "a.pdf.crdownload")
    put(folder / "~$report.pdf")
    put(folder / ".hidden.pdf")
    marker = put(folder / "marker.pdf")
    ear.wait_told(("found", marker))
    partial.rename(folder / "a.pdf")
    ear.wait_told(("found", marker), ("found", folder / "a.pdf"))


# ── what changes ─────────────────────────────────────────────────────────────────────────────────────────────────


@BOTH_WAYS
def test_a_file_that_is_replaced_by_renaming_has_changed(
    start: Start, ear: Ear, folder: Path, tmp_path: Path, polling: bool
) -> None:
    path = put(folder / "a.pdf", b"old")
    start(watched(folder, polling))
    ear.wait_told(("found", path))
    new = put(tmp_path / "scratch", b"new")  # as long as the old one
    shutil.copystat(path, new)
    os.replace(new, path)
    ear.wait_told(("found", path), ("found", path))


def test_a_file_saved_by_deleting_and_renaming_never_goes(start: Start, ear: Ear, folder: Path) -> None:
    path = put(folder / "a.pdf", b"old")
    start(folder, times=WatchTimes(settle=1.0, tick=0.05, retry=0.05))
    ear.wait_told(("found", path))
    new = put(folder / "save.tmp", b"newer")
    path.unlink()
    new.rename(path)
    ear.wait_told(("found", path), ("found", path))


def test_a_file_that_was_only_touched_by_reading_is_left_alone(start: Start, ear: Ear, folder: Path) -> None:
    path = put(folder / "a.pdf")
    start(folder)
    ear.wait_told(("found", path))
    path.read_bytes()
    path.chmod(0o600)
    other = put(folder / "b.pdf")
    ear.wait_told(("found", path), ("found", other))


# ── what goes ────────────────────────────────────────────────────────────────────────────────────────────────────


@BOTH_WAYS
def test_a_deleted_file_is_gone(start: Start, ear: Ear, folder: Path, polling: bool) -> None:
    kept, path = put(folder / "kept.pdf"), put(folder / "a.pdf")
    start(watched(folder, polling))
    ear.wait_told(("found", kept), ("found", path))
    path.unlink()
    ear.wait_told(("found", kept), ("found", path), ("gone", path))
    ear.wait(lambda: (ear.states[-1].files, ear.states[-1].missing) == (1, 1))


@BOTH_WAYS
def test_a_folder_that_is_moved_away_takes_its_files_with_it(
    start: Start, ear: Ear, folder: Path, tmp_path: Path, polling: bool
) -> None:
    kept = put(folder / "kept.pdf")
    inside = [put(folder / "x" / "a.pdf"), put(folder / "x" / "y" / "b.pdf")]
    start(watched(folder, polling))
    ear.wait(lambda: len(ear.told) == 3)
    os.rename(folder / "x", tmp_path / "x")
    ear.wait(lambda: len(ear.told) == 5)
    assert sorted(ear.told[3:]) == [("gone", path) for path in inside]
    assert ("gone", kept) not in ear.told


@BOTH_WAYS
def test_a_renamed_file_goes_first_and_is_found_then(start: Start, ear: Ear, folder: Path, polling: bool) -> None:
    path = put(folder / "a.pdf")
    start(watched(folder, polling))
    ear.wait_told(("found", path))
    path.rename(folder / "b.pdf")
    ear.wait(lambda: len(ear.told) == 3)
    assert set(ear.told[1:]) == {("gone", path), ("found", folder / "b.pdf")}


def test_a_file_that_is_back_before_long_was_never_gone(
    start: Start, ear: Ear, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, saved = put(folder / "a.pdf", b"old"), put(folder / "save.tmp", b"newer")
    missed = threading.Event()

    def note(asked: Path) -> bool:
        gone = is_gone(asked)
        if gone:
            missed.set()
        return gone

    def look(watched: WatchedFolder) -> dict[Path, KnownFile]:
        if missed.is_set() and saved.exists():
            saved.rename(path)
        return {}

    monkeypatch.setattr(folder_watch, "is_gone", note)
    monkeypatch.setattr(ear, "known_files", look)
    start(watched(folder, True), times=WatchTimes(settle=1.5, tick=0.05, poll=0.1))
    ear.wait_told(("found", path))
    path.unlink()
    ear.wait_told(("found", path), ("found", path))


def test_everything_in_a_folder_may_be_deleted(start: Start, ear: Ear, folder: Path) -> None:
    paths = [put(folder / name) for name in ("a.pdf", "b.pdf")]
    start(folder)
    ear.wait(lambda: len(ear.told) == 2)
    for path in paths:
        path.unlink()
    ear.wait(lambda: sorted(ear.told[2:]) == [("gone", path) for path in paths])


# ── what happened while nobody watched ───────────────────────────────────────────────────────────────────────────


def test_the_first_look_holds_the_folder_against_the_library(start: Start, ear: Ear, folder: Path) -> None:
    long_ago, later = time.time() - 86_400, time.time() + 86_400
    same, changed, back, new = (put(folder / f"{name}.pdf") for name in ("same", "changed", "back", "new"))
    ear.known = {
        same: KnownFile(later, missing=False),
        changed: KnownFile(long_ago, missing=False),
        back: KnownFile(later, missing=True),
        folder / "deleted.pdf": KnownFile(later, missing=False),
        folder / "deleted-before.pdf": KnownFile(later, missing=True),
    }
    start(folder)
    ear.wait_told(("found", changed), ("found", back), ("found", new), ("gone", folder / "deleted.pdf"))
    ear.wait(lambda: (ear.states[-1].files, ear.states[-1].missing) == (4, 2))


def test_new_places_are_told_before_changed_ones(start: Start, ear: Ear, folder: Path) -> None:
    changed, new = put(folder / "a.pdf"), put(folder / "b.pdf")
    ear.known = {changed: KnownFile(time.time() - 86_400, missing=False)}
    start(folder)
    ear.wait(lambda: len(ear.told) == 2)
    assert ear.told == [("found", new), ("found", changed)]


def test_a_file_that_changed_just_before_it_was_read_is_read_again(start: Start, ear: Ear, folder: Path) -> None:
    path = put(folder / "a.pdf")
    ear.known = {path: KnownFile(path.stat().st_mtime + 1, missing=False)}
    start(folder)
    ear.wait_told(("found", path))


# ── drives that go and come ──────────────────────────────────────────────────────────────────────────────────────


@BOTH_WAYS
def test_a_folder_that_vanishes_takes_no_file_with_it(
    start: Start, ear: Ear, folder: Path, tmp_path: Path, polling: bool
) -> None:
    path = put(folder / "a.pdf")
    start(watched(folder, polling))
    ear.wait_told(("found", path))
    ear.known = {path: KnownFile(time.time() + 86_400, missing=False)}
    os.rename(folder, tmp_path / "unplugged")
    state = ear.wait_status(WatchStatus.UNREACHABLE)
    assert state.reason == "The folder is not there. If it is on a drive, connect the drive."
    assert state.polling_cause is None
    late = put(tmp_path / "unplugged" / "late.pdf")
    os.rename(tmp_path / "unplugged", folder)
    ear.wait_told(("found", path), ("found", folder / late.name))
    ear.wait_status(WatchStatus.POLLING if polling else WatchStatus.WATCHING)


def test_a_folder_that_vanishes_while_its_files_are_being_missed_marks_nothing(
    start: Start, ear: Ear, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, path = put(folder / "kept.pdf"), put(folder / "a.pdf")
    asked: list[Path] = []

    def unplug(missed: Path) -> bool:
        asked.append(missed)
        if len(asked) == 3:  # twice while it is missed, then once before it is told
            os.rename(folder, tmp_path / "unplugged")
        return is_gone(missed)

    start(folder, times=WatchTimes(settle=0.0, tick=0.05, retry=0.05))
    ear.wait_told(("found", kept), ("found", path))
    monkeypatch.setattr(folder_watch, "is_gone", unplug)
    path.unlink()
    ear.wait_status(WatchStatus.UNREACHABLE)
    assert asked[:3] == [path] * 3
    assert ("gone", path) not in ear.told


def test_deleting_the_whole_folder_marks_nothing(start: Start, ear: Ear, folder: Path) -> None:
    paths = [put(folder / f"{number}.pdf") for number in range(20)]
    start(folder)
    ear.wait(lambda: len(ear.told) == 20)
    shutil.rmtree(folder)
    ear.wait_status(WatchStatus.UNREACHABLE)
    folder.mkdir()
    ear.known = {path: KnownFile(time.time(), missing=False) for path in paths}
    ear.wait(lambda: ear.states[-1].reason and "connect the drive" in ear.states[-1].reason)
    assert all(what == "found" for what, _ in ear.told)


def test_the_empty_folder_that_a_removed_drive_leaves_marks_nothing(start: Start, ear: Ear, folder: Path) -> None:
    ear.known = {folder / "a.pdf": KnownFile(time.time(), missing=False)}
    start(folder)
    state = ear.wait_status(WatchStatus.UNREACHABLE)
    assert state.reason == "The folder is empty. If its files are on a drive, connect the drive."
    path = put(folder / "b.pdf")
    ear.wait_told(("gone", folder / "a.pdf"), ("found", path))


def test_another_folder_in_its_place_is_looked_at_anew(start: Start, ear: Ear, folder: Path, tmp_path: Path) -> None:
    path = put(folder / "a.pdf")
    start(folder)
    ear.wait_told(("found", path))
    put(tmp_path / "other" / "b.pdf")
    os.rename(folder, tmp_path / "away")
    os.rename(tmp_path / "other", folder)
    ear.wait_told(("found", path), ("gone", path), ("found", folder / "b.pdf"))
    late = put(folder / "c.pdf")
    ear.wait(lambda: ("found", late) in ear.told)


def test_a_folder_that_was_never_there_is_waited_for(start: Start, ear: Ear, tmp_path: Path) -> None:
    start(tmp_path / "later")
    ear.wait_status(WatchStatus.UNREACHABLE)
    path = put(tmp_path / "later" / "a.pdf")
    ear.wait_told(("found", path))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "Permission denied"), "Your account may not read this folder."),
        (OSError(5, "Input/output error"), "The folder cannot be read: Input/output error."),
    ],
)
def test_a_drive_that_fails_marks_nothing(
    start: Start, ear: Ear, folder: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, reason: str
) -> None:
    path = put(folder / "a.pdf")
    start(watched(folder, True))
    ear.wait_told(("found", path))
    stat = Path.stat

    def fail(self: Path, **options: bool) -> os.stat_result:
        if self == folder or self.is_relative_to(folder):
            raise error
        return stat(self, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", fail)
        assert ear.wait_status(WatchStatus.UNREACHABLE).reason == reason
    ear.wait_status(WatchStatus.POLLING)
    assert ear.told == [("found", path)]


# ── how it is watched ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_network_drive_is_polled(start: Start, ear: Ear, folder: Path) -> None:
    start(folder, on_network=lambda path: path == folder)
    state = ear.wait_status(WatchStatus.POLLING)
    assert (state.polling_cause, state.poll_seconds) == (PollingCause.NETWORK, FAST.poll)
    path = put(folder / "a.pdf")
    ear.wait_told(("found", path))


def test_a_person_may_choose_polling(start: Start, ear: Ear, folder: Path) -> None:
    start(watched(folder, True))
    assert ear.wait_status(WatchStatus.POLLING).polling_cause is PollingCause.CHOSEN


def test_where_the_system_tells_nothing_the_folder_is_polled(
    start: Start, ear: Ear, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_paths: object, **_options: object) -> None:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr(folder_watch, "watch", refuse)
    start(folder)
    assert ear.wait_status(WatchStatus.POLLING).polling_cause is PollingCause.NO_NOTIFIER
    path = put(folder / "a.pdf")
    ear.wait_told(("found", path))


def test_what_the_system_does_not_tell_is_found_at_the_next_look(
    start: Start, ear: Ear, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_watch.FolderWatch, "_look_at", lambda self, hints, now: None)
    start(folder, times=WatchTimes(settle=0.1, tick=0.05, rescan=0.2))
    path = put(folder / "a.pdf")
    ear.wait_told(("found", path))


def test_what_is_left_out_is_not_found(start: Start, ear: Ear, folder: Path) -> None:
    put(folder / "drafts" / "a.pdf")
    put(folder / "old.pdf")
    path = put(folder / "b.pdf")
    start(watched(folder, False, "drafts/*", "old.*"))
    ear.wait_told(("found", path))
    put(folder / "drafts" / "c.pdf")
    late = put(folder / "d.pdf")
    ear.wait_told(("found", path), ("found", late))


def test_a_known_file_that_is_left_out_now_is_not_gone(start: Start, ear: Ear, folder: Path) -> None:
    path = put(folder / "a.pdf")
    ear.known = {path: KnownFile(time.time(), missing=False)}
    start(watched(folder, False, "a.pdf"))
    late = put(folder / "b.pdf")
    ear.wait_told(("found", late))


def test_the_library_inside_is_not_looked_into(start: Start, ear: Ear, folder: Path) -> None:
    put(folder / "library" / "cache" / "a.pdf")
    start(folder, excluded=[folder / "library"])
    put(folder / "library" / "cache" / "b.pdf")
    path = put(folder / "c.pdf")
    ear.wait_told(("found", path))


def test_links_to_folders_are_not_followed(start: Start, ear: Ear, folder: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "a.pdf")
    (folder / "loop").symlink_to(folder)
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    start(folder)
    (folder / "late").symlink_to(tmp_path / "elsewhere")
    path = put(folder / "b.pdf")
    ear.wait_told(("found", path))


# ── folders that are added and removed, and the end ──────────────────────────────────────────────────────────────


def test_folders_come_and_go_while_others_go_on(start: Start, ear: Ear, folder: Path, tmp_path: Path) -> None:
    second, third = tmp_path / "second", tmp_path / "third"
    second.mkdir()
    third.mkdir()
    watcher = start(folder, second)
    states = len(ear.states)
    watcher.set_folders([WatchedFolder(str(folder)), WatchedFolder(str(third))])
    ear.wait(lambda: any(s.folder.path == str(third) and s.status is WatchStatus.WATCHING for s in ear.states))
    assert all(state.folder.path == str(third) for state in ear.states[states:]), "the first one is undisturbed"
    put(second / "a.pdf")
    paths = [put(folder / "b.pdf"), put(third / "c.pdf")]
    ear.wait_told(*[("found", path) for path in paths])


def test_a_changed_folder_is_watched_in_the_new_way(start: Start, ear: Ear, folder: Path) -> None:
    watcher = start(folder)
    changed = watched(folder, False, "a.pdf")
    watcher.set_folders([changed])
    put(folder / "a.pdf")
    path = put(folder / "b.pdf")
    ear.wait_told(("found", path))
    assert ear.folders[path] == changed


def test_nothing_is_told_after_the_end(start: Start, ear: Ear, folder: Path) -> None:
    watcher = start(folder)
    put(folder / "a.pdf")
    watcher.stop()
    told, states = len(ear.told), len(ear.states)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("watch ")]
    put(folder / "b.pdf")
    assert (len(ear.told), len(ear.states)) == (told, states)


def test_it_can_start_again(start: Start, ear: Ear, folder: Path) -> None:
    watcher = start(folder)
    watcher.stop()
    path = put(folder / "a.pdf")
    watcher.start()
    ear.wait_told(("found", path))


def test_folders_set_before_the_start_wait_for_it(ear: Ear, folder: Path) -> None:
    watcher = FolderWatcher([], ear.known_files, ear.on_found, ear.on_gone, times=FAST)
    watcher.set_folders([WatchedFolder(str(folder))])
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("watch ")]
    path = put(folder / "a.pdf")
    watcher.start()
    ear.wait_told(("found", path))
    watcher.stop()


def test_a_library_that_cannot_be_asked_is_asked_again(
    start: Start, ear: Ear, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([RuntimeError("locked")])

    def ask(watched: WatchedFolder) -> dict[Path, KnownFile]:
        for error in answers:
            raise error
        return {}

    monkeypatch.setattr(ear, "known_files", ask)
    path = put(folder / "a.pdf")
    start(folder)
    ear.wait_told(("found", path))
    assert ear.states[1].reason == "An unexpected fault came up. It is tried again."


def test_a_listener_that_fails_stops_nothing(
    start: Start, ear: Ear, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear, failures = ear.on_found, iter([RuntimeError("full")])

    def fail_once(path: Path, watched: WatchedFolder) -> None:
        hear(path, watched)
        for error in failures:
            raise error

    monkeypatch.setattr(ear, "on_found", fail_once)
    start(folder)
    first = put(folder / "a.pdf")
    ear.wait_told(("found", first))
    second = put(folder / "b.pdf")
    ear.wait_told(("found", first), ("found", second))
