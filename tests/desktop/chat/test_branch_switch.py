"""The switch between versions: there only where there are several."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.branch_switch import BranchSwitch
from desktop.theme.theme import Theme


@pytest.fixture
def switch(theme: Theme, holder: QWidget, qtbot: QtBot) -> BranchSwitch:
    switch = BranchSwitch(theme, holder)
    with qtbot.waitExposed(holder):
        holder.show()
    return switch


@pytest.mark.parametrize(("branches", "shown"), [((), 1), ((1,), 1), ((1, 2), 3)])
def test_with_nothing_to_choose_it_takes_no_room(switch: BranchSwitch, branches: tuple[int, ...], shown: int) -> None:
    switch.set_branches((1, 2), 1)
    switch.set_branches(branches, shown)
    assert switch.isHidden()
    assert switch.text == ""


def test_it_leads_to_either_side_and_not_beyond(switch: BranchSwitch, qtbot: QtBot) -> None:
    switch.set_branches((4, 9, 12), 9)
    assert switch.text == "2 of 3"
    assert switch.accessibleName() == "Version 2 of 3"
    before, after = switch.findChildren(QToolButton)
    for button, message in ((before, 4), (after, 12)):
        with qtbot.waitSignal(switch.branch_chosen) as chosen:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert chosen.args == [message]
    switch.set_branches((4, 9, 12), 12)
    assert before.isEnabled()
    assert not after.isEnabled()


def test_arrows_do_the_same(switch: BranchSwitch, qtbot: QtBot) -> None:
    switch.set_branches((4, 9), 4)
    with qtbot.waitSignal(switch.branch_chosen) as chosen:
        qtbot.keyClick(switch, Qt.Key.Key_Right)
    assert chosen.args == [9]
    with qtbot.assertNotEmitted(switch.branch_chosen):
        qtbot.keyClick(switch, Qt.Key.Key_Left)
        qtbot.keyClick(switch, Qt.Key.Key_Home)


def test_its_parts_lie_inside_and_beside_each_other(switch: BranchSwitch) -> None:
    switch.set_branches(tuple(range(1, 201)), 120)
    switch.resize(switch.sizeHint())
    before, after = switch.findChildren(QToolButton)
    assert before.geometry().right() < after.geometry().left()
    assert switch.rect().contains(after.geometry())
