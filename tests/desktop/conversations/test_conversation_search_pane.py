"""The search over conversations in the left pane."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from test_found_in_conversations import SAID, TITLE

from desktop.conversations.conversation_search import ConversationSearch
from desktop.theme.theme import Theme


@pytest.fixture
def pane(theme: Theme, holder: QWidget, qtbot: QtBot) -> ConversationSearch:
    holder.resize(296, 500)
    pane = ConversationSearch(theme, holder)
    pane.resize(296, 500)
    with qtbot.waitExposed(holder):
        holder.show()
    pane.open_search()
    return pane


def type_words(pane: ConversationSearch, qtbot: QtBot, words: str) -> list[str]:
    with qtbot.waitSignal(pane.searched) as searched:
        QTest.keyClicks(pane.field, words)
    return list(searched.args)


def nothing(pane: ConversationSearch) -> QLabel:
    return next(label for label in pane.findChildren(QLabel) if label.text() == "Nothing was found.")


def test_words_are_looked_for_as_they_are_typed(pane: ConversationSearch, qtbot: QtBot) -> None:
    assert type_words(pane, qtbot, " lamp") == ["lamp"]
    pane.set_found("lamp", [TITLE, SAID])
    assert pane.found.model().rowCount() == 2
    assert pane.found.isVisible()
    assert pane.grab().size() == pane.size()  # both kinds of rows are painted
    pane.set_found("lam", [])  # of words that were typed before
    assert pane.found.model().rowCount() == 2
    pane.set_found("lamp", [])
    assert nothing(pane).isVisible()
    pane.field.clear()
    assert not nothing(pane).isVisible()
    with qtbot.assertNotEmitted(pane.searched, wait=200):
        QTest.keyClicks(pane.field, "   ")


def test_enter_opens_the_first_and_the_keyboard_reaches_the_others(pane: ConversationSearch, qtbot: QtBot) -> None:
    type_words(pane, qtbot, "lamp")
    with qtbot.assertNotEmitted(pane.found_opened):
        QTest.keyClick(pane.field, Qt.Key.Key_Return)
        QTest.keyClick(pane.field, Qt.Key.Key_Down)
    assert pane.field.hasFocus()
    pane.set_found("lamp", [TITLE, SAID])
    with qtbot.waitSignal(pane.found_opened) as opened:
        QTest.keyClick(pane.field, Qt.Key.Key_Return)
    assert opened.args == [3, None]
    QTest.keyClick(pane.field, Qt.Key.Key_Down)
    assert pane.found.hasFocus()
    QTest.keyClick(pane.found, Qt.Key.Key_Down)
    with qtbot.waitSignal(pane.found_opened) as opened:
        QTest.keyClick(pane.found, Qt.Key.Key_Return)
    assert opened.args == [3, 8]
    QTest.keyClick(pane.found, Qt.Key.Key_Escape)
    assert pane.field.hasFocus()


def test_a_click_opens(pane: ConversationSearch, qtbot: QtBot) -> None:
    type_words(pane, qtbot, "lamp")
    pane.set_found("lamp", [TITLE, SAID])
    spot = pane.found.visualRect(pane.found.model().index(1, 0)).center()
    with qtbot.waitSignal(pane.found_opened) as opened:
        QTest.mouseClick(pane.found.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert opened.args == [3, 8]


def test_escape_empties_the_field_and_then_closes(pane: ConversationSearch, qtbot: QtBot) -> None:
    type_words(pane, qtbot, "lamp")
    QTest.keyClick(pane.field, Qt.Key.Key_Escape)
    assert pane.field.text() == ""
    assert pane.is_open
    with qtbot.waitSignal(pane.open_changed) as changed:
        QTest.keyClick(pane.field, Qt.Key.Key_Escape)
    assert changed.args == [False]
    assert not pane.is_open
    pane.toggle()
    assert pane.is_open
    pane.toggle()
    assert not pane.is_open
