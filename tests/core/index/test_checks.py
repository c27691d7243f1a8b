"""Each check finds its fault, and nothing in a sound library."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from damaged_library import make_library, open_library

from core.index import checks
from core.index.backup import back_up
from core.index.library import Library
from core.index.salvage import make_consistent
from core.types import DocumentState


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    make_library(tmp_path / "library", documents=2)
    with closing(open_library(tmp_path / "library")) as opened:
        yield opened


FAULTS = {
    "DELETE FROM vectors WHERE chunk IN (1, 2)": "2 passages without a vector",
    "INSERT INTO vectors VALUES (999, x'00')": "1 vectors without a passage",
    "INSERT INTO pages (document, page_index, label, text, source) VALUES (99, 0, '', '', 'text')": (
        "1 pages without a document"
    ),
    "DELETE FROM pages WHERE document = 1 AND page_index = 0": "1 passages without a page",
    "DELETE FROM jobs WHERE document = 1": "1 documents without a job",
    "UPDATE documents SET page_count = 99 WHERE id = 2": "1 finished documents that miss pages",
    "DELETE FROM conversations WHERE id = 1": "6 rows that refer to nothing",
    "UPDATE messages SET parent = 99999 WHERE id = 3": "1 messages that answer to nothing",
    "UPDATE messages SET parent = 4 WHERE id = 3": "1 messages that answer to nothing",
    "UPDATE conversations SET leaf = 99999 WHERE id = 1": "1 chats without their last message",
    "UPDATE conversations SET leaf = NULL WHERE id = 1": "1 chats without their last message",
}


def test_a_sound_library_has_no_inconsistency(library: Library) -> None:
    assert checks.inconsistencies(library.database.read()) == []
    assert checks.left_leases(library.database.read()) == 0


@pytest.mark.parametrize(("statement", "sentence"), FAULTS.items())
def test_each_inconsistency_is_counted_and_mended(library: Library, statement: str, sentence: str) -> None:
    writer = library.database._writer
    assert writer is not None
    writer.execute("PRAGMA foreign_keys = OFF")
    writer.execute(statement)
    writer.execute("PRAGMA foreign_keys = ON")
    assert sentence in checks.inconsistencies(library.database.read())
    with library.database.write() as db:
        make_consistent(db)
    assert checks.inconsistencies(library.database.read()) == []
    for document in library.documents():
        complete = document.health.pages_done == document.page_count
        assert complete == (document.state is DocumentState.READY)


def test_a_lease_that_outlived_its_owner_is_counted(library: Library) -> None:
    with library.database.write() as db:
        db.execute("INSERT INTO leases (document, pages, attempts, owner, expires_at) VALUES (1, '[0]', 1, 'x', 5.0)")
        db.execute("INSERT INTO leases (document, pages, attempts, owner, expires_at) VALUES (1, '[1]', 1, 'x', 9e9)")
    assert checks.left_leases(library.database.read()) == 1


def test_room_that_could_be_given_back_is_told_and_given_back(library: Library) -> None:
    library.remove([document.id for document in library.documents()])
    before = checks.space(library.database.read(), library.folder)
    assert before["reclaimable"] > 40_000
    while library.database.compact(4):
        pass
    after = checks.space(library.database.read(), library.folder)
    assert after["reclaimable"] == 0
    assert after["file_size"] < before["file_size"]
    assert after["disk_free"] > 0


def test_a_clock_that_went_back_is_noticed(library: Library) -> None:
    db = library.database.read()
    assert checks.clock_fault(db) is None
    assert checks.clock_fault(db, datetime.now(UTC) - timedelta(hours=20)) is None
    assert "Set the computer's date" in (checks.clock_fault(db, datetime.now(UTC) - timedelta(days=400)) or "")


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_files_that_others_can_read_are_found_and_closed(library: Library) -> None:
    back_up(library.folder)
    checks.close_to_others(library.folder)
    assert checks.too_open(library.folder) == []
    backup = next((library.folder / "backups").iterdir())
    for path in (library.folder, library.folder / "library.sqlite3", backup):
        path.chmod(path.stat().st_mode | 0o044)
        assert checks.too_open(library.folder) == [path]
        checks.close_to_others(library.folder)
        assert checks.too_open(library.folder) == []


def test_network_drives_are_known_by_their_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Mount:
        def __init__(self, mountpoint: Path, fstype: str) -> None:
            self.mountpoint, self.fstype = str(mountpoint), fstype

    mounts = [Mount(Path(tmp_path.anchor), "ext4"), Mount(tmp_path / "share", "NFS4"), Mount(tmp_path / "sh", "xfs")]
    monkeypatch.setattr(checks.psutil, "disk_partitions", lambda all: mounts)
    assert checks.file_system(tmp_path / "share" / "library") == "nfs4"
    assert checks.is_network("nfs4")
    assert checks.file_system(tmp_path) == "ext4"
    assert not checks.is_network("ext4")


def test_backups_are_told(library: Library) -> None:
    assert checks.backup_facts(library.folder) == {"backups": 0}
    made = back_up(library.folder)
    assert made is not None
    assert checks.backup_facts(library.folder) == {
        "backups": 1,
        "newest_backup": made.made_at.isoformat(),
        "newest_backup_documents": 2,
    }
