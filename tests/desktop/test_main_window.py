"""How the panes share the window at every width, and what the keyboard reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.activity.activity_footer import ActivityFooter
from desktop.chat.chat_panel import ChatPanel
from desktop.chat.transcript_model import TranscriptModel
from desktop.library.collection_model import CollectionModel
from desktop.library.conversation_model import ConversationModel
from desktop.library.document_model import DocumentModel
from desktop.library.empty_state import EmptyState
from desktop.library.library_panel import PANE_WIDTH, LibraryPanel
from desktop.main_window import MainWindow
from desktop.theme.theme import Theme
from desktop.viewer.viewer_panel import ViewerPanel

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass
class Panes:
    """The window and what is in it."""

    window: MainWindow
    library: LibraryPanel
    chat: ChatPanel
    viewer: ViewerPanel
    empty: EmptyState

    def width(self, width: int) -> None:
        self.window.resize(width, 700)

    def is_above(self, pane: QWidget) -> bool:
        """Tell whether a pane lies over the chat instead of beside it."""
        return pane.parentWidget() is self.window.centralWidget()


@pytest.fixture
def panes(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[Panes]:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    host = QWidget()
    qtbot.addWidget(host)
    models = DocumentModel(host), CollectionModel(host), ConversationModel(host)
    library = LibraryPanel(theme, *models, ActivityFooter(theme))
    chat, viewer, empty = ChatPanel(theme, TranscriptModel(host)), ViewerPanel(theme), EmptyState(theme)
    window = MainWindow(theme, library, chat, viewer, empty, settings)
    qtbot.addWidget(window)
    window.close_requested.connect(window.hide)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    yield Panes(window, library, chat, viewer, empty)
    window.hide()


def test_wide_enough_all_three_lie_side_by_side(panes: Panes) -> None:
    panes.width(1440)
    panes.window.show_viewer()
    assert panes.library.isVisible()
    assert panes.viewer.isVisible()
    assert not panes.is_above(panes.library)
    assert not panes.is_above(panes.viewer)
    assert panes.library.width() == PANE_WIDTH
    assert panes.viewer.width() == 500


def test_narrower_the_viewer_lies_above_the_chat(panes: Panes) -> None:
    panes.width(1440)
    panes.window.show_viewer()
    panes.width(900)
    assert panes.is_above(panes.viewer)
    assert not panes.is_above(panes.library)
    assert panes.library.width() == PANE_WIDTH
    assert panes.viewer.geometry().right() == panes.window.centralWidget().rect().right()
    QTest.mouseClick(panes.window.centralWidget().childAt(QPoint(60, 300)), Qt.MouseButton.LeftButton)
    assert not panes.window.viewer_is_shown
    panes.width(1440)
    panes.window.show_viewer()
    assert not panes.is_above(panes.viewer)
    assert panes.viewer.width() == 500


def test_narrowest_the_library_is_a_drawer(panes: Panes, qtbot: QtBot) -> None:
    panes.width(600)
    assert not panes.library.isVisible()
    panes.chat.sidebar_toggled.emit()
    assert panes.library.isVisible()
    assert panes.is_above(panes.library)
    assert panes.window.rect().contains(panes.library.geometry())
    beside = QPoint(panes.library.width() + 20, 300)
    QTest.mouseClick(panes.window.centralWidget().childAt(beside), Qt.MouseButton.LeftButton)
    assert not panes.library.isVisible()
    panes.width(1440)
    assert panes.library.isVisible()
    assert not panes.is_above(panes.library)
    assert panes.library.width() == PANE_WIDTH


@pytest.mark.parametrize("width", [480, 699, 700, 999, 1000, 1240, 1920])
def test_nothing_reaches_beyond_the_window(panes: Panes, width: int) -> None:
    panes.width(width)
    panes.window.show_viewer()
    for pane in (panes.library, panes.chat, panes.viewer):
        if pane.isVisible():
            assert panes.window.rect().contains(pane.rect().translated(pane.mapTo(panes.window, QPoint())))
    assert panes.window.width() == width
    assert panes.chat.width() >= 360


def test_the_chat_gives_way_to_the_drop_target_and_back(panes: Panes) -> None:
    panes.window.show_empty(True)
    assert panes.empty.isVisible()
    assert not panes.chat.isVisible()
    panes.window.show_empty(False)
    assert panes.chat.isVisible()


@pytest.mark.parametrize(
    ("key", "modifiers", "signal"),
    [
        (Qt.Key.Key_O, CONTROL, "add_files_requested"),
        (Qt.Key.Key_O, CONTROL | SHIFT, "add_folder_requested"),
        (Qt.Key.Key_N, CONTROL, "conversation_new_requested"),
        (Qt.Key.Key_Q, CONTROL, "close_requested"),
    ],
)
def test_shortcuts_ask(panes: Panes, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier, signal: str) -> None:
    panes.chat.focus_composer()
    with qtbot.waitSignal(getattr(panes.window, signal)):
        QTest.keyClick(panes.window, key, modifiers)


def test_shortcuts_move(panes: Panes, qtbot: QtBot) -> None:
    panes.width(1440)
    panes.window.show_viewer()
    QTest.keyClick(panes.window, Qt.Key.Key_W, CONTROL)
    assert not panes.viewer.isVisible()
    assert panes.chat.composer.isAncestorOf(QApplication.focusWidget())

    QTest.keyClick(panes.window, Qt.Key.Key_B, CONTROL)
    assert not panes.library.isVisible()
    QTest.keyClick(panes.window, Qt.Key.Key_F, CONTROL)  # shows the library again
    field = panes.library.findChild(QLineEdit, "filterField")
    assert field is not None
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClick(panes.window, Qt.Key.Key_L, CONTROL)
    assert panes.chat.composer.isAncestorOf(QApplication.focusWidget())


def test_every_action_of_the_keyboard_has_its_own_keys(panes: Panes) -> None:
    keys = [action.shortcut().toString() for action in panes.window.actions()]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    assert all(action.text() for action in panes.window.actions())


def test_closing_asks_first(panes: Panes, qtbot: QtBot) -> None:
    panes.window.close_requested.disconnect()
    with qtbot.waitSignal(panes.window.close_requested):
        panes.window.close()
    assert panes.window.isVisible()


def test_the_theme_changes_under_the_scrim_too(panes: Panes, theme: Theme) -> None:
    panes.width(600)
    panes.chat.sidebar_toggled.emit()
    light = panes.window.grab().toImage()
    theme.set_appearance("dark")
    assert panes.window.grab().toImage() != light
