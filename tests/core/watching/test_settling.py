"""When a file counts as complete; the clock is an argument."""

from __future__ import annotations

from pathlib import Path

from core.watching.settling import SettlingFiles, Stamp

A = Path("a.pdf")


class Disk:
    """Files that are only stamps; `locked` ones cannot be opened."""

    def __init__(self) -> None:
        self.files: dict[Path, Stamp] = {}
        self.locked: set[Path] = set()
        self.opened = 0

    def can_read(self, path: Path) -> bool:
        self.opened += 1
        return path not in self.locked

    def settling(self) -> SettlingFiles:
        return SettlingFiles(2.0, self.files.get, self.can_read)


def stamp(size: int, mtime_ns: int = 0, inode: int = 1) -> Stamp:
    return Stamp(size, mtime_ns, inode, 0.0)


def test_a_file_that_stands_still_is_taken_once() -> None:
    disk = Disk()
    files = disk.settling()
    disk.files[A] = stamp(10)
    files.note(A, disk.files[A], 0.0)
    assert files.settle(1.9) == ([], [])
    assert len(files) == 1
    assert files.settle(2.0) == ([(A, stamp(10))], [])
    assert files.settle(9.0) == ([], [])
    assert len(files) == 0


def test_a_file_that_grows_waits() -> None:
    disk = Disk()
    files = disk.settling()
    files.note(A, stamp(10), 0.0)
    for second in range(2, 20, 2):
        disk.files[A] = stamp(10 * second)
        assert files.settle(float(second)) == ([], [])
    assert files.settle(20.0) == ([(A, stamp(180))], [])


def test_more_news_of_the_same_state_does_not_make_it_wait_longer() -> None:
    disk = Disk()
    files = disk.settling()
    disk.files[A] = stamp(10)
    for tenth in range(20):
        files.note(A, stamp(10), tenth / 10)
    assert files.settle(2.0)[0] == [(A, stamp(10))]


def test_a_file_written_anew_waits_anew() -> None:
    disk = Disk()
    files = disk.settling()
    files.note(A, stamp(10), 0.0)
    files.note(A, stamp(10, inode=2), 1.5)
    disk.files[A] = stamp(10, inode=2)
    assert files.settle(2.0) == ([], [])
    assert files.settle(3.5)[0] == [(A, stamp(10, inode=2))]


def test_a_locked_file_is_asked_again_less_and_less_often() -> None:
    disk = Disk()
    files = disk.settling()
    disk.files[A] = stamp(10)
    disk.locked.add(A)
    files.note(A, stamp(10), 0.0)
    for second in range(600):
        assert files.settle(float(second)) == ([], [])
    assert 8 < disk.opened < 20
    disk.locked.clear()
    assert files.settle(700.0)[0] == [(A, stamp(10))]


def test_an_empty_file_is_still_to_be_filled() -> None:
    disk = Disk()
    files = disk.settling()
    disk.files[A] = stamp(0)
    files.note(A, stamp(0), 0.0)
    assert files.settle(5.0) == ([], [])
    disk.files[A] = stamp(7)
    files.note(A, stamp(7), 6.0)
    assert files.settle(8.0)[0] == [(A, stamp(7))]


def test_a_file_that_went_is_told() -> None:
    files = Disk().settling()
    files.note(A, stamp(10), 0.0)
    assert files.settle(2.0) == ([], [A])
    assert len(files) == 0


def test_what_is_dropped_is_not_taken() -> None:
    disk = Disk()
    files = disk.settling()
    disk.files[A] = stamp(10)
    files.note(A, stamp(10), 0.0)
    files.drop(A)
    assert files.settle(5.0) == ([], [])


def test_when_a_file_changed_does_not_make_it_another() -> None:
    assert Stamp(1, 2, 3, 4.0) == Stamp(1, 2, 3, 5.0)
