from __future__ import annotations

import pytest
from desk_stand_ins import job, jobs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from real_desk import button

from core.types import JobState, OverallProgress
from desktop.activity.queue_dialog import QueueDialog
from desktop.activity.queue_model import QueueModel
from desktop.document_action import DocumentAction
from desktop.theme.theme import Theme

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme, holder: QWidget) -> QueueDialog:
    holder.resize(900, 700)
    holder.show()
    model = QueueModel(holder)
    model.set_jobs([*jobs("a", "b"), job("c", JobState.PAUSED, reason="Paused.")])
    dialog = QueueDialog(theme, model, holder)
    dialog.present()
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def says(dialog: QueueDialog, words: str) -> bool:
    return any(words in label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_it_stops_nothing_and_fits_its_window(dialog: QueueDialog, holder: QWidget) -> None:
    assert dialog.windowModality() is Qt.WindowModality.NonModal
    assert dialog.width() <= holder.width()
    assert dialog.height() <= holder.height()


def test_overall_progress(dialog: QueueDialog) -> None:
    dialog.set_overall(OverallProgress(24, 40, 250, 1000, 27.2, 39.5))
    assert says(dialog, "Adding 16 files · 27 pages/s · 40 s left")
    assert dialog._bar.isVisible()
    assert dialog._bar.fraction == 0.25
    dialog.set_overall(OverallProgress(24, 40, 250, 1000))
    assert not dialog._bar.isVisible()
    dialog.set_overall(OverallProgress(40, 40, 1000, 1000))
    assert not says(dialog, "Adding")


def test_pausing_and_resuming_all(dialog: QueueDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.pause_requested):
        button(dialog, "Pause all").click()
    dialog.set_resting("Paused · 1,240 pages left")
    assert says(dialog, "Paused · 1,240 pages left")
    with qtbot.waitSignal(dialog.resume_requested):
        button(dialog, "Resume all").click()
    dialog.set_overall(OverallProgress(0, 2, 0, 10))
    assert button(dialog, "Pause all").isVisible()


def test_alt_and_an_arrow_move_the_row(dialog: QueueDialog, qtbot: QtBot) -> None:
    dialog.list.setFocus()
    dialog.list.setCurrentIndex(dialog.list._rows.index_of("b"))
    for key, modifier, wanted in (
        (Qt.Key.Key_Up, ALT, DocumentAction.UP),
        (Qt.Key.Key_Down, ALT, DocumentAction.DOWN),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, DocumentAction.STOP),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, DocumentAction.PAUSE),
    ):
        with qtbot.waitSignal(dialog.action_requested) as asked:
            QTest.keyClick(dialog.list, key, modifier)
        assert asked.args == [wanted, ["b"]]


def test_an_order_by_keyboard_keeps_the_row_current(dialog: QueueDialog) -> None:
    dialog.list.setCurrentIndex(dialog.list._rows.index_of("b"))
    dialog.list._rows.set_jobs(jobs("b", "a"))  # type: ignore[attr-defined]
    assert dialog.list.currentIndex().row() == 0


def test_escape_closes(dialog: QueueDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
