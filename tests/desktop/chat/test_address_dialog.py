"""The dialog of an address: all of it can be read before anything happens, and Enter opens nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.chat.address_dialog import AddressDialog
from desktop.theme.theme import Theme

WEB = "https://example.org/form?a=1&b=%20"


def shown(theme: Theme, holder: QWidget, qtbot: QtBot, written: str) -> AddressDialog:
    holder.show()
    dialog = AddressDialog(theme, written, holder)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitExposed(dialog)
    return dialog


@pytest.mark.parametrize("written", [WEB, "mailto:somebody@example.org", "http://[::1]/x"])
def test_open_hands_over_the_address_that_was_shown(theme: Theme, holder: QWidget, qtbot: QtBot, written: str) -> None:
    dialog = shown(theme, holder, qtbot, written)
    assert dialog.field.toPlainText() == written
    with qtbot.waitSignal(dialog.address_chosen) as chosen:
        qtbot.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    assert chosen.args == [QUrl(written)]
    assert chosen.args[0].toString(QUrl.ComponentFormattingOption.FullyEncoded) == written
    assert not dialog.isVisible()


@pytest.mark.parametrize("written", ["javascript:alert(1)", "file:///etc/passwd", "https://a@b.example/", "x.html"])
def test_what_is_no_plain_address_can_only_be_copied(theme: Theme, holder: QWidget, qtbot: QtBot, written: str) -> None:
    dialog = shown(theme, holder, qtbot, written)
    assert not dialog.open_button.isVisible()
    with qtbot.assertNotEmitted(dialog.address_chosen):
        qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == written


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape])
def test_the_usual_keys_open_nothing(theme: Theme, holder: QWidget, qtbot: QtBot, key: Qt.Key) -> None:
    dialog = shown(theme, holder, qtbot, WEB)
    with qtbot.assertNotEmitted(dialog.address_chosen):
        QTest.keyClick(dialog, key)
    assert not dialog.isVisible()


def test_lookalike_letters_are_pointed_out(theme: Theme, holder: QWidget, qtbot: QtBot) -> None:
    dialog = shown(theme, holder, qtbot, "https://аррӏе.com/")
    assert dialog.field.toPlainText() == "https://xn--80ak6aa92e.com/"
    assert "xn--80ak6aa92e.com" in dialog.host.text()
    assert "“аррӏе.com”" in dialog.host.text()
    plain = shown(theme, holder, qtbot, WEB)
    assert plain.host.text() == "It goes to example.org."


def test_a_very_long_address_is_there_to_its_end(theme: Theme, holder: QWidget, qtbot: QtBot) -> None:
    written = "https://example.org/" + "a" * 5000
    dialog = shown(theme, holder, qtbot, written)
    assert dialog.field.toPlainText() == written
    assert dialog.height() < 500
    assert dialog.field.verticalScrollBar().maximum() > 0
    assert dialog.field.height() > shown(theme, holder, qtbot, WEB).field.height()
