"""Real damage: what can be read is kept, what cannot is named, and a cut-off repair is gone on with."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from damaged_library import (
    DAMAGES,
    DOCUMENTS,
    PAGES,
    add_document,
    damage,
    make_library,
    open_library,
    readable,
    token_code,
)

from core.answering.conversations import ConversationStore
from core.errors import DiskFull, LibraryDamaged, LibraryInUse
from core.index import repair
from core.index.backup import back_up
from core.index.database import Database
from core.index.faults import FILE_NAME
from core.index.integrity import first_fault
from core.index.readable_rows import read_range
from core.index.repair import inspect, salvage
from core.index.replacement import REPAIRED_NAME
from core.types import DocumentState


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a closed library without a backup; who wants to change it copies the folder."""
    folder = tmp_path_factory.mktemp("alone") / "library"
    make_library(folder)
    return folder


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory, alone: Path) -> Path:
    """Return a library with a backup, one document fewer and another one more since then."""
    folder = tmp_path_factory.mktemp("backed_up") / "library"
    shutil.copytree(alone, folder)
    with closing(open_library(folder)) as library:
        assert back_up(folder)
        library.remove(["paper03"])
        add_document(library, "later")
    return folder


def copy_of(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "library")


def assert_works(folder: Path) -> None:
    """Everything that the window reads at its start can be read, and both indexes hold what SQLite holds."""
    with closing(open_library(folder)) as library:
        documents = library.documents()
        sizes = library.index_sizes()
        assert sizes["chunks"] == sizes["vectors"] == sizes["keywords"]
        db = library.database.read()
        assert db.execute("SELECT COUNT(*) FROM tokens WHERE chunk NOT IN (SELECT id FROM chunks)").fetchone()[0] == 0
        chats = ConversationStore(library.database)
        for chat in chats.conversations():
            chats.messages(chat.id)
        assert library.database.check(thorough=True) == "ok"
        for document in documents:
            complete = document.health.pages_done == document.page_count and document.page_count > 0
            assert complete == (document.state is DocumentState.READY), document
    assert inspect(folder) is None


CASES = [(how, seed) for how in DAMAGES for seed in range(3)]


@pytest.mark.parametrize(("how", "seed"), CASES)
@pytest.mark.parametrize("kind", ["alone", "backed_up"])
def test_no_row_that_can_be_read_is_lost(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, how: str, seed: int
) -> None:
    sound: Path = request.getfixturevalue(kind)
    folder = copy_of(sound, tmp_path)
    broken = damage(folder, how, seed)
    before = readable(folder)
    report = salvage(folder)
    after, whole = readable(folder), readable(sound)
    # A damaged name is not a name: what a flipped bit made of one need not be kept.
    assert {table: (before[table] & whole[table]) - after[table] for table in before} == {t: set() for t in before}
    assert_works(folder)
    if report.damaged_file:
        assert report.damaged_file.read_bytes() == broken
    assert (report.backup is not None) == (kind == "backed_up")


@pytest.mark.parametrize("how", ["scrambled header", "scrambled first page"])
def test_pages_behind_a_damaged_first_page_are_all_kept(alone: Path, tmp_path: Path, how: str) -> None:
    folder = copy_of(alone, tmp_path)
    damage(folder, how, 1)
    report = salvage(folder)
    assert (report.documents, report.read_again, report.add_again) == (DOCUMENTS, (), ())
    assert readable(folder) == readable(alone)


def test_what_was_removed_since_the_backup_stays_removed_and_what_was_added_stays(
    backed_up: Path, tmp_path: Path
) -> None:
    folder = copy_of(backed_up, tmp_path)
    damage(folder, "scrambled header", 1)
    salvage(folder)
    hashes = readable(folder)["documents"]
    assert "later" in hashes
    assert "paper03" not in hashes
    assert_works(folder)


def test_without_a_file_the_backup_is_restored(backed_up: Path, tmp_path: Path) -> None:
    folder = copy_of(backed_up, tmp_path)
    (folder / FILE_NAME).unlink()
    with pytest.raises(LibraryDamaged, match="it is missing"):
        open_library(folder)
    found = inspect(folder)
    assert found is not None
    assert found.backup is not None
    assert found.backup.documents == DOCUMENTS
    report = salvage(folder)
    assert (report.documents, report.damaged_file) == (DOCUMENTS, None)
    assert_works(folder)


def test_with_nothing_readable_and_no_backup_the_library_is_empty_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(random.Random(1).randbytes(50_000))
    report = salvage(folder)
    assert report.documents == 0
    assert "There was no backup, so the library is empty: add your files again." in report.sentences()
    assert_works(folder)


def test_a_damaged_backup_is_passed_over_for_an_older_one(backed_up: Path, tmp_path: Path) -> None:
    folder = copy_of(backed_up, tmp_path)
    newest = back_up(folder)
    assert newest is not None
    data = bytearray(newest.path.read_bytes())
    for page in range(4, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 4096] = bytes(4096)
    newest.path.write_bytes(data)
    (folder / FILE_NAME).unlink()
    report = salvage(folder)
    assert report.backup is not None
    assert report.backup.path != newest.path
    assert report.documents == DOCUMENTS


def test_a_damaged_log_costs_what_was_in_it_at_most(alone: Path, tmp_path: Path) -> None:
    folder = copy_of(alone, tmp_path)
    (folder / f"{FILE_NAME}-wal").write_bytes(random.Random(1).randbytes(9000))
    assert inspect(folder) is None
    assert_works(folder)
    assert readable(folder) == readable(alone)


def test_what_the_log_holds_is_kept(alone: Path, tmp_path: Path) -> None:
    living, folder = copy_of(alone, tmp_path), tmp_path / "cut off"
    with closing(open_library(living)) as library:
        add_document(library, "later")
        shutil.copytree(living, folder)  # as a power cut would leave it
    assert (folder / f"{FILE_NAME}-wal").stat().st_size > 0
    data = bytearray((folder / FILE_NAME).read_bytes())
    data[-4096:] = bytes(4096)
    (folder / FILE_NAME).write_bytes(data)
    report = salvage(folder)
    assert "later" in readable(folder)["documents"]
    assert report.damaged_file is not None
    assert Path(f"{report.damaged_file}-wal").exists()
    assert not (folder / f"{FILE_NAME}-wal").exists()
    assert_works(folder)


def test_a_document_whose_row_is_lost_is_known_by_its_hash(alone: Path, tmp_path: Path) -> None:
    folder = copy_of(alone, tmp_path)
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'documents'").fetchone()
    data = bytearray((folder / FILE_NAME).read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    (folder / FILE_NAME).write_bytes(data)
    report = salvage(folder)
    assert (report.documents, len(report.read_again)) == (DOCUMENTS, DOCUMENTS)
    with closing(open_library(folder)) as library:
        assert {d.state for d in library.documents()} == {DocumentState.QUEUED}
        assert library.document("paper05").title == "paper05.pdf"
        assert library.document("paper05").health.text == PAGES  # none of them is read again


def test_messages_without_their_chat_get_one(alone: Path, tmp_path: Path) -> None:
    folder = copy_of(alone, tmp_path)
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'conversations'").fetchone()
    data = bytearray((folder / FILE_NAME).read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    (folder / FILE_NAME).write_bytes(data)
    salvage(folder)
    with closing(open_library(folder)) as library:
        chats = ConversationStore(library.database)
        assert sorted(chat.title[:3] for chat in chats.conversations()) == [f"{n}-0" for n in range(6)]
        assert all(len(chats.messages(chat.id)) == 6 for chat in chats.conversations())


def test_a_damaged_value_does_not_break_who_reads_it(alone: Path, tmp_path: Path) -> None:
    folder = copy_of(alone, tmp_path)
    with closing(sqlite3.connect(folder / FILE_NAME)) as db:
        db.execute("UPDATE jobs SET state = 'rxady' WHERE document = 1")
        db.execute("UPDATE documents SET outline = '[', attachments = '{}', kind = 'pxf' WHERE id = 2")
        db.execute("UPDATE messages SET role = 'usxr' WHERE id = 1")
        db.execute("UPDATE conversations SET scope = '' WHERE id = 2")
        db.execute("UPDATE messages SET answer = '[' WHERE id = 2")
        db.commit()
    salvage(folder)
    with closing(open_library(folder)) as library:
        assert len(library.documents()) == DOCUMENTS
        assert library.outline("paper01") == ()
        chats = ConversationStore(library.database)
        assert sum(len(chats.messages(chat.id)) for chat in chats.conversations()) == 36


def test_a_sound_library_comes_out_as_it_was(alone: Path, tmp_path: Path) -> None:
    folder = copy_of(alone, tmp_path)
    assert inspect(folder) is None
    report = salvage(folder)
    assert (report.documents, report.read_again, report.add_again) == (DOCUMENTS, (), ())
    assert readable(folder) == readable(alone)
    assert_works(folder)
    with closing(open_library(folder)) as library:
        texts = library.database.read().execute("SELECT id, text FROM chunks").fetchall()
        codes = library.token_codes([row[0] for row in texts])
        assert codes == {row[0]: token_code(row[1]) for row in texts}


# ── cut off, refused, full ───────────────────────────────────────────────────────────────────────────────────────


def file_operations() -> Iterator[tuple[Any, str]]:
    yield os, "replace"
    yield os, "link"
    yield os, "fsync"
    yield shutil, "rmtree"
    yield shutil, "copyfile"
    yield Path, "unlink"


class Killed(BaseException):
    """The process ends here."""


def kill_at(patch: pytest.MonkeyPatch, moment: int) -> Callable[[], int]:
    """Raise in place of the `moment`-th change of a file, and from then on; returns a count of those that were made."""
    count = 0

    def guarded(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count >= moment:
                raise Killed
            return real(*arguments, **options)

        return call

    for owner, name in file_operations():
        patch.setattr(owner, name, guarded(getattr(owner, name)))
    return lambda: count


def test_a_repair_may_be_cut_off_before_any_step(tmp_path: Path) -> None:
    sound = tmp_path / "sound"
    make_library(sound, documents=1)
    back_up(sound)
    whole = readable(sound)
    moment, finished = 1, False
    while not finished:
        folder = shutil.copytree(sound, tmp_path / str(moment))
        broken = damage(folder, "scrambled header", 1)
        with pytest.MonkeyPatch.context() as patch:
            kill_at(patch, moment)
            try:
                salvage(folder)
                finished = True
            except Killed:
                pass
        if (folder / REPAIRED_NAME).exists():
            Database(folder / FILE_NAME).close()  # the next start finishes it by itself
        else:
            salvage(folder)
        assert readable(folder) == whole, moment
        assert inspect(folder, thorough=True) is None
        kept = list(folder.glob("library.damaged-*.sqlite3"))
        assert broken in [file.read_bytes() for file in kept]
        moment += 1
    assert moment > 10


def test_a_repair_waits_for_whoever_has_the_library_open(alone: Path, tmp_path: Path) -> None:
    folder = copy_of(alone, tmp_path)
    with closing(open_library(folder)), pytest.raises(LibraryInUse, match="Close it, then repair"):
        salvage(folder)


def test_a_repair_without_room_changes_nothing(alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_of(alone, tmp_path)
    broken = damage(folder, "flipped bits", 1)

    def full(file: Path, name: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(repair, "put_in_place", full)
    with pytest.raises(DiskFull, match="Make room"):
        salvage(folder)
    assert (folder / FILE_NAME).read_bytes() == broken
    assert not list(folder.glob("library.rep*")) + list(folder.glob("library.damaged*"))


# ── reading around damage ────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_before_a_damaged_page_is_read(tmp_path: Path) -> None:
    """SQLite looks at the next row to end a range; asked for the one row alone, it does not."""
    path = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")
        db.executemany("INSERT INTO t VALUES (?, ?)", [(n, "x" * 300) for n in range(1, 200)])
        db.commit()
        leaves = [row[0] for row in db.execute("SELECT pageno FROM dbstat WHERE name = 't' AND pagetype = 'leaf'")]
    data = bytearray(path.read_bytes())
    for leaf in leaves[3:7:2]:
        data[(leaf - 1) * 4096 : leaf * 4096] = bytes(4096)
    path.write_bytes(data)
    sql = "SELECT id, text FROM t WHERE id BETWEEN ? AND ? ORDER BY id"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        assert first_fault(db) is not None
        one_by_one = []
        for number in range(1, 200):
            try:
                one_by_one += [row[0] for row in db.execute("SELECT id FROM t WHERE id = ? AND text != ''", (number,))]
            except sqlite3.DatabaseError:
                continue
        reading = read_range(db, sql, (), 1, 199)
    assert [row["id"] for row in reading.rows] == one_by_one
    assert 100 < len(one_by_one) < 199
    assert not reading.complete
