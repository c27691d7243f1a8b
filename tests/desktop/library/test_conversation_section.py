"""The conversations of the left pane: searched in place of their list, renamed in their row, with a menu each."""

from __future__ import annotations

from library_pane import Pane
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from core.answering.conversations import TITLE_LENGTH


def title_field(pane: Pane) -> QLineEdit:
    found = pane.panel._conversations.findChild(QLineEdit)
    assert found is not None
    return found


def test_the_search_stands_in_the_place_of_the_list(pane: Pane, qtbot: QtBot) -> None:
    panel = pane.panel
    search, rows = panel._conversation_search, panel._conversations
    assert rows.isVisible()
    panel._conversations_title._search.click()
    assert search.field.hasFocus()
    assert not rows.isVisible()
    with qtbot.waitSignal(panel.conversation_searched) as searched:
        QTest.keyClicks(search.field, "notice")
    assert searched.args == ["notice"]
    panel.set_found_conversations("notice", [])
    panel._conversations_title._search.click()
    assert rows.isVisible()
    panel.focus_conversation_search()
    assert search.is_open
    pane.conversations.set_conversations([])
    assert not search.is_open
    panel.focus_conversation_search()
    assert not search.is_open


def test_a_title_is_edited_in_its_row(pane: Pane, qtbot: QtBot) -> None:
    view = pane.panel._conversations
    pane.panel.focus_conversation_search()
    pane.panel.edit_conversation(7)
    pane.panel.edit_conversation(7)  # asked for twice, it is begun once
    assert view.isVisible()
    field = title_field(pane)
    assert field.text() == "Notice periods"
    assert field.maxLength() == TITLE_LENGTH
    field.setText("  Notice  and\tperiods ")
    with qtbot.waitSignal(pane.panel.conversation_renamed) as renamed:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert renamed.args == [7, "Notice and periods"]


def test_the_same_title_or_none_changes_nothing(pane: Pane, qtbot: QtBot) -> None:
    for text in ("Notice periods", "   "):
        pane.panel.edit_conversation(7)
        title_field(pane).setText(text)
        with qtbot.assertNotEmitted(pane.panel.conversation_renamed, wait=50):  # Qt takes the text a moment later
            QTest.keyClick(title_field(pane), Qt.Key.Key_Return)
    pane.panel.edit_conversation(99)
    assert pane.conversations.index(0).data() == "Notice periods"


def test_the_menu_has_what_the_keyboard_has(pane: Pane, qtbot: QtBot) -> None:
    view = pane.panel._conversations
    menu = view.menu_for(7)
    actions = {action.text().partition("\t")[0]: action for action in menu.actions()}
    assert list(actions) == ["Open", "Rename", "Export…", "", "Delete conversation"]
    with qtbot.waitSignal(pane.panel.conversation_export_requested) as exported:
        actions["Export…"].trigger()
    assert exported.args == [7]
    actions["Rename"].trigger()
    assert title_field(pane).text() == "Notice periods"
    menu.close()
