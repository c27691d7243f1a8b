"""The verb `watch`: what it changes in the library, and what it refuses as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import UnwatchableFolder
from core.index.collections import read_collections
from core.index.database import Database
from core.watching.command import folder_json, unwatch_folders, watch_folders
from core.watching.folders import WatchedFolder, read_folders


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "library").mkdir()
    with closing(Database(tmp_path / "library" / "library.sqlite3")) as opened:
        yield opened


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "a", tmp_path / "b"]
    for folder in made:
        folder.mkdir()
    return made


def test_folders_are_added_with_their_collection(database: Database, tmp_path: Path, folders: list[Path]) -> None:
    added = watch_folders(database, tmp_path / "library", folders, "Inbox", ["*.bak"], True)
    assert added == [WatchedFolder(str(folder), "Inbox", ("*.bak",), True) for folder in folders]
    assert read_folders(database.read()) == added
    assert read_collections(database.read()) == [("Inbox", 0)]


def test_what_is_not_given_stays(database: Database, tmp_path: Path, folders: list[Path]) -> None:
    library = tmp_path / "library"
    watch_folders(database, library, folders[:1], "Inbox", ["*.bak"], True)
    [changed] = watch_folders(database, library, folders[:1], ignore=[])
    assert changed == WatchedFolder(str(folders[0]), "Inbox", (), True)
    [changed] = watch_folders(database, library, folders[:1], "Other", polling=False)
    assert read_folders(database.read()) == [changed] == [WatchedFolder(str(folders[0]), "Other")]


def test_a_watched_folder_can_be_changed_while_its_drive_is_away(
    database: Database, tmp_path: Path, folders: list[Path]
) -> None:
    watch_folders(database, tmp_path / "library", folders[:1])
    folders[0].rmdir()
    [changed] = watch_folders(database, tmp_path / "library", folders[:1], "Inbox")
    assert folder_json(changed) == {
        "path": str(folders[0]),
        "collection": "Inbox",
        "ignore": [],
        "polling": False,
        "reachable": False,
    }


@pytest.mark.parametrize("bad", ["nowhere", "a/inside", "library"])
def test_one_folder_that_cannot_be_watched_leaves_all_as_it_was(
    database: Database, tmp_path: Path, folders: list[Path], bad: str
) -> None:
    (tmp_path / "a" / "inside").mkdir()
    with pytest.raises(UnwatchableFolder):
        watch_folders(database, tmp_path / "library", [folders[0], tmp_path / bad], "Inbox")
    assert read_folders(database.read()) == []
    assert read_collections(database.read()) == []


def test_removing(database: Database, tmp_path: Path, folders: list[Path]) -> None:
    watch_folders(database, tmp_path / "library", folders)
    with pytest.raises(UnwatchableFolder, match="is not watched"):
        unwatch_folders(database, [folders[0], tmp_path / "nowhere"])
    assert len(read_folders(database.read())) == 2
    assert unwatch_folders(database, folders[:1]) == [str(folders[0])]
    assert [folder.path for folder in read_folders(database.read())] == [str(folders[1])]
