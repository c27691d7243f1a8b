"""Any sentence-transformers folder, in a process of its own."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from model_folders import builtin_with_prompts
from texts import TEXTS

from core.embedding.embedder import CutCounter, Vectors
from core.embedding.recipe import identity_of, read_recipe
from core.embedding.sentence_transformers_worker import SentenceTransformersEmbedder
from core.embedding.weights import BUILTIN_SHA256, builtin_model_folder
from core.errors import ModelFailed, ModelMissing


@pytest.fixture(scope="module")
def child() -> Iterator[SentenceTransformersEmbedder]:
    embedder = SentenceTransformersEmbedder(builtin_model_folder(), device="cpu")
    yield embedder
    embedder.close()


def test_it_embeds_and_counts_like_the_library_itself(child: SentenceTransformersEmbedder, reference: Vectors) -> None:
    assert (child.model_id, child.dimension, child.max_tokens) == (BUILTIN_SHA256, 384, 256)
    vectors = child.embed_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert np.sum(vectors * reference, axis=1).min() > 0.9999
    assert float(np.dot(child.embed_query(TEXTS[3]), reference[3])) > 0.9999
    assert child.embed_passages([]).shape == (0, 384)
    assert child.count_tokens(["", "lamp", "lamp lamp", "lamp " * 1000]) == [0, 1, 2, 1000]
    assert "torch" not in sys.modules


def test_what_is_longer_than_the_window_is_counted(child: SentenceTransformersEmbedder) -> None:
    before = child.cut
    child.embed_passages(["lamp " * 254, "lamp " * 255, "lamp", "lamp " * 400])
    assert child.cut - before == 2
    assert isinstance(child, CutCounter)
    assert child.english_only


def test_prefixes_of_the_folder_stand_before_questions_and_passages(
    child: SentenceTransformersEmbedder, tmp_path: Path
) -> None:
    folder = builtin_with_prompts(tmp_path / "prompted", "ask: ", "read aloud: ")
    prompted = SentenceTransformersEmbedder(folder, device="cpu")
    try:
        assert prompted.model_id == identity_of(folder, read_recipe(folder)) != child.model_id
        expected = child.embed_passages([f"read aloud: {TEXTS[3]}", f"ask: {TEXTS[3]}", TEXTS[3]])
        passage, question = prompted.embed_passages([TEXTS[3]])[0], prompted.embed_query(TEXTS[3])
        np.testing.assert_allclose([passage, question], expected[:2], atol=1e-5)
        assert float(passage @ expected[2]) < 0.999
        assert prompted.max_tokens == 256 - len(["read", "aloud", ":"])
    finally:
        prompted.close()


def test_a_fault_in_the_child_is_a_sentence_and_it_goes_on(child: SentenceTransformersEmbedder) -> None:
    with pytest.raises(ModelFailed, match="failed"):
        child.embed_passages([object()])  # type: ignore[list-item]
    assert child.embed_query("lamp").shape == (384,)


def test_a_folder_without_a_model_is_refused_at_once(tmp_path: Path) -> None:
    before = set(multiprocessing.active_children())
    with pytest.raises(ModelMissing):
        SentenceTransformersEmbedder(tmp_path)
    assert set(multiprocessing.active_children()) == before


def test_a_model_that_cannot_be_loaded_is_a_sentence_and_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"these are no weights")
    (tmp_path / "sentence_transformers.py").write_text("raise RuntimeError('these are no weights')")
    monkeypatch.syspath_prepend(tmp_path)  # the child's path is ours; the library itself takes seconds to import
    before = set(multiprocessing.active_children())
    with pytest.raises(ModelFailed, match="failed: these are no weights"):
        SentenceTransformersEmbedder(tmp_path)
    assert set(multiprocessing.active_children()) == before


def test_a_child_that_is_killed_is_a_sentence_and_leaves_no_process(child: SentenceTransformersEmbedder) -> None:
    """The last of this module: it takes the shared child along."""
    pid = child._process.pid or 0
    psutil.Process(pid).kill()
    with pytest.raises(ModelFailed, match="ended"):
        child.embed_query("lamp")
    child.close()
    assert not psutil.pid_exists(pid)
