"""The whole pane: composer, header, hint, and what it tells the controller."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from core.types import Answer, Message
from desktop.chat.chat_panel import ChatPanel
from desktop.chat.transcript_model import TranscriptModel
from desktop.theme.theme import Theme


@pytest.fixture
def model(qapp: object) -> TranscriptModel:
    return TranscriptModel()


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, model: TranscriptModel) -> ChatPanel:
    panel = ChatPanel(theme, model)
    qtbot.addWidget(panel)
    panel.resize(620, 700)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    panel.focus_composer()
    return panel


def field(panel: ChatPanel) -> QTextEdit:
    found = panel.findChild(QTextEdit, "composerField")
    assert isinstance(found, QTextEdit)
    return found


def test_enter_sends_and_shift_enter_breaks_the_line(panel: ChatPanel, qtbot: QtBot) -> None:
    height = field(panel).height()
    qtbot.keyClicks(field(panel), "one")
    qtbot.keyClick(field(panel), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field(panel), "two")
    assert field(panel).height() > height
    with qtbot.waitSignal(panel.question_submitted) as blocker:
        qtbot.keyClick(field(panel), Qt.Key.Key_Return)
    assert blocker.args == ["one\ntwo"]
    assert panel.composer.text == ""
    qtbot.keyClick(field(panel), Qt.Key.Key_Up)
    assert panel.composer.text == "one\ntwo"


def test_the_field_stops_growing(panel: ChatPanel) -> None:
    panel.composer.set_text("\n".join("line" for _ in range(8)))
    eight = field(panel).height()
    panel.composer.set_text("\n".join("line" for _ in range(30)))
    assert field(panel).height() <= eight + 4


def test_nothing_is_sent_from_an_empty_field(panel: ChatPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.question_submitted):
        qtbot.keyClicks(field(panel), "   ")
        qtbot.keyClick(field(panel), Qt.Key.Key_Return)
    assert not send_button(panel).isEnabled()


def send_button(panel: ChatPanel) -> QToolButton:
    found = panel.findChild(QToolButton, "sendButton")
    assert isinstance(found, QToolButton)
    return found


def test_while_answering_the_button_and_escape_stop(panel: ChatPanel, qtbot: QtBot) -> None:
    panel.set_answering(True)
    assert send_button(panel).accessibleName() == "Stop"
    with qtbot.waitSignal(panel.stop_requested):
        qtbot.mouseClick(send_button(panel), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.stop_requested):
        qtbot.keyClick(field(panel), Qt.Key.Key_Escape)
    with qtbot.waitSignal(panel.stop_requested):
        qtbot.keyClick(panel.transcript, Qt.Key.Key_Escape)
    with qtbot.assertNotEmitted(panel.question_submitted):
        qtbot.keyClicks(field(panel), "next")
        qtbot.keyClick(field(panel), Qt.Key.Key_Return)
    assert panel.composer.text == "next"


def test_the_scope_can_be_cleared(panel: ChatPanel, qtbot: QtBot) -> None:
    panel.set_scope_label("Asking Benefits · 6 documents", "Asking 3 documents", clearable=True)
    chip = next(b for b in panel.composer.findChildren(QPushButton) if b.text() == "Asking 3 documents")
    with qtbot.waitSignal(panel.scope_cleared):
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    panel.set_scope_label("")
    assert chip.text() == "All documents"
    assert not chip.isEnabled()


def test_a_model_is_chosen_from_the_menu(panel: ChatPanel, qtbot: QtBot) -> None:
    panel.set_models([("b", "Built-in model", ""), ("o", "R&D · Ollama", "5 GB")], "b")
    panel.set_models([("b", "Built-in model", ""), ("o", "R&D · Ollama", "5 GB")], "o")
    menu = panel.header.findChild(QMenu)
    assert menu is not None
    actions: list[QAction] = menu.actions()
    assert [action.isChecked() for action in actions if action.isCheckable()] == [False, True]
    assert [action.text() for action in actions if not action.isCheckable()] == ["", "Manage models…"]
    with qtbot.waitSignal(panel.models_requested):
        actions[-1].trigger()
    with qtbot.waitSignal(panel.model_selected) as blocker:
        actions[0].trigger()
    assert blocker.args == ["b"]


def test_header_buttons(panel: ChatPanel, qtbot: QtBot) -> None:
    panel.set_sidebar_button_visible(True)
    by_name = {b.accessibleName(): b for b in panel.header.findChildren(QToolButton)}
    with qtbot.waitSignal(panel.sidebar_toggled):
        by_name["Show or hide the sidebar"].click()
    with qtbot.waitSignal(panel.conversation_new_requested):
        by_name["New conversation"].click()


def test_an_empty_conversation_offers_questions(
    panel: ChatPanel,
    model: TranscriptModel,
    answer: Answer,
    qtbot: QtBot,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    panel.set_suggestions(["A & B?", "C?", "D?", "E?"])
    buttons = [b for b in panel.findChildren(QPushButton) if b.objectName() == "suggestion"]
    assert [b.isVisible() for b in buttons] == [True, True, True]
    with qtbot.waitSignal(panel.question_submitted) as blocker:
        qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert blocker.args == ["A & B?"]
    model.set_messages([question(1, "Earlier?"), reply(2, answer)])
    assert not buttons[0].isVisible()
    assert panel.transcript.isVisible()
    qtbot.keyClick(field(panel), Qt.Key.Key_Up)
    assert panel.composer.text == "Earlier?"


def test_an_empty_library_says_what_to_do_first(panel: ChatPanel) -> None:
    panel.set_suggestions(["A?"])
    panel.set_library_empty(True)
    assert field(panel).placeholderText() == "Add a document first"
    assert not any(b.isVisible() for b in panel.findChildren(QPushButton) if b.objectName() == "suggestion")


def test_everything_that_takes_the_focus_has_a_name(
    panel: ChatPanel,
    model: TranscriptModel,
    answer: Answer,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    panel.set_models([("b", "Built-in model", "")], "b")
    model.set_messages([question(1), reply(2, answer)])
    nameless = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QPushButton) and widget.text())
    ]
    assert nameless == []


def test_a_theme_change_repaints_without_loss(
    panel: ChatPanel,
    model: TranscriptModel,
    theme: Theme,
    answer: Answer,
    question: Callable[..., Message],
    reply: Callable[[int, Answer], Message],
) -> None:
    model.set_messages([question(1), reply(2, answer)])
    light = panel.grab().toImage()
    theme.set_appearance("dark")
    dark = panel.grab().toImage()
    assert light != dark
    theme.set_appearance("light")
