from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.action_rows.model import ActionRow, ActionRowModel
from desktop.action_rows.view import ActionListView
from desktop.document_action import DocumentAction
from desktop.theme.theme import Theme

FAILED = (DocumentAction.RETRY, DocumentAction.RECOGNISE, DocumentAction.SKIP)
LONG = "This page was not read within 60 seconds, so it was left out, and so it goes on for more than one line. " * 2
ROWS = [
    ActionRow("a", "Page 13", LONG, actions=FAILED, more=(DocumentAction.OPEN_PAGE,)),
    ActionRow("b", "Page 14", "The file is damaged here.", actions=(DocumentAction.RETRY,)),
    ActionRow("quiet", "Contract", "Waiting", fraction=0.5, actions=(DocumentAction.PAUSE,), is_quiet=True),
    ActionRow("plain", "Nothing to do"),
]

MakeView = Callable[..., ActionListView]


@pytest.fixture
def make_view(qtbot: QtBot, theme: Theme, holder: QWidget) -> MakeView:
    def make(width: int = 640, *, wraps: bool = False, has_bars: bool = False) -> ActionListView:
        model = ActionRowModel(holder)
        model.set_rows(ROWS)
        view = ActionListView(theme, model, holder, wraps=wraps, has_bars=has_bars)
        holder.resize(width, 400)
        view.resize(width, 400)
        with qtbot.waitActive(holder):
            holder.show()
            holder.activateWindow()
        return view

    return make


def targets(view: ActionListView, key: str) -> list[DocumentAction | None]:
    index = view._rows.index_of(key)
    row = view._rows.row(key)
    assert row is not None
    return [button.action for button in view.delegate.buttons(view.visualRect(index), row)]


def spot(view: ActionListView, key: str, number: int) -> QPoint:
    index = view._rows.index_of(key)
    row = view._rows.row(key)
    assert row is not None
    return view.delegate.buttons(view.visualRect(index), row)[number].rect.center()


def click(view: ActionListView, position: QPoint) -> None:
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, position)


def test_a_button_is_pressed(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view()
    with qtbot.waitSignal(view.action_triggered) as pressed:
        click(view, spot(view, "a", 1))
    assert pressed.args == ["a", DocumentAction.RECOGNISE]


def test_a_press_that_leaves_its_button_does_nothing(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view()
    with qtbot.assertNotEmitted(view.action_triggered):
        QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot(view, "a", 0))
        QTest.mouseRelease(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot(view, "a", 1)
        )
        click(view, view.visualRect(view._rows.index_of("a")).topLeft() + QPoint(30, 10))


def test_what_has_no_room_is_in_the_menu(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view(380)
    assert targets(view, "a") == [DocumentAction.RETRY, None]
    view.resize(900, 400)
    assert targets(view, "a") == [*FAILED, None]
    assert targets(view, "b") == [DocumentAction.RETRY]
    assert targets(view, "plain") == []
    click(view, spot(view, "a", 3))
    menu = view.findChild(QMenu)
    assert menu is not None
    qtbot.waitUntil(menu.isVisible)
    assert [entry.text() for entry in menu.actions()] == ["Retry", "Run OCR", "Leave out", "Open page"]
    with qtbot.waitSignal(view.action_triggered) as pressed:
        menu.actions()[3].trigger()
    assert pressed.args == ["a", DocumentAction.OPEN_PAGE]
    menu.close()


def test_the_pointer_marks_a_button(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view()
    QTest.mouseMove(view.viewport(), spot(view, "b", 0))
    qtbot.waitUntil(lambda: view.delegate.hot == ("b", DocumentAction.RETRY))
    assert view.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    QTest.mouseMove(view.viewport(), QPoint(30, 30))
    qtbot.waitUntil(lambda: view.delegate.hot is None)


def test_everything_goes_by_keyboard(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view()
    view.setFocus()
    view.setCurrentIndex(view._rows.index_of("a"))
    for key, wanted in (
        (None, DocumentAction.RETRY),
        (Qt.Key.Key_Left, DocumentAction.RETRY),
        (Qt.Key.Key_Right, DocumentAction.RECOGNISE),
    ):
        if key is not None:
            QTest.keyClick(view, key)
        with qtbot.waitSignal(view.action_triggered) as pressed:
            QTest.keyClick(view, Qt.Key.Key_Return)
        assert pressed.args == ["a", wanted]
    QTest.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.action_triggered) as pressed:
        QTest.keyClick(view, Qt.Key.Key_Space)
    assert pressed.args == ["b", DocumentAction.RETRY]
    view.setCurrentIndex(view._rows.index_of("plain"))
    with qtbot.assertNotEmitted(view.action_triggered):
        QTest.keyClick(view, Qt.Key.Key_Return)


def test_the_menu_key_offers_all(make_view: MakeView, qtbot: QtBot) -> None:
    view = make_view()
    view.setCurrentIndex(view._rows.index_of("a"))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(view.viewport(), event)
    menu = view.findChild(QMenu)
    assert menu is not None
    qtbot.waitUntil(menu.isVisible)
    menu.close()


def test_quiet_rows_show_their_buttons_only_when_they_are_met(make_view: MakeView) -> None:
    view = make_view(has_bars=True)
    row = view._rows.row("quiet")
    assert row is not None
    edge = view.delegate.buttons(view.visualRect(view._rows.index_of("quiet")), row)[0].rect.topLeft() + QPoint(0, 12)
    bare = view.viewport().grab().toImage().pixel(edge)
    view.setFocus()
    view.setCurrentIndex(view._rows.index_of("quiet"))
    assert view.viewport().grab().toImage().pixel(edge) != bare


def test_long_details_take_the_lines_they_need(make_view: MakeView) -> None:
    view = make_view(480, wraps=True)
    view.grab()  # lays the rows out
    rows = {key: view.visualRect(view._rows.index_of(key)).height() for key in ("a", "b")}
    assert rows["a"] > rows["b"]
    view.resize(1400, 400)
    view.grab()
    assert view.visualRect(view._rows.index_of("a")).height() < rows["a"]


def test_an_empty_list_says_so(make_view: MakeView) -> None:
    view = make_view()
    view._rows.set_rows([])
    bare = view.grab().toImage()
    view.hint = "Nothing needs attention."
    assert view.grab().toImage() != bare
