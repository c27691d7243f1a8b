"""Summaries of real documents: every sentence is supported by words on a page, whoever wrote it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from itertools import pairwise

import pytest
from filled_library import Filled
from stand_ins import ScriptedModel

from core.answering.statements import without_marks
from core.answering.summary import Summariser, Summary
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.errors import ModelFailed, UnknownDocument
from core.index.library import Library
from core.llm.chat_model import ChatModel
from core.types import AnswerSentence, Verdict
from core.wholedoc_json import summary_json

TRUE = "The lamp on pier 1 was lit by Bruno Ashdown in 1858 [1]."
FALSE = "The pier was bought by a bank in 1999 [1]."


@pytest.fixture(scope="module")
def summariser(library: Library, embedder: OpenVinoEmbedder) -> Summariser:
    return Summariser(library, embedder)


@pytest.fixture(scope="module")
def piers(filled: Filled) -> str:
    return filled.id_of("long.pdf")


def grown(summariser: Summariser, document: str, model: ChatModel) -> list[Summary]:
    async def run() -> list[Summary]:
        return [summary async for summary in summariser.summarise(document, model)]

    return asyncio.run(run())


def all_sentences(summary: Summary) -> list[AnswerSentence]:
    return [*summary.overview, *(s for section in summary.sections for s in section.sentences)]


def squeezed(text: str) -> str:
    return "".join(text.split())


def assert_supported(summary: Summary, library: Library) -> None:
    for sentence in all_sentences(summary):
        assert sentence.verdict is Verdict.SUPPORTED
        assert sentence.citations
        for citation in sentence.citations:
            passage = summary.passages[citation.number - 1]
            assert (citation.document, citation.page_index) == (passage.document, passage.page_index)
            assert f"[{citation.number}]" in sentence.text
            page = library.page_text(citation.document, citation.page_index)
            assert squeezed(page[citation.char_start : citation.char_end]) == squeezed(citation.quote)


# ── a small model: the document's own sentences ──────────────────────────────────────────────────────────────────


def test_a_small_model_is_not_asked_and_the_sentences_are_the_documents_own(
    summariser: Summariser, library: Library, piers: str
) -> None:
    model = ScriptedModel("The piers are nice.", small=True)
    summary = grown(summariser, piers, model)[-1]
    assert model.prompts == []
    assert summary.is_finished
    assert len(summary.sections) > 5
    assert all(section.quoted for section in summary.sections)
    assert_supported(summary, library)
    for sentence in all_sentences(summary):
        assert squeezed(without_marks(sentence.text)) == squeezed(sentence.citations[0].quote)


def test_the_overview_takes_one_sentence_of_a_section_at_most(summariser: Summariser, piers: str) -> None:
    summary = grown(summariser, piers, ScriptedModel(small=True))[-1]
    said = [without_marks(sentence.text) for sentence in summary.overview]
    assert 3 <= len(said) <= 7
    for section in summary.sections:
        assert sum(without_marks(sentence.text) in said for sentence in section.sentences) <= 1


def test_it_grows_by_a_section_at_a_time_and_what_was_there_stays(summariser: Summariser, piers: str) -> None:
    steps = grown(summariser, piers, ScriptedModel(small=True))
    done = [step.progress.done for step in steps[:-1]]
    assert done == list(range(len(done)))
    assert [step.is_finished for step in steps] == [False] * (len(steps) - 1) + [True]
    for before, after in pairwise(steps):
        assert after.sections[: len(before.sections)] == before.sections
        assert after.passages[: len(before.passages)] == before.passages


def test_stopping_keeps_what_is_done(summariser: Summariser, library: Library, piers: str) -> None:
    async def run() -> Summary:
        async with aclosing(summariser.summarise(piers, ScriptedModel(small=True))) as growing:
            async for summary in growing:
                if summary.progress.done == 2:
                    return summary
        raise AssertionError

    summary = asyncio.run(run())
    assert len(summary.sections) == 2
    assert not summary.is_finished
    assert_supported(summary, library)


def test_a_document_without_text_gives_an_empty_summary(summariser: Summariser, filled: Filled) -> None:
    summary = grown(summariser, filled.id_of("encrypted_user.pdf"), ScriptedModel(small=True))[-1]
    assert summary.is_finished
    assert (summary.sections, summary.overview, summary.error) == ((), (), None)


def test_an_unknown_document_is_named(summariser: Summariser) -> None:
    with pytest.raises(UnknownDocument):
        grown(summariser, "0" * 64, ScriptedModel(small=True))


# ── a model that follows instructions ────────────────────────────────────────────────────────────────────────────


def test_of_what_a_model_writes_only_supported_sentences_stay(
    summariser: Summariser, library: Library, piers: str
) -> None:
    summary = grown(summariser, piers, ScriptedModel(f"{TRUE} {FALSE}", limit=100_000))[-1]
    first = summary.sections[0]
    assert not first.quoted
    assert [without_marks(s.text) for s in first.sentences] == [without_marks(TRUE)]
    assert FALSE[:20] not in str(summary_json(summary))
    assert_supported(summary, library)


def test_a_section_of_which_nothing_that_was_written_stands_is_quoted(
    summariser: Summariser, library: Library, piers: str
) -> None:
    summary = grown(summariser, piers, ScriptedModel(FALSE, limit=100_000))[-1]
    assert all(section.quoted and section.sentences for section in summary.sections)
    assert_supported(summary, library)


def test_a_section_that_does_not_fit_is_read_in_several_windows(summariser: Summariser, piers: str) -> None:
    wide, narrow = ScriptedModel(TRUE, limit=100_000), ScriptedModel(TRUE, limit=1300)
    grown(summariser, piers, wide)
    summary = grown(summariser, piers, narrow)[-1]
    assert summary.is_finished
    assert len(narrow.prompts) > len(wide.prompts)
    for number in (1, 30, 60):  # each page was read by somebody
        assert any(f"lamp on pier {number} was" in prompt[-1].content for prompt in narrow.prompts)


def test_a_model_that_breaks_off_ends_it_with_a_sentence_and_what_is_done_stays(
    summariser: Summariser, piers: str
) -> None:
    class BreaksOff(ScriptedModel):
        async def context_limit(self) -> int:
            if len(self.prompts) == 2:
                raise ModelFailed("The model stopped. Try again.")
            return 100_000

    summary = grown(summariser, piers, BreaksOff(TRUE))[-1]
    assert summary.is_finished
    assert summary.error == "The model stopped. Try again."
    assert len(summary.sections) == 2
