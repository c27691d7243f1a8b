"""The parts of each score add up to it, in every mode and at every rank."""

from __future__ import annotations

import pytest

from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.index.library import Library
from core.retrieval.explaining import ORDER, accounted
from core.retrieval.retriever import Retriever
from core.types import Passage, SearchMode


def passage(score: float, *parts: tuple[str, float]) -> Passage:
    return Passage(1, score, "d", "", "D", 0, "1", 0, 1, "", "x", parts=parts)


def test_what_is_missing_has_a_name() -> None:
    whole, lifted, bare = accounted(
        [passage(1.5, ("meaning", 1.0), ("words", 0.5)), passage(2.0, ("meaning", 1.2)), passage(0.7)]
    )
    assert whole.parts == (("meaning", 1.0), ("words", 0.5))
    assert lifted.parts == (("meaning", 1.2), (ORDER, pytest.approx(0.8)))
    assert bare.parts == ((ORDER, 0.7),)


def test_even_nothing_has_a_part() -> None:
    assert accounted([passage(0.0)])[0].parts == ((ORDER, 0.0),)


@pytest.mark.parametrize(
    ("mode", "names"), [(SearchMode.DENSE, {"meaning"}), (SearchMode.KEYWORD, {"words"}), (SearchMode.HYBRID, None)]
)
def test_parts_add_up(library: Library, embedder: OpenVinoEmbedder, mode: SearchMode, names: set[str] | None) -> None:
    found = Retriever(library, embedder).retrieve("Compare the lamp with the herring", 90, mode)
    assert len(found) > 20
    for one in found:
        assert sum(value for _, value in one.parts) == pytest.approx(one.score)
        if names is not None:
            assert {name for name, _ in one.parts} == names
