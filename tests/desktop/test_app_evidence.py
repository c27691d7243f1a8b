"""Evidence in the whole window: cards before the first word, the way back from a page, a wider question, a link."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTextEdit
from real_desk import OpenDesk, ScriptedModel, all_are, until

from core.types import Answer, DocumentState, Scope
from desktop.app import Desk
from desktop.chat.address_dialog import AddressDialog
from desktop.chat.answer_row import AnswerRow
from desktop.chat.source_card import SourceCard
from desktop.chat.transcript_model import TranscriptRole

QUESTION = "Who lit the first lamp of the Long Pier, and when?"
QUOTE = "Agnes Marrow lit the first of them on 21 June 1874."
# A second is slow for a person; a broken order of things (cards after the model) takes for ever here.
_SLOW_SECONDS = 5.0


def ask(desk: Desk, question: str = QUESTION) -> None:
    """Type a question and press Enter."""
    field = desk.chat_panel.composer.findChild(QTextEdit)
    QTest.keyClicks(field, question)
    QTest.keyClick(field, Qt.Key.Key_Return)


def last(desk: Desk, role: TranscriptRole) -> object:
    """Return what the last row of the conversation tells."""
    return desk.transcript.index(desk.transcript.rowCount() - 1).data(role)


def answer_row(desk: Desk) -> AnswerRow:
    """Return the last row's widget."""
    row = desk.chat_panel.transcript.row_widget(desk.transcript.rowCount() - 1)
    assert isinstance(row, AnswerRow)
    return row


async def finished(desk: Desk, rows: int) -> Answer:
    """Return the answer of the last row, once it is stored."""
    await until(lambda: desk.transcript.rowCount() == rows and isinstance(last(desk, TranscriptRole.ANSWER), Answer))
    await until(lambda: not desk.chat.is_answering)
    answer = last(desk, TranscriptRole.ANSWER)
    assert isinstance(answer, Answer)
    return answer


class Painted(QObject):
    """Notes when a card was painted first."""

    def __init__(self) -> None:
        super().__init__()
        self.at: float | None = None
        self.card: SourceCard | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.at is None and event.type() == QEvent.Type.Paint and isinstance(watched, SourceCard):
            self.at = time.perf_counter()
            self.card = watched
        return False


async def test_cards_are_painted_before_the_model_says_a_word(
    open_desk: OpenDesk, lamps: Path, qapp: QApplication
) -> None:
    gate = asyncio.Event()
    model = ScriptedModel(gate, f"{QUOTE} [1]")
    async with open_desk(None, model) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        painted = Painted()
        qapp.installEventFilter(painted)
        asked = time.perf_counter()
        ask(desk)
        await until(lambda: painted.at)
        qapp.removeEventFilter(painted)
        assert last(desk, TranscriptRole.TEXT) == ""
        assert painted.at is not None
        assert painted.at - asked < _SLOW_SECONDS
        first = answer_row(desk).strip.cards[0]
        assert first.page == "p. 1 (page 3 of 8)"  # the sample has a cover and a page of contents
        marked = {first.excerpt.text[a:b].lower() for a, b in first.excerpt.words}
        assert {"lit", "lamp"} & {word.rstrip("s") for word in marked}
        assert first.excerpt.answer[1] > 0
        assert answer_row(desk).status == "Reading the passages"
        gate.set()
        await finished(desk, 2)
        assert answer_row(desk).view.y() < answer_row(desk).strip.y()  # the answer streams above them


async def test_alt_left_goes_back_while_the_chat_has_the_keyboard(open_desk: OpenDesk, lamps: Path) -> None:
    async with open_desk(None, ScriptedModel(f"{QUOTE} [1]")) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk)
        await finished(desk, 2)
        row = answer_row(desk)
        chip = row.view.chips[0]
        QTest.mouseClick(row.view.viewport(), Qt.MouseButton.LeftButton, pos=row.view.chip_rect(chip).center())
        await until(lambda: desk.viewer.place is not None and desk.viewer.view.isVisible())
        first = desk.viewer.place
        others = [card for card in row.strip.cards if card.number != chip.number]
        others[-1].clicked.emit()
        await until(lambda: desk.viewer.place != first)
        desk.window.activateWindow()
        desk.chat_panel.focus_composer()
        field = desk.chat_panel.composer.findChild(QTextEdit)
        QTest.keyClick(field, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        assert desk.viewer.place == first


async def test_a_refused_question_is_asked_again_in_all_documents(open_desk: OpenDesk, lamps: Path) -> None:
    async with open_desk(None, ScriptedModel("Nothing of that is in the passages.")) as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        document = desk.library.documents[0].id
        desk.library_panel.set_scope([document])
        desk.chat.set_scope(Scope(documents=(document,)))
        ask(desk, "What is the boiling point of tungsten?")
        answer = await finished(desk, 2)
        assert answer.refused
        (button,) = answer_row(desk).wider.buttons
        assert button.text() == "Ask all documents"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        again = await finished(desk, 4)
        assert again.question == answer.question
        assert again.searched is not None
        assert again.searched.scope == desk.chat.scope == Scope()
        assert list(desk.library_panel.scope) == []


class Browser(QObject):
    """Stands in for the system's."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url)


async def test_a_link_reaches_the_browser_only_through_the_dialog(open_desk: OpenDesk, lamps: Path) -> None:
    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "take")
    try:
        async with open_desk(None, ScriptedModel(f"{QUOTE} [1] See [x](https://example.org/y).")) as desk:
            await until(lambda: all_are(desk, DocumentState.READY, 1))
            ask(desk)
            await finished(desk, 2)
            view = answer_row(desk).view
            cursor = view.document().find("example.org")
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.cursorRect(cursor).center())
            await until(lambda: desk.chat_panel.findChild(AddressDialog))
            assert browser.opened == []
            desk.chat_panel.findChild(AddressDialog).open_button.click()
            assert browser.opened == [QUrl("https://example.org/y")]
    finally:
        QDesktopServices.unsetUrlHandler("https")
