"""The same text is embedded once; what lies in the cache is bytes, and damage there costs time only."""

from __future__ import annotations

import os
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import diskcache
import numpy as np
import pytest
import stand_ins
from stand_ins import HashEmbedder, hash_vector

from core.embedding.cache import BytesDisk, CachedEmbedder, forget_model
from core.embedding.embedder import Vectors
from core.errors import InternalError

TEXTS = ["the lamp", "the keeper", "the lamp", ""]

EMBED_TWICE = """
import sys
from pathlib import Path
from stand_ins import HashEmbedder
from core.embedding.cache import CachedEmbedder
inner = HashEmbedder()
cached = CachedEmbedder(inner, Path(sys.argv[1]))
cached.embed_passages(["the lamp", "the herring"])
cached.close()
print(inner.embedded)
"""


@pytest.fixture
def open_cache(tmp_path: Path) -> Iterator[Callable[..., CachedEmbedder]]:
    opened: list[CachedEmbedder] = []

    def open_it(inner: HashEmbedder) -> CachedEmbedder:
        opened.append(CachedEmbedder(inner, tmp_path / "cache"))
        return opened[-1]

    yield open_it
    for cached in opened:
        cached.close()


def test_a_text_reaches_the_model_once(open_cache: Callable[..., CachedEmbedder]) -> None:
    inner = HashEmbedder()
    cached = open_cache(inner)
    first = cached.embed_passages(TEXTS)
    assert sorted(inner.embedded) == ["", "the keeper", "the lamp"]
    second = cached.embed_passages([*TEXTS, "the herring"])
    assert inner.embedded[3:] == ["the herring"]
    np.testing.assert_array_equal(first, second[:4])


def test_vectors_are_the_same_cached_or_not_and_in_order(open_cache: Callable[..., CachedEmbedder]) -> None:
    cached = open_cache(HashEmbedder())
    expected = np.stack([hash_vector(text) for text in TEXTS]).astype(np.float16).astype(np.float32)
    for _ in range(2):
        vectors = cached.embed_passages(TEXTS)
        assert vectors.dtype == np.float32
        np.testing.assert_array_equal(vectors, expected)


class WordCodes(HashEmbedder):
    """Tells of each text its words, too."""

    def code_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[bytes]]:
        return self.embed_passages(texts), [b"words: " + text.encode() for text in texts]


def test_what_a_model_codes_is_kept_with_the_vector(open_cache: Callable[..., CachedEmbedder]) -> None:
    inner = WordCodes()
    cached = open_cache(inner)
    expected = np.stack([hash_vector(text) for text in TEXTS]).astype(np.float16).astype(np.float32)
    for _ in range(2):
        vectors, codes = cached.code_passages(TEXTS)
        np.testing.assert_array_equal(vectors, expected)
        assert codes == [b"words: " + text.encode() for text in TEXTS]
    np.testing.assert_array_equal(cached.embed_passages(TEXTS), expected)
    assert len(inner.embedded) == 3


def test_a_vector_that_was_kept_without_a_code_is_made_again_with_it(open_cache: Callable[..., CachedEmbedder]) -> None:
    earlier = open_cache(HashEmbedder())
    assert earlier.code_passages(["the lamp"])[1] == [b""]
    inner = WordCodes()
    assert open_cache(inner).code_passages(["the lamp"])[1] == [b"words: the lamp"]
    assert inner.embedded == ["the lamp"]


def test_it_outlives_the_process(open_cache: Callable[..., CachedEmbedder]) -> None:
    open_cache(HashEmbedder()).embed_passages(TEXTS)
    inner = HashEmbedder()
    open_cache(inner).embed_passages(TEXTS)
    assert inner.embedded == []


def test_another_model_finds_nothing_of_the_first(open_cache: Callable[..., CachedEmbedder]) -> None:
    open_cache(HashEmbedder()).embed_passages(["the lamp"])
    other = HashEmbedder()
    other.model_id = "f" * 64
    open_cache(other).embed_passages(["the lamp"])
    assert other.embedded == ["the lamp"]


def test_a_model_that_is_out_of_use_leaves_nothing_and_others_keep_theirs(
    open_cache: Callable[..., CachedEmbedder], tmp_path: Path
) -> None:
    first, other = HashEmbedder(), HashEmbedder()
    other.model_id = "f" * 64
    for inner in (first, other):
        open_cache(inner).embed_passages(TEXTS)
    forget_model(tmp_path / "cache", first.model_id)
    for inner in (first, other):
        open_cache(inner).embed_passages(TEXTS)
    assert (len(first.embedded), len(other.embedded)) == (6, 3)
    forget_model(tmp_path / "nowhere", first.model_id)
    assert not (tmp_path / "nowhere").exists()


def test_questions_are_not_kept(open_cache: Callable[..., CachedEmbedder]) -> None:
    inner = HashEmbedder()
    cached = open_cache(inner)
    np.testing.assert_array_equal(cached.embed_query("the lamp"), hash_vector("the lamp"))
    cached.embed_passages(["the lamp"])
    assert inner.embedded == ["the lamp"]


def test_the_rest_is_the_inner_embedders(open_cache: Callable[..., CachedEmbedder]) -> None:
    inner = HashEmbedder()
    cached = open_cache(inner)
    assert (cached.model_id, cached.name) == (inner.model_id, inner.name)
    assert (cached.dimension, cached.max_tokens) == (inner.dimension, inner.max_tokens)
    assert cached.count_tokens(["the lamp"]) == [2]
    assert cached.embed_passages([]).shape == (0, inner.dimension)
    cached.close()
    assert inner.is_closed


def test_another_process_shares_it(tmp_path: Path, open_cache: Callable[..., CachedEmbedder]) -> None:
    here = open_cache(HashEmbedder())
    here.embed_passages(["the lamp"])
    places = [str(Path(stand_ins.__file__).parent), str(Path(__file__).parents[3])]
    there = subprocess.run(
        [sys.executable, "-c", EMBED_TWICE, str(tmp_path / "cache")],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(places)},
    )
    assert there.stdout.strip() == "['the herring']", there.stderr
    inner = HashEmbedder()
    again = open_cache(inner)
    again.embed_passages(["the herring", "the lamp"])
    assert inner.embedded == []


# ── nothing is a pickle ──────────────────────────────────────────────────────────────────────────────────────────


class Bomb:
    """Unpickling it would say so."""

    def __reduce__(self) -> tuple[Callable[..., None], tuple[str]]:
        return pytest.fail, ("a pickle was loaded",)


def test_only_bytes_under_text_go_in(tmp_path: Path) -> None:
    with closing(diskcache.Cache(str(tmp_path), disk=BytesDisk)) as cache:
        for value in ({"a": 1}, 1.5, None, "text"):
            with pytest.raises(InternalError):
                cache.set("key", value)
        for key in (1, ("a",), b"bytes"):
            with pytest.raises(InternalError):
                cache.set(key, b"value")
        cache.set("key", b"value")
        assert cache.get("key") == b"value"


def test_a_pickle_that_somebody_put_there_is_not_loaded(tmp_path: Path) -> None:
    with closing(diskcache.Cache(str(tmp_path / "cache"))) as theirs:  # diskcache's own disk, which pickles
        theirs.set("key", Bomb())
        database = tmp_path / "cache" / "cache.db"
    with closing(sqlite3.connect(database)) as db:
        stored = db.execute("SELECT value FROM Cache").fetchone()[0]
        assert stored.startswith(pickle.PROTO)
    with closing(diskcache.Cache(str(tmp_path / "cache"), disk=BytesDisk)) as ours, pytest.raises(InternalError):
        ours.get("key")


def test_a_value_of_the_wrong_size_is_computed_again(open_cache: Callable[..., CachedEmbedder]) -> None:
    inner = HashEmbedder()
    cached = open_cache(inner)
    cached.embed_passages(["the lamp"])
    cached._cache.set(cached._key("the lamp"), b"short")
    cached.embed_passages(["the lamp"])
    assert inner.embedded == ["the lamp", "the lamp"]


def test_a_damaged_cache_is_begun_anew(tmp_path: Path, open_cache: Callable[..., CachedEmbedder]) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "cache.db").write_bytes(b"this is no database" * 500)
    inner = HashEmbedder()
    cached = open_cache(inner)
    np.testing.assert_allclose(cached.embed_passages(["the lamp"])[0], hash_vector("the lamp"), atol=1e-3)
    cached.embed_passages(["the lamp"])
    assert inner.embedded == ["the lamp"]


def test_a_full_disk_costs_the_cache_and_not_the_vectors(
    open_cache: Callable[..., CachedEmbedder], monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = open_cache(HashEmbedder())

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(cached._cache, "set", full)
    np.testing.assert_allclose(cached.embed_passages(["the lamp"])[0], hash_vector("the lamp"), atol=1e-3)
