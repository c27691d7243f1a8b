"""Exact search under our own ids, and a file that is whole, stamped, or not used."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import faiss
import numpy as np
import pytest

from core.embedding.embedder import Vectors
from core.index.vector_index import VectorIndex

DIMENSION = 16


def vectors_of(count: int, seed: int = 1) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def ids_of(*ids: int) -> np.ndarray:
    return np.array(ids, np.int64)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors.faiss"


def open_index(path: Path, model_id: str = "m", dimension: int = DIMENSION) -> VectorIndex:
    return VectorIndex(path, model_id, dimension)


@pytest.fixture
def index(path: Path) -> VectorIndex:
    index = open_index(path)
    index.add(ids_of(*range(100, 200)), vectors_of(100))
    return index


def test_it_finds_what_exact_search_finds(index: VectorIndex) -> None:
    vectors = vectors_of(100)
    for query in vectors_of(10, seed=2):
        cosines = vectors @ query
        best = np.argsort(-cosines)[:5]
        found = index.search(query, 5)
        assert [i for i, _ in found] == (best + 100).tolist()
        assert [score for _, score in found] == pytest.approx(cosines[best].tolist(), abs=2e-3)


def test_a_search_among_some_finds_only_those(index: VectorIndex) -> None:
    query = vectors_of(1, seed=3)[0]
    among = ids_of(110, 150, 190, 5)
    found = index.search(query, 10, among)
    assert {i for i, _ in found} == {110, 150, 190}
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
    assert index.search(query, 10, ids_of()) == []


def test_what_was_removed_is_not_found_and_the_rest_keeps_its_vectors(index: VectorIndex) -> None:
    vectors = vectors_of(100)
    index.remove(ids_of(100, 142, 199, 9999))
    assert len(index) == 97
    for i in (101, 143, 198):
        assert index.search(vectors[i - 100], 1)[0] == (i, pytest.approx(1.0, abs=2e-3))
    assert index.search(vectors[42], 1)[0][0] != 142


def test_an_empty_index_finds_nothing(path: Path) -> None:
    assert open_index(path).search(vectors_of(1)[0], 5) == []


def test_more_than_there_are_is_all_there_are(index: VectorIndex) -> None:
    assert len(index.search(vectors_of(1)[0], 1000)) == 100


def test_adding_or_removing_nothing_is_nothing(path: Path) -> None:
    index = open_index(path)
    index.add(ids_of(), np.empty((0, DIMENSION), np.float32))
    index.remove(ids_of())
    index.save()
    assert not path.exists()


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_saved_index_comes_back(index: VectorIndex, path: Path) -> None:
    index.save()
    again = open_index(path)
    assert sorted(again.ids()) == list(range(100, 200))
    query = vectors_of(1, seed=4)[0]
    assert again.search(query, 7) == index.search(query, 7)
    again.remove(ids_of(100))
    again.add(ids_of(300), vectors_of(1, seed=5))
    assert len(again) == 100


def test_saving_leaves_no_scratch_file_and_the_index_is_private(index: VectorIndex, path: Path) -> None:
    index.save()
    assert sorted(file.name for file in path.parent.iterdir()) == ["vectors.faiss", "vectors.json"]
    if os.name != "nt":
        assert path.stat().st_mode & 0o777 == 0o600


def test_searches_go_on_while_it_is_saved(index: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    write, found = faiss.write_index, []

    def write_and_search(*arguments: object) -> None:
        search = threading.Thread(target=lambda: found.append(index.search(vectors_of(1)[0], 1)), daemon=True)
        search.start()
        search.join(timeout=20)
        write(*arguments)

    monkeypatch.setattr("core.index.vector_files.faiss.write_index", write_and_search)
    index.save()
    assert [[chunk for chunk, _ in one] for one in found] == [[100]]


def test_an_unchanged_index_is_not_written_again(index: VectorIndex, path: Path) -> None:
    index.save()
    path.unlink()
    index.save()
    assert not path.exists()


def test_an_index_of_another_model_or_dimension_is_not_used(index: VectorIndex, path: Path) -> None:
    index.save()
    assert len(open_index(path, model_id="other")) == 0
    assert len(open_index(path, dimension=DIMENSION * 2)) == 0


def test_an_index_without_a_stamp_is_not_used(index: VectorIndex, path: Path) -> None:
    index.save()
    path.with_suffix(".json").unlink()
    assert len(open_index(path)) == 0


@pytest.mark.parametrize("stamp", ["", "{", "[]", '"text"', "{}"])
def test_an_unreadable_stamp_is_no_stamp(index: VectorIndex, path: Path, stamp: str) -> None:
    index.save()
    path.with_suffix(".json").write_text(stamp)
    assert len(open_index(path)) == 0


@pytest.mark.parametrize("kept", [0, 3, 40, 100, 1000, -1])
def test_a_file_that_was_cut_is_not_used(index: VectorIndex, path: Path, kept: int) -> None:
    index.save()
    path.write_bytes(path.read_bytes()[:kept])
    assert len(open_index(path)) == 0


def test_a_crash_between_file_and_stamp_is_noticed(
    index: VectorIndex, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.save()
    index.add(ids_of(500), vectors_of(1, seed=6))

    def power_cut(*_: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", power_cut)
        with pytest.raises(OSError, match="power cut"):
            index.save()
    assert len(open_index(path)) == 0
    index.save()  # the next attempt writes it
    assert len(open_index(path)) == 101
    assert json.loads(path.with_suffix(".json").read_text())["dimension"] == DIMENSION


@pytest.mark.parametrize("place", [0.0, 0.3, 0.7, 0.999])
def test_a_file_with_one_bit_flipped_is_not_used(index: VectorIndex, path: Path, place: float) -> None:
    index.save()
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= 4
    path.write_bytes(data)
    assert len(open_index(path)) == 0


def test_a_file_that_does_not_belong_to_its_stamp_is_not_used(index: VectorIndex, path: Path) -> None:
    index.save()
    stamp = path.with_suffix(".json").read_text()
    index.add(ids_of(500), vectors_of(1, seed=9))
    index.save()
    path.with_suffix(".json").write_text(stamp)  # as if the power went between the two
    assert len(open_index(path)) == 0
