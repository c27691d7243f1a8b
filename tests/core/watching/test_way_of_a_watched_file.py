"""Watching, hashing and the rows of a library together: files that move are followed, files that go are marked."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from ear import FAST, PATIENCE_SECONDS

from core.index import store
from core.index.database import Database
from core.index.locations import KnownFile, follow_move, mark_missing, read_known, read_missing
from core.reading.identity import hash_file
from core.types import Document
from core.watching.folders import WatchedFolder
from core.watching.watcher import FolderWatcher


class SmallLibrary:
    """Takes what a watcher finds, as an ingestor does, without reading it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._changed = threading.Condition()

    def on_found(self, path: Path, folder: WatchedFolder) -> None:
        document = hash_file(path)
        with self._changed, self.database.write() as db:
            store.insert_document(db, document, path.stem)
            store.link(db, document, str(path), folder.collection)
            follow_move(db, document, str(path))
            self._changed.notify_all()

    def on_gone(self, path: Path) -> None:
        with self._changed, self.database.write() as db:
            mark_missing(db, str(path))
            self._changed.notify_all()

    def known_files(self, folder: WatchedFolder) -> dict[Path, KnownFile]:
        return read_known(self.database.read(), Path(folder.path))

    def documents(self) -> list[Document]:
        return store.read_documents(self.database.read())

    def places(self) -> dict[str, bool]:
        """Return the name of every place with whether its file is missing."""
        rows = self.database.read().execute("SELECT path, missing_at IS NOT NULL FROM locations")
        return {Path(row[0]).name: bool(row[1]) for row in rows}

    def wait(self, met: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(met, PATIENCE_SECONDS), (self.places(), self.documents())

    @contextmanager
    def watching(self, folder: Path) -> Iterator[None]:
        watched = WatchedFolder(str(folder), "Inbox")
        watcher = FolderWatcher([watched], self.known_files, self.on_found, self.on_gone, times=FAST)
        watcher.start()
        try:
            yield
        finally:
            watcher.stop()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SmallLibrary]:
    with closing(Database(tmp_path / "library.sqlite3")) as database:
        yield SmallLibrary(database)


@pytest.fixture
def deed(library: SmallLibrary, folder: Path) -> Path:
    """Return a file that was found and taken; nobody watches any more."""
    path = folder / "deed.pdf"
    path.write_bytes(b"a deed")
    os.utime(path, (1e9, 1e9))
    with library.watching(folder):
        library.wait(lambda: library.places() == {"deed.pdf": False})
    return path


def test_what_is_found_belongs_to_the_collection(library: SmallLibrary, deed: Path) -> None:
    [document] = library.documents()
    assert (document.path, document.collections, document.missing) == (str(deed), ("Inbox",), False)


@pytest.mark.parametrize("is_watched", [True, False], ids=["watched", "unwatched"])
def test_a_renamed_file_is_followed(library: SmallLibrary, deed: Path, folder: Path, is_watched: bool) -> None:
    if not is_watched:
        deed.rename(folder / "renamed.pdf")
    with library.watching(folder):
        if is_watched:
            deed.rename(folder / "renamed.pdf")
        library.wait(lambda: library.places() == {"renamed.pdf": False})
    [document] = library.documents()
    assert not document.missing


@pytest.mark.parametrize("is_watched", [True, False], ids=["watched", "unwatched"])
def test_a_deleted_file_is_marked_and_its_document_stays(
    library: SmallLibrary, deed: Path, folder: Path, is_watched: bool
) -> None:
    (folder / "other.pdf").write_bytes(b"another")
    if not is_watched:
        deed.unlink()
    with library.watching(folder):
        if is_watched:
            deed.unlink()
        library.wait(lambda: library.places() == {"deed.pdf": True, "other.pdf": False})
    assert [missing.path for missing in read_missing(library.database.read())] == [str(deed)]
    assert len(library.documents()) == 2


def test_a_file_that_returns_is_found_again(library: SmallLibrary, deed: Path, folder: Path, tmp_path: Path) -> None:
    (folder / "other.pdf").write_bytes(b"another")
    with library.watching(folder):
        deed.rename(tmp_path / "away.pdf")
        library.wait(lambda: library.places() == {"deed.pdf": True, "other.pdf": False})
        (tmp_path / "away.pdf").rename(deed)
        library.wait(lambda: library.places() == {"deed.pdf": False, "other.pdf": False})
    assert read_missing(library.database.read()) == []


def test_a_copy_is_one_more_place(library: SmallLibrary, deed: Path, folder: Path) -> None:
    with library.watching(folder):
        (folder / "copy.pdf").write_bytes(deed.read_bytes())
        library.wait(lambda: library.places() == {"deed.pdf": False, "copy.pdf": False})
    [document] = library.documents()
    assert len(document.paths) == 2


def test_a_file_changed_unwatched_is_another_document(library: SmallLibrary, deed: Path, folder: Path) -> None:
    deed.write_bytes(b"a new deed")
    with library.watching(folder):
        library.wait(lambda: len(library.documents()) == 2)
    assert library.documents()[0].path == str(deed)
