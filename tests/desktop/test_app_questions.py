"""Questions in the whole window: a real library and search, and a model that reads a script."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QTextEdit
from real_desk import OpenDesk, ScriptedModel, all_are, button, drop, forget, source_of, states, until

from core.answering.refusal import REFUSAL
from core.errors import ModelFailed
from core.types import Answer, DocumentState, Role, Scope, Verdict
from desktop.app import Desk
from desktop.chat.answer_row import AnswerRow
from desktop.chat.transcript_model import TranscriptRole
from desktop.library.conversation_model import ConversationRole

QUESTION = "Who lit the first lamp of the Long Pier, and when?"
QUOTE = "Agnes Marrow lit the first of them on 21 June 1874."


def ask(desk: Desk, question: str = QUESTION) -> None:
    """Type a question and press Enter."""
    field = desk.chat_panel.composer.findChild(QTextEdit)
    QTest.keyClicks(field, question)
    QTest.keyClick(field, Qt.Key.Key_Return)


def last(desk: Desk, role: TranscriptRole) -> object:
    """Return what the last row of the conversation tells."""
    return desk.transcript.index(desk.transcript.rowCount() - 1).data(role)


def id_at(desk: Desk, row: int) -> int:
    """Return the id of a listed conversation."""
    return int(desk.conversations.index(row).data(ConversationRole.ID))


def answer_row(desk: Desk) -> AnswerRow:
    """Return the last row's widget."""
    row = desk.chat_panel.transcript.row_widget(desk.transcript.rowCount() - 1)
    assert isinstance(row, AnswerRow)
    return row


async def finished(desk: Desk, rows: int = 2) -> Answer:
    """Return the answer of the last row, once it is stored."""
    await until(lambda: desk.transcript.rowCount() == rows and isinstance(last(desk, TranscriptRole.ANSWER), Answer))
    await until(lambda: not desk.chat.is_answering)
    answer = last(desk, TranscriptRole.ANSWER)
    assert isinstance(answer, Answer)
    return answer


def highlighted_words(desk: Desk) -> str:
    """Return what the viewer marks on its page, white space tidied."""
    place, document = desk.viewer.place, desk.viewer.view.document()
    assert place is not None
    marked = [document.getSelectionAtIndex(place.page_index, a, b - a).text() for a, b in place.highlights]
    return " ".join(" ".join(marked).split())


async def test_an_answer_streams_is_checked_stored_and_leads_to_the_page(open_desk: OpenDesk, lamps: Path) -> None:
    gate = asyncio.Event()
    model = ScriptedModel("Agnes Marrow lit the first of them ", gate, "on 21 June 1874 [1].", " Whales sang loudly.")
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        await until(lambda: last(desk, TranscriptRole.PASSAGES))  # the evidence comes before the first word
        await until(lambda: str(last(desk, TranscriptRole.TEXT)).startswith("Agnes Marrow"))
        assert desk.chat_panel.composer.text == ""
        gate.set()
        answer = await finished(desk)

        assert [sentence.verdict for sentence in answer.sentences] == [Verdict.SUPPORTED, Verdict.UNSUPPORTED]
        citation = answer.sentences[0].citations[0]
        assert QUOTE in citation.quote
        assert answer.passages[citation.number - 1].page_label == "1"
        stored = desk.conversations.index(0)
        assert QUESTION.startswith(str(stored.data())[:20])

        view = answer_row(desk).view
        chip = view.chips[0]
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.chip_rect(chip).center())
        await until(lambda: desk.window.viewer_is_shown)
        await until(desk.viewer.view.isVisible)
        assert desk.viewer.place is not None
        assert desk.viewer.place.page_index == citation.page_index
        assert QUOTE in highlighted_words(desk)
        assert desk.viewer.view.highlight_lines(citation.page_index)

        answer_row(desk).strip.cards[0].clicked.emit()
        assert desk.viewer.place.document == answer.passages[0].document


async def test_a_question_may_come_before_the_library_is_open(
    qapp: QApplication, run_async: object, lamps: Path
) -> None:
    desk = Desk(qapp, lamps, source_of(ScriptedModel(f"{QUOTE} [1]")))
    running = asyncio.ensure_future(desk.run())
    await asyncio.sleep(0)
    assert not desk.ready.is_set()
    ask(desk)
    assert desk.window.notice.accessibleName() == "Opening the library. One moment."
    assert (await finished(desk)).question == QUESTION
    desk.window.close()
    assert await running == 0
    forget(desk)


async def test_stopping_keeps_what_was_said(open_desk: OpenDesk, lamps: Path) -> None:
    model = ScriptedModel("Agnes Marrow lit the first lamp. ", "And then", asyncio.Event())
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        await until(lambda: "And then" in str(last(desk, TranscriptRole.TEXT)))  # shown although nothing follows
        QTest.keyClick(desk.chat_panel.composer.findChild(QTextEdit), Qt.Key.Key_Escape)
        answer = await finished(desk)
        assert answer.stopped
        assert answer.text == "Agnes Marrow lit the first lamp. And then"
        assert answer.passages
        assert not desk.transcript.is_answering
        conversation = desk.chat.conversation
        assert conversation is not None
    async with open_desk(None, model) as desk:
        answer = await finished(desk)
        assert answer.stopped
        assert desk.chat.conversation is not None
        assert desk.chat.conversation.id == conversation.id


async def test_closing_in_the_middle_keeps_what_was_said(open_desk: OpenDesk, lamps: Path) -> None:
    model = ScriptedModel("Agnes Marrow", asyncio.Event())
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        await until(lambda: "Agnes" in str(last(desk, TranscriptRole.TEXT)))
    assert model.is_closed
    async with open_desk(None, model) as desk:
        answer = await finished(desk)
        assert (answer.text, answer.stopped) == ("Agnes Marrow", True)


async def test_a_model_that_fails_says_so_and_the_passages_stay(open_desk: OpenDesk, lamps: Path) -> None:
    model = ScriptedModel("Agnes", ModelFailed("Ollama ended in the middle of the answer. Start it again."))
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        answer = await finished(desk)
        row = answer_row(desk)
        assert answer.error == "Ollama ended in the middle of the answer. Start it again."
        card = row.findChild(QFrame, "answerError")
        assert card is not None
        assert card.isVisible()
        assert len(row.strip.cards) == len(answer.passages) > 0
        assert row.strip.isVisible()

        button(card, "Try again").click()
        await until(lambda: len(model.asked) == 2)
        await finished(desk)


async def test_a_fault_of_ours_ends_the_answer_too(
    open_desk: OpenDesk, lamps: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class BrokenModel(ScriptedModel):
        async def context_limit(self) -> int:
            raise RuntimeError("the core dumped")

    async with open_desk(None, BrokenModel()) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        answer = await finished(desk)
        assert answer.error
        assert "core dumped" not in answer.error
        assert answer.passages
        assert not desk.transcript.is_answering
    assert "core dumped" in caplog.text


async def test_what_the_documents_do_not_say_is_refused(open_desk: OpenDesk, lamps: Path) -> None:
    model = ScriptedModel("The passages do not say.")
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk, "How do I braise a leek?")
        answer = await finished(desk)
        assert answer.refused
        assert answer.text == REFUSAL


async def test_a_question_stays_in_its_scope(open_desk: OpenDesk, lamps: Path, data: Path) -> None:
    model = ScriptedModel("Nothing [1].")
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        drop(desk.chat_panel, data / "text_two_pages.pdf")
        await until(lambda: all_are(desk, DocumentState.READY, 2))
        herring = next(one.id for one in desk.library.documents if one.path.endswith("text_two_pages.pdf"))
        desk.library_panel.scope_selected.emit([herring])
        assert button(desk.chat_panel.composer, "Asking “Two pages”").isEnabled()
        ask(desk, "Who lit the lamp?")
        answer = await finished(desk)
        assert {passage.document for passage in answer.passages} == {herring}

    async with open_desk(None, model) as desk:  # the conversation remembers where it asked, and the list shows it
        await until(lambda: desk.chat.scope == Scope((herring,)))
        await until(lambda: desk.library_panel.scope == [herring])
        await until(lambda: button(desk.chat_panel.composer, "Asking “Two pages”").isEnabled())


async def test_tags_narrow_the_scope_and_stay_with_the_conversation(
    open_desk: OpenDesk, lamps: Path, data: Path
) -> None:
    model = ScriptedModel("Nothing [1].")
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        drop(desk.chat_panel, data / "text_two_pages.pdf")
        await until(lambda: all_are(desk, DocumentState.READY, 2))
        herring = next(one.id for one in desk.library.documents if one.path.endswith("text_two_pages.pdf"))
        assert desk.chat_panel.composer.filter.isHidden()
        desk.library_panel.documents_tagged.emit("fish", [herring])
        await until(lambda: desk.documents.tags == ["fish"])
        await until(lambda: not desk.chat_panel.composer.filter.isHidden())
        next(a for a in desk.chat_panel.composer.filter.menu().actions() if a.text() == "fish").trigger()
        assert button(desk.chat_panel.composer, "Asking all documents · tagged fish").isEnabled()
        ask(desk, "Where did the lamp turn?")
        answer = await finished(desk)
        assert {passage.document for passage in answer.passages} == {herring}

    async with open_desk(None, model) as desk:
        await until(lambda: desk.chat.scope == Scope(tags=("fish",)))
        await finished(desk)
        assert answer_row(desk).searched.facts == [
            ("Searched for", "Where did the lamp turn?"),
            ("In", "tagged fish"),
            ("Found", f"{len(answer.passages)} of {len(answer.passages)} passages fit 4,096 tokens"),
        ]
        assert all(passage.parts for passage in answer.passages)
        button(desk.chat_panel.composer, "Asking all documents · tagged fish").click()
        assert desk.chat.scope == Scope()
        desk.chat_panel.tags_chosen.emit(["fish"])
        desk.library_panel.documents_untagged.emit("fish", [herring])
        await until(lambda: desk.documents.tags == [])
        assert desk.chat.scope == Scope()  # asking for a tag that nothing has would find nothing


async def test_a_document_that_goes_leaves_the_scope(open_desk: OpenDesk, lamps: Path, data: Path) -> None:
    async with open_desk(None, ScriptedModel("Nothing [1].")) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        drop(desk.chat_panel, data / "text_two_pages.pdf")
        await until(lambda: all_are(desk, DocumentState.READY, 2))
        herring = next(one.id for one in desk.library.documents if one.path.endswith("text_two_pages.pdf"))
        desk.library_panel.scope_selected.emit([herring])
        ask(desk)
        await finished(desk)
        first = desk.chat.conversation
        assert first is not None
        desk.chat.start_conversation()
        button(desk.chat_panel.composer, "Asking “Two pages”").click()
        assert desk.chat.scope == Scope()

        desk.library.remove([herring])
        await until(lambda: len(states(desk)) == 1)
        desk.chat.open_conversation(first.id)
        await until(lambda: desk.chat.conversation is not None and desk.chat.conversation.id == first.id)
        assert desk.chat.scope == Scope()  # asking in what is gone would find nothing, and nobody could see why


async def test_conversations_are_listed_opened_and_removed(open_desk: OpenDesk, lamps: Path) -> None:
    gate = asyncio.Event()
    model = ScriptedModel(QUOTE, gate, " [1]")
    gate.set()
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk, "Who lit the pier?")
        await finished(desk)
        desk.library_panel.conversation_new_requested.emit()
        assert desk.transcript.rowCount() == 0
        gate.clear()
        ask(desk, "Who lit the lamp?")
        await until(lambda: desk.conversations.rowCount() == 2 and model.asked[-1].endswith("Who lit the lamp?"))
        first = desk.conversations.index(1)
        assert first.data() == "Who lit the pier?"

        # Leaving stops the answer; it is kept where it was asked, and the one that is opened shows its own.
        desk.library_panel.conversation_opened.emit(id_at(desk, 1))
        await until(lambda: desk.chat.conversation is not None and desk.chat.conversation.title == "Who lit the pier?")
        answer = await finished(desk)
        assert not answer.stopped
        desk.library_panel.conversation_opened.emit(id_at(desk, 0))
        await until(lambda: desk.chat.conversation is not None and desk.chat.conversation.title == "Who lit the lamp?")
        assert (await finished(desk)).stopped

        desk.library_panel.conversation_remove_requested.emit(id_at(desk, 0))
        await until(lambda: desk.conversations.rowCount() == 1)
        assert desk.transcript.rowCount() == 0


async def test_another_model_answers_and_stays_chosen(open_desk: OpenDesk, lamps: Path) -> None:
    one, other = ScriptedModel("One.", model_id="one"), ScriptedModel("Other.", model_id="ollama/other")
    async with open_desk(None, one, other) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        assert (await finished(desk)).model == "one"
        desk.chat_panel.model_selected.emit("ollama/other")
        await until(lambda: one.is_closed)
        ask(desk)
        assert (await finished(desk, 4)).model == "ollama/other"
    async with open_desk(None, one, other) as desk:
        await finished(desk, 4)
        ask(desk)
        assert (await finished(desk, 6)).model == "ollama/other"
        assert [desk.transcript.index(row).data(TranscriptRole.ROLE) for row in range(2)] == [Role.USER, Role.ASSISTANT]
