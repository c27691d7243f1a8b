"""The questions of the window, answered by keyboard."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from real_desk import button, until

from desktop.dialogs import QuestionDialog, answered
from desktop.theme.theme import Theme

ENTERS = pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter], ids=["return", "enter"])


@pytest.fixture
def window(qtbot: QtBot, holder: QWidget) -> QWidget:
    holder.resize(600, 500)
    with qtbot.waitActive(holder):
        holder.show()
        holder.activateWindow()
    return holder


def ask(theme: Theme, window: QWidget, *, secret: bool = False, cancel: bool = True) -> QuestionDialog:
    return QuestionDialog(theme, window, "Enter the password", "It is kept.", "Unlock", secret=secret, cancel=cancel)


def shown(dialog: QuestionDialog, qtbot: QtBot) -> QuestionDialog:
    dialog.open()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def test_the_keyboard_is_in_the_password_field(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    dialog = shown(ask(theme, window, secret=True), qtbot)
    qtbot.waitUntil(dialog.field.hasFocus)
    QTest.keyClicks(QApplication.focusWidget(), "lamp")
    assert dialog.field.text() == "lamp"
    assert "lamp" not in dialog.field.displayText()
    assert dialog.field.accessibleName() == "Password"


@ENTERS
def test_enter_accepts(theme: Theme, window: QWidget, qtbot: QtBot, key: Qt.Key) -> None:
    dialog = shown(ask(theme, window, secret=True), qtbot)
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.field, key)


@ENTERS
def test_enter_confirms_without_a_field(theme: Theme, window: QWidget, qtbot: QtBot, key: Qt.Key) -> None:
    dialog = shown(ask(theme, window), qtbot)
    assert not dialog.field.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(QApplication.focusWidget(), key)


@pytest.mark.parametrize("secret", [True, False])
def test_escape_rejects(theme: Theme, window: QWidget, qtbot: QtBot, secret: bool) -> None:
    dialog = shown(ask(theme, window, secret=secret), qtbot)
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)


def test_tab_goes_through_field_and_buttons(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    dialog = shown(ask(theme, window, secret=True), qtbot)
    qtbot.waitUntil(dialog.field.hasFocus)
    stops = []
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        stops.append(QApplication.focusWidget())
    assert stops == [button(dialog, "Cancel"), button(dialog, "Unlock"), dialog.field]


def test_what_needs_no_answer_has_one_button(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    dialog = shown(ask(theme, window, cancel=False), qtbot)
    assert [one.text() for one in dialog.findChildren(QPushButton) if one.isVisible()] == ["Unlock"]


def test_a_title_is_no_markup(theme: Theme, window: QWidget) -> None:
    dialog = QuestionDialog(theme, window, "Remove “<b>x</b><img src='/etc/passwd'>”?", "<i>y</i>", "Remove")
    assert {label.textFormat() for label in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize(("end", "expected"), [(QDialog.accept, True), (QDialog.reject, False), (QDialog.close, False)])
async def test_waiting_for_an_answer_stops_nothing_else(
    run_async: object, theme: Theme, holder: QWidget, end: object, expected: bool
) -> None:
    holder.show()
    dialog = ask(theme, holder)
    asking = asyncio.ensure_future(answered(dialog))
    ticks = 0
    await until(dialog.isVisible)
    for _ in range(5):
        await asyncio.sleep(0)
        ticks += 1
    assert not asking.done()
    end(dialog)  # type: ignore[operator]
    assert await asking is expected
    assert ticks == 5


async def test_a_question_that_nobody_waits_for_goes_away(run_async: object, theme: Theme, holder: QWidget) -> None:
    holder.show()
    asking = asyncio.ensure_future(answered(ask(theme, holder)))
    await until(lambda: holder.findChild(QuestionDialog).isVisible())
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await until(lambda: holder.findChild(QuestionDialog) is None)
