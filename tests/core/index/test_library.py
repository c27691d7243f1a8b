"""One writer, SQLite first, and indexes that are made equal to it at every opening."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import stand_ins
from stand_ins import DIMENSION, MODEL_ID, chunks_of, hash_vector, page_of

from core.errors import LibraryError, LibraryInUse, UnknownDocument
from core.index import indexes, store
from core.index.indexes import Indexes
from core.index.keyword_index import KeywordIndex
from core.index.library import Library
from core.types import DocumentState, Health, JobState, OutlineEntry, Page, PageSource, Scope, Survey

Open = Callable[..., Library]

LIGHTS = [
    "The lamp on pier 17 was lit by Agnes Marrow in 1874.",
    "The keeper climbed the 214 steps of the lighthouse.",
    "",
    "The herring stayed away in the spring of 1902.",
]
BEES = ["A colony of bees keeps 34 degrees in winter.", "Hives die of hunger in March."]


def fill(
    library: Library, document: str, texts: list[str], path: str | None = None, collection: str | None = None
) -> None:
    """Add a document of one chunk a page."""
    pages = [page_of(i, text) for i, text in enumerate(texts)]
    library.add_file(document, Path(path or f"/papers/{document}.pdf"), document.title(), collection)
    library.set_survey(document, Survey(document.title(), len(pages), (OutlineEntry("Top", 0, 1),)))
    commit(library, document, pages)
    library.set_state(document, JobState.READY)


def commit(library: Library, document: str, pages: list[Page]) -> None:
    chunks = chunks_of(pages, lambda page: f"{document} page")
    vectors = [hash_vector(chunk.text) for chunk, _ in chunks]
    library.commit_pages(document, pages, chunks, np.stack(vectors) if vectors else np.empty((0, 0), np.float32))


def by_vector(library: Library, text: str, scope: Scope | None = None) -> list[tuple[str, int]]:
    rows = library.rows_in_scope(scope or Scope())
    passages = library.passages(library.search_vectors(hash_vector(text), 3, rows))
    return [(passage.document, passage.page_index) for passage in passages]


def by_words(library: Library, text: str, scope: Scope | None = None) -> list[tuple[str, int]]:
    passages = library.passages(library.search_keywords(text, 3, library.rows_in_scope(scope or Scope())))
    return [(passage.document, passage.page_index) for passage in passages]


def assert_in_step(library: Library, chunks: int) -> None:
    assert library.index_sizes() == {"chunks": chunks, "vectors": chunks, "keywords": chunks}


@pytest.fixture
def small(open_small: Open) -> Library:
    library = open_small()
    fill(library, "lights", LIGHTS)
    fill(library, "bees", BEES)
    return library


# ── adding and removing ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_committed_is_found_at_once_by_both(small: Library) -> None:
    assert_in_step(small, 5)
    assert by_vector(small, LIGHTS[1])[0] == ("lights", 1)
    assert by_words(small, "bees winter")[0] == ("bees", 0)


def test_a_passage_has_all_that_is_needed_to_show_it(small: Library) -> None:
    ((chunk, _),) = small.search_keywords("herring", 3, None)
    (passage,) = small.passages([(chunk, 0.5)])
    assert (passage.rank, passage.score, passage.document, passage.title) == (1, 0.5, "lights", "Lights")
    assert (passage.path, passage.page_index, passage.page_label) == ("/papers/lights.pdf", 3, "4")
    text = small.page_text("lights", 3)
    assert text[passage.char_start : passage.char_end] == passage.text == LIGHTS[3]


def test_a_document_tells_how_it_stands(small: Library) -> None:
    document = small.document("lights")
    assert document.health == Health(text=3, empty=1)
    assert (document.page_count, document.chunk_count, document.state) == (4, 3, DocumentState.READY)
    assert small.pages_done("lights") == {0, 1, 2, 3}
    assert small.outline("lights") == (OutlineEntry("Top", 0, 1),)
    assert [document.id for document in small.documents()] == ["bees", "lights"]


def test_removing_a_document_removes_all_of_it_and_nothing_else(small: Library) -> None:
    small.remove(["lights"])
    assert_in_step(small, 2)
    assert all(document == "bees" for document, _ in by_vector(small, LIGHTS[0]))
    assert by_words(small, "herring") == []
    assert small.page_text("lights", 0) == ""
    with pytest.raises(UnknownDocument):
        small.document("lights")


def test_adding_and_removing_rebuild_nothing(small: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def rebuilt(*_: object, **__: object) -> None:
        pytest.fail("the indexes were gone through")

    monkeypatch.setattr(Indexes, "reconcile", rebuilt)
    fill(small, "salt", ["Salt was carried over the pass on mules."])
    small.remove(["bees"])
    assert_in_step(small, 4)


def test_a_page_that_is_there_already_is_not_committed_twice(small: Library) -> None:
    pages = [page_of(i, text) for i, text in enumerate(["changed", *LIGHTS[1:], "A fifth page of tar."])]
    commit(small, "lights", pages)
    assert_in_step(small, 6)
    assert small.page_text("lights", 0) == LIGHTS[0]
    assert by_words(small, "tar") == [("lights", 4)]


def test_a_batch_for_a_document_that_was_removed_meanwhile_is_dropped(small: Library) -> None:
    small.remove(["bees"])
    commit(small, "bees", [page_of(2, "Too late.")])
    assert_in_step(small, 3)


def test_a_chunk_id_is_never_given_twice(small: Library) -> None:
    before = {chunk for chunk, _ in small.search_vectors(hash_vector("x"), 99, None)}
    small.remove(["lights", "bees"])
    fill(small, "lights", LIGHTS)
    assert not before & {chunk for chunk, _ in small.search_vectors(hash_vector("x"), 99, None)}


def test_passages_of_removed_chunks_are_left_out_and_ranks_close_up(small: Library) -> None:
    scored = small.search_vectors(hash_vector(BEES[0]), 5, None)
    small.remove(["bees"])
    passages = small.passages(scored)
    assert [passage.rank for passage in passages] == [1, 2, 3]
    assert {passage.document for passage in passages} == {"lights"}


def test_failed_pages_can_be_forgotten(small: Library) -> None:
    commit(small, "bees", [Page(2, "3", "", PageSource.FAILED, "Page 3 is damaged.")])
    assert small.document("bees").health.failed == 1
    small.forget_failed_pages("bees")
    assert small.pages_done("bees") == {0, 1}


# ── the same bytes, paths and collections ────────────────────────────────────────────────────────────────────────


def test_the_same_bytes_at_two_places_are_one_document(small: Library) -> None:
    assert small.add_file("lights", Path("/copies/l.pdf"), "ignored", "Sea").is_new is False
    document = small.document("lights")
    assert document.paths == ("/copies/l.pdf", "/papers/lights.pdf")
    assert (document.path, document.title, document.collections) == ("/copies/l.pdf", "Lights", ("Sea",))
    assert len(small.documents()) == 2


def test_a_path_whose_file_changed_belongs_to_the_new_document(small: Library) -> None:
    small.add_file("new", Path("/papers/lights.pdf"), "New")
    assert small.document("new").paths == ("/papers/lights.pdf",)
    assert small.document("lights").paths == ()


def test_a_document_may_be_in_several_collections(small: Library) -> None:
    small.assign(["lights", "bees"], "All")
    small.add_file("lights", Path("/papers/lights.pdf"), "", "Sea")
    small.add_collection("Empty")
    small.add_collection("empty")
    assert small.collections() == [("All", 2), ("Empty", 0), ("Sea", 1)]
    assert set(small.document("lights").collections) == {"All", "Sea"}
    small.unassign(["lights"], "All")
    small.remove_collection("Sea")
    assert small.collections() == [("All", 1), ("Empty", 0)]
    assert small.document("lights").collections == ()


def test_a_scope_limits_both_searches(small: Library) -> None:
    small.assign(["bees"], "Animals")
    everything = "lamp bees herring hives keeper"
    for scope in (Scope(documents=("bees",)), Scope(collections=("Animals",)), Scope(("bees", "lights"), ("Animals",))):
        assert {document for document, _ in by_vector(small, everything, scope)} == {"bees"}
        assert {document for document, _ in by_words(small, everything, scope)} == {"bees"}
    for scope in (Scope(documents=("nobody",)), Scope(collections=("None",)), Scope(("lights",), ("Animals",))):
        assert by_vector(small, everything, scope) == by_words(small, everything, scope) == []


@pytest.mark.parametrize(
    "reference",
    ["lights", "/papers/lights.pdf", "lights.pdf", "LIGHTS.PDF", "papers/lights.pdf", "Lights", "lIGHTS"],
)
def test_a_document_is_meant_by_id_path_name_or_title(small: Library, reference: str) -> None:
    assert small.resolve(reference) == "lights"


def test_a_few_signs_are_not_the_beginning_of_an_id(small: Library) -> None:
    with pytest.raises(UnknownDocument, match="“light” is not in the library"):
        small.resolve("light")


def test_the_beginning_of_an_id_is_enough_if_it_is_long(open_small: Open) -> None:
    library = open_small()
    fill(library, "abcdef0123", ["a"], "/a.pdf")
    fill(library, "abcdef0199", ["b"], "/b.pdf")
    assert library.resolve("abcdef012") == "abcdef0123"
    assert library.resolve("ABCDEF012") == "abcdef0123"
    with pytest.raises(UnknownDocument, match="names 2 documents"):
        library.resolve("abcdef01")


def test_a_path_is_meant_relative_to_where_one_is(
    open_small: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_small()
    fill(library, "a", ["a"], str(tmp_path / "x" / "report.pdf"))
    fill(library, "b", ["b"], str(tmp_path / "y" / "report.pdf"))
    monkeypatch.chdir(tmp_path)
    assert library.resolve("y/report.pdf") == "b"
    with pytest.raises(UnknownDocument, match="names 2 documents"):
        library.resolve("report.pdf")


def test_signs_in_a_name_stand_for_themselves(open_small: Open) -> None:
    library = open_small()
    fill(library, "first0", ["a"], "/p/a_b.pdf")
    fill(library, "second", ["b"], "/p/axb.pdf")
    assert library.resolve("a_b.pdf") == "first0"
    for reference in ("%", "%%%%%%", "______", "%.pdf", "", "'; DROP TABLE documents; --"):
        with pytest.raises(UnknownDocument):
            library.resolve(reference)


def test_a_windows_path_has_a_file_name_too(open_small: Open) -> None:
    library = open_small()
    with library.database.write() as db:
        db.execute("INSERT INTO documents (hash, title, added_at) VALUES ('w', 'W', '')")
        db.execute("INSERT INTO locations (document, path, seen_at) VALUES (1, 'C:\\papers\\a.pdf', '')")
    assert library.resolve("a.pdf") == "w"


# ── keeping in step ──────────────────────────────────────────────────────────────────────────────────────────────


def index_folder(library: Library) -> Path:
    return library.folder / "index"


def delete_all(index: Path) -> None:
    shutil.rmtree(index)


def delete_vectors(index: Path) -> None:
    (index / "vectors.faiss").unlink()


def delete_stamp(index: Path) -> None:
    (index / "vectors.json").unlink()


def cut_vectors(index: Path) -> None:
    file = index / "vectors.faiss"
    file.write_bytes(file.read_bytes()[:100])


def scramble_vectors(index: Path) -> None:
    (index / "vectors.faiss").write_bytes(os.urandom(4000))


def delete_keywords(index: Path) -> None:
    shutil.rmtree(index / "keywords-3")


def scramble_keywords(index: Path) -> None:
    (index / "keywords-3" / "meta.json").write_text("{}")


def lose_segments(index: Path) -> None:
    for file in (index / "keywords-3").iterdir():
        if file.suffix in (".term", ".pos"):
            file.unlink()


DAMAGE = [
    delete_all, delete_vectors, delete_stamp, cut_vectors, scramble_vectors, delete_keywords, scramble_keywords,
    lose_segments,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_indexes_are_made_again(open_small: Open, small: Library, damage: Callable[[Path], None]) -> None:
    small.close()
    damage(index_folder(small))
    again = open_small()
    assert_in_step(again, 5)
    assert by_vector(again, LIGHTS[1])[0] == ("lights", 1)
    assert by_words(again, "herring") == [("lights", 3)]
    again.close()
    assert_in_step(open_small(), 5)  # and what was made again was kept


def test_a_commit_that_reached_only_sqlite_is_made_up(
    open_small: Open, small: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(small._indexes.vectors, "add", power_cut)
        fill(small, "salt", ["Salt was carried over the pass on mules."])
    assert small.index_sizes() == {"chunks": 6, "vectors": 5, "keywords": 5}
    small.close()
    again = open_small()
    assert_in_step(again, 6)
    assert by_words(again, "mules") == by_vector(again, "Salt was carried over the pass on mules.")[:1] == [("salt", 0)]


def test_an_index_that_fell_behind_catches_up_with_the_next_change(
    small: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(small._indexes.keywords, "update", full)
        fill(small, "salt", ["Salt was carried over the pass on mules."])
        small.remove(["lights"])
    assert small.index_sizes()["keywords"] != small.index_sizes()["chunks"]
    fill(small, "tar", ["Tar keeps the piers from rotting."])
    assert_in_step(small, small.index_sizes()["chunks"])
    assert by_words(small, "herring") == []
    assert by_words(small, "mules") == [("salt", 0)]


@pytest.mark.parametrize("lost", ["a replaced page", "a removed document", "a document", "some of each"])
def test_changes_that_the_words_never_heard_of_are_seen_at_the_next_start(
    open_small: Open, small: Library, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """Number and largest id of what they hold tell it, without a look at all of them."""
    with monkeypatch.context() as patch:
        patch.setattr(small._indexes, "follow", lambda *_: None)
        if lost in ("a replaced page", "some of each"):
            page = page_of(1, "The keeper of words was replaced.")
            vectors = np.stack([hash_vector(page.text)])
            small.commit_pages("lights", [page], chunks_of([page], lambda _: "lights page"), vectors, replace=True)
        if lost in ("a document", "some of each"):
            fill(small, "salt", ["Salt was carried over the pass on mules."])
        if lost in ("a removed document", "some of each"):
            small.remove(["bees"])
    small.close()
    again = open_small()
    assert_in_step(again, again.index_sizes()["chunks"])
    assert sorted(again._indexes.keywords.ids()) == sorted(store.chunk_ids(again.database.read()))
    assert bool(by_words(again, "bees winter")) is (lost in ("a replaced page", "a document"))


def test_at_a_start_with_nothing_changed_the_words_are_not_gone_through(
    open_small: Open, small: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.close()
    monkeypatch.setattr(KeywordIndex, "ids", lambda _: pytest.fail("all ids were asked for"))
    assert_in_step(open_small(), 5)


@pytest.mark.parametrize("reopened", [True, False])
def test_files_that_a_killed_commit_left_in_the_index_of_words_stand_in_nobodys_way(
    open_small: Open, small: Library, tmp_path: Path, reopened: bool
) -> None:
    """A commit writes the file of what it deletes before it counts; killed there, the next one finds the name taken."""
    small.close()
    with closing(Library(shutil.copytree(small.folder, tmp_path / "copy"), MODEL_ID, DIMENSION)) as copy:
        copy._indexes.keywords.update([], copy._indexes.keywords.ids()[:1].tolist())
        left = next((copy.folder / "index").glob("keywords-*/*.del")).read_bytes()  # whole, as a kill leaves it
    (folder,) = (small.folder / "index").glob("keywords-*")
    for segment in json.loads((folder / "meta.json").read_text())["segments"]:
        for stamp in range(100):
            (folder / f"{segment['segment_id'].replace('-', '')}.{stamp}.del").write_bytes(left)
    library = open_small()
    commit(library, "bees", [page_of(9, "A page that is removed again.")])
    with library.database.write() as db:
        db.execute("DELETE FROM chunks WHERE page_index = 0")
    if reopened:
        library.close()
        library = open_small()
    else:
        library._indexes.catch_up()
    sizes = library.index_sizes()
    assert sizes["chunks"] == sizes["vectors"] == sizes["keywords"] > 0


def test_a_removal_that_reached_only_sqlite_is_made_up(open_small: Open, small: Library) -> None:
    folder = small.folder
    small.close()
    with closing(sqlite3.connect(folder / "library.sqlite3")) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM documents WHERE hash = 'lights'")
        db.commit()
    again = open_small()
    assert_in_step(again, 2)
    assert by_words(again, "herring") == []


KILLED = """
import os, signal, sys
from pathlib import Path
from core.index.indexes import Indexes
from core.index.library import Library
from stand_ins import DIMENSION, MODEL_ID
from test_library import fill
library = Library(Path(sys.argv[1]), MODEL_ID, DIMENSION)
fill(library, "lights", ["The lamp on pier 17."])
library.save_indexes()
fill(library, "bees", ["A colony of bees."])
with library.database.write() as db:
    db.execute("DELETE FROM documents WHERE hash = 'lights'")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_kill_in_the_middle_of_a_transaction_loses_what_was_not_committed_only(
    open_small: Open, tmp_path: Path
) -> None:
    places = [str(Path(stand_ins.__file__).parent), str(Path(__file__).parent), str(Path(__file__).parents[3])]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "library")],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == -9, done.stderr
    library = open_small()
    assert library.check() == "ok"
    assert_in_step(library, 2)
    assert by_words(library, "bees") == [("bees", 0)]
    assert by_words(library, "lamp") == [("lights", 0)]


def test_an_index_that_cannot_be_saved_is_no_fault(
    open_small: Open, small: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise RuntimeError("could not write: no space left")

    with monkeypatch.context() as patch:
        patch.setattr("core.index.vector_index.faiss.write_index", full)
        small.close()
    assert "could not be saved" in caplog.text
    assert_in_step(open_small(), 5)


# ── owners and readers ───────────────────────────────────────────────────────────────────────────────────────────


def test_there_is_one_writer(open_small: Open, small: Library) -> None:
    with pytest.raises(LibraryInUse, match="Paperlamp is open with this library"):
        open_small()
    small.close()
    assert_in_step(open_small(), 5)


def test_the_writer_of_another_process_counts_as_well(small: Library) -> None:
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from core.errors import LibraryInUse\nfrom core.index.library import Library\n"
        "try:\n    Library(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))\n"
        "except LibraryInUse:\n    print('in use')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(small.folder), MODEL_ID, str(DIMENSION)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.strip() == "in use", done.stderr


def test_a_reader_beside_the_owner_sees_what_the_owner_committed(open_small: Open, small: Library) -> None:
    small.save_indexes()
    fill(small, "salt", ["Salt was carried over the pass on mules."])  # in no file of the vector index yet
    reader = open_small(writable=False)
    assert_in_step(reader, 6)
    assert by_vector(reader, "Salt was carried over the pass on mules.")[0] == ("salt", 0)
    assert by_words(reader, "mules") == [("salt", 0)]


def test_a_reader_changes_no_file(open_small: Open, small: Library) -> None:
    folder = small.folder
    small.close()

    def contents() -> dict[str, bytes]:
        return {
            str(file.relative_to(folder)): file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file() and file.suffix not in (".lock", ".sqlite3-wal", ".sqlite3-shm")
        }

    before = contents()
    reader = open_small(writable=False)
    by_vector(reader, "x")
    by_words(reader, "herring")
    reader.close()
    assert contents() == before


def test_a_library_of_another_embedder_is_refused(open_small: Open, small: Library) -> None:
    folder = small.folder
    small.close()
    for writable in (True, False):
        with pytest.raises(LibraryError, match="another model"):
            Library(folder, "f" * 64, DIMENSION, writable=writable)
    assert_in_step(open_small(), 5)  # and the lock was given back


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="cannot be used"):
        Library(tmp_path / "file" / "library", MODEL_ID, DIMENSION)


def test_a_damaged_database_is_a_sentence_and_gives_the_folder_back(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "library.sqlite3").write_bytes(b"no tables" * 999)
    for _ in range(2):
        with pytest.raises(LibraryError, match="is damaged"):
            Library(folder, MODEL_ID, DIMENSION)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_folders_and_the_files_that_hold_text_are_private(small: Library) -> None:
    small.save_indexes()
    folders = [small.folder, *(path for path in small.folder.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    for name in ("library.sqlite3", "library.lock", "index/vectors.faiss"):
        assert (small.folder / name).stat().st_mode & 0o777 == 0o600


def test_differences_are_by_id() -> None:
    wanted, present = np.array([1, 2, 5], np.int64), np.array([2, 3], np.int64)
    add, remove = indexes._difference(wanted, present)
    assert (add.tolist(), remove.tolist()) == ([1, 5], [3])
