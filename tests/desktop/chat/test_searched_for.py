"""What a follow-up was searched as, under the question: shown, edited by keyboard, left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.types import Answer, Message
from desktop.chat.flow import BLEED
from desktop.chat.question_bubble import QuestionBubble
from desktop.chat.question_tools import EditButton
from desktop.chat.searched_for import SearchedFor
from desktop.chat.transcript_model import TranscriptModel, TranscriptRole
from desktop.chat.transcript_view import TranscriptView
from desktop.theme.theme import Theme

WORDS, STANDALONE = "And in 2022?", "What was the revenue of Marlow Shipping in 2022?"


@pytest.fixture
def follow_up(answer: Answer) -> Answer:
    return replace(answer, question=WORDS, standalone_question=STANDALONE)


@pytest.fixture
def messages(
    answer: Answer, follow_up: Answer, question: Callable[..., Message], reply: Callable[[int, Answer], Message]
) -> list[Message]:
    """Return a question and its answer, and a follow-up and its answer."""
    return [question(1), reply(2, answer), question(3, WORDS), reply(4, follow_up)]


@pytest.fixture
def model(qapp: object) -> TranscriptModel:
    return TranscriptModel()


@pytest.fixture
def view(qtbot: QtBot, theme: Theme, model: TranscriptModel, messages: list[Message]) -> TranscriptView:
    model.set_messages(messages)
    view = TranscriptView(theme, model, None)  # type: ignore[arg-type]
    qtbot.addWidget(view)
    view.resize(640, 500)
    view.show()
    qtbot.waitExposed(view)
    return view


def bubble(view: TranscriptView, at: int) -> QuestionBubble:
    row = view.row_widget(at)
    assert isinstance(row, QuestionBubble)
    return row


def said(line: SearchedFor) -> list[str]:
    return [label.text() for label in line.findChildren(QLabel) if label.isVisible()]


def opened(view: TranscriptView) -> SearchedFor:
    """Open the line of the last question by keyboard."""
    line = bubble(view, 2).searched_for
    line.pencil.setFocus()
    QTest.keyClick(line.pencil, Qt.Key.Key_Space)
    assert line.field.isVisible()
    assert line.field.hasFocus()
    return line


def test_the_line_stands_under_a_follow_up_and_nowhere_else(view: TranscriptView) -> None:
    assert bubble(view, 0).searched_for.isHidden()
    line = bubble(view, 2).searched_for
    assert said(line) == [f"Searched for “{STANDALONE}”"]
    assert line.pencil.isVisible()
    assert STANDALONE in line.pencil.accessibleName()
    assert line.field.accessibleName()
    assert "Esc" in line.field.accessibleDescription()


def test_nothing_lies_upon_anything_at_any_width(view: TranscriptView, qtbot: QtBot) -> None:
    row = bubble(view, 2)
    for width in (900, 640, 420, 300):
        view.resize(width, 500)
        qtbot.waitUntil(lambda width=width: view.width() == width)  # type: ignore[misc]
        (label,) = [part for part in row.searched_for.findChildren(QLabel) if part.isVisible()]
        assert not label.geometry().intersects(row.searched_for.pencil.geometry())
        assert label.height() >= label.heightForWidth(label.width())
        assert row.searched_for.geometry().right() <= row.width() - BLEED
        assert row.searched_for.rect().contains(row.searched_for.pencil.geometry())
        assert row.geometry().bottom() <= view.row_widget(3).y() + BLEED


def test_enter_asks_for_another_search(view: TranscriptView, qtbot: QtBot) -> None:
    line = opened(view)
    line.field.selectAll()
    QTest.keyClicks(line.field, "  What was the  profit in 2022?")
    with qtbot.waitSignal(view.search_edited) as heard:
        QTest.keyClick(line.field, Qt.Key.Key_Return)
    assert heard.args == [3, "What was the profit in 2022?"]
    assert line.field.isHidden()


@pytest.mark.parametrize("typed", ["", "x"])
def test_escape_leaves_it(view: TranscriptView, qtbot: QtBot, typed: str) -> None:
    line = opened(view)
    QTest.keyClicks(line.field, typed)
    with qtbot.assertNotEmitted(view.search_edited):
        QTest.keyClick(line.field, Qt.Key.Key_Escape)
    assert said(line) == [f"Searched for “{STANDALONE}”"]
    assert line.pencil.hasFocus()
    line.pencil.click()
    assert line.field.text() == STANDALONE


@pytest.mark.parametrize("text", [STANDALONE, "", "   "])
def test_what_is_unchanged_or_empty_is_not_searched(view: TranscriptView, qtbot: QtBot, text: str) -> None:
    line = opened(view)
    line.field.setText(text)
    with qtbot.assertNotEmitted(view.search_edited):
        QTest.keyClick(line.field, Qt.Key.Key_Return)
    assert line.field.isHidden()


def test_the_row_grows_for_the_field_and_shrinks_again(view: TranscriptView) -> None:
    below = view.row_widget(3)
    before = below.y()
    line = opened(view)
    assert below.y() > before
    QTest.keyClick(line.field, Qt.Key.Key_Escape)
    assert below.y() == before


def test_a_field_that_was_not_touched_is_left_with_the_keyboard(view: TranscriptView) -> None:
    line = opened(view)
    view.setFocus()
    assert line.field.isHidden()
    line = opened(view)
    QTest.keyClicks(line.field, "x")
    view.setFocus()
    assert line.field.isVisible()  # words that were typed are not thrown away


def test_only_the_last_question_can_be_searched_anew(
    view: TranscriptView, model: TranscriptModel, messages: list[Message], question: Callable[..., Message]
) -> None:
    line = bubble(view, 2).searched_for
    model.append(question(5, "Why?"))
    model.begin_answer(-1)
    assert line.pencil.isHidden()
    assert said(line) == [f"Searched for “{STANDALONE}”"]
    model.set_searched_for("What was the revenue in 2022, and why?")
    newest = bubble(view, 4).searched_for
    assert said(newest) == ["Searched for “What was the revenue in 2022, and why?”"]
    assert newest.pencil.isHidden()  # while the answer is being made
    answer = messages[3].answer
    assert answer is not None
    model.finish(Message(6, 1, messages[3].role, "No.", "", replace(answer, question="Why?")))
    assert newest.pencil.isVisible()
    assert said(newest) == [f"Searched for “{STANDALONE}”"]  # as the finished answer knows it


def test_tab_reaches_the_pencil_behind_that_of_the_question(view: TranscriptView) -> None:
    asked = bubble(view, 2)
    before = view.row_widget(1).last_stop
    before.setFocus()
    QTest.keyClick(before, Qt.Key.Key_Tab)
    edit = asked.findChild(EditButton)
    assert edit is not None
    assert edit.hasFocus()
    QTest.keyClick(edit, Qt.Key.Key_Tab)
    assert asked.searched_for.pencil.hasFocus()


def test_the_model_tells_of_questions_what_they_were_searched_as(
    model: TranscriptModel, messages: list[Message]
) -> None:
    model.set_messages(messages)
    assert [model.index(at).data(TranscriptRole.SEARCHED_FOR) for at in range(4)] == ["", "", STANDALONE, ""]
