"""A question steers towards the documents that it names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from stand_ins import HashEmbedder, chunks_of, hash_vector, page_of

from core.index.library import Library
from core.retrieval.names import DocumentNames, Naming
from core.retrieval.ranking import Weights
from core.retrieval.retriever import Retriever
from core.types import Survey

REPORTS = {
    "2022 Q3 ACME": "Acme Lanterns Corporation, Harbour Street 1",
    "2023 Q1 ACME": "Acme Lanterns Corporation, Harbour Street 1",
    "2022 Q3 HRNG": "Herring and Sons, Quay 4",
    "2023 Q1 HRNG": "Herring and Sons, Quay 4",
}


def add(library: Library, name: str, opening: str) -> None:
    pages = [page_of(0, opening), page_of(1, "The revenue rose by a tenth.")]
    library.add_file(name, Path(f"/papers/{name}.pdf"), name)
    library.set_survey(name, Survey(name, 2))
    chunks = chunks_of(pages)
    library.commit_pages(name, pages, chunks, np.stack([hash_vector(chunk.text) for chunk, _ in chunks]))


@pytest.fixture
def library(open_small: Callable[..., Library]) -> Library:
    library = open_small()
    for name, opening in REPORTS.items():
        add(library, name, opening)
    return library


def named(library: Library, names: DocumentNames, question: str, scope: list[int] | None = None) -> Naming:
    return names.named_in(question, library.words(question), scope)


def best(naming: Naming) -> set[int]:
    return {document for document, match in naming.match.items() if match == 1.0}


def test_names_years_and_quarters_name_a_document_in_any_order(library: Library) -> None:
    names = DocumentNames(library)
    assert best(named(library, names, "What was Acme's revenue in Q3 2022?")) == {1}
    assert best(named(library, names, "herring revenue, 2023 q1")) == {4}
    assert best(named(library, names, "What does Acme say of lanterns?")) == {1, 2}
    assert named(library, names, "How did the revenue change?") == Naming()


def test_the_latest_is_the_newest_of_those_named(library: Library) -> None:
    names = DocumentNames(library)
    assert named(library, names, "Acme's revenue in the latest report").newest == {2}
    assert named(library, names, "revenue in the most recent report").newest == {2, 4}
    assert named(library, names, "Acme's revenue").newest == frozenset()


def test_only_documents_in_scope_are_named(library: Library) -> None:
    names = DocumentNames(library)
    assert best(named(library, names, "Acme Q3 2022", [2, 4])) == {2}
    assert named(library, names, "Acme", [1, 2]) == Naming()
    assert named(library, names, "Acme Q3 2022 latest", []) == Naming()


def test_documents_that_come_and_go_are_followed(library: Library) -> None:
    names = DocumentNames(library)
    assert named(library, names, "Gull Island guide") == Naming()
    add(library, "Gull Island", "A guide")
    assert best(named(library, names, "Gull Island guide")) == {5}
    library.remove(["2022 Q3 ACME"])
    assert best(named(library, names, "Acme Q3")) == {2, 3}


def test_what_was_prepared_is_not_read_again_by_the_first_question(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    retriever = Retriever(library, HashEmbedder())
    retriever.prepare()
    monkeypatch.setattr(library, "faces", None)
    assert retriever.retrieve("Herring revenue in Q1 2023", 1)[0].document == "2023 Q1 HRNG"


def test_a_search_prefers_the_document_named_and_shares_out_between_two(library: Library) -> None:
    retriever = Retriever(library, HashEmbedder())
    for name in REPORTS:
        year, quarter, company = name.split()
        asked = "Acme" if company == "ACME" else "Herring"
        assert retriever.retrieve(f"{asked} revenue in {quarter} {year}", 3)[0].document == name
    found = retriever.retrieve("Compare the revenue of Acme and Herring in Q1 2023", 4)
    assert {passage.document for passage in found[:2]} == {"2023 Q1 ACME", "2023 Q1 HRNG"}
    assert {passage.document for passage in found[2:4]} == {"2023 Q1 ACME", "2023 Q1 HRNG"}


def test_without_token_vectors_the_weights_for_that_rank(library: Library) -> None:
    """A stand-in without `embed_tokens`; each of the three groups of weights would order the pages its own way."""
    last_pages = Weights(known={}, without_tokens={"words_rank": 1.0, "named": 2.0}, foreign={"opening": 1.0})
    found = Retriever(library, HashEmbedder(), last_pages).retrieve("Herring revenue in Q1 2023", 3)
    assert (found[0].document, found[0].page_index) == ("2023 Q1 HRNG", 0)
    assert {name for passage in found for name, _ in passage.parts} == {"words_rank", "named"}
