"""What each filter lets through, in both indexes, alone and together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from stand_ins import chunks_of, hash_vector

from core.index.library import Library
from core.index.scope_syntax import page_ranges
from core.types import Page, PageSource, Scope, Survey

LABELS = ["i", "ii", "III", "1", "2", "3", "10", "A-1", "§ 9"]


def add(library: Library, name: str, labels: list[str], created_at: str = "", collection: str | None = None) -> None:
    """Add a document of one chunk a page, each with the word lamp and the page's place."""
    pages = [Page(i, label, f"lamp of {name}, place {i}", PageSource.TEXT) for i, label in enumerate(labels)]
    library.add_file(name, Path(f"/papers/{name}.pdf"), name.title(), collection)
    library.set_survey(name, Survey(name.title(), len(pages), created_at=created_at))
    chunks = chunks_of(pages)
    library.commit_pages(name, pages, chunks, np.stack([hash_vector(chunk.text) for chunk, _ in chunks]))


def found(library: Library, scope: Scope, k: int = 100) -> list[set[tuple[str, int]]]:
    """(document, page) of the results of both indexes."""
    rows = library.rows_in_scope(scope)
    among = library.chunks_in_scope(scope, rows)
    by_vector = library.search_vectors(hash_vector("lamp"), k, rows, among)
    by_words = library.search_keywords("lamp", k, rows, among)
    return [{(p.document, p.page_index) for p in library.passages(hits)} for hits in (by_vector, by_words)]


@pytest.fixture
def library(open_small: Callable[..., Library]) -> Library:
    return open_small()


@pytest.mark.parametrize(
    ("pages", "places"),
    [
        ("1", {3}),
        ("2-3", {4, 5}),
        ("3-", {5, 6, 7, 8}),  # what is neither Arabic nor Roman has its place in the file as its number: 8 and 9
        ("8", {7}),
        ("9", {8}),
        ("10", {6}),
        ("ii", {1}),
        ("ii-x", {1, 2}),
        ("iii-", {2}),
        ("i, 1", {0, 3}),
        ("500-", set()),
    ],
)
def test_pages_are_chosen_by_their_printed_numbers(library: Library, pages: str, places: set[int]) -> None:
    add(library, "book", LABELS)
    for hits in found(library, Scope(pages=page_ranges(pages))):
        assert hits == {("book", place) for place in places}


def test_there_are_k_results_wherever_there_are_k(library: Library) -> None:
    add(library, "long", [str(number) for number in range(1, 301)])
    add(library, "other", [str(number) for number in range(1, 301)])
    scope = Scope(("other",), pages=page_ranges("290-300"))
    for hits in found(library, scope, k=11):
        assert hits == {("other", place) for place in range(289, 300)}


@pytest.mark.parametrize(
    ("since", "until", "names"),
    [
        ("2021", "", {"b", "c"}),
        ("2020-03-05", "", {"a", "b", "c"}),
        ("2020-03-06", "", {"b", "c"}),
        ("", "2020", {"a"}),
        ("", "2020-03-04", set()),
        ("", "2021-07", {"a", "b"}),
        ("", "2021-07-30", {"a"}),
        ("2021-07-31", "2021-07-31", {"b"}),
        ("2020-03-05", "2021-06", {"a"}),
    ],
)
def test_documents_are_chosen_by_their_date(library: Library, since: str, until: str, names: set[str]) -> None:
    add(library, "a", ["1"], "2020-03-05T09:00:00")
    add(library, "b", ["1"], "2021-07-31T23:59:59")
    add(library, "c", ["1"])  # does not tell when it was made: added now
    for hits in found(library, Scope(since=since, until=until)):
        assert {document for document, _ in hits} == names
    assert {d.id: d.created_at for d in library.documents()} == {
        "a": "2020-03-05T09:00:00",
        "b": "2021-07-31T23:59:59",
        "c": "",
    }


def test_of_one_filter_any_value_will_do_and_all_filters_must_hold(library: Library) -> None:
    add(library, "a", ["1", "2"], "2020-01-01T00:00:00", "Sea")
    add(library, "b", ["1", "2"], "2021-01-01T00:00:00", "Land")
    add(library, "c", ["1", "2"], "2022-01-01T00:00:00")
    library.tag(["a", "c"], "red")
    library.tag(["b"], "blue")
    for scope, names in (
        (Scope(collections=("Sea", "Land")), {"a", "b"}),
        (Scope(tags=("red",)), {"a", "c"}),
        (Scope(tags=("RED", "blue")), {"a", "b", "c"}),
        (Scope(collections=("Sea", "Land"), tags=("red",)), {"a"}),
        (Scope(documents=("a", "b"), tags=("blue",)), {"b"}),
        (Scope(documents=("a", "c"), tags=("red",), since="2021"), {"c"}),
        (Scope(collections=("Sea",), tags=("blue",)), set()),
        (Scope(tags=("green",)), set()),
    ):
        for hits in found(library, scope):
            assert {document for document, _ in hits} == names, scope
    for hits in found(library, Scope(tags=("red",), until="2021", pages=page_ranges("2"))):
        assert hits == {("a", 1)}


def test_an_empty_scope_is_the_whole_library(library: Library) -> None:
    assert library.rows_in_scope(Scope()) is None
    assert library.chunks_in_scope(Scope(), None) is None
    assert library.rows_in_scope(Scope(pages=page_ranges("1"))) is None  # pages say nothing of documents
