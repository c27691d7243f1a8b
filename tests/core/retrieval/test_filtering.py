"""Phrases, exclusions and beginnings of words bind what is found by meaning as well as what is found by words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from stand_ins import HashEmbedder, chunks_of, hash_vector, page_of

from core.embedding.embedder import Vectors
from core.index.library import Library
from core.index.query_syntax import parse
from core.index.scope_syntax import page_ranges
from core.retrieval import filtering
from core.retrieval.filtering import nearest, sought
from core.retrieval.retriever import Retriever
from core.types import Scope, SearchMode

TEXTS = [
    "The red lamp burns on the old pier.",
    "The lamp is red, and the pier is old.",
    "A lantern shines over the harbour.",
    "The keeper lit the lamp at dusk.",
    "The harbourmaster counts the boats.",
    "Bees keep warm in winter.",
]


class NotingEmbedder(HashEmbedder):
    """Remembers what was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_query(self, text: str) -> Vectors:
        self.asked.append(text)
        return super().embed_query(text)


def fill(library: Library, name: str, texts: list[str]) -> None:
    pages = [page_of(i, text) for i, text in enumerate(texts)]
    library.add_file(name, Path(f"/papers/{name}.pdf"), name)
    chunks = chunks_of(pages)
    library.commit_pages(name, pages, chunks, np.stack([hash_vector(chunk.text) for chunk, _ in chunks]))


@pytest.fixture
def library(open_small: Callable[..., Library]) -> Library:
    opened = open_small()
    fill(opened, "lights", TEXTS)
    return opened


@pytest.fixture
def embedder() -> NotingEmbedder:
    return NotingEmbedder()


@pytest.fixture
def retriever(library: Library, embedder: NotingEmbedder) -> Retriever:
    return Retriever(library, embedder)


@pytest.mark.parametrize("mode", list(SearchMode))
@pytest.mark.parametrize(
    ("query", "through"),
    [
        ('where is the "red lamp"?', {0}),
        ('"red lamp" "old pier"', {0}),
        ("harbour*", {2, 4}),
        ('lamp "no such words"', set()),
        ('lamp "red lamp" -pier', set()),
    ],
)
def test_what_is_quoted_or_begun_must_be_there(
    retriever: Retriever, query: str, through: set[int], mode: SearchMode
) -> None:
    found = {passage.page_index for passage in retriever.retrieve(query, 10, mode)}
    assert found == through


def test_among_words_a_beginning_is_enough_for_the_vectors(retriever: Retriever) -> None:
    for mode, through in ((SearchMode.HYBRID, {2, 4}), (SearchMode.DENSE, {2, 4}), (SearchMode.KEYWORD, set[int]())):
        found = retriever.retrieve("lamp harbour*", 10, mode)
        assert {passage.page_index for passage in found} == through  # by words, one word must be there besides


@pytest.mark.parametrize("mode", list(SearchMode))
@pytest.mark.parametrize(
    ("query", "gone"), [("the lamp -pier", {0, 1}), ('the lamp -"red lamp"', {0}), ("the lamp -bee -boat", {4, 5})]
)
def test_what_is_excluded_is_never_there(retriever: Retriever, query: str, gone: set[int], mode: SearchMode) -> None:
    found = {passage.page_index for passage in retriever.retrieve(query, 10, mode)}
    assert found
    assert not found & gone
    if mode is not SearchMode.KEYWORD:
        assert found == set(range(len(TEXTS))) - gone


@pytest.mark.parametrize("mode", list(SearchMode))
@pytest.mark.parametrize("query", ["-lamp", '-"red lamp"', "  -lamp  -pier "])
def test_with_nothing_but_exclusions_nothing_is_looked_for(retriever: Retriever, query: str, mode: SearchMode) -> None:
    assert retriever.retrieve(query, 10, mode) == ()


def test_the_embedder_is_asked_for_what_is_sought_without_signs(retriever: Retriever, embedder: NotingEmbedder) -> None:
    retriever.retrieve('who lit the "red lamp" -pier', 3)
    retriever.retrieve("who lit the lamp?", 3)
    retriever.retrieve("harbour*", 3)
    assert embedder.asked == ["who lit the red lamp", "who lit the lamp?", "harbour"]


def test_an_excluded_word_names_no_document(open_small: Callable[..., Library], embedder: NotingEmbedder) -> None:
    library = open_small()
    for name in ("north", "south", "west"):
        fill(library, name, [f"The lamp of the pier, {number}." for number in range(3)])
    plain = Retriever(library, embedder).retrieve("lamp north", 9)
    without = Retriever(library, embedder).retrieve("lamp -north", 9)
    assert "named" in {name for passage in plain for name, _ in passage.parts}
    assert "named" not in {name for passage in without for name, _ in passage.parts}


@pytest.mark.parametrize("mode", list(SearchMode))
def test_operators_hold_within_the_scope(library: Library, embedder: NotingEmbedder, mode: SearchMode) -> None:
    fill(library, "more", TEXTS)
    found = Retriever(library, embedder).retrieve(
        "the lamp -pier", 10, mode, Scope(("more",), pages=page_ranges("1-4"))
    )
    assert {passage.document for passage in found} == {"more"}
    assert {passage.page_index for passage in found} <= {2, 3}
    assert found


@pytest.mark.parametrize("counted", [2, 50, 20_000])
@pytest.mark.parametrize("scope", [None, "few", "many"])
def test_k_are_found_wherever_they_stand_among_all(
    open_small: Callable[..., Library], monkeypatch: pytest.MonkeyPatch, counted: int, scope: str | None
) -> None:
    library = open_small()
    fill(library, "few", [f"lamp lamp lamp {number}" for number in range(30)])
    fill(library, "many", [f"lamp pier {number}" for number in range(120)] + [f"stone {n} salt" for n in range(40)])
    monkeypatch.setattr(filtering, "_COUNTED", counted)
    rows = None if scope is None else library.rows_in_scope(Scope((scope,)))
    for query, k in (("lamp -pier", 5), ('lamp "salt"', 40), ("lamp -pier -lamp", 7), ("lamp -lamp -stone", 3)):
        expected = library.permitted(query, library.chunk_ids(rows))
        assert expected is not None
        found = nearest(library, hash_vector("lamp"), k, query, rows, None)
        assert len(found) == min(k, len(expected))
        cosines = dict(library.search_vectors(hash_vector("lamp"), 1000, rows))
        best = sorted((cosines[chunk] for chunk in expected.tolist()), reverse=True)[:k]
        assert [cosine for _, cosine in found] == pytest.approx(best)


def test_without_operators_the_index_alone_decides(library: Library) -> None:
    plain = library.search_vectors(hash_vector("lamp"), 4, None)
    assert nearest(library, hash_vector("lamp"), 4, "lamp", None, None) == plain


@pytest.mark.parametrize(
    ("query", "text"),
    [("who lit it?", "who lit it?"), ('the "red lamp" -pier', "the red lamp"), ("WX-10* ab*", "WX-10 ab"), ("-x", "")],
)
def test_what_is_sought(query: str, text: str) -> None:
    assert sought(parse(query)) == text
