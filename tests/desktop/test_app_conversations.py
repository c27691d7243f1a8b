"""Conversations in the whole window: edited, answered again, found, renamed, exported, deleted and brought back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pypdfium2
import pytest
from docx import Document as read_docx
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QToolButton
from real_desk import OpenDesk, ScriptedModel, all_are, dialog_of, until
from test_app_questions import QUESTION, QUOTE, ask, finished

from core.errors import ModelFailed
from core.llm.chat_model import ChatTurn
from core.types import DocumentState
from desktop.app import Desk
from desktop.chat.question_bubble import QuestionBubble
from desktop.chat.row_mark import RowMark
from desktop.chat.transcript_model import TranscriptRole


def texts(desk: Desk) -> list[str]:
    """Return the texts of the rows."""
    return [str(desk.transcript.index(at).data(TranscriptRole.TEXT)) for at in range(desk.transcript.rowCount())]


def bubble(desk: Desk, row: int) -> QuestionBubble:
    """Return a question's widget."""
    found = desk.chat_panel.transcript.row_widget(row)
    assert isinstance(found, QuestionBubble)
    return found


def notice_button(desk: Desk) -> QPushButton:
    """Return the button of the notice."""
    found = desk.window.notice.findChild(QPushButton)
    assert found is not None
    return found


async def settled(desk: Desk, wanted: list[str]) -> None:
    """Wait until the rows say this, their answers stored; each only as far as the text wanted goes."""

    def holds() -> bool:
        shown = texts(desk)
        starts = len(shown) == len(wanted) and all(a.startswith(b) for a, b in zip(shown, wanted, strict=True))
        return starts and not desk.chat.is_answering

    await until(holds)


async def test_a_question_is_edited_and_asked_again_and_both_branches_are_kept(
    open_desk: OpenDesk, lamps: Path
) -> None:
    model = ScriptedModel(QUOTE, " [1]")
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        await finished(desk)
        row = bubble(desk, 0)
        row.begin_edit()
        assert row.editor is not None
        row.editor.field.setPlainText("Who lit the second lamp of the Long Pier?")
        QTest.keyClick(row.editor.field, Qt.Key.Key_Return)
        await settled(desk, ["Who lit the second", QUOTE])
        assert model.asked[-1].endswith("Who lit the second lamp of the Long Pier?")
        assert bubble(desk, 0).switch.text == "2 of 2"
        assert desk.conversations.rowCount() == 1

        QTest.mouseClick(bubble(desk, 0).switch.findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
        await settled(desk, [QUESTION, QUOTE])
        assert bubble(desk, 0).switch.text == "1 of 2"
        ask(desk, "And when was the pier built?")
        await settled(desk, [QUESTION, QUOTE, "And when", QUOTE])
        desk.chat_panel.transcript.branch_chosen.emit(bubble(desk, 0).switch._branches[1])
        await settled(desk, ["Who lit the second", QUOTE])
    async with open_desk(None, model) as desk:  # the branch shown last is shown again
        await settled(desk, ["Who lit the second", QUOTE])
        desk.chat_panel.transcript.branch_chosen.emit(bubble(desk, 0).switch._branches[0])
        await settled(desk, [QUESTION, QUOTE, "And when", QUOTE])


async def test_an_answer_is_made_again_with_another_model_beside_the_first(open_desk: OpenDesk, lamps: Path) -> None:
    one, other = ScriptedModel(f"{QUOTE} [1]", model_id="one"), ScriptedModel("Agnes Marrow. [1]", model_id="ollama/b")
    async with open_desk(None, one, other) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        first = await finished(desk)
        menu = desk.chat_panel.transcript.again_menu
        await until(lambda: len(menu.actions()) == 2)
        menu._message_id = desk.transcript.index(1).data(TranscriptRole.MESSAGE_ID)
        menu.actions()[1].trigger()
        await settled(desk, [QUESTION, "Agnes Marrow."])
        assert one.is_closed
        switch = desk.chat_panel.transcript.row_widget(1).switch
        assert switch.text == "2 of 2"
        switch.branch_chosen.emit(switch._branches[0])
        await settled(desk, [QUESTION, QUOTE])
        assert desk.transcript.index(1).data(TranscriptRole.ANSWER) == first
        ask(desk)  # the model chosen last goes on
        await settled(desk, [QUESTION, QUOTE, QUESTION, "Agnes Marrow."])


async def test_editing_while_an_answer_is_made_stops_that_and_keeps_it(open_desk: OpenDesk, lamps: Path) -> None:
    gate = asyncio.Event()
    model = ScriptedModel(QUOTE, gate, " [1]")
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        await until(lambda: desk.transcript.rowCount() == 2 and model.asked)
        gate.set()
        bubble(desk, 0).edit_requested.emit(bubble(desk, 0).message_id, "Who lit the other lamp?")
        await settled(desk, ["Who lit the other lamp?", QUOTE])
        assert bubble(desk, 0).switch.text == "2 of 2"


async def test_what_was_said_is_found_on_any_branch_of_any_conversation(open_desk: OpenDesk, lamps: Path) -> None:
    async with open_desk(None, ScriptedModel(QUOTE, " [1]")) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk, "Who lit the umbrella lamp?")
        await finished(desk)
        said = desk.chat._messages[-1].text  # the passages have no umbrella
        first = desk.chat.conversation
        desk.chat_panel.transcript.question_edited.emit(bubble(desk, 0).message_id, "Who lit the first lamp?")
        await settled(desk, ["Who lit the first lamp?", QUOTE])
        desk.chat.start_conversation()
        ask(desk, "Something else?")
        await finished(desk)

        action = next(a for a in desk.window.actions() if a.shortcut().toString() == "Ctrl+Shift+F")
        action.trigger()
        search = desk.library_panel._conversation_search
        QTest.keyClicks(search.field, "umbr")
        await until(
            lambda: search.found.isVisible() and search.found.model().rowCount() == 2
        )  # the title, the question
        QTest.keyClick(search.field, Qt.Key.Key_Down)
        QTest.keyClick(search.found, Qt.Key.Key_Down)
        QTest.keyClick(search.found, Qt.Key.Key_Return)
        await settled(desk, ["Who lit the umbrella lamp?", said])
        assert first is not None
        assert desk.chat.conversation is not None
        assert desk.chat.conversation.id == first.id
        mark = desk.chat_panel.transcript.findChild(RowMark)
        assert mark is not None
        await until(mark.isVisible)
        assert mark.y() == bubble(desk, 0).y()

        desk.library_panel.conversation_found_opened.emit(first.id, None)  # the title of what is open changes nothing
        await settled(desk, ["Who lit the umbrella lamp?", said])


async def test_a_conversation_is_renamed_in_place(open_desk: OpenDesk, lamps: Path) -> None:
    async with open_desk(None, ScriptedModel(QUOTE, " [1]")) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        assert not desk.chat_panel.header.conversation_menu.isVisible()
        ask(desk)
        await finished(desk)
        desk.chat_panel.header.conversation_menu.rename_requested.emit()
        view = desk.library_panel._conversations
        await until(lambda: view.findChild(QLineEdit) is not None)
        field = view.findChild(QLineEdit)
        assert field is not None
        assert QUESTION.startswith(field.text()[:20])
        field.setText("  Lamps of\tthe pier ")
        QTest.keyClick(field, Qt.Key.Key_Return)
        await until(lambda: desk.conversations.index(0).data() == "Lamps of the pier")
        assert desk.chat_panel.header._title.text() == "Lamps of the pier"

        view.setCurrentIndex(desk.conversations.index(0))
        QTest.keyClick(view, Qt.Key.Key_F2)
        field = view.findChildren(QLineEdit)[-1]
        field.setText("Nothing of this")
        QTest.keyClick(field, Qt.Key.Key_Escape)
        await asyncio.sleep(0)
        assert desk.conversations.index(0).data() == "Lamps of the pier"


async def test_a_deleted_conversation_can_be_brought_back(open_desk: OpenDesk, lamps: Path) -> None:
    gate = asyncio.Event()
    async with open_desk(None, ScriptedModel(QUOTE, gate, " [1]")) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        await until(lambda: desk.transcript.rowCount() == 2 and desk.transcript.index(1).data(TranscriptRole.TEXT))
        desk.chat_panel.header.conversation_menu.remove_requested.emit()  # while it is being answered
        await until(lambda: desk.conversations.rowCount() == 0)
        await until(lambda: desk.window.notice.isVisible())
        assert desk.transcript.rowCount() == 0
        assert notice_button(desk).text() == "Undo"
        notice_button(desk).click()
        assert not desk.window.notice.isVisible()
        await settled(desk, [QUESTION, QUOTE])
        assert desk.conversations.rowCount() == 1


@pytest.mark.parametrize("suffix", ["pdf", "docx"])
async def test_a_conversation_is_exported_and_its_folder_shown(
    open_desk: OpenDesk, lamps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    async with open_desk(None, ScriptedModel(QUOTE, " [1]")) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        await finished(desk)
        desk.chat_panel.header.conversation_menu.export_requested.emit()
        dialog = await dialog_of(desk, QFileDialog)
        file = tmp_path / f"talk.{suffix}"
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        field.setText(str(file))
        dialog.accept()
        await until(lambda: desk.window.notice.isVisible())
        notice_button(desk).click()
        assert shown == [str(tmp_path)]
        if suffix == "pdf":
            document = pypdfium2.PdfDocument(file)
            text = " ".join(document[0].get_textpage().get_text_range().split())
            document.close()
            assert QUOTE in text.partition("Sources")[2]
        else:
            assert any(QUESTION in paragraph.text for paragraph in read_docx(str(file)).paragraphs)


async def test_an_answer_that_was_only_an_error_is_replaced(open_desk: OpenDesk, lamps: Path) -> None:
    class Recovering(ScriptedModel):
        """Fails the first time."""

        def stream(self, turns: Sequence[ChatTurn], **bounds: int) -> AsyncGenerator[str, None]:
            failing = not self.asked
            self._script = (ModelFailed("The model broke off. Ask again."),) if failing else (QUOTE, " [1]")
            return super().stream(turns, **bounds)

    async with open_desk(None, Recovering()) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        assert (await finished(desk)).error == "The model broke off. Ask again."
        desk.chat_panel.retry_requested.emit(desk.transcript.index(1).data(TranscriptRole.MESSAGE_ID))
        await settled(desk, [QUESTION, QUOTE])
        assert desk.transcript.index(1).data(TranscriptRole.BRANCHES) == ()
