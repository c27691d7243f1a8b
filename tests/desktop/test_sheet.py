from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from real_desk import button

from desktop.sheet import Sheet
from desktop.theme.theme import Theme

LONG = "A very long title of a very long report on the state of the street lamps of Port Ellery " * 4


def make(theme: Theme, holder: QWidget, width: int = 900, height: int = 700) -> Sheet:
    holder.resize(width, height)
    holder.show()
    return Sheet(theme, holder, "Details", QSize(640, 560))


def test_it_never_outgrows_its_window(theme: Theme, holder: QWidget) -> None:
    sheet = make(theme, holder, 480, 500)
    sheet.present()
    assert sheet.width() < 480
    assert sheet.height() < 500
    sheet.close()
    holder.resize(1200, 900)
    sheet.present()
    assert sheet.size() == QSize(640, 560)


def test_the_window_goes_on_beside_it(theme: Theme, holder: QWidget) -> None:
    sheet = make(theme, holder)
    assert sheet.windowModality() is Qt.WindowModality.NonModal
    sheet.present()
    button(sheet, "Close").click()
    assert not sheet.isVisible()


def test_a_long_heading_gives_way_and_is_no_markup(theme: Theme, holder: QWidget) -> None:
    sheet = make(theme, holder)
    sheet.set_heading(f"<b>{LONG}</b>")
    sheet.set_line("<i>60 pages</i>")
    sheet.present()
    assert sheet.width() == 640
    assert sheet.windowTitle().startswith("<b>")
    assert {label.textFormat() for label in sheet.findChildren(QLabel)} == {Qt.TextFormat.PlainText}


def test_a_line_shows_only_where_there_is_one(theme: Theme, holder: QWidget, qtbot: QtBot) -> None:
    sheet = make(theme, holder)
    sheet.present()
    assert not sheet._line.isVisible()
    sheet.set_line("60 pages")
    qtbot.waitUntil(sheet._line.isVisible)
    sheet.set_line("")
    assert not sheet._line.isVisible()
