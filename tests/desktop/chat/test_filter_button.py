"""The menu that narrows the next question to a collection or to tags."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.chat_panel import ChatPanel
from desktop.chat.filter_button import FilterButton
from desktop.chat.transcript_model import TranscriptModel
from desktop.theme.theme import Theme


@pytest.fixture
def button(theme: Theme, holder: QWidget) -> FilterButton:
    return FilterButton(theme, holder)


def entry(button: FilterButton, text: str) -> QAction:
    return next(action for action in button.menu().actions() if action.text() == text)


def test_it_is_there_where_there_is_something_to_choose(button: FilterButton) -> None:
    assert button.isHidden()
    button.set_choices(["Benefits"], None, [], [])
    assert not button.isHidden()
    button.set_choices([], None, [], [])
    assert button.isHidden()
    button.set_choices([], None, ["signed"], [])
    assert not button.isHidden()


def test_one_collection_or_none_is_chosen(button: FilterButton, qtbot: QtBot) -> None:
    button.set_choices(["Benefits", "Cases & claims"], "Benefits", [], [])
    assert [a.text() for a in button.menu().actions() if a.isChecked()] == ["Benefits"]
    with qtbot.waitSignal(button.collection_chosen) as chosen:
        entry(button, "Cases && claims").trigger()
    assert chosen.args == ["Cases & claims"]
    assert [a.text() for a in button.menu().actions() if a.isChecked()] == ["Cases && claims"]
    with qtbot.waitSignal(button.collection_chosen) as chosen:
        entry(button, "All documents").trigger()
    assert chosen.args == [None]


def test_any_tags_may_be_on(button: FilterButton, qtbot: QtBot) -> None:
    button.set_choices([], None, ["2024", "signed", "to read"], ["signed"])
    with qtbot.waitSignal(button.tags_chosen) as chosen:
        entry(button, "to read").trigger()
    assert chosen.args == [["signed", "to read"]]
    with qtbot.waitSignal(button.tags_chosen) as chosen:
        entry(button, "signed").trigger()
    assert chosen.args == [["to read"]]


def test_marks_move_and_entries_stay(button: FilterButton) -> None:
    button.set_choices(["Benefits"], None, ["signed"], [])
    before = button.menu().actions()
    button.set_choices(["Benefits"], "Benefits", ["signed"], ["signed"])
    assert button.menu().actions() == before
    assert [a.text() for a in before if a.isChecked()] == ["Benefits", "signed"]
    button.set_choices(["Benefits"], None, ["signed"], [])
    assert [a.text() for a in before if a.isChecked()] == ["All documents"]
    button.set_choices(["Benefits"], None, ["2024", "signed"], ["2024"])
    assert [a.text() for a in button.menu().actions() if a.isChecked()] == ["All documents", "2024"]


def test_headings_are_no_choices(button: FilterButton) -> None:
    button.set_choices(["Benefits"], None, ["signed"], [])
    assert not entry(button, "Collection").isEnabled()
    assert not entry(button, "Tags").isEnabled()


def test_a_long_scope_does_not_make_the_window_wide(qtbot: QtBot, theme: Theme) -> None:
    panel = ChatPanel(theme, TranscriptModel())
    qtbot.addWidget(panel)
    narrow = panel.minimumSizeHint().width()
    panel.set_filters(["Benefits"], None, [], [])
    panel.set_scope_label("", "Asking “" + "a very long title " * 20 + "”", clearable=True)
    assert panel.minimumSizeHint().width() <= narrow + 120  # the filter's own room
    with qtbot.waitSignal(panel.collection_chosen):
        entry(panel.composer.filter, "Benefits").trigger()
