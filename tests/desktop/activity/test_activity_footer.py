from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.types import OverallProgress
from desktop.activity.activity_footer import ActivityFooter
from desktop.theme.theme import Theme
from desktop.wording import summary_line

MEASURED = OverallProgress(38, 40, 250, 1000, 27.3, 39.5)


@pytest.fixture
def footer(qtbot: QtBot, theme: Theme) -> Iterator[ActivityFooter]:
    host = QWidget()
    qtbot.addWidget(host)
    footer = ActivityFooter(theme, host, summary_ms=20)
    host.resize(296, 200)
    footer.resize(296, 200)
    host.show()
    yield footer
    host.close()


def test_only_the_privacy_line_at_rest(footer: ActivityFooter) -> None:
    assert not footer._working.isVisible()
    assert not footer._summary.isVisible()
    assert footer._privacy.text() == "0 connections · everything stays here"
    footer.set_privacy("Ollama on this computer · nothing leaves")
    assert footer._privacy.text() == "Ollama on this computer · nothing leaves"


def test_work_under_way(footer: ActivityFooter) -> None:
    footer.set_overall(MEASURED)
    assert footer._working.isVisible()
    assert footer._adding.text() == "Adding 2 files"
    assert footer._rate.text() == "27 pages/s · 40 s left"
    assert footer._bar.isVisible()
    assert footer._bar.fraction == 0.25
    footer.set_overall(OverallProgress(40, 40, 1000, 1000))
    assert not footer._working.isVisible()


def test_a_narrow_footer_keeps_the_time_left(footer: ActivityFooter) -> None:
    footer.set_overall(OverallProgress(0, 1000, 250, 1000, 127.3, 4800))
    footer.resize(240, 200)
    assert footer._rate.text() == "1 h 20 min left"
    assert footer.minimumSizeHint().width() < 240
    footer.resize(420, 200)
    assert footer._rate.text() == "127 pages/s · 1 h 20 min left"


def test_no_bar_without_a_measured_rate(footer: ActivityFooter) -> None:
    footer.set_overall(OverallProgress(0, 2, 3, 10))
    assert footer._working.isVisible()
    assert not footer._bar.isVisible()
    assert footer._rate.text() == ""


def test_a_good_summary_goes_by_itself(footer: ActivityFooter, qtbot: QtBot) -> None:
    footer.set_overall(MEASURED)
    footer.set_summary(summary_line(2, 98, 12), 0)
    assert footer._summary.isVisible()
    assert not footer._working.isVisible()
    assert not footer._show.isVisible()
    qtbot.waitUntil(lambda: not footer._summary.isVisible())


def test_a_summary_that_needs_attention_waits(footer: ActivityFooter, qtbot: QtBot) -> None:
    footer.set_summary(summary_line(40, 6120, 192, 2), 2)
    assert not footer._timer.isActive()
    with qtbot.waitSignal(footer.attention_requested):
        footer._show.click()
    assert footer._summary.isVisible()
    footer._dismiss.click()
    assert not footer._summary.isVisible()


def test_new_work_ends_the_summary(footer: ActivityFooter) -> None:
    footer.set_summary("2 files", 1)
    footer.set_overall(MEASURED)
    assert not footer._summary.isVisible()


def test_it_paints(footer: ActivityFooter, theme: Theme) -> None:
    footer.set_overall(MEASURED)
    theme.set_appearance("dark")
    assert not footer.grab().isNull()


def test_everything_is_paused_and_resumed_from_here(footer: ActivityFooter, qtbot: QtBot) -> None:
    footer.set_overall(MEASURED)
    with qtbot.assertNotEmitted(footer.queue_requested), qtbot.waitSignal(footer.pause_requested):
        QTest.mouseClick(footer._pause, Qt.MouseButton.LeftButton)
    footer.set_resting("Paused · 1,240 pages left", "Resume")
    assert not footer._working.isVisible()
    assert footer._rest_text.text() == "Paused · 1,240\u00a0pages left"
    with qtbot.assertNotEmitted(footer.queue_requested), qtbot.waitSignal(footer.resume_requested):
        QTest.mouseClick(footer._resume, Qt.MouseButton.LeftButton)
    footer.set_overall(MEASURED)
    assert not footer._rest.isVisible()


def test_the_progress_line_opens_the_queue(footer: ActivityFooter, qtbot: QtBot) -> None:
    footer.set_overall(MEASURED)
    with qtbot.waitSignal(footer.queue_requested):
        QTest.mouseClick(footer._adding, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(footer.queue_requested):
        QTest.keyClick(footer._working, Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(footer.queue_requested):
        QTest.keyClick(footer._working, Qt.Key.Key_A)
        QTest.mouseClick(footer._working, Qt.MouseButton.RightButton)


def test_why_work_was_halted_is_said_in_full(footer: ActivityFooter) -> None:
    reason = "The library could not be written (No space left on device). Make room on the disk, then resume."
    footer.set_resting(reason, "Try again")
    assert footer._rest.isVisible()
    assert footer._rest.height() > 2 * footer._rest_text.fontMetrics().height()
    assert footer._resume.text() == "Try again"
    footer.set_summary("2 files", 0)
    assert not footer._rest.isVisible()
    footer.set_resting(reason, "Try again")
    footer.set_at_rest()
    assert not footer._rest.isVisible()


def test_another_computer_is_named_for_as_long_as_it_may_be_asked(footer: ActivityFooter, qtbot: QtBot) -> None:
    footer.set_privacy("0 connections · everything stays here")
    assert (footer._dot.token, footer._details.isVisibleTo(footer)) == ("supported", False)
    footer.set_remote("192.0.2.1:11434")
    assert footer._privacy.text() == "Passages may go to 192.0.2.1:11434"
    assert (footer._dot.token, footer._details.isVisibleTo(footer)) == ("caution", True)
    footer.set_privacy("Passages go to 192.0.2.1:11434")
    assert footer._privacy.text() == "Passages go to 192.0.2.1:11434"
    with qtbot.waitSignal(footer.remote_details_requested):
        footer._details.click()
    footer.set_privacy("0 connections · everything stays here")
    footer.set_remote("")
    assert footer._privacy.text() == "0 connections · everything stays here"
    assert (footer._dot.token, footer._details.isVisibleTo(footer)) == ("supported", False)
