"""Watched folders as rows, and which folders can be watched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import UnwatchableFolder
from core.index.database import Database
from core.watching.folders import (
    WatchedFolder,
    check_folder,
    check_patterns,
    delete_folder,
    folder_of,
    insert_folder,
    leaving_out,
    read_folders,
    update_folder,
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "library.sqlite3")) as opened:
        yield opened


def test_rows(database: Database) -> None:
    folder = WatchedFolder("/b", "Contracts", ("*.bak", "Entwürfe/*"), polling=True)
    with database.write() as db:
        insert_folder(db, folder)
        insert_folder(db, WatchedFolder("/a"))
    assert read_folders(database.read()) == [WatchedFolder("/a"), folder]
    with database.write() as db:
        update_folder(db, WatchedFolder("/b"))
        update_folder(db, WatchedFolder("/nowhere"))
        assert delete_folder(db, "/a")
        assert not delete_folder(db, "/a")
    assert read_folders(database.read()) == [WatchedFolder("/b")]


def test_adding_a_folder_again_changes_it(database: Database) -> None:
    with database.write() as db:
        insert_folder(db, WatchedFolder("/a"))
        insert_folder(db, WatchedFolder("/a", "Contracts"))
    assert read_folders(database.read()) == [WatchedFolder("/a", "Contracts")]


def check(path: Path, *watched: Path, library: Path = Path("/library")) -> Path:
    return check_folder(path, [WatchedFolder(str(one)) for one in watched], library)


def test_a_folder_is_taken_as_an_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path)
    assert check(Path("in/../in")) == tmp_path / "in"
    assert check(tmp_path / "in", tmp_path / "inside") == tmp_path / "in"


def test_what_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UnwatchableFolder, match="There is no folder"):
        check(tmp_path / "nowhere")
    (tmp_path / "a.pdf").touch()
    with pytest.raises(UnwatchableFolder, match="is not a folder"):
        check(tmp_path / "a.pdf")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this account may read everything")
def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    with pytest.raises(UnwatchableFolder, match="cannot be read"):
        check(closed)


def test_a_folder_that_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(UnwatchableFolder, match=r"cannot be read: Permission denied\. Choose"):
        check(tmp_path)


def test_folders_inside_each_other(tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    with pytest.raises(UnwatchableFolder, match="is watched already"):
        check(inner, inner)
    with pytest.raises(UnwatchableFolder, match="lies in"):
        check(inner, tmp_path / "outer")
    with pytest.raises(UnwatchableFolder, match="Remove that one first"):
        check(tmp_path / "outer", inner)


def test_a_link_to_a_watched_folder_is_that_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(UnwatchableFolder, match="is watched already"):
        check(tmp_path / "link", tmp_path / "real")


def test_the_library_is_not_watched_but_a_folder_around_it_can_be(tmp_path: Path) -> None:
    inside = tmp_path / "library" / "index"
    inside.mkdir(parents=True)
    for folder in (tmp_path / "library", inside):
        with pytest.raises(UnwatchableFolder, match="keeps the library itself"):
            check(folder, library=tmp_path / "library")
    assert check(tmp_path, library=tmp_path / "library") == tmp_path


def test_patterns_are_tidied_or_refused() -> None:
    assert check_patterns([" *.bak ", "", "*.bak"]) == ("*.bak",)
    with pytest.raises(UnwatchableFolder, match="begins with “!”"):
        check_patterns(["!keep.pdf"])
    with pytest.raises(UnwatchableFolder, match="longer than 200"):
        check_patterns(["x" * 201])
    with pytest.raises(UnwatchableFolder, match="These are 101 patterns"):
        check_patterns([f"{number}.pdf" for number in range(101)])


def test_a_removed_document_is_left_out_from_then_on() -> None:
    folder = WatchedFolder("/files", ignore=("*.bak",))
    assert folder_of(Path("/files/x/a.pdf"), [WatchedFolder("/other"), folder]) is folder
    assert folder_of(Path("/filesystem/a.pdf"), [folder]) is None
    without = leaving_out(folder, Path("/files/x/a [1].pdf"))
    assert without == WatchedFolder("/files", ignore=("*.bak", "/x/a [[]1].pdf"))
    assert leaving_out(without, Path("/files/x/a [1].pdf")) is without
