"""A short run of `benchmarks.crash`, and proof that its examination finds what is wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.crash import Crash, Target
from benchmarks.crash_owner import Journal, Owner
from benchmarks.hash_embedding import DIMENSION, HashEmbedder
from benchmarks.invariants import Faults, examine_indexes, examine_rows, examine_step, read_only, take_snapshot
from benchmarks.made_pdfs import make_versions
from core.index.library import Library

KILLS = 6


def test_whoever_is_killed_nothing_is_lost_done_twice_or_out_of_step(tmp_path: Path) -> None:
    result = Crash(tmp_path, seed=7).run_round(0, KILLS)
    assert result.faults.sentences() == []
    assert len(result.kills) == KILLS
    assert set(result.kills) <= set(Target)
    assert result.pages > 0


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a closed library of two documents."""
    folder = tmp_path_factory.mktemp("filled")
    make_versions(folder / "files", documents=2, versions=1, pages=8, seed=1)
    with closing(Owner(folder / "library", folder / "files", {}, Journal(folder / "journal"), real=False)) as owner:
        owner.finish()
    return folder / "library"


@pytest.fixture
def rows(filled: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Return a copy of its rows that may be damaged."""
    copy = tmp_path / "library"
    copy.mkdir()
    places = (sqlite3.connect(folder / "library.sqlite3") for folder in (filled, copy))
    with closing(next(places)) as source, closing(next(places)) as target:
        source.backup(target)
    with closing(read_only(copy)) as db:
        yield db


def test_a_sound_library_has_no_fault(rows: sqlite3.Connection, filled: Path) -> None:
    assert examine_rows(rows) == Faults()
    now = take_snapshot(rows)
    assert len(now.pages) > 8
    assert examine_step(now, now, ()) == Faults()
    with closing(Library(filled, HashEmbedder.model_id, DIMENSION)) as library:
        assert examine_indexes(library) == Faults()


@pytest.mark.parametrize(
    ("damage", "kind", "words"),
    [
        ("DELETE FROM vectors WHERE chunk = 1", "inconsistent", "1 chunks without a vector"),
        ("DELETE FROM chunks WHERE id = 1", "inconsistent", "1 vectors without a chunk"),
        ("DELETE FROM pages WHERE document = 1 AND page_index = 0", "lost", "document 1 is ready with"),
        ("DELETE FROM pages WHERE document = 1 AND page_index = 0", "inconsistent", "chunks without a page"),
        ("DELETE FROM chunks WHERE document = 1 AND page_index = 0", "inconsistent", "with text and without a chunk"),
        ("UPDATE chunks SET char_end = 100000 WHERE id = 1", "inconsistent", "1 chunks that reach beyond"),
        ("DELETE FROM jobs WHERE document = 1", "inconsistent", "1 documents without a job"),
        ("DELETE FROM documents WHERE id = 1", "inconsistent", "belongs to nothing in documents"),
        ("UPDATE pages SET source = 'failed', reason = 'x' WHERE page_index = 0", "lost", "was given up"),
        (
            "INSERT INTO leases (document, pages, attempts, owner, expires_at) VALUES (1, '[0]', 0, 'x', 0)",
            "twice",
            "pages [0] of document 1 are done and handed out again",
        ),
        (
            "INSERT INTO chunks (document, page_index, char_start, char_end, text, heading_path, context, token_count) "
            "SELECT document, page_index, char_start, char_end, text, heading_path, context, token_count FROM chunks",
            "twice",
            "is there 2 times",
        ),
    ],
)
def test_what_is_wrong_with_the_rows_is_found(rows: sqlite3.Connection, damage: str, kind: str, words: str) -> None:
    rows.execute(damage)
    assert any(words in sentence for sentence in getattr(examine_rows(rows), kind))


def drop_a_document(db: sqlite3.Connection) -> None:
    for table in ("pages", "chunks"):
        db.execute(f"DELETE FROM {table} WHERE document = 1")
    db.execute("DELETE FROM documents WHERE id = 1")


def embed_again(db: sqlite3.Connection) -> None:
    db.execute("UPDATE chunks SET id = id + 1000 WHERE page_index = 0")


@pytest.mark.parametrize(
    ("damage", "kind", "words"),
    [
        (drop_a_document, "lost", "document 1 with its page 0"),
        (lambda db: db.execute("DELETE FROM pages WHERE page_index = 0"), "lost", "page 0 of document 1"),
        (embed_again, "twice", "page 0 of document 1 has other chunks than before"),
    ],
)
def test_what_was_there_before_and_is_not_any_more_is_found(
    rows: sqlite3.Connection, damage: Callable[[sqlite3.Connection], object], kind: str, words: str
) -> None:
    rows.execute("DELETE FROM chunks WHERE page_index > 0")
    rows.execute("DELETE FROM pages WHERE page_index > 0")
    before = take_snapshot(rows)
    damage(rows)
    found = examine_step(before, take_snapshot(rows), ())
    assert any(words in sentence for sentence in getattr(found, kind))
    if damage is drop_a_document:
        assert examine_step(before, take_snapshot(rows), [before.hashes[1]]) == Faults()


def test_an_index_that_differs_is_found(filled: Path) -> None:
    with closing(Library(filled, HashEmbedder.model_id, DIMENSION)) as library:
        vectors = library._indexes.vectors
        ids = vectors.ids()[:1]
        vectors.remove(ids)
        assert examine_indexes(library).inconsistent == ["the vector index has other chunks than SQLite"]
        vectors.add(ids, HashEmbedder().embed_query("another text").reshape(1, -1))
        assert examine_indexes(library).inconsistent == [
            f"the vector of chunk {ids[0]} is another one than in SQLite",
        ]
        library._indexes.keywords.update([], [int(ids[0])])
        assert "the keyword index has other chunks than SQLite" in examine_indexes(library).inconsistent
