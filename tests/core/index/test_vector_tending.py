"""A library that outgrows exact search: built by a real process, swapped in, saved, opened, damaged, killed."""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import faiss
import numpy as np
import psutil
import pytest
from stand_ins import DIMENSION, MODEL_ID, chunks_of, hash_vector, page_of

from core.index import indexes, vector_build
from core.index.library import Library
from core.index.vector_build import BuildTask, VectorBuild, build
from core.index.vector_files import map_index
from core.index.vector_forms import FormName
from core.index.vector_index import Limits, VectorIndex
from core.types import JobState, Survey

SMALL = Limits(exact_most=300, exact_again=200)
NEVER = Limits()
FULL = 400

Open = Callable[..., Library]


def text_of(number: int) -> str:
    return f"Passage {number} tells of lamp {number % 37} and keeper {number % 11}."


def fill(library: Library, document: str, first: int, count: int) -> None:
    """Add a document of one chunk a page."""
    pages = [page_of(i, text_of(first + i)) for i in range(count)]
    library.add_file(document, Path(f"/papers/{document}.pdf"), document)
    library.set_survey(document, Survey(document, len(pages)))
    chunks = chunks_of(pages, lambda page: document)
    library.commit_pages(document, pages, chunks, np.stack([hash_vector(chunk.text) for chunk, _ in chunks]))
    library.set_state(document, JobState.READY)


@pytest.fixture
def open_it(tmp_path: Path) -> Iterator[Open]:
    opened: list[Library] = []

    def open_library(limits: Limits = SMALL, *, writable: bool = True) -> Library:
        library = Library(tmp_path / "library", MODEL_ID, DIMENSION, writable=writable, limits=limits)
        opened.append(library)
        return library

    yield open_library
    for library in opened:
        library.close()


@pytest.fixture
def grown(open_it: Open) -> Library:
    """A library in the IVF form."""
    library = open_it()
    fill(library, "big", 0, FULL)
    library.settle_indexes()
    return library


def index_files(library: Library) -> list[Path]:
    return sorted(file for file in (library.folder / "index").iterdir() if file.is_file())


def base_of(library: Library) -> Path:
    (base,) = (library.folder / "index").glob("vectors-*.base")
    return base


def nearest(library: Library, number: int, documents: list[int] | None = None) -> list[tuple[int, float]]:
    return library.search_vectors(hash_vector(text_of(number)), 5, documents)


def assert_in_step(library: Library, chunks: int) -> None:
    assert library.index_sizes() == {"chunks": chunks, "vectors": chunks, "keywords": chunks}


# ── growing and shrinking ────────────────────────────────────────────────────────────────────────────────────────


def test_a_library_that_grows_too_large_for_exact_search_gets_ivf(open_it: Open) -> None:
    library = open_it()
    fill(library, "big", 0, SMALL.exact_most)
    library.settle_indexes()
    assert library.vector_form is FormName.EXACT
    before = [nearest(library, number) for number in range(40)]
    fill(library, "more", SMALL.exact_most, 100)
    library.settle_indexes()
    assert library.vector_form is FormName.IVF
    assert_in_step(library, FULL)
    exact = open_it(NEVER, writable=False)  # reads the file, which is IVF; the truth is in the rows
    assert exact.vector_form is FormName.IVF
    for number in range(40):
        found = nearest(library, number)
        assert found[0] == (before[number][0][0], pytest.approx(1.0, abs=2e-3))


def test_cosines_are_those_of_the_stored_vectors(grown: Library) -> None:
    stored = dict(grown.database.read().execute("SELECT chunk, vector FROM vectors").fetchall())
    for number in range(0, FULL, 40):
        query = hash_vector(text_of(number))
        for chunk, cosine in grown.search_vectors(query, 5, None):
            assert cosine == pytest.approx(float(np.frombuffer(stored[chunk], np.float16) @ query), abs=1e-5)


def test_the_base_is_private_and_the_old_ones_go(grown: Library) -> None:
    assert [file.suffix for file in index_files(grown)] == [".base", ".faiss", ".json"]
    first = base_of(grown)
    if os.name != "nt":
        assert first.stat().st_mode & 0o777 == 0o600
    fill(grown, "more", FULL, 150)  # more than a quarter of the base
    grown.settle_indexes()
    assert base_of(grown) != first
    assert_in_step(grown, FULL + 150)


def test_changes_after_the_build_are_found_and_outlive_a_restart(grown: Library, open_it: Open) -> None:
    fill(grown, "late", 1_000, 20)
    (late,) = {passage.document for passage in grown.passages(nearest(grown, 1_003)[:1])}
    assert late == "late"
    grown.remove(["late"])
    fill(grown, "later", 2_000, 10)
    grown.close()
    again = open_it()
    assert again.vector_form is FormName.IVF
    assert_in_step(again, FULL + 10)
    assert {passage.document for passage in again.passages(nearest(again, 2_005)[:1])} == {"later"}


def test_a_library_that_shrinks_is_searched_exactly_again(open_it: Open) -> None:
    library = open_it()
    fill(library, "one", 0, 250)
    fill(library, "two", 250, 150)
    library.settle_indexes()
    assert library.vector_form is FormName.IVF
    library.remove(["one"])
    library.settle_indexes()
    assert library.vector_form is FormName.EXACT
    assert_in_step(library, 150)
    assert [file.name for file in index_files(library)] == ["vectors.faiss", "vectors.json"]
    assert nearest(library, 300)[0][1] == pytest.approx(1.0, abs=2e-3)


def test_between_the_limits_nothing_goes_to_and_fro(open_it: Open) -> None:
    library = open_it()
    fill(library, "one", 0, 310)
    fill(library, "two", 310, 60)
    library.settle_indexes()
    base = base_of(library)
    library.remove(["two"])  # fewer than a fifth of the base, and more are left than would be exact again
    fill(library, "three", 370, 5)
    library.settle_indexes()
    assert (library.vector_form, base_of(library)) == (FormName.IVF, base)


def test_a_document_in_scope_is_searched_whole(grown: Library) -> None:
    fill(grown, "small", 5_000, 4)
    rows = [grown.database.read().execute("SELECT id FROM documents WHERE hash = 'small'").fetchone()[0]]
    assert len(nearest(grown, 3, rows)) == 4
    fill(grown, "other", 6_000, 3)  # a scope that is remembered knows of changes
    grown.remove(["small"])
    assert nearest(grown, 3, rows) == []


def test_few_chunks_are_compared_by_their_rows_and_many_by_the_index_with_the_same_result(
    grown: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(grown, "small", 5_000, 60)
    rows = [row for (row,) in grown.database.read().execute("SELECT id FROM documents WHERE hash = 'small'")]
    by_rows = [nearest(grown, number, rows) for number in range(5_000, 5_060, 6)]
    monkeypatch.setattr(indexes, "_FEW", 10)
    assert [nearest(grown, number, rows) for number in range(5_000, 5_060, 6)] == by_rows
    assert all({passage.document for passage in grown.passages(found)} == {"small"} for found in by_rows)


# ── while a build is under way ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def rows(open_it: Open) -> Library:
    """A library whose index nobody tends."""
    library = open_it(NEVER)
    fill(library, "big", 0, FULL)
    return library


@pytest.mark.parametrize("form", list(FormName))
def test_changes_during_a_build_are_in_what_was_built(rows: Library, form: FormName) -> None:
    vectors = rows._indexes.vectors
    target = vectors.begin_build()
    chunk = nearest(rows, 7)[0][0]
    fill(rows, "before", 1_000, 3)  # the build sees these rows, and is told of them again
    sums = build(BuildTask(rows.database.path, target, DIMENSION, form))
    fill(rows, "after", 2_000, 3)
    rows.remove(["before"])
    vectors.remove(np.array([chunk], np.int64))
    assert len(nearest(rows, 2_001)) == 5
    vectors.adopt(target, form, sums)
    assert vectors.form is form
    assert len(vectors) == FULL + 3 - 1
    assert chunk not in vectors.ids()
    found = {passage.document for passage in rows.passages(nearest(rows, 2_001)[:1])}
    assert found == {"after"}
    rows._indexes.catch_up()
    assert_in_step(rows, FULL + 3)


def test_a_build_is_wanted_once(rows: Library) -> None:
    vectors = VectorIndex(rows.folder / "index" / "other.faiss", MODEL_ID, DIMENSION, Limits(exact_most=1))
    vectors.add(np.array([1, 2], np.int64), np.stack([hash_vector("a"), hash_vector("b")]))
    assert vectors.wanted_form() is FormName.IVF
    target = vectors.begin_build()
    assert vectors.wanted_form() is None
    target.with_suffix(".partial").write_bytes(b"as far as the disk had room")
    vectors.abandon(target)
    assert not list(target.parent.glob("other-*"))
    assert vectors.wanted_form() is FormName.IVF


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_build_that_is_killed_costs_nothing(
    open_it: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    started = VectorBuild.__init__

    def killed(self: VectorBuild, task: BuildTask) -> None:
        started(self, task)
        assert self._process.pid is not None
        psutil.Process(self._process.pid).send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(VectorBuild, "__init__", killed)
        library = open_it()
        fill(library, "big", 0, FULL)
        library.settle_indexes()
    assert "could not be built anew; the next start tries again" in caplog.text
    assert library.vector_form is FormName.EXACT
    assert_in_step(library, FULL)
    library.close()
    assert not list((library.folder / "index").glob("vectors-*"))
    again = open_it()
    again.settle_indexes()
    assert again.vector_form is FormName.IVF


def test_closing_gives_a_build_up_in_silence(open_it: Open, caplog: pytest.LogCaptureFixture) -> None:
    library = open_it()
    fill(library, "big", 0, FULL)
    library.close()
    assert not caplog.records
    assert not [child for child in psutil.Process().children() if "index-build" in " ".join(child.cmdline())]
    assert_in_step(open_it(), FULL)


def test_a_build_that_cannot_be_written_says_so(tmp_path: Path, rows: Library) -> None:
    task = BuildTask(rows.database.path, tmp_path / "nowhere" / "x.base", DIMENSION, FormName.IVF)
    with pytest.raises(RuntimeError, match="nowhere"):
        build(task)


def test_what_a_killed_owner_left_is_cleared_away(grown: Library, open_it: Open) -> None:
    grown.close()
    index = grown.folder / "index"
    kept = base_of(grown)
    (index / "vectors-0a0a0a0a.base").write_bytes(b"x")
    (index / "vectors-0b0b0b0b.partial").write_bytes(b"x")
    open_it()
    assert list(index.glob("vectors-*")) == [kept]


def head_of(library: Library) -> int:
    """How many bytes of the base precede its lists."""
    return int(json.loads((library.folder / "index" / "vectors.json").read_text())["base"]["head"])


def flip_a_bit(base: Path, place: int) -> None:
    data = bytearray(base.read_bytes())
    data[place] ^= 4
    base.write_bytes(data)


def test_a_base_with_one_bit_flipped_is_built_anew_while_it_answers(
    grown: Library, open_it: Open, caplog: pytest.LogCaptureFixture
) -> None:
    grown.close()
    base = base_of(grown)
    flip_a_bit(base, head_of(grown) + 100)
    caplog.set_level(logging.WARNING)
    again = open_it()
    assert nearest(again, 5)[0][1] == pytest.approx(1.0, abs=2e-3)
    again.settle_indexes()
    assert "damaged" in caplog.text
    assert base_of(again) != base
    assert_in_step(again, FULL)


@pytest.mark.parametrize("place", [0, 0.01, 0.5, 0.97, 1])
def test_a_base_whose_head_is_damaged_is_not_even_opened(
    grown: Library, open_it: Open, place: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A count that is wrong by a bit may ask for all memory there is."""
    grown.close()
    base = base_of(grown)
    flip_a_bit(base, int(place * (head_of(grown) - 1)))
    with monkeypatch.context() as patch:
        patch.setattr("core.index.vector_index.map_index", lambda _: pytest.fail("it was opened"))
        again = open_it(NEVER)
    assert again.vector_form is FormName.EXACT
    assert_in_step(again, FULL)


@pytest.mark.parametrize("byte", [2, 6, 7])
def test_a_base_with_an_id_that_was_never_given_is_not_used(grown: Library, open_it: Open, byte: int) -> None:
    grown.close()
    base = base_of(grown)
    index = map_index(base)
    lists = index.invlists
    number = next(number for number in range(lists.nlist) if lists.list_size(number) > 2)
    ids = np.array(faiss.rev_swig_ptr(lists.get_ids(number), lists.list_size(number)))
    flip_a_bit(base, base.read_bytes().index(ids.tobytes()) + byte)
    again = open_it()
    assert_in_step(again, FULL)
    again.settle_indexes()
    assert again.vector_form is FormName.IVF
    assert base_of(again) != base


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_without_its_base_the_index_is_made_from_the_rows(grown: Library, open_it: Open, damage: str) -> None:
    grown.close()
    base = base_of(grown)
    if damage == "missing":
        base.unlink()
    else:
        os.truncate(base, base.stat().st_size - 1)
    again = open_it()
    assert_in_step(again, FULL)
    again.settle_indexes()
    assert again.vector_form is FormName.IVF


def test_rows_that_changed_while_nobody_looked_are_taken_in(grown: Library, open_it: Open) -> None:
    grown.close()
    with closing(sqlite3.connect(grown.folder / "library.sqlite3")) as db, db:
        db.execute("DELETE FROM vectors WHERE chunk <= 30")
        db.execute("DELETE FROM chunks WHERE id <= 30")
    assert_in_step(open_it(), FULL - 30)


def test_readers_beside_the_owner_search_the_same_files(grown: Library, open_it: Open) -> None:
    reader = open_it(writable=False)
    assert reader.vector_form is FormName.IVF
    assert nearest(reader, 9) == nearest(grown, 9)
    fill(grown, "more", FULL, 150)
    grown.settle_indexes()  # the reader's base has lost its name
    assert nearest(reader, 9)[0] == nearest(grown, 9)[0]


def test_the_child_process_answers_with_the_sums_of_its_file(rows: Library, tmp_path: Path) -> None:
    target = tmp_path / "vectors-1.base"
    sums = VectorBuild(BuildTask(rows.database.path, target, DIMENSION, FormName.IVF)).wait()
    assert sums.items() >= vector_build.checksum(target).items()
    assert sums["head_crc32"] == zlib.crc32(target.read_bytes()[: sums["head"]])
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == [target.name]
