"""The sentence that lies over the window for a while."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.notice_bar import NoticeBar
from desktop.theme.theme import Theme

SHORT = "Opening the library. One moment."
LONG = "17 files were not added, among them the-minutes-of-the-lamp-society-1931-to-1958-second-edition.docx, " * 2


@pytest.fixture
def bar(qtbot: QtBot, theme: Theme, holder: QWidget) -> NoticeBar:
    holder.resize(480, 420)
    bar = NoticeBar(theme, holder)
    with qtbot.waitExposed(holder):
        holder.show()
    return bar


def label(bar: NoticeBar) -> QLabel:
    found = bar.findChild(QLabel)
    assert found is not None
    return found


@pytest.mark.parametrize("sentence", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize("width", [480, 1000, 1920])
def test_it_lies_inside_the_window_and_shows_every_word(
    bar: NoticeBar, holder: QWidget, width: int, sentence: str
) -> None:
    holder.resize(width, 420)
    bar.tell(sentence)
    assert holder.rect().contains(bar.geometry())
    assert abs(bar.geometry().center().x() - holder.rect().center().x()) <= 1
    words = label(bar)
    assert bar.rect().contains(words.geometry())
    assert words.height() >= words.heightForWidth(words.width())
    close = bar.findChild(QToolButton)
    assert close is not None
    assert bar.rect().contains(close.geometry())


def test_it_follows_the_window(bar: NoticeBar, holder: QWidget) -> None:
    holder.resize(1200, 600)
    bar.tell(LONG)
    holder.resize(480, 420)
    bar.place()
    assert holder.rect().contains(bar.geometry())


def test_it_is_read_out_and_dismissed(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.tell(SHORT)
    assert bar.accessibleName() == SHORT
    close = bar.findChild(QToolButton)
    assert close.accessibleName() == "Dismiss"
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    bar.place()  # hidden, it lies nowhere


def test_it_goes_by_itself(bar: NoticeBar, qtbot: QtBot) -> None:
    bar._timer.setInterval(20)
    bar.tell(SHORT)
    bar.tell(LONG)
    assert bar.accessibleName() == LONG
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_the_name_of_a_file_is_no_markup(bar: NoticeBar) -> None:
    bar.tell("<b>bold</b>.txt was not added.")
    assert label(bar).textFormat() == Qt.TextFormat.PlainText


def test_one_thing_can_be_done_about_it(bar: NoticeBar, holder: QWidget, qtbot: QtBot) -> None:
    done: list[str] = []
    bar.tell(SHORT, "Undo", lambda: done.append("undone"))
    button = bar.findChild(QPushButton)
    assert button is not None
    assert button.isVisible()
    assert button.geometry().left() >= label(bar).geometry().right()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["undone"]
    assert not bar.isVisible()
    bar.tell(SHORT)
    assert not button.isVisible()
