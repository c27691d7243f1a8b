"""From a question to checked sentences, event by event, on the filled library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest
from absent_embedder import AbsentEmbedder
from chunked_page import PARAGRAPHS, pages_in, prose_pdf
from filled_library import Filled
from stand_ins import HashEmbedder, ScriptedModel, hash_vector, page_of

from core.answering.answerer import Answerer
from core.answering.events import AnswerEvent, AnswerFinished, PassagesFound, SentencesChecked, TextAdded
from core.answering.fallback import REPLACED
from core.answering.refusal import REFUSAL
from core.chunking.chunker import ChunkingSettings, HeadingPath, chunk_page
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.errors import ModelError, ModelFailed, ModelMissing
from core.index.library import Library
from core.json_contract import answer_json
from core.llm.builtin import BuiltinChatModel
from core.llm.chat_model import ChatModel, ChatTurn
from core.retrieval.reranking import MissingReranker
from core.retrieval.retriever import Retrieval, Retriever
from core.types import Answer, Chunk, Role, Scope, SearchMode, Survey, TextRun, Verdict

QUESTION = "Who lit the lamp on pier 17?"
FOREIGN = "What was the depreciation of intangible assets?"
PIECES = ("The lamp on pier 17 was ", "lit by Agnes Marrow in 1874 [1]. ", "It was lit in 1999 ", "[1].")


@pytest.fixture(scope="module")
def answerer(library: Library, embedder: OpenVinoEmbedder) -> Answerer:
    return Answerer(library, Retriever(library, embedder), embedder)


@pytest.fixture(scope="module")
def piers(filled: Filled) -> Scope:
    return Scope((filled.id_of("long.pdf"),))


def events_of(
    answerer: Answerer, model: ChatModel, question: str, scope: Scope | None = None, history: Sequence[ChatTurn] = ()
) -> list[AnswerEvent]:
    async def run() -> list[AnswerEvent]:
        return [event async for event in answerer.answer(question, model, scope, history)]

    return asyncio.run(run())


def answer_of(events: list[AnswerEvent]) -> Answer:
    assert isinstance(events[-1], AnswerFinished)
    assert not [event for event in events[:-1] if isinstance(event, AnswerFinished)]
    return events[-1].answer


def squeezed(text: str) -> str:
    return "".join(text.split())


def assert_citations_are_on_their_pages(answer: Answer, library: Library) -> None:
    for sentence in answer.sentences:
        for citation in sentence.citations:
            passage = answer.passages[citation.number - 1]
            assert (citation.document, citation.page_index) == (passage.document, passage.page_index)
            page = library.page_text(citation.document, citation.page_index)
            assert squeezed(page[citation.char_start : citation.char_end]) == squeezed(citation.quote)


# ── a model that follows instructions ────────────────────────────────────────────────────────────────────────────


def test_events_come_in_their_order(answerer: Answerer, piers: Scope) -> None:
    events = events_of(answerer, ScriptedModel(*PIECES), QUESTION, piers)
    kinds = [type(event) for event in events]
    assert kinds == [PassagesFound, TextAdded, TextAdded, SentencesChecked, TextAdded, TextAdded, AnswerFinished]
    assert "".join(event.text for event in events if isinstance(event, TextAdded)) == "".join(PIECES)


def test_every_sentence_is_judged_and_cited(answerer: Answerer, piers: Scope, library: Library) -> None:
    answer = answer_of(events_of(answerer, ScriptedModel(*PIECES), QUESTION, piers))
    first, second = answer.sentences
    assert (first.verdict, first.citations[0].page_index) == (Verdict.SUPPORTED, 16)
    assert second.verdict is not Verdict.SUPPORTED
    assert_citations_are_on_their_pages(answer, library)
    # Every sentence carries the citations that stood the check, whatever number the model chose.
    marks = "".join(f"[{citation.number}]" for citation in second.citations)
    assert (
        answer.text == f"The lamp on pier 17 was lit by Agnes Marrow in 1874. [1] It was lit in 1999. {marks}".rstrip()
    )
    assert (answer.refused, answer.error, answer.model) == (False, None, "scripted")


def test_the_answer_says_what_it_rests_on(answerer: Answerer, piers: Scope) -> None:
    model = ScriptedModel(*PIECES)
    answer = answer_of(events_of(answerer, model, QUESTION, piers))
    assert answer.context.passages_found == len(answer.passages) == 8
    assert [passage.used for passage in answer.passages] == [True] * 8
    assert answer.passages[0].page_index == 16
    assert 0 < answer.timings.retrieve_ms <= (answer.timings.first_token_ms or 0) <= answer.timings.total_ms
    ((_, question),) = model.prompts
    assert QUESTION in question.content
    assert answer.standalone_question == answer.question == QUESTION


def test_a_model_reads_no_text_twice_and_the_search_stays_as_it_is(
    open_small: Callable[..., Library], tmp_path: Path
) -> None:
    """The same notice stands in two documents; of a third page, two chunks follow each other."""
    library = open_small()
    text = "The lamp on pier 17 was lit by Agnes Marrow.\r\nThe lamp on pier 17 burns whale oil at night."
    halves = [TextRun(0, 0, 44), TextRun(0, 46, 45)]
    for name, spans in (("notice", halves[:1]), ("copy", halves[:1]), ("book", halves)):
        library.add_file(name, tmp_path / f"{name}.pdf", name)
        library.set_survey(name, Survey(name, 1))
        page = page_of(0, text)
        chunks = [
            Chunk(0, r.char_start, r.char_start + r.length, text[r.char_start :][: r.length], (), 9, (r,))
            for r in spans
        ]
        vectors = np.stack([hash_vector(chunk.text) for chunk in chunks])
        library.commit_pages(name, [page], [(chunk, "") for chunk in chunks], vectors)
    embedder = HashEmbedder()
    retriever = Retriever(library, embedder)
    assert len(retriever.retrieve(QUESTION, 10)) == 4
    for small in (False, True):
        model = ScriptedModel("It was lit by Agnes Marrow [1].", small=small)
        answer = answer_of(events_of(Answerer(library, retriever, embedder), model, QUESTION))
        texts = [squeezed(passage.text) for passage in answer.passages]
        assert sum(squeezed(text[:44]) in said for said in texts) == 1
        assert [passage.rank for passage in answer.passages] == list(range(1, len(texts) + 1))
        assert answer.sentences
        assert_citations_are_on_their_pages(answer, library)


def test_a_model_reads_whole_paragraphs_and_cites_their_words(
    open_small: Callable[..., Library], tmp_path: Path
) -> None:
    library = open_small()
    (page,) = pages_in(prose_pdf(tmp_path / "prose.pdf", *PARAGRAPHS))
    library.add_file("book", tmp_path / "prose.pdf", "Book")
    library.set_survey("book", Survey("Book", 1))
    embedder = HashEmbedder()
    chunks = chunk_page(page, HeadingPath(), "", "", embedder.count_tokens, ChunkingSettings(36, 0))
    library.commit_pages("book", [page], chunks, np.stack([hash_vector(chunk.text) for chunk, _ in chunks]))
    retriever = Retriever(library, embedder)
    question = "From what distance was the lighthouse at Cape Sorrow seen?"
    assert all(passage.text not in PARAGRAPHS for passage in retriever.retrieve(question, 10))
    model = ScriptedModel("It was seen from a distance of nineteen miles [1]. Its lamp weighed 380 kilograms [1].")
    events = events_of(Answerer(library, retriever, embedder), model, question)
    answer = answer_of(events)
    shown = next(event.passages for event in events if isinstance(event, PassagesFound))
    assert [passage.text for passage in shown] == [passage.text for passage in answer.passages]
    assert any(PARAGRAPHS[0] in passage.text for passage in answer.passages)
    assert PARAGRAPHS[0] in model.prompts[0][-1].content
    assert all(sentence.citations for sentence in answer.sentences)
    assert_citations_are_on_their_pages(answer, library)
    # A word that was excluded does not come back with the rest of a paragraph.
    model = ScriptedModel("Its lamp weighed 380 kilograms [1].")
    answer = answer_of(events_of(Answerer(library, retriever, embedder), model, "What did the lamp weigh? -miles"))
    assert any("380 kilograms" in passage.text for passage in answer.passages)
    assert all("miles" not in passage.text for passage in answer.passages)


def test_what_the_search_went_without_is_told(library: Library, embedder: OpenVinoEmbedder, piers: Scope) -> None:
    retriever = Retriever(library, embedder, reranker=MissingReranker("The folder has gone."))
    answerer = Answerer(library, retriever, embedder)
    answer = answer_of(events_of(answerer, ScriptedModel(*PIECES), QUESTION, piers))
    assert answer.notice == "The folder has gone. This search went without the reranker."
    assert answer_json(answer)["notice"] == answer.notice
    assert answer.error is None
    assert answer.sentences


def test_passages_that_did_not_fit_are_marked_unused(answerer: Answerer, piers: Scope) -> None:
    answer = answer_of(events_of(answerer, ScriptedModel(*PIECES, limit=1200), QUESTION, piers))
    fit = answer.context.passages_fit
    assert 1 <= fit < 8
    assert [passage.used for passage in answer.passages] == [True] * fit + [False] * (8 - fit)


def test_the_conversation_so_far_goes_along(answerer: Answerer, piers: Scope) -> None:
    model = ScriptedModel("Yes.")
    events_of(answerer, model, QUESTION, piers, [ChatTurn(Role.USER, "earlier"), ChatTurn(Role.ASSISTANT, "indeed")])
    assert [turn.content for turn in model.prompts[0][1:3]] == ["earlier", "indeed"]


def test_a_question_to_which_the_documents_are_silent_reaches_no_model(answerer: Answerer) -> None:
    model = ScriptedModel("I invent.")
    events = events_of(answerer, model, FOREIGN)
    answer = answer_of(events)
    assert [type(event) for event in events] == [PassagesFound, AnswerFinished]
    assert (answer.refused, answer.text, answer.sentences) == (True, REFUSAL, ())
    assert answer.passages
    assert model.prompts == []


def test_what_is_answered_outside_of_the_scope_only_is_refused_and_the_scope_is_told(
    answerer: Answerer, filled: Filled
) -> None:
    question, scope = "Why did so many hives of the bees die of hunger?", Scope((filled.id_of("table.pdf"),))
    answer = answer_of(events_of(answerer, ScriptedModel("I invent."), question, scope))
    assert (answer.refused, answer.text) == (True, REFUSAL)
    assert {passage.document for passage in answer.passages} == set(scope.documents)
    assert answer.searched is not None
    assert answer.searched.scope == scope
    wider = answer_of(events_of(answerer, ScriptedModel("Hunger kills them [1]."), question))
    assert wider.refused is False


def test_a_scope_without_passages_is_refused(answerer: Answerer) -> None:
    answer = answer_of(events_of(answerer, ScriptedModel("I invent."), QUESTION, Scope(collections=("none",))))
    assert (answer.refused, answer.passages) == (True, ())


def test_a_model_that_finds_nothing_is_a_refusal(answerer: Answerer, piers: Scope) -> None:
    answer = answer_of(events_of(answerer, ScriptedModel("The documents ", "do not say."), QUESTION, piers))
    assert (answer.refused, answer.text, answer.sentences) == (True, REFUSAL, ())


@pytest.mark.parametrize(
    ("error", "said"), [(ModelMissing("Ollama is not running."), 0), (ModelFailed("The connection broke off."), 2)]
)
def test_a_model_that_fails_is_a_sentence_and_the_evidence_stays(
    answerer: Answerer, piers: Scope, error: ModelError, said: int
) -> None:
    model = ScriptedModel(*PIECES, error=error, said=said)
    events = events_of(answerer, model, QUESTION, piers)
    answer = answer_of(events)
    assert answer.error == str(error)
    assert answer.text == ("The lamp on pier 17 was lit by Agnes Marrow in 1874. [1]" if said else "")
    assert len(answer.passages) == 8
    assert [sentence.verdict for sentence in answer.sentences] == [Verdict.SUPPORTED] * (said // 2)


def test_a_model_whose_window_cannot_be_asked_is_a_sentence(answerer: Answerer, piers: Scope) -> None:
    class Unreachable(ScriptedModel):
        async def context_limit(self) -> int:
            raise ModelMissing("Ollama is not running.")

    answer = answer_of(events_of(answerer, Unreachable(), QUESTION, piers))
    assert (answer.error, answer.refused, len(answer.passages)) == ("Ollama is not running.", False, 8)


def test_leaving_in_the_middle_closes_the_models_stream(answerer: Answerer, piers: Scope) -> None:
    model = ScriptedModel(*PIECES)

    async def leave() -> int:
        async with aclosing(answerer.answer(QUESTION, model, piers)) as events:
            async for event in events:
                if isinstance(event, TextAdded):
                    break
        return model.closed_streams

    assert asyncio.run(leave()) == 1


def test_without_the_embedder_words_answer_and_the_reason_is_told(library: Library, piers: Scope) -> None:
    answerer = Answerer(library, Retriever(library, AbsentEmbedder()), AbsentEmbedder())
    question = "Who lit the lamp on pier 17?"
    for model in (ScriptedModel("", small=True), ScriptedModel("The lamp on pier 17 was lit by Agnes Marrow [1].")):
        answer = answer_of(events_of(answerer, model, question, piers))
        assert "pier 17" in answer.text
        assert answer.sentences[0].verdict is Verdict.SUPPORTED
        assert answer.notice is not None
        assert "words alone" in answer.notice


# ── follow-ups ───────────────────────────────────────────────────────────────────────────────────────────────────


BEFORE = [ChatTurn(Role.USER, "Who lit the lamp on pier 17?"), ChatTurn(Role.ASSISTANT, "It was Agnes Marrow. [1]")]
STANDALONE = "Who lit the lamp on pier 12?"


def test_a_follow_up_is_searched_in_both_forms_and_says_so(answerer: Answerer, piers: Scope) -> None:
    model = ScriptedModel("It was lit [1].")
    events = events_of(answerer, model, "And on pier 12?", piers, BEFORE)
    answer = answer_of(events)
    assert (answer.question, answer.standalone_question) == ("And on pier 12?", STANDALONE)
    assert answer_json(answer)["standalone_question"] == STANDALONE
    found = next(event for event in events if isinstance(event, PassagesFound))
    assert found.searched is not None
    assert (found.searched.query, found.searched.own_words) == (STANDALONE, "And on pier 12?")
    assert found.searched == answer.searched
    assert "pier 12" in answer.passages[0].text
    asked = model.prompts[-1][-1].content
    assert asked.endswith(f"Question: {STANDALONE} (In the person's own words: And on pier 12?)")
    scores = [passage.score for passage in answer.passages]
    assert [passage.rank for passage in answer.passages] == list(range(1, len(scores) + 1))


def test_evidence_does_not_wait_for_a_model_to_understand(answerer: Answerer, piers: Scope) -> None:
    better = "Tell me more about the lamp on pier 17"
    question = "Tell me more."

    class Understanding(ScriptedModel):
        """Its first words are what it makes of the question, its next the answer."""

        def stream(
            self, turns: Sequence[ChatTurn], *, prompt_tokens: int, max_tokens: int
        ) -> AsyncGenerator[str, None]:
            self._pieces = ("It was lit [1].",) if self.prompts else (better,)
            return super().stream(turns, prompt_tokens=prompt_tokens, max_tokens=max_tokens)

    for model, first_kinds in (
        (Understanding(), [PassagesFound, PassagesFound]),
        (ScriptedModel("I invent.", small=True), [PassagesFound, TextAdded]),
    ):
        events = events_of(answerer, model, question, piers, BEFORE)
        assert [type(event) for event in events[:2]] == first_kinds
        guess = events[0]
        assert isinstance(guess, PassagesFound)
        assert guess.passages
        assert guess.searched is not None
        assert guess.searched.query == "Who lit the lamp on pier 17 – Tell me more."
    answer = answer_of(events_of(answerer, Understanding(), question, piers, BEFORE))
    assert answer.standalone_question == better


class ListeningRetriever(Retriever):
    """Notes what was searched."""

    queries: list[str]

    def retrieve_with_evidence(
        self, query: str, k: int, scope: Scope | None = None, mode: SearchMode = SearchMode.HYBRID
    ) -> Retrieval:
        self.queries = [*getattr(self, "queries", []), query]
        return super().retrieve_with_evidence(query, k, scope, mode)


def test_the_persons_words_are_searched_whatever_was_made_of_them(
    library: Library, embedder: OpenVinoEmbedder, piers: Scope
) -> None:
    retriever = ListeningRetriever(library, embedder)
    answerer = Answerer(library, retriever, embedder)
    events_of(answerer, ScriptedModel("Yes."), "And on pier 12?", piers, BEFORE)
    assert sorted(retriever.queries) == ["And on pier 12?", STANDALONE]
    retriever.queries.clear()
    events_of(answerer, ScriptedModel("Yes."), QUESTION, piers, BEFORE)
    assert retriever.queries == [QUESTION]


def test_the_form_that_the_person_gave_is_searched_alone(answerer: Answerer, piers: Scope) -> None:
    async def run() -> list[AnswerEvent]:
        model = ScriptedModel("Yes.")
        return [e async for e in answerer.answer("And there?", model, piers, BEFORE, edited=STANDALONE)]

    answer = answer_of(asyncio.run(run()))
    assert answer.standalone_question == STANDALONE
    assert answer.searched is not None
    assert (answer.searched.query, answer.searched.own_words) == (STANDALONE, "")


def test_a_follow_up_to_which_the_documents_are_silent_is_refused(answerer: Answerer) -> None:
    before = [ChatTurn(Role.USER, FOREIGN), ChatTurn(Role.ASSISTANT, REFUSAL)]
    model = ScriptedModel("I invent.")
    answer = answer_of(events_of(answerer, model, "And of tangible assets?", None, before))
    assert answer.standalone_question == "What was the depreciation of tangible assets?"
    assert (answer.refused, model.prompts) == (True, [])


def test_an_answer_that_fails_as_a_whole_gives_way_to_quotes(
    answerer: Answerer, piers: Scope, library: Library
) -> None:
    invented = "Zeppelins crossed the Baltic with silver cutlery. Their captain sang operas in Venice."
    answer = answer_of(events_of(answerer, ScriptedModel(invented), QUESTION, piers))
    assert answer.replaced == invented
    assert answer.text.startswith(REPLACED)
    assert "Agnes Marrow" in answer.text
    assert "Zeppelins" not in answer.text
    assert {sentence.verdict for sentence in answer.sentences} == {Verdict.SUPPORTED}
    assert_citations_are_on_their_pages(answer, library)
    assert answer_json(answer)["replaced"] == invented


def test_each_passage_shown_knows_the_sentence_that_answers(answerer: Answerer, piers: Scope) -> None:
    events = events_of(answerer, ScriptedModel(*PIECES), QUESTION, piers)
    shown = next(event.passages for event in events if isinstance(event, PassagesFound))
    assert all(passage.answering for passage in shown)
    first = shown[0]
    assert "pier 17" in first.text[slice(*first.answering or ())]


# ── a small model ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_small_model_is_not_trusted_with_the_answer(answerer: Answerer, piers: Scope, library: Library) -> None:
    events = events_of(answerer, ScriptedModel("I invent.", small=True), QUESTION, piers)
    answer = answer_of(events)
    assert [type(event) for event in events] == [PassagesFound, TextAdded, SentencesChecked, AnswerFinished]
    assert answer.text.startswith("The lamp on pier 17 was lit by Agnes Marrow in 1874.")
    assert "invent" not in answer.text
    assert {sentence.verdict for sentence in answer.sentences} == {Verdict.SUPPORTED}
    assert_citations_are_on_their_pages(answer, library)


SHORTENED = "How long was Agnes Marrow in the service of the Lamp Office?"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Agnes Marrow lit the first of them on 21 June 1874.", True),
        ("Agnes Marrow lit the first of them on 21 June 1875.", False),  # another number
        ("Agnes Marrow did not light the first of them on 21 June 1874.", False),  # the contrary
        ("Queen Victoria lit the first of them on 21 June 1874.", False),  # a word that nobody said
        ("Agnes Marrow lit the first of them on", False),  # broken off
        ("The documents do not say.", False),
        ("", False),
    ],
)
def test_what_a_small_model_adds_stands_the_check_or_is_left_out(
    answerer: Answerer, filled: Filled, library: Library, said: str, kept: bool
) -> None:
    scope = Scope((filled.id_of("paperlamp-sample.pdf"),))
    model = ScriptedModel(said, small=True)
    answer = answer_of(events_of(answerer, model, SHORTENED, scope))
    assert model.prompts
    assert ("In short:" in answer.text) is kept
    assert_citations_are_on_their_pages(answer, library)


def test_a_small_model_that_fails_costs_its_one_sentence(answerer: Answerer, filled: Filled) -> None:
    scope = Scope((filled.id_of("paperlamp-sample.pdf"),))
    model = ScriptedModel(small=True, error=ModelFailed("It broke off."))
    answer = answer_of(events_of(answerer, model, SHORTENED, scope))
    assert (answer.error, answer.refused) == (None, False)
    assert answer.sentences


def test_the_built_in_model_answers(answerer: Answerer, piers: Scope, library: Library) -> None:
    async def run() -> list[AnswerEvent]:
        model = BuiltinChatModel(threads=1)
        try:
            return [event async for event in answerer.answer(QUESTION, model, piers)]
        finally:
            await model.close()

    answer = answer_of(asyncio.run(run()))
    assert "Agnes Marrow" in answer.text
    assert_citations_are_on_their_pages(answer, library)
