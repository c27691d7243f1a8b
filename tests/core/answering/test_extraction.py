"""The sentences that answer, taken from the passages word for word."""

from __future__ import annotations

import pytest
from passages import passages

from core.answering.extraction import best_sentences
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.index.library import Library
from core.types import Passage

LONG_AGO = (
    "Was it ever lit? Agnes Marrow came to the harbour in 1870. She lit the lamp of the pier for thirty-one years."
    "\nPier 17",
    "The lamp of the pier weighs two tonnes. It was cast in Skell by Bruno Calder.",
    "A colony of bees keeps 34 degrees in winter.",
)


def best(
    question: str, found: list[Passage], embedder: OpenVinoEmbedder, library: Library, limit: int = 2
) -> list[str]:
    return [evidence.text for evidence in best_sentences(question, found, embedder, library.words, limit)]


def test_the_sentence_that_answers_comes_first_and_what_falls_behind_is_left_out(
    embedder: OpenVinoEmbedder, library: Library
) -> None:
    found = best("How warm do bees keep it in winter?", passages(), embedder, library)
    assert found == ["A colony of bees keeps 34 degrees in winter."]


def test_a_sentence_that_leans_back_takes_the_one_before_along(embedder: OpenVinoEmbedder, library: Library) -> None:
    (first, *_) = best("Who lit the lamp of the pier for thirty-one years?", passages(LONG_AGO), embedder, library)
    assert first == "Agnes Marrow came to the harbour in 1870. She lit the lamp of the pier for thirty-one years."


def test_questions_and_scraps_are_no_evidence(embedder: OpenVinoEmbedder, library: Library) -> None:
    found = best("Was it ever lit, Pier 17?", passages(LONG_AGO), embedder, library, limit=9)
    assert "Was it ever lit?" not in found
    assert "Pier 17" not in found


def test_evidence_says_where_it_stands_and_nothing_twice(embedder: OpenVinoEmbedder, library: Library) -> None:
    doubled = passages((*LONG_AGO, LONG_AGO[1]))
    found = best_sentences("Who cast the lamp in Skell?", doubled, embedder, library.words, 9)
    for evidence in found:
        text = doubled[evidence.passage].text[evidence.start : evidence.end]
        assert " ".join(text.split()) == evidence.text
    assert len({evidence.text for evidence in found}) == len(found)
    scores = [evidence.score for evidence in found]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("texts", [(), ("",), ("Why?", "x")])
def test_where_nothing_is_stated_there_is_no_evidence(
    embedder: OpenVinoEmbedder, library: Library, texts: tuple[str, ...]
) -> None:
    assert best("Who?", passages(texts), embedder, library) == []
