from __future__ import annotations

import pytest
from desk_stand_ins import document
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from real_desk import button

from core.types import DocumentState
from desktop.passwords.password_dialog import PasswordDialog
from desktop.theme.theme import Theme

LOCKED = [document(name, DocumentState.NEEDS_PASSWORD) for name in ("a", "b", "c", "d", "e")]


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme, holder: QWidget) -> PasswordDialog:
    holder.resize(700, 600)
    holder.show()
    dialog = PasswordDialog(theme, holder)
    dialog.set_documents(LOCKED)
    dialog.begin()
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def says(dialog: PasswordDialog, words: str) -> bool:
    return any(words in label.text() for label in dialog.findChildren(QLabel) if not label.isHidden())


def test_it_lists_all_that_wait_and_tries_one_password(dialog: PasswordDialog, qtbot: QtBot) -> None:
    assert dialog.documents == ["a", "b", "c", "d", "e"]
    assert says(dialog, "5 files are protected.")
    assert not button(dialog, "Try on all").isEnabled()
    assert dialog.field.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(dialog.field, "lamp")
    with qtbot.waitSignal(dialog.password_entered) as entered:
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert entered.args == ["lamp", False]


def test_one_file_is_named(dialog: PasswordDialog) -> None:
    dialog.set_documents(LOCKED[:1])
    assert says(dialog, "a.pdf is protected.")
    assert button(dialog, "Unlock").isVisible()
    assert not dialog._list.isVisible()


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ((2, 3, 0), "2 of 5 opened. 3 still need another password."),
        ((4, 1, 0), "4 of 5 opened. 1 still needs another password."),
        ((0, 5, 0), "That password opens none of them."),
        ((0, 1, 0), "That password does not open it."),
        ((0, 0, 5), "Reading is paused. Resume it, and then try the password."),
    ],
)
def test_it_says_how_many_opened(dialog: PasswordDialog, result: tuple[int, int, int], words: str) -> None:
    dialog.field.setText("lamp")
    dialog.set_trying()
    assert says(dialog, "Trying…")
    dialog.show_result(*result)
    assert says(dialog, words)
    assert dialog.field.text() == ""
    assert dialog.isVisible()
    dialog.begin()
    assert not says(dialog, words)


def test_the_keyring_is_offered_only_where_there_is_one(dialog: PasswordDialog, qtbot: QtBot) -> None:
    assert not dialog._remember.isVisible()
    dialog._remember.setChecked(True)
    dialog.field.setText("lamp")
    with qtbot.waitSignal(dialog.password_entered) as entered:
        button(dialog, "Try on all").click()
    assert entered.args == ["lamp", False], "what cannot be seen was not chosen"
    dialog.set_remember_offered(True)
    with qtbot.waitSignal(dialog.password_entered) as entered:
        button(dialog, "Try on all").click()
    assert entered.args == ["lamp", True]
