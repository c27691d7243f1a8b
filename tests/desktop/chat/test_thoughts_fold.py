"""Thoughts above an answer: closed at first, opened by a press, never taken for markup."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.flow import BLEED
from desktop.chat.thoughts_fold import ThoughtsFold
from desktop.theme.theme import Theme

WIDTH = 600


@pytest.fixture
def fold(theme: Theme, holder: QWidget, qtbot: QtBot) -> ThoughtsFold:
    holder.resize(WIDTH, 400)
    with qtbot.waitExposed(holder):
        holder.show()
    fold = ThoughtsFold(theme, holder)
    fold.resize(WIDTH, 300)
    return fold


def test_a_model_that_did_not_think_has_none(fold: ThoughtsFold) -> None:
    fold.set_thoughts("  \n")
    assert fold.isHidden()


def test_they_are_closed_until_they_are_wanted(fold: ThoughtsFold, qtbot: QtBot) -> None:
    fold.set_thoughts("\nPassage 1 says <b>1874</b>. " + "And so on. " * 60)
    assert not fold.isHidden()
    closed = fold.arrange(WIDTH)
    assert fold._words.isHidden()
    with qtbot.waitSignal(fold.height_changed):
        QTest.keyClick(fold.toggle, Qt.Key.Key_Space)
    opened = fold.arrange(WIDTH)
    assert fold._words.isVisible()
    assert opened > closed + 2 * fold._words.fontMetrics().height()
    assert fold._words.geometry().right() <= WIDTH - BLEED
    assert fold._words.geometry().bottom() < opened
    assert fold._words.textFormat() is Qt.TextFormat.PlainText
    assert fold.text.startswith("Passage 1 says <b>1874</b>.")
    with qtbot.waitSignal(fold.height_changed):
        fold.toggle.click()
    assert fold.arrange(WIDTH) == closed
