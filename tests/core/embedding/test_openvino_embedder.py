"""The compiled embedder says what sentence-transformers says, and runs nothing that was altered."""

from __future__ import annotations

import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from made import MadeWithTorch
from texts import TEXTS

from core.embedding.embedder import Vectors
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.embedding.weights import BUILTIN_DIMENSION, BUILTIN_NAME, BUILTIN_SHA256
from core.errors import WeightsMismatch


def test_vectors_equal_those_of_sentence_transformers(embedder: OpenVinoEmbedder, reference: Vectors) -> None:
    ours = embedder.embed_passages(TEXTS)
    cosines = np.sum(ours * reference, axis=1)
    assert dict(zip(TEXTS, cosines.tolist(), strict=True)) == {text: pytest.approx(1.0, abs=1e-3) for text in TEXTS}


def test_it_is_the_model_that_it_should_be(embedder: OpenVinoEmbedder) -> None:
    assert (embedder.model_id, embedder.name) == (BUILTIN_SHA256, BUILTIN_NAME)
    assert (embedder.dimension, embedder.max_tokens) == (BUILTIN_DIMENSION, 256)


def test_vectors_are_float32_of_length_one_in_the_order_given(embedder: OpenVinoEmbedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), BUILTIN_DIMENSION)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)
    alone = np.stack([embedder.embed_query(text) for text in TEXTS])
    assert np.sum(vectors * alone, axis=1).min() > 0.999


def test_no_texts_give_no_vectors(embedder: OpenVinoEmbedder) -> None:
    assert embedder.embed_passages([]).shape == (0, BUILTIN_DIMENSION)
    assert embedder.count_tokens([]) == []


def test_tokens_are_counted_without_the_special_ones_and_without_an_end(embedder: OpenVinoEmbedder) -> None:
    assert embedder.count_tokens(["", "lamp", "lamp lamp", "lamp " * 1000]) == [0, 1, 2, 1000]


def test_several_threads_may_ask_at_once(embedder: OpenVinoEmbedder) -> None:
    expected = {text: embedder.embed_query(text) for text in TEXTS}
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(embedder.embed_query, TEXTS * 8))
    for text, vector in zip(TEXTS * 8, found, strict=True):
        np.testing.assert_allclose(vector, expected[text], atol=1e-5)


@pytest.mark.parametrize("file", ["model.bin", "model.xml", "tokenizer.json"])
def test_an_altered_file_is_refused(model_folder: Path, tmp_path: Path, file: str) -> None:
    copy = shutil.copytree(model_folder, tmp_path / "model")
    with (copy / file).open("r+b") as altered:
        altered.seek(200)
        altered.write(b"?")
    with pytest.raises(WeightsMismatch, match=file):
        OpenVinoEmbedder(copy)


def test_a_description_names_the_hash_of_every_file(model_folder: Path) -> None:
    description = json.loads((model_folder / "model.json").read_text("utf-8"))
    assert set(description["sha256"]) == {path.name for path in model_folder.iterdir()} - {"model.json"}


def test_torch_is_not_here(embedder: OpenVinoEmbedder, reference: Vectors) -> None:
    assert not {"torch", "transformers", "sentence_transformers"} & sys.modules.keys()


def test_token_vectors_are_of_length_one_and_left_out_are_the_special_ones(embedder: OpenVinoEmbedder) -> None:
    texts = ["The lamp on pier 17 was lit.", "lamp", "herring " * 400]
    states = embedder.embed_tokens(texts)
    assert [len(state) for state in states] == [*embedder.count_tokens(texts[:2]), embedder.max_tokens - 2]
    for state in states:
        assert state.dtype == np.float16
        np.testing.assert_allclose(np.linalg.norm(state.astype(np.float32), axis=1), 1.0, atol=1e-2)
    assert embedder.embed_tokens([]) == []
    assert embedder.english_only


def test_token_vectors_are_those_of_the_last_layer_but_one(
    embedder: OpenVinoEmbedder, made_with_torch: MadeWithTorch
) -> None:
    expected = made_with_torch.states / np.linalg.norm(made_with_torch.states, axis=1, keepdims=True)
    found = embedder.embed_tokens(TEXTS[4:5])[0].astype(np.float32)
    np.testing.assert_allclose(np.sum(found * expected, axis=1), 1.0, atol=5e-3)


def test_a_text_has_the_same_token_vectors_whatever_is_asked_with_it(embedder: OpenVinoEmbedder) -> None:
    together = embedder.embed_tokens(TEXTS)
    for text, state in zip(TEXTS, together, strict=True):
        np.testing.assert_array_equal(embedder.embed_tokens([text])[0], state)
