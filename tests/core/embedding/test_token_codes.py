"""Token vectors come back nearly as they were from a few bytes each, and what is no code of these is told from them."""

from __future__ import annotations

import numpy as np
import pytest

from core.embedding.embedder import Vectors
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.embedding.token_codes import builtin_token_codes

TEXTS = [
    "The lamp on pier 17 was lit at dusk by the keeper's daughter, who had carried the oil up herself.",
    "Herring",
    "Net revenue rose by 12.4 % to 3,118 million, driven by higher volumes and a better mix in the second half.",
]


@pytest.fixture(scope="module")
def states(embedder: OpenVinoEmbedder) -> list[Vectors]:
    return [state.astype(np.float32) for state in embedder.embed_tokens(TEXTS)]


def test_a_token_takes_few_bytes_and_comes_back_nearly_as_it_was(states: list[Vectors]) -> None:
    codes = [builtin_token_codes().encode(state) for state in states]
    assert [len(code) - 1 for code in codes] == [24 * len(state) for state in states]
    lost, nearest = [], []
    for state, found in zip(states, builtin_token_codes().decode(codes), strict=True):
        assert found is not None
        assert found.shape == state.shape
        lost += ((found - state) ** 2).sum(1).tolist()
        nearest += ((state @ found.astype(np.float32).T).argmax(1) == np.arange(len(state))).tolist()
    assert np.mean(lost) < 0.35  # of two drawn by chance it would be 2
    assert np.mean(nearest) > 0.9


def test_a_text_without_tokens_has_a_code(states: list[Vectors]) -> None:
    code = builtin_token_codes().encode(states[0][:0])
    empty, other = builtin_token_codes().decode([code, builtin_token_codes().encode(states[1])])
    assert empty is not None
    assert other is not None
    assert (empty.shape, other.shape) == ((0, 384), states[1].shape)


@pytest.mark.parametrize("damage", [b"", b"\x02" + bytes(48), b"\x01" + bytes(47)], ids=["none", "other form", "cut"])
def test_what_is_no_code_is_not_read(damage: bytes, states: list[Vectors]) -> None:
    unread, other = builtin_token_codes().decode([damage, builtin_token_codes().encode(states[0])])
    assert unread is None
    assert other is not None
    assert builtin_token_codes().decode([damage]) == [None]


def test_passages_are_coded_with_the_vectors_that_they_have_alone(embedder: OpenVinoEmbedder) -> None:
    texts = [*TEXTS, "lamp oil " * 200, ""]
    cut = embedder.cut
    vectors, codes = embedder.code_passages(texts)
    assert embedder.cut == cut + 1
    np.testing.assert_allclose(vectors, embedder.embed_passages(texts), atol=2e-3)
    expected = embedder.embed_tokens(texts)
    for state, found in zip(expected, embedder.read_tokens(codes), strict=True):
        assert found is not None
        assert len(found) == len(state)


def test_the_codes_rank_passages_as_the_vectors_do(embedder: OpenVinoEmbedder) -> None:
    _, codes = embedder.code_passages(TEXTS)
    question = "Who lit the lamp?"
    asked = embedder.embed_tokens([question])[0].astype(np.float32)
    exact = [float((state.astype(np.float32) @ asked.T).max(0).mean()) for state in embedder.embed_tokens(TEXTS)]
    read = [s for s in embedder.read_tokens(codes) if s is not None]
    found = [float((state.astype(np.float32) @ asked.T).max(0).mean()) for state in read]
    assert np.argsort(found).tolist() == np.argsort(exact).tolist()
