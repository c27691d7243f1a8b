"""A question is edited where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.types import Answer, Message
from desktop.chat.question_bubble import QuestionBubble
from desktop.chat.question_tools import EditButton
from desktop.chat.transcript_model import TranscriptModel
from desktop.chat.transcript_view import TranscriptView
from desktop.theme.theme import Theme


@pytest.fixture
def model(holder: QWidget) -> TranscriptModel:
    return TranscriptModel(holder)


@pytest.fixture
def view(theme: Theme, holder: QWidget, model: TranscriptModel, qtbot: QtBot) -> TranscriptView:
    view = TranscriptView(theme, model, holder)
    holder.resize(800, 700)
    view.resize(800, 700)
    with qtbot.waitExposed(holder):
        holder.show()
    return view


@pytest.fixture
def bubble(
    view: TranscriptView,
    model: TranscriptModel,
    answer: Answer,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> QuestionBubble:
    model.set_messages([replace(question(3), branches=(1, 3)), reply(4, answer)])
    row = view.row_widget(0)
    assert isinstance(row, QuestionBubble)
    return row


def pencil(bubble: QuestionBubble) -> EditButton:
    found = bubble.findChild(EditButton)
    assert found is not None
    return found


def test_enter_asks_what_was_edited(bubble: QuestionBubble, view: TranscriptView, qtbot: QtBot) -> None:
    qtbot.mouseClick(pencil(bubble), Qt.MouseButton.LeftButton)
    assert bubble.editor is not None
    field = bubble.editor.field
    assert field.toPlainText() == "What is covered?"
    qtbot.keyClicks(field, " And")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field, "teeth?")
    with qtbot.waitSignal(view.question_edited) as edited:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert edited.args == [3, "What is covered? And\nteeth?"]


def test_escape_leaves_everything_as_it_was(bubble: QuestionBubble, view: TranscriptView, qtbot: QtBot) -> None:
    height = bubble.height()
    bubble.begin_edit()
    assert bubble.editor is not None
    assert not bubble.switch.isVisible()
    qtbot.keyClicks(bubble.editor.field, "something else")
    with qtbot.assertNotEmitted(view.question_edited):
        qtbot.keyClick(bubble.editor.field, Qt.Key.Key_Escape)
    assert bubble.editor is None
    assert bubble.switch.isVisible()
    assert bubble.height() == height
    bubble.begin_edit()
    assert bubble.editor is not None
    assert bubble.editor.field.toPlainText() == "What is covered?"


def test_nothing_is_not_asked(bubble: QuestionBubble, view: TranscriptView, qtbot: QtBot) -> None:
    bubble.begin_edit()
    assert bubble.editor is not None
    bubble.editor.field.setPlainText("  \n ")
    with qtbot.assertNotEmitted(view.question_edited):
        qtbot.keyClick(bubble.editor.field, Qt.Key.Key_Return)


def test_the_field_grows_with_its_lines_and_what_follows_makes_room(
    bubble: QuestionBubble, view: TranscriptView, qtbot: QtBot
) -> None:
    bubble.begin_edit()
    assert bubble.editor is not None
    field, below = bubble.editor.field, view.row_widget(1)
    before = bubble.height()
    field.setPlainText("One line\nand another\nand a third")
    assert bubble.height() > before
    assert below.y() > bubble.y() + bubble.height() - 20
    bottom = field.geometry().bottom()
    field.setPlainText("\n".join(map(str, range(40))))
    assert field.verticalScrollBar().maximum() > 0
    assert field.geometry().bottom() > bottom
    assert field.height() < 14 * field.fontMetrics().lineSpacing()


def test_the_menu_edits_and_copies(bubble: QuestionBubble, qtbot: QtBot) -> None:
    bubble._label.customContextMenuRequested.emit(QPoint(4, 4))
    (menu,) = (widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QMenu) and widget.isVisible())
    edit, _, copy = menu.actions()
    copy.trigger()
    assert QGuiApplication.clipboard().text() == "What is covered?"
    edit.trigger()
    assert bubble.editor is not None
    menu.close()


def test_the_keyboard_reaches_the_pencil_and_the_switch(bubble: QuestionBubble, view: TranscriptView) -> None:
    assert pencil(bubble).nextInFocusChain() is bubble.switch.stops[0]
    assert bubble.switch.stops[1].nextInFocusChain() is bubble.searched_for.pencil
    assert bubble.last_stop is bubble.searched_for.field
    assert pencil(bubble).accessibleName() == "Edit and ask again"
