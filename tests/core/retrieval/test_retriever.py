"""Questions against a library that real workers filled with the real embedder."""

from __future__ import annotations

import pytest
from absent_embedder import AbsentEmbedder
from filled_library import Filled

from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.errors import ModelMissing
from core.index.library import Library
from core.retrieval.retriever import Retriever
from core.types import Scope, SearchMode

QUESTIONS = [
    ("Who lit the lamp on pier 17?", "long.pdf", 16),
    ("Why did so many hives die in March?", "empty_page.pdf", 1),
    ("How far does the Long Pier reach into the Sound of Marl?", "paperlamp-sample.pdf", 2),
]


@pytest.fixture(scope="module")
def retriever(library: Library, embedder: OpenVinoEmbedder) -> Retriever:
    return Retriever(library, embedder)


@pytest.mark.parametrize(("question", "name", "page"), QUESTIONS)
@pytest.mark.parametrize("mode", [SearchMode.HYBRID, SearchMode.KEYWORD])
def test_the_page_that_answers_is_among_the_first(
    retriever: Retriever, filled: Filled, question: str, name: str, page: int, mode: SearchMode
) -> None:
    found = retriever.retrieve(question, 5, mode, Scope((filled.id_of(name),)))
    assert page in [passage.page_index for passage in found[:3]]


def test_vectors_find_what_shares_no_word(retriever: Retriever, filled: Filled) -> None:
    scope = Scope((filled.id_of("two_columns.pdf"), filled.id_of("text_two_pages.pdf")))
    found = retriever.retrieve("fishermen caught almost nothing", 3, SearchMode.DENSE, scope)
    assert "herring" in found[0].text


@pytest.mark.parametrize("mode", list(SearchMode))
def test_passages_are_ranked_and_scores_fall(retriever: Retriever, mode: SearchMode) -> None:
    found = retriever.retrieve("the lamp on the pier", 12, mode)
    assert [passage.rank for passage in found] == list(range(1, 13))
    scores = [passage.score for passage in found]
    assert scores == sorted(scores, reverse=True)
    assert retriever.retrieve("the lamp on the pier", 4, mode) == found[:4]


@pytest.mark.parametrize("mode", list(SearchMode))
def test_a_passage_is_what_stands_on_its_page(retriever: Retriever, library: Library, mode: SearchMode) -> None:
    for passage in retriever.retrieve("honey in winter", 8, mode):
        page = library.page_text(passage.document, passage.page_index)
        assert passage.runs
        for run in passage.runs:
            there = page[run.char_start : run.char_start + run.length].replace("\u00ad", "-")
            assert there.split() == passage.text[run.text_start : run.text_start + run.length].split()
        assert passage.char_start == min(run.char_start for run in passage.runs)


@pytest.mark.parametrize("mode", list(SearchMode))
def test_the_scope_is_kept(retriever: Retriever, filled: Filled, mode: SearchMode) -> None:
    names = ("outline.pdf", "table.pdf")
    documents = tuple(filled.id_of(name) for name in names)
    found = retriever.retrieve("lamp", 50, mode, Scope(documents))
    assert found
    assert {passage.document for passage in found} <= set(documents)
    sample = filled.id_of("paperlamp-sample.pdf")
    for passage in retriever.retrieve("lamp", 50, mode, Scope(collections=("Test files",))):
        assert passage.document != sample
    assert retriever.retrieve("lamp", 50, mode, Scope((sample,), ("Test files",))) == ()
    assert retriever.retrieve("lamp", 50, mode, Scope(collections=("No such collection",))) == ()


@pytest.mark.parametrize("mode", list(SearchMode))
@pytest.mark.parametrize("query", ["", "  \n "])
def test_an_empty_query_finds_nothing(retriever: Retriever, mode: SearchMode, query: str) -> None:
    assert retriever.retrieve(query, 5, mode) == ()


@pytest.mark.parametrize("query", ["???", "😀", "AND OR NOT", '"', "\\", "x" * 5000, "text:lamp^2", "'; DROP TABLE"])
def test_any_query_is_only_words(retriever: Retriever, query: str) -> None:
    for mode in SearchMode:
        retriever.retrieve(query, 3, mode)


def test_the_nearest_cosine_comes_along(retriever: Retriever) -> None:
    near = retriever.retrieve_with_evidence("The lamp on pier 17 was lit by Agnes Marrow.", 3)
    far = retriever.retrieve_with_evidence("quarterly depreciation of intangible assets", 3)
    assert near.best_cosine is not None
    assert far.best_cosine is not None
    assert near.best_cosine > 0.6 > far.best_cosine + 0.1
    assert retriever.retrieve_with_evidence("lamp", 3, mode=SearchMode.KEYWORD).best_cosine is None
    assert retriever.retrieve_with_evidence("", 3).best_cosine is None


def test_more_than_there_are_is_all_there_are(retriever: Retriever, filled: Filled, library: Library) -> None:
    document = filled.documents["labels.pdf"]
    found = retriever.retrieve("lamp", 1000, SearchMode.DENSE, Scope((document.id,)))
    assert len(found) == document.chunk_count


def test_without_the_embedder_words_are_searched_and_the_reason_is_told(library: Library, filled: Filled) -> None:
    retriever = Retriever(library, AbsentEmbedder())
    question, name, page = QUESTIONS[0]
    found = retriever.retrieve_with_evidence(question, 5, Scope((filled.id_of(name),)))
    assert page in [passage.page_index for passage in found.passages[:3]]
    assert found.notice == "Ollama is not running. Start it. Until then, documents are searched by words alone."
    assert found.best_cosine is None
    with pytest.raises(ModelMissing):
        retriever.retrieve(question, 5, SearchMode.DENSE)
