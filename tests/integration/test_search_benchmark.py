"""The library that `benchmarks.search` makes is sound and like its original, and a bound that is missed is told."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.crash_owner import Journal, Owner
from benchmarks.hash_embedding import DIMENSION, HashEmbedder
from benchmarks.invariants import Faults, examine_indexes, examine_rows, read_only
from benchmarks.large_library import make_large
from benchmarks.made_pdfs import make_versions
from benchmarks.search import KEYWORD_MS, RECALL, RESIDENT_MB, SEARCH_MS, VECTOR_MS, Measured, Times, recall_of
from core.index.library import Library
from core.index.vector_forms import FormName
from core.index.vector_index import Limits

CHUNKS = 500


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a closed library of four documents."""
    folder = tmp_path_factory.mktemp("real")
    make_versions(folder / "files", documents=4, versions=1, pages=8, seed=1)
    with closing(Owner(folder / "library", folder / "files", {}, Journal(folder / "journal"), real=False)) as owner:
        owner.finish()
    return folder / "library"


@pytest.fixture(scope="module")
def large(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a library made from it."""
    folder = tmp_path_factory.mktemp("large")
    make_large(real, folder, CHUNKS)
    return folder


def rows_of(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "library.sqlite3")) as db:
        return db.execute(query).fetchall()


def test_what_is_made_is_a_sound_library_in_any_form(large: Path, tmp_path: Path) -> None:
    with closing(read_only(large)) as db:
        assert examine_rows(db) == Faults()
    limits = Limits(exact_most=CHUNKS - 1, exact_again=1)
    copy = shutil.copytree(large, tmp_path / "copy")
    with closing(Library(copy, HashEmbedder.model_id, DIMENSION, limits=limits)) as library:
        assert library.index_sizes() == {"chunks": CHUNKS, "vectors": CHUNKS, "keywords": CHUNKS}
        assert examine_indexes(library) == Faults()
        library.settle_indexes()
        assert library.vector_form is FormName.IVF
        assert examine_indexes(library) == Faults()
        vectors = library._indexes.vectors
        vectors.remove(vectors.ids()[:1])
        assert examine_indexes(library).inconsistent == ["the vector index has other chunks than SQLite"]


def test_the_first_chunks_are_the_real_ones_and_the_others_vary_from_them(real: Path, large: Path) -> None:
    query = "SELECT c.text, v.vector FROM chunks c JOIN vectors v ON v.chunk = c.id ORDER BY c.document, c.id"
    originals, made = rows_of(real, query), rows_of(large, query)
    count = len(originals)
    assert made[:count] == originals
    assert len({text for text, _ in made}) == CHUNKS
    texts = [(str(a[0]).split(), str(b[0]).split()) for a, b in zip(originals, made[count : 2 * count], strict=True)]
    kept = [np.mean([x == y for x, y in zip(a, b, strict=True)]) for a, b in texts]
    assert 0.7 < float(np.mean(kept)) < 0.85
    vectors = [np.stack([np.frombuffer(row[1], np.float16) for row in some]) for some in (originals, made)]  # type: ignore[call-overload]
    first, other = vectors[0].astype(np.float32), vectors[1][count : 2 * count].astype(np.float32)
    assert np.linalg.norm(other, axis=1) == pytest.approx(np.ones(count), abs=2e-3)
    assert float((first * other).sum(axis=1).mean()) == pytest.approx(0.89, abs=0.03)


def test_the_same_seed_makes_the_same_library(real: Path, large: Path, tmp_path: Path) -> None:
    make_large(real, tmp_path / "again", CHUNKS)
    query = "SELECT c.document, c.text, v.vector FROM chunks c JOIN vectors v ON v.chunk = c.id ORDER BY c.id"
    assert rows_of(tmp_path / "again", query) == rows_of(large, query)


def test_every_copy_has_the_codes_of_its_original(real: Path, tmp_path: Path) -> None:
    coded = shutil.copytree(real, tmp_path / "coded")
    with closing(sqlite3.connect(coded / "library.sqlite3")) as db, db:
        db.execute("INSERT INTO tokens SELECT id, CAST(text AS BLOB) FROM chunks")
    make_large(coded, tmp_path / "large", CHUNKS)
    (originals,) = rows_of(coded, "SELECT COUNT(*) FROM chunks")[0]
    assert isinstance(originals, int)
    codes = [row[0] for row in rows_of(tmp_path / "large", "SELECT code FROM tokens ORDER BY chunk")]
    texts = [row[0] for row in rows_of(coded, "SELECT text FROM chunks ORDER BY document, id")]
    assert codes == [str(texts[i % originals]).encode() for i in range(CHUNKS)]


def test_recall_counts_what_comparing_with_all_finds(large: Path) -> None:
    with closing(Library(large, HashEmbedder.model_id, DIMENSION)) as library:
        queries = [HashEmbedder().embed_query(f"question {i}") for i in range(5)]
        found = [library.search_vectors(query, 10, None) for query in queries]
        assert recall_of(library, queries, found) == 1.0
        half = [[*one[:5], *[(0, 0.0)] * 5] for one in found]
        assert recall_of(library, queries, half) == 0.5


def measured(
    vector: float = 1, recall: float = 1, keyword: float = 1, search: float = 1, memory: float = 1
) -> Measured:
    one, two, three = (Times([ms] * 20, [ms] * 20) for ms in (vector, keyword, search))
    return Measured(10, "exact", 20, 0.1, one, recall, two, three, one, one, memory, 2 * memory)


def test_a_library_within_all_bounds_misses_none() -> None:
    assert measured().missed() == []
    assert "recall@10        1.0000" in measured().report()


@pytest.mark.parametrize(
    ("missing", "what"),
    [
        (measured(vector=VECTOR_MS), "vector search"),
        (measured(keyword=KEYWORD_MS), "keyword search"),
        (measured(search=SEARCH_MS), "whole search"),
        (measured(memory=RESIDENT_MB), "memory"),
        (measured(recall=RECALL - 0.001), "recall@10"),
    ],
)
def test_a_bound_that_is_missed_is_named(missing: Measured, what: str) -> None:
    (sentence,) = missing.missed()
    assert sentence.startswith(what)


def test_one_slow_question_of_twenty_does_not_miss_a_bound() -> None:
    times = Times([1.0] * 39 + [1e6], [1.0] * 40)
    assert replace(measured(), vector=times).missed() == []
