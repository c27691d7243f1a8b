from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.library.drop import paths_from_mime, paths_from_text
from desktop.library.drop_target import DropTarget

ROOT = Path("C:/" if sys.platform == "win32" else "/")


def urls(*paths: Path | str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) if isinstance(path, Path) else QUrl(path) for path in paths])
    return data


def test_local_files_only() -> None:
    data = urls(ROOT / "a b.pdf", "https://example.org/c.pdf", ROOT / "a b.pdf", ROOT / "folder")
    assert paths_from_mime(data) == [ROOT / "a b.pdf", ROOT / "folder"]
    assert paths_from_mime(QMimeData()) == []


def test_text_with_paths() -> None:
    text = f"""
        "{ROOT / "a b.pdf"}"
    '{ROOT / "c.pdf"}'
    {QUrl.fromLocalFile(str(ROOT / "d é.pdf")).toString(QUrl.ComponentFormattingOption.FullyEncoded)}
    notes.pdf
    just words
    https://example.org/e.pdf
    ~/f.pdf
    """
    assert paths_from_text(text) == [ROOT / "a b.pdf", ROOT / "c.pdf", ROOT / "d é.pdf", Path("~/f.pdf").expanduser()]


def test_text_is_taken_where_there_are_no_files() -> None:
    data = QMimeData()
    data.setText(str(ROOT / "a.pdf"))
    assert paths_from_mime(data) == [ROOT / "a.pdf"]


@pytest.fixture
def target(qtbot: QtBot) -> Iterator[DropTarget]:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(200, 200)
    yield DropTarget(widget)
    widget.close()


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[None]:
    yield
    QGuiApplication.clipboard().clear()


def widget_of(target: DropTarget) -> QWidget:
    widget = target.parent()
    assert isinstance(widget, QWidget)
    return widget


def enter(widget: QWidget, data: QMimeData) -> QDragEnterEvent:
    event = QDragEnterEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)
    return event


def drop(widget: QWidget, data: QMimeData) -> None:
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


def test_a_drag_is_welcomed_and_its_drop_told(target: DropTarget, qtbot: QtBot) -> None:
    data = urls(ROOT / "a.pdf")
    with qtbot.waitSignal(target.hover_changed, check_params_cb=lambda hovered: hovered):
        assert enter(widget_of(target), data).isAccepted()
    with (
        qtbot.waitSignal(target.hover_changed, check_params_cb=lambda hovered: not hovered),
        qtbot.waitSignal(target.paths_dropped) as dropped,
    ):
        drop(widget_of(target), data)
    assert dropped.args == [[ROOT / "a.pdf"]]


def test_a_drag_that_leaves_is_forgotten(target: DropTarget, qtbot: QtBot) -> None:
    enter(widget_of(target), urls(ROOT / "a.pdf"))
    with qtbot.waitSignal(target.hover_changed, check_params_cb=lambda hovered: not hovered):
        QApplication.sendEvent(widget_of(target), QDragLeaveEvent())


def test_a_drag_without_files_is_turned_away(target: DropTarget, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(target.hover_changed), qtbot.assertNotEmitted(target.paths_dropped):
        assert not enter(widget_of(target), urls("https://example.org")).isAccepted()
        drop(widget_of(target), urls("https://example.org"))


def test_other_events_pass(target: DropTarget) -> None:
    assert not target.eventFilter(widget_of(target), QEvent(QEvent.Type.Polish))


@pytest.mark.usefixtures("clipboard")
def test_paste(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    target = DropTarget(widget)
    field = QLineEdit(widget)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    QGuiApplication.clipboard().setText(str(ROOT / "a.pdf"))
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.setFocus()
    with qtbot.waitSignal(target.paths_dropped) as dropped:
        QTest.keyClick(widget, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert dropped.args == [[ROOT / "a.pdf"]]
    field.setFocus()
    with qtbot.assertNotEmitted(target.paths_dropped):
        QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == str(ROOT / "a.pdf"), "in a field, pasting is typing"
