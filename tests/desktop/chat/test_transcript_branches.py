"""Branches in the transcript: switched under a message, which stays where it is; found messages are marked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from core.types import Answer, Message
from desktop.chat.answer_row import AnswerRow
from desktop.chat.row_mark import RowMark
from desktop.chat.transcript_model import TranscriptModel, TranscriptRole
from desktop.chat.transcript_view import TranscriptView
from desktop.theme.theme import Theme

MODELS = [("one", "One & only", "1 GB"), ("ollama/two", "two · Ollama", "")]


@pytest.fixture
def model(holder: QWidget) -> TranscriptModel:
    return TranscriptModel(holder)


@pytest.fixture
def view(theme: Theme, holder: QWidget, model: TranscriptModel, qtbot: QtBot) -> TranscriptView:
    view = TranscriptView(theme, model, holder)
    holder.resize(700, 500)
    view.resize(700, 500)
    with qtbot.waitExposed(holder):
        holder.show()
    return view


@pytest.fixture
def talk(
    model: TranscriptModel, answer: Answer, question: Callable[..., Message], reply: Callable[[int, Answer], Message]
) -> list[Message]:
    """Return a long conversation whose sixth message has another one beside it."""
    messages = [question(n) if n % 2 else reply(n, answer) for n in range(1, 13)]
    messages[5] = replace(messages[5], branches=(6, 20))
    return messages


def mark(view: TranscriptView) -> RowMark:
    found = view.findChild(RowMark)
    assert found is not None
    return found


def top_in_view(view: TranscriptView, widget: QWidget) -> int:
    return widget.mapTo(view.viewport(), QPoint()).y()


def test_a_message_with_versions_offers_them(
    view: TranscriptView, model: TranscriptModel, talk: list[Message], qtbot: QtBot
) -> None:
    model.set_messages(talk)
    assert model.index(5).data(TranscriptRole.BRANCHES) == (6, 20)
    row = view.row_widget(5)
    assert row.switch.text == "1 of 2"
    assert view.row_widget(3).switch.isHidden()
    with qtbot.waitSignal(view.branch_chosen) as chosen:
        qtbot.mouseClick(row.switch.findChildren(QToolButton)[1], Qt.MouseButton.LeftButton)
    assert chosen.args == [20]


def test_the_switch_stays_under_the_pointer(
    view: TranscriptView, model: TranscriptModel, talk: list[Message], answer: Answer
) -> None:
    model.set_messages(talk)
    view.reveal(6)
    before = top_in_view(view, view.row_widget(5).switch)
    view.row_widget(5).branch_chosen.emit(20)
    longer = replace(answer, text=answer.text + "\n\nMore. " * 8)
    model.set_messages([*talk[:5], replace(talk[5], id=20, answer=longer, branches=(6, 20)), *talk[6:]])
    view.stay_at(20)
    assert view.row_widget(5).switch.text == "2 of 2"
    assert top_in_view(view, view.row_widget(5).switch) == before
    view.stay_at(999)
    assert top_in_view(view, view.row_widget(5).switch) == before


def test_a_message_is_scrolled_to_and_marked(view: TranscriptView, model: TranscriptModel, talk: list[Message]) -> None:
    model.set_messages(talk)
    assert mark(view).isHidden()
    assert view.reveal(3)  # of the rows that are made later
    row = view.row_widget(2)
    assert 0 <= top_in_view(view, row) < 60
    assert mark(view).isVisible()
    assert mark(view).geometry().top() == row.y()
    assert mark(view).geometry().right() < row.x() + 8
    assert not view.is_following
    view.resize(500, 500)
    assert mark(view).geometry().top() == view.row_widget(2).y()
    assert not view.reveal(99)
    model.set_messages(talk[:2])
    assert mark(view).isHidden()


def test_models_are_offered_for_the_last_answer_the_present_one_first(
    view: TranscriptView, model: TranscriptModel, talk: list[Message], qtbot: QtBot
) -> None:
    model.set_messages(talk)
    view.again_menu.set_models(MODELS, "ollama/two")
    assert [action.text() for action in view.again_menu.actions()] == [
        "Again with two · Ollama", "With One && only\t1 GB",
    ]  # fmt: skip
    row = view.row_widget(11)
    assert isinstance(row, AnswerRow)
    arrow = next(b for b in row.findChildren(QToolButton) if b.accessibleName() == "Regenerate with another model")
    assert arrow.isVisible()
    qtbot.mouseClick(arrow, Qt.MouseButton.LeftButton)
    assert view.again_menu.isVisible()
    with qtbot.waitSignal(view.again_menu.model_chosen) as chosen:
        view.again_menu.actions()[1].trigger()
    assert chosen.args == [12, "one"]
    view.again_menu.close()
    earlier = view.row_widget(9)
    hidden = next(b for b in earlier.findChildren(QToolButton) if b.accessibleName() == "Regenerate with another model")
    assert not hidden.isVisible()
