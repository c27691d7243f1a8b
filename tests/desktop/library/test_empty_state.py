from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.library.empty_state import EmptyState
from desktop.theme.theme import Theme


@pytest.fixture
def empty(qtbot: QtBot, theme: Theme) -> EmptyState:
    widget = EmptyState(theme)
    qtbot.addWidget(widget)
    return widget


def test_buttons(empty: EmptyState, qtbot: QtBot) -> None:
    choose, sample = empty.findChildren(QPushButton)
    with qtbot.waitSignal(empty.choose_requested):
        choose.click()
    with qtbot.waitSignal(empty.sample_requested):
        sample.click()


def test_a_drag_lights_the_card(empty: EmptyState, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(Path("/a.pdf")))])
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(empty, QDragEnterEvent(QPointF(5, 5), *arguments))
    assert empty._card.is_hovered
    assert not empty.grab().isNull()
    with qtbot.waitSignal(empty.paths_dropped) as dropped:
        QApplication.sendEvent(empty, QDropEvent(QPointF(5, 5), *arguments))
    assert dropped.args == [[Path("/a.pdf")]]
    assert not empty._card.is_hovered


@pytest.mark.parametrize(("width", "card"), [(1200, 560), (500, 468)])
def test_the_card_fits_the_window(empty: EmptyState, width: int, card: int) -> None:
    empty.resize(width, 700)
    empty.grab()
    assert empty._card.width() == card
    assert empty.minimumSizeHint().width() <= 500
