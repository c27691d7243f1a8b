"""A question on its way through the window, with an answerer that reads a script; the store is a real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from real_desk import ScriptedModel, source_of, until

from core.answering.conversations import ConversationStore
from core.answering.events import AnswerEvent, AnswerFinished, PassagesFound, SentencesChecked, TextAdded
from core.errors import ModelMissing
from core.index.database import Database
from core.llm.chat_model import ChatModel, ChatTurn
from core.types import Answer, Conversation, Passage, Place, Role, Scope, Searched
from desktop.chat.chat_controller import ChatController
from desktop.chat.chat_panel import ChatPanel
from desktop.chat.model_source import ModelSource
from desktop.chat.transcript_model import TranscriptModel, TranscriptRole
from desktop.library.conversation_model import ConversationModel
from desktop.tasks import Tasks
from desktop.theme.theme import Theme


class ScriptedAnswerer:
    """Gives its events, waits where it meets an event of asyncio's, and notes what it was asked."""

    def __init__(self, *script: AnswerEvent | asyncio.Event) -> None:
        self.script = script
        self.asked: list[tuple[str, Scope | None, tuple[ChatTurn, ...]]] = []
        self.edited: list[str] = []

    async def answer(
        self,
        question: str,
        model: ChatModel,
        scope: Scope | None = None,
        history: Sequence[ChatTurn] = (),
        edited: str = "",
    ) -> AsyncGenerator[AnswerEvent, None]:
        self.edited.append(edited)
        self.asked.append((question, scope, tuple(history)))
        for step in self.script:
            if isinstance(step, asyncio.Event):
                await step.wait()
            else:
                yield (
                    replace(step, answer=replace(step.answer, question=question))
                    if isinstance(step, AnswerFinished)
                    else step
                )


@dataclass
class Bench:
    """The controller and all that it stands between."""

    panel: ChatPanel
    transcript: TranscriptModel
    conversations: ConversationModel
    store: ConversationStore
    answerer: ScriptedAnswerer
    errors: list[str]
    holder: QWidget
    tasks: Tasks

    def controller(self, models: ModelSource | None = None, model_id: str | None = None) -> ChatController:
        made = ChatController(
            self.panel,
            self.transcript,
            self.conversations,
            self.tasks,
            models or source_of(ScriptedModel()),
            self.holder,
        )
        made.attach(self.store, self.answerer, model_id)  # type: ignore[arg-type]
        return made

    def last(self, role: TranscriptRole) -> object:
        return self.transcript.index(self.transcript.rowCount() - 1).data(role)


@pytest.fixture
def bench(run_async: object, theme: Theme, holder: QWidget, tmp_path: Path, answer: Answer) -> Iterator[Bench]:
    transcript = TranscriptModel(holder)
    panel = ChatPanel(theme, transcript, holder)
    errors: list[str] = []
    found = PassagesFound(answer.passages, 12.0)
    answerer = ScriptedAnswerer(
        found, TextAdded(answer.text), SentencesChecked(answer.sentences), AnswerFinished(answer)
    )
    with closing(Database(tmp_path / "library.sqlite3")) as database:
        store = ConversationStore(database)
        tasks = Tasks(errors.append)
        yield Bench(panel, transcript, ConversationModel(holder), store, answerer, errors, holder, tasks)


async def answered(bench: Bench, controller: ChatController, rows: int = 2) -> Answer:
    await until(lambda: bench.transcript.rowCount() == rows and not controller.is_answering)
    found = bench.last(TranscriptRole.ANSWER)
    assert isinstance(found, Answer)
    return found


def only_conversation(bench: Bench) -> Conversation:
    (conversation,) = bench.store.conversations()
    return conversation


async def test_a_question_starts_a_conversation_that_remembers_scope_and_answer(bench: Bench) -> None:
    controller = bench.controller()
    controller.set_scope(Scope((), ("Lamps",)))
    bench.panel.question_submitted.emit("What is covered?")
    answer = await answered(bench, controller)
    conversation = only_conversation(bench)
    assert (conversation.title, conversation.scope) == ("What is covered?", Scope((), ("Lamps",)))
    asked, said = bench.store.messages(conversation.id)
    assert (asked.role, asked.text) == (Role.USER, "What is covered?")
    assert said.answer == answer
    assert bench.answerer.asked == [("What is covered?", Scope((), ("Lamps",)), ())]

    controller.ask("And teeth?")
    await answered(bench, controller, 4)
    assert [turn.role for turn in bench.answerer.asked[1][2]] == [Role.USER, Role.ASSISTANT]
    controller.set_scope(Scope())
    await until(lambda: only_conversation(bench).scope == Scope())


async def test_one_question_at_a_time(bench: Bench) -> None:
    gate = asyncio.Event()
    bench.answerer.script = (gate, *bench.answerer.script)
    controller = bench.controller()
    controller.ask("First?")
    controller.ask("Second?")
    gate.set()
    await answered(bench, controller)
    assert [question for question, _, _ in bench.answerer.asked] == ["First?"]


async def test_what_is_asked_before_the_last_conversation_is_open_is_asked_in_it(bench: Bench) -> None:
    earlier = bench.store.begin("Earlier?", Scope())
    bench.store.append(earlier.id, Role.USER, "Earlier?")
    controller = bench.controller()
    controller.ask("And now?")
    await answered(bench, controller, 3)
    assert only_conversation(bench).id == earlier.id
    assert [message.text for message in bench.store.messages(earlier.id)][:2] == ["Earlier?", "And now?"]


async def test_stopping_while_the_answer_is_kept_changes_nothing(bench: Bench) -> None:
    controller = bench.controller()
    controller.ask("What is covered?")
    await until(lambda: isinstance(bench.last(TranscriptRole.ANSWER), Answer) or not controller.is_answering)
    while controller.is_answering:  # stop in every moment that is left
        controller.stop()
        await asyncio.sleep(0)
    answer = await answered(bench, controller)
    assert not answer.stopped
    assert not bench.panel._answering
    assert len(bench.store.messages(only_conversation(bench).id)) == 2


async def test_stopping_twice_keeps_what_was_said_once(bench: Bench) -> None:
    bench.answerer.script = (*bench.answerer.script[:2], asyncio.Event())
    controller = bench.controller()
    controller.ask("What is covered?")
    await until(lambda: bench.transcript.is_answering and bench.last(TranscriptRole.TEXT))
    controller.stop()
    while controller.is_answering:
        await asyncio.sleep(0)
        controller.stop()
    answer = await answered(bench, controller)
    assert answer.stopped
    assert len(bench.store.messages(only_conversation(bench).id)) == 2
    assert not bench.panel._answering


async def test_leaving_while_an_answer_grows_shows_nothing_of_it_elsewhere(bench: Bench) -> None:
    bench.answerer.script = (*bench.answerer.script[:2], asyncio.Event())
    controller = bench.controller()
    controller.ask("What is covered?")
    await until(lambda: bench.transcript.rowCount() == 2 and bench.last(TranscriptRole.PASSAGES))
    controller.start_conversation()
    await until(lambda: not controller.is_answering)
    assert bench.transcript.rowCount() == 0
    assert controller.conversation is None
    assert bench.store.messages(only_conversation(bench).id)[1].answer is not None


async def test_a_model_that_is_gone_is_an_answer_that_says_so(bench: Bench) -> None:
    async def refuse(wanted: str | None) -> ChatModel:
        raise ModelMissing("Ollama does not have “big” any more. Choose another model.")

    controller = bench.controller(ModelSource(source_of(ScriptedModel()).available, refuse))
    controller.ask("What is covered?")
    answer = await answered(bench, controller)
    assert answer.error == "Ollama does not have “big” any more. Choose another model."
    assert bench.errors == []


async def test_an_answer_is_made_again_in_place_of_the_old_one(bench: Bench) -> None:
    controller = bench.controller()
    controller.ask("What is covered?")
    await answered(bench, controller)
    before = bench.store.messages(only_conversation(bench).id)
    bench.panel.retry_requested.emit(before[1].id)
    await until(lambda: len(bench.answerer.asked) == 2)
    await answered(bench, controller)
    after = bench.store.messages(only_conversation(bench).id)
    assert after[0] == before[0]
    assert len(after) == 2
    assert after[1].id != before[1].id
    assert bench.answerer.asked[1] == ("What is covered?", Scope(), ())
    bench.panel.retry_requested.emit(before[1].id)  # of an answer that is gone
    assert not controller.is_answering


async def test_citations_open_the_quoted_words_and_cards_the_passage(bench: Bench, answer: Answer) -> None:
    opened: list[tuple[Passage, list[Place]]] = []
    controller = bench.controller()
    numbered: list[bool] = []
    controller.citation_opened.connect(lambda passage, spans, several: opened.append((passage, spans)))
    controller.citation_opened.connect(lambda passage, spans, several: numbered.append(several))
    controller.ask("What is covered?")
    await answered(bench, controller)
    message = bench.store.messages(only_conversation(bench).id)[1].id

    first, second = (sentence.citations[0] for sentence in answer.sentences[:2])
    bench.panel.citation_activated.emit(message, 1, 2)
    bench.panel.citation_activated.emit(message, -1, 1)  # not resolved to a sentence: all that cite the passage
    bench.panel.passage_activated.emit(message, 1)
    bench.panel.passage_activated.emit(message, 7)  # cited by no sentence: the whole passage
    assert [passage.rank for passage, _ in opened] == [2, 1, 2, 8]
    assert [spans for _, spans in opened] == [
        [Place(1, second.char_start, second.char_end)],
        [Place(0, first.char_start, first.char_end)],
        [Place(1, second.char_start, second.char_end)],
        [Place(7, 0, len(answer.passages[7].text))],
    ]
    assert numbered == [True, True, True, False]

    opened.clear()
    for wrong in ((message, 0, 0), (message, 0, 99), (12345, 0, 1)):
        bench.panel.citation_activated.emit(*wrong)
    bench.panel.passage_activated.emit(message, 99)
    assert opened == []


async def test_a_citation_opens_all_its_places_in_their_order(bench: Bench, answer: Answer) -> None:
    places = (Place(1, 40, 60), Place(2, 0, 12))
    goes_on = replace(answer.sentences[1].citations[0], places=places)
    also = replace(goes_on, places=(Place(1, 40, 60), Place(1, 5, 9)))
    sentences = (
        answer.sentences[0],
        replace(answer.sentences[1], citations=(goes_on,)),
        answer.sentences[2],
        replace(answer.sentences[3], citations=(also,)),
    )
    (finished,) = (step for step in bench.answerer.script if isinstance(step, AnswerFinished))
    changed = AnswerFinished(replace(finished.answer, sentences=sentences))
    bench.answerer.script = tuple(changed if step is finished else step for step in bench.answerer.script)
    controller = bench.controller()
    opened: list[list[Place]] = []
    controller.citation_opened.connect(lambda _passage, spans, _numbered: opened.append(spans))
    controller.ask("What is covered?")
    await answered(bench, controller)
    message = bench.store.messages(only_conversation(bench).id)[1].id
    bench.panel.citation_activated.emit(message, 1, 2)
    bench.panel.passage_activated.emit(message, 1)  # of all sentences that cite it, each place once
    assert opened == [list(places), [*places, Place(1, 5, 9)]]


async def test_evidence_opens_while_the_answer_is_being_made(bench: Bench, answer: Answer) -> None:
    gate = asyncio.Event()
    bench.answerer.script = (
        PassagesFound(answer.passages, 41.2),
        TextAdded(answer.text),
        SentencesChecked(answer.sentences[:1]),
        gate,
        AnswerFinished(answer),
    )
    controller = bench.controller()
    opened: list[tuple[int, list[Place]]] = []
    controller.citation_opened.connect(lambda passage, spans, _numbered: opened.append((passage.rank, spans)))
    bench.panel.passage_activated.emit(-1, 0)  # nothing was asked yet
    controller.ask("What is covered?")
    await until(lambda: bench.transcript.data(bench.transcript.index(1), TranscriptRole.SENTENCES))
    growing = bench.transcript.data(bench.transcript.index(1), TranscriptRole.MESSAGE_ID)
    bench.panel.passage_activated.emit(growing, 4)
    bench.panel.citation_activated.emit(growing, 0, 1)
    first = answer.sentences[0].citations[0]
    assert opened == [
        (5, [Place(4, 0, len(answer.passages[4].text))]),
        (1, [Place(0, first.char_start, first.char_end)]),
    ]
    gate.set()
    await answered(bench, controller)


async def test_models_are_offered_and_the_footer_says_where_answers_are_made(bench: Bench) -> None:
    told: list[str] = []
    small, big = ScriptedModel(model_id="builtin"), ScriptedModel(model_id="ollama/big")
    controller = bench.controller(source_of(big, small), "ollama/gone")
    controller.privacy_changed.connect(told.append)
    await until(lambda: told)
    assert told == ["Ollama on this computer · nothing leaves"]  # what is gone gives way to the first
    chosen: list[str] = []
    controller.model_changed.connect(chosen.append)
    bench.panel.model_selected.emit("builtin")
    await until(lambda: told[-1] == "0 connections · everything stays here")
    assert chosen == ["builtin"]


async def test_closing_lets_the_model_go(bench: Bench) -> None:
    model = ScriptedModel()
    controller = bench.controller(source_of(model))
    controller.ask("What is covered?")
    await answered(bench, controller)
    await controller.close()
    assert model.is_closed
    await controller.close()


# ── follow-ups ───────────────────────────────────────────────────────────────────────────────────────────────────────

STANDALONE = "What is the deductible of the Plus plan?"


def follow_up(bench: Bench, answer: Answer) -> Answer:
    """Let the answerer make a standalone question of what it is asked."""
    searched = Searched(STANDALONE, Scope(), (), "And the Plus plan?")
    made = replace(answer, standalone_question=STANDALONE, searched=searched)
    bench.answerer.script = (PassagesFound(answer.passages, 12.0, searched), AnswerFinished(made))
    return made


def searched_for(bench: Bench) -> object:
    return bench.transcript.index(bench.transcript.rowCount() - 2).data(TranscriptRole.SEARCHED_FOR)


async def test_what_a_follow_up_was_searched_as_is_shown_and_goes_on(bench: Bench, answer: Answer) -> None:
    follow_up(bench, answer)
    gate = asyncio.Event()
    bench.answerer.script = (bench.answerer.script[0], gate, bench.answerer.script[1])
    controller = bench.controller()
    controller.ask("And the Plus plan?")
    await until(lambda: searched_for(bench) == STANDALONE)  # with the evidence, before a word
    gate.set()
    await answered(bench, controller)
    assert searched_for(bench) == STANDALONE
    controller.ask("And its premium?")
    await answered(bench, controller, 4)
    assert bench.answerer.asked[1][2][0] == ChatTurn(Role.USER, STANDALONE)


async def test_a_follow_up_that_was_stopped_keeps_what_it_was_searched_as(bench: Bench, answer: Answer) -> None:
    follow_up(bench, answer)
    bench.answerer.script = (bench.answerer.script[0], asyncio.Event())
    controller = bench.controller()
    controller.ask("And the Plus plan?")
    await until(lambda: searched_for(bench) == STANDALONE)
    controller.stop()
    stopped = await answered(bench, controller)
    assert (stopped.question, stopped.standalone_question) == ("And the Plus plan?", STANDALONE)


async def test_an_edited_search_answers_the_same_question_again(bench: Bench, answer: Answer) -> None:
    follow_up(bench, answer)
    controller = bench.controller()
    controller.ask("And the Plus plan?")
    await answered(bench, controller)
    asked, before = bench.store.messages(only_conversation(bench).id)
    made = replace(
        answer, standalone_question="What does Plus cost?", searched=Searched("What does Plus cost?", Scope())
    )
    bench.answerer.script = (AnswerFinished(made),)
    bench.panel.search_edited.emit(asked.id, "What does Plus cost?")
    await until(lambda: len(bench.answerer.asked) == 2 and not controller.is_answering)
    assert bench.answerer.asked[1][0] == "And the Plus plan?"
    assert bench.answerer.edited == ["", "What does Plus cost?"]
    kept, after = bench.store.messages(only_conversation(bench).id)
    assert kept == asked
    assert after.id != before.id
    assert searched_for(bench) == "What does Plus cost?"
    # What the person made of it is theirs: it stays when the answer is made again.
    bench.panel.retry_requested.emit(after.id)
    await until(lambda: len(bench.answerer.asked) == 3 and not controller.is_answering)
    assert bench.answerer.edited[2] == "What does Plus cost?"


async def test_what_the_rules_made_is_made_anew_with_the_answer(bench: Bench, answer: Answer) -> None:
    follow_up(bench, answer)
    controller = bench.controller()
    controller.ask("And the Plus plan?")
    await answered(bench, controller)
    bench.panel.retry_requested.emit(bench.store.messages(only_conversation(bench).id)[1].id)
    await until(lambda: len(bench.answerer.asked) == 2 and not controller.is_answering)
    assert bench.answerer.edited == ["", ""]
    bench.panel.search_edited.emit(999, "What?")  # a question that is not there
    assert len(bench.answerer.asked) == 2
