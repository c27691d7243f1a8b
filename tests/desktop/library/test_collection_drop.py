from __future__ import annotations

from library_pane import Pane
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


def drag_over(pane: Pane, row: int, data: QMimeData) -> tuple[QPoint, QDragMoveEvent]:
    view = pane.panel._collections
    spot = view.visualRect(pane.collections.index(row)).center()
    QApplication.sendEvent(view.viewport(), QDragEnterEvent(QPointF(spot), COPY, data, LEFT, NONE))
    move = QDragMoveEvent(QPointF(spot), COPY, data, LEFT, NONE)
    QApplication.sendEvent(view.viewport(), move)
    return spot, move


def test_documents_dropped_on_a_collection_go_into_it(pane: Pane, qtbot: QtBot) -> None:
    view = pane.panel._collections
    data = pane.documents.mimeData([pane.documents.index(0), pane.documents.index(4)])
    spot, move = drag_over(pane, 2, data)
    assert move.isAccepted()
    assert view._delegate.drop_row == 2
    with qtbot.waitSignal(pane.panel.documents_assigned) as assigned:
        QApplication.sendEvent(view.viewport(), QDropEvent(QPointF(spot), COPY, data, LEFT, NONE))
    assert assigned.args == ["Contracts", ["ready", "scan"]]
    assert view._delegate.drop_row == -1


def test_the_whole_library_takes_no_drop(pane: Pane) -> None:
    data = pane.documents.mimeData([pane.documents.index(0)])
    _, move = drag_over(pane, 0, data)
    assert not move.isAccepted()
    assert pane.panel._collections._delegate.drop_row == -1


def test_a_drag_that_leaves_takes_its_mark_along(pane: Pane) -> None:
    view = pane.panel._collections
    drag_over(pane, 1, pane.documents.mimeData([pane.documents.index(0)]))
    QApplication.sendEvent(view.viewport(), QDragLeaveEvent())
    assert view._delegate.drop_row == -1


def test_files_over_the_collections_are_the_panes(pane: Pane) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/a.pdf")])
    view = pane.panel._collections
    event = QDragEnterEvent(QPointF(5, 5), COPY, data, LEFT, NONE)
    QApplication.sendEvent(view.viewport(), event)
    assert pane.panel._outline.isVisible()
