"""One question to every document of a scope: a row for each, with its verdict, its places, or why there are none."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
import two_versions
from filled_library import Filled
from stand_ins import ScriptedModel

from core.answering.answerer import Answerer
from core.answering.every_document import DocumentRow, Quoting, RowFound, RowVerdict, ask_each, documents_to_ask
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.errors import ModelFailed
from core.index.library import Library
from core.llm.chat_model import ChatModel
from core.retrieval.retriever import Retriever
from core.types import Scope

RENT = "What is the yearly rent of the lamp room?"


@pytest.fixture(scope="module")
def answerer(library: Library, embedder: OpenVinoEmbedder) -> Answerer:
    return Answerer(library, Retriever(library, embedder), embedder)


@pytest.fixture(scope="module")
def of_leases(leases: Library, embedder: OpenVinoEmbedder) -> Answerer:
    return Answerer(leases, Retriever(leases, embedder), embedder)


def rows(question: str, scope: Scope, model: ChatModel, answerer: Answerer, library: Library) -> list[RowFound]:
    async def run() -> list[RowFound]:
        return [found async for found in ask_each(question, scope, model, answerer, library)]

    return asyncio.run(run())


def test_each_document_answers_for_itself_by_title(of_leases: Answerer, leases: Library) -> None:
    model = ScriptedModel("Something else.", small=True)
    found = rows(RENT, Scope(), model, of_leases, leases)
    assert [one.row.document.title for one in found] == ["Lease of new", "Lease of old"]
    assert [one.row.verdict for one in found] == [RowVerdict.SUPPORTED] * 2
    assert two_versions.RENT_NEW in found[0].row.text
    assert two_versions.RENT_OLD in found[1].row.text
    assert model.prompts == []
    assert [one.progress.done for one in found] == [1, 2]
    assert found[-1].progress.is_complete


def test_each_row_cites_its_own_document(of_leases: Answerer, leases: Library) -> None:
    for found in rows(RENT, Scope(), ScriptedModel(small=True), of_leases, leases):
        assert found.row.citations
        for citation in found.row.citations:
            assert citation.document == found.row.document.id
            page = leases.page_text(citation.document, citation.page_index)
            assert page[citation.char_start : citation.char_end].split() == citation.quote.split()


def test_what_a_model_writes_of_each_is_checked(of_leases: Answerer, leases: Library) -> None:
    said = f"{two_versions.RENT_OLD} [1]"
    found = rows(RENT, Scope(), ScriptedModel(said), of_leases, leases)
    assert {one.row.document.title: one.row.verdict for one in found} == {
        "Lease of old": RowVerdict.SUPPORTED,
        "Lease of new": found[0].row.verdict,
    }
    assert found[0].row.verdict is not RowVerdict.SUPPORTED  # 1,200 crowns are not in the new one


def test_a_document_that_does_not_answer_names_its_nearest_passage(answerer: Answerer, library: Library) -> None:
    question = "What was the depreciation of intangible assets?"
    found = rows(question, Scope(), ScriptedModel(small=True), answerer, library)
    silent = [one.row for one in found if one.row.verdict is RowVerdict.NOTHING_FOUND]
    assert silent
    for row in silent:
        assert (row.text, row.citations) == ("", ())
        assert row.nearest is None or row.nearest.document == row.document.id


def test_a_document_that_was_not_read_says_why(answerer: Answerer, library: Library, filled: Filled) -> None:
    locked = filled.id_of("encrypted_user.pdf")
    (found,) = rows(RENT, Scope(documents=(locked,)), ScriptedModel(small=True), answerer, library)
    assert found.row.verdict is RowVerdict.NOT_READ
    assert found.row.answer is None
    assert found.row.reason


def test_a_model_that_fails_leaves_its_sentence(of_leases: Answerer, leases: Library) -> None:
    model = ScriptedModel(error=ModelFailed("The model stopped. Try again."))
    for found in rows(RENT, Scope(), model, of_leases, leases):
        assert found.row.verdict is RowVerdict.FAILED
        assert found.row.reason == "The model stopped. Try again."
        assert found.row.text == ""


def test_the_scope_says_which_documents_are_asked(library: Library, filled: Filled) -> None:
    two = tuple(sorted((filled.id_of("outline.pdf"), filled.id_of("table.pdf"))))
    titles = [document.title for document in documents_to_ask(library, Scope(documents=two))]
    assert titles == ["A table", "Headings and bookmarks"]
    assert len(documents_to_ask(library, Scope())) == len(filled.documents)
    assert documents_to_ask(library, Scope(tags=("no such tag",))) == []


def test_stopping_keeps_the_rows_so_far(of_leases: Answerer, leases: Library) -> None:
    async def run() -> DocumentRow:
        asking = ask_each(RENT, Scope(), ScriptedModel(small=True), of_leases, leases)
        async with aclosing(asking) as found:
            async for one in found:
                return one.row
        raise AssertionError

    assert asyncio.run(run()).document.title == "Lease of new"


def test_what_only_quotes_says_nothing() -> None:
    async def run() -> None:
        model = Quoting(ScriptedModel().info)
        assert await model.is_loaded()
        assert (await model.context_limit(), await model.count_tokens("a b")) == (0, 0)
        with pytest.raises(ModelFailed):
            await anext(model.stream([], prompt_tokens=0, max_tokens=1))
        await model.close()

    asyncio.run(run())
