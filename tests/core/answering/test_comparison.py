"""Two versions of one lease compared: what changed, what stayed, what stands in one alone, each with its place."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from itertools import pairwise

import pytest
import two_versions as two
from filled_library import Filled
from stand_ins import ScriptedModel

from core.answering.answerer import Answerer
from core.answering.comparison import Comparer, Comparison
from core.answering.statements import without_marks
from core.answering.topics import Pair, PairKind
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.errors import ModelFailed, UnknownDocument
from core.index.library import Library
from core.llm.chat_model import ChatModel
from core.retrieval.retriever import Retriever
from core.types import Verdict
from core.wholedoc_json import comparison_json


@pytest.fixture(scope="module")
def comparer(leases: Library, embedder: OpenVinoEmbedder) -> Comparer:
    return Comparer(leases, embedder, Answerer(leases, Retriever(leases, embedder), embedder))


@pytest.fixture(scope="module")
def ids(leases: Library) -> tuple[str, str]:
    return leases.resolve("Lease of old"), leases.resolve("Lease of new")


def grown(comparer: Comparer, ids: tuple[str, str], model: ChatModel, question: str = "") -> list[Comparison]:
    async def run() -> list[Comparison]:
        return [step async for step in comparer.compare(*ids, model, question)]

    return asyncio.run(run())


def pairs_of(comparison: Comparison) -> list[Pair]:
    return [pair for topic in comparison.topics for pair in topic.pairs]


def said(pair: Pair) -> tuple[str, str]:
    sides = [side and without_marks(side.text) for side in (pair.left, pair.right)]
    return sides[0] or "", sides[1] or ""


def squeezed(text: str) -> str:
    return "".join(text.split())


def assert_cited(comparison: Comparison, library: Library) -> None:
    """Each side cites words of its own document."""
    for pair in pairs_of(comparison):
        for side, document in ((pair.left, comparison.left), (pair.right, comparison.right)):
            if side is None:
                continue
            assert side.verdict is Verdict.SUPPORTED
            for citation in side.citations:
                assert citation.document == comparison.passages[citation.number - 1].document == document
                page = library.page_text(document, citation.page_index)
                assert squeezed(page[citation.char_start : citation.char_end]) == squeezed(citation.quote)


def test_what_changed_stands_side_by_side_with_what_differs(
    comparer: Comparer, leases: Library, ids: tuple[str, str]
) -> None:
    comparison = grown(comparer, ids, ScriptedModel(small=True))[-1]
    changed = {said(pair): pair for pair in pairs_of(comparison) if pair.kind is PairKind.CHANGED}
    assert set(changed) == {
        (two.RENT_OLD, two.RENT_NEW),
        (two.PETS_OLD, two.PETS_NEW),
        (two.KEEPER_OLD, two.KEEPER_NEW),
    }
    rent, pets = changed[two.RENT_OLD, two.RENT_NEW], changed[two.PETS_OLD, two.PETS_NEW]
    assert (rent.left_details, rent.right_details) == (("1,200",), ("1,450",))
    assert (pets.left_details, pets.right_details) == ((), ("not",))
    assert_cited(comparison, leases)


def test_what_stands_in_one_alone_is_told_and_what_stayed_is_counted(comparer: Comparer, ids: tuple[str, str]) -> None:
    comparison = grown(comparer, ids, ScriptedModel(small=True))[-1]
    only = {(pair.kind, *said(pair)) for pair in pairs_of(comparison) if None in (pair.left, pair.right)}
    assert only == {(PairKind.ONLY_LEFT, two.ONLY_OLD, ""), (PairKind.ONLY_RIGHT, "", two.ONLY_NEW)}
    assert comparison.same == 1
    assert two.KEPT not in str(comparison_json(comparison)["topics"])


def test_the_other_way_round_it_says_the_same(comparer: Comparer, ids: tuple[str, str]) -> None:
    there, back = (grown(comparer, pair, ScriptedModel(small=True))[-1] for pair in (ids, ids[::-1]))

    def changes(comparison: Comparison) -> set[frozenset[str]]:
        return {frozenset(said(pair)) for pair in pairs_of(comparison)}

    assert changes(there) == changes(back)


def test_a_document_differs_in_nothing_from_itself(comparer: Comparer, ids: tuple[str, str]) -> None:
    comparison = grown(comparer, (ids[0], ids[0]), ScriptedModel(small=True))[-1]
    assert comparison.topics == ()
    assert comparison.same == 5


def test_asked_for_one_matter_it_sets_both_answers_side_by_side(
    comparer: Comparer, leases: Library, ids: tuple[str, str]
) -> None:
    steps = grown(comparer, ids, ScriptedModel(small=True), "What is the yearly rent of the lamp room?")
    (topic,) = steps[-1].topics
    assert topic.title == "What is the yearly rent of the lamp room?"
    assert any(pair.kind is PairKind.CHANGED and said(pair) == (two.RENT_OLD, two.RENT_NEW) for pair in topic.pairs)
    assert_cited(steps[-1], leases)


def test_what_a_model_says_of_it_stays_where_it_is_supported(comparer: Comparer, ids: tuple[str, str]) -> None:
    model = ScriptedModel(f"{two.RENT_OLD} [1] {two.RENT_NEW} [2] Both are fair and 99 years old [1].", limit=100_000)
    comparison = grown(comparer, ids, model)[-1]
    topic = next(topic for topic in comparison.topics if any(said(p)[0] == two.RENT_OLD for p in topic.pairs))
    assert [without_marks(s.text) for s in topic.in_words] == [two.RENT_OLD, two.RENT_NEW]
    documents = [comparison.passages[s.citations[0].number - 1].document for s in topic.in_words]
    assert documents == list(ids)


def test_it_grows_and_stopping_keeps_what_is_there(comparer: Comparer, ids: tuple[str, str]) -> None:
    steps = grown(comparer, ids, ScriptedModel(small=True))
    assert [step.progress.done for step in steps[:-1]] == list(range(len(steps) - 1))
    for before, after in pairwise(steps):
        assert after.topics[: len(before.topics)] == before.topics

    async def first_topic() -> Comparison:
        async with aclosing(comparer.compare(*ids, ScriptedModel(small=True))) as growing:
            async for step in growing:
                if step.topics:
                    return step
        raise AssertionError

    assert len(asyncio.run(first_topic()).topics) == 1


def test_a_model_that_breaks_off_leaves_its_sentence(comparer: Comparer, ids: tuple[str, str]) -> None:
    comparison = grown(comparer, ids, ScriptedModel(error=ModelFailed("The model stopped. Try again.")))[-1]
    assert comparison.is_finished
    assert comparison.error == "The model stopped. Try again."


def test_documents_without_text_and_unknown_ones(library: Library, filled: Filled, embedder: OpenVinoEmbedder) -> None:
    comparer = Comparer(library, embedder, Answerer(library, Retriever(library, embedder), embedder))
    locked, text = filled.id_of("encrypted_user.pdf"), filled.id_of("text_two_pages.pdf")
    for pair in ((locked, text), (text, locked), (locked, locked)):
        comparison = grown(comparer, pair, ScriptedModel(small=True))[-1]
        assert comparison.is_finished
        assert comparison.same == 0
    with pytest.raises(UnknownDocument):
        grown(comparer, (text, "0" * 64), ScriptedModel(small=True))


def test_a_title_is_no_instruction(comparer: Comparer, ids: tuple[str, str]) -> None:
    model = ScriptedModel("Nothing.", limit=100_000)
    grown(comparer, ids, model)
    assert model.prompts
    for prompt in model.prompts:
        instruction = prompt[-1].content.rpartition("Question:")[2]
        assert "Lease of" not in instruction
        assert "two documents" in instruction
