"""News of the ingestion on its way from other threads to the window."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.types import DocumentState, IngestProgress, OverallProgress
from desktop.library.ingest_events import INTERVAL_MS, IngestEvents


@pytest.fixture
def events(holder: QWidget) -> IngestEvents:
    return IngestEvents(holder)


def progress(document: str, pages: int, state: DocumentState = DocumentState.EMBEDDING) -> IngestProgress:
    return IngestProgress(document, f"/{document}.pdf", state, pages, 60)


def test_many_words_become_few_signals_with_the_newest_of_each(events: IngestEvents, qtbot: QtBot) -> None:
    heard: list[list[IngestProgress]] = []
    overall: list[OverallProgress] = []
    threads: list[QThread] = []
    events.progressed.connect(heard.append)
    events.progressed.connect(lambda _: threads.append(QThread.currentThread()))
    events.overall_progressed.connect(overall.append)

    def tell() -> None:
        for pages in range(500):
            for document in ("one", "two"):
                events.tell_progress(progress(document, pages))
            events.tell_overall(OverallProgress(0, 2, pages, 120))

    teller = threading.Thread(target=tell)
    teller.start()
    qtbot.waitUntil(lambda: bool(overall) and overall[-1].pages_done == 499)
    teller.join()
    assert len(heard) < 50
    assert [(one.document, one.pages_done) for one in heard[-1]] == [("one", 499), ("two", 499)]
    assert {thread is events.thread() for thread in threads} == {True}


def test_lists_are_read_again_only_for_another_state(events: IngestEvents, qtbot: QtBot) -> None:
    with qtbot.waitSignal(events.states_changed):
        events.tell_progress(progress("one", 1))
    changes: list[None] = []
    events.states_changed.connect(lambda: changes.append(None))
    with qtbot.waitSignal(events.progressed):
        events.tell_progress(progress("one", 2))
    assert changes == []
    with qtbot.waitSignal(events.states_changed) as changed:
        events.tell_progress(progress("one", 60, DocumentState.READY))
        events.tell_progress(progress("two", 0))
    assert changed.args == [["one", "two"]]


def test_no_change_of_state_is_lost_between_two_signals(events: IngestEvents, qtbot: QtBot) -> None:
    with qtbot.waitSignal(events.states_changed):
        events.tell_progress(progress("one", 60, DocumentState.READY))
    with qtbot.waitSignal(events.states_changed):  # stopped and started again within a moment
        events.tell_progress(progress("one", 60, DocumentState.QUEUED))
        events.tell_progress(progress("one", 60, DocumentState.READY))


def test_progress_comes_before_the_lists_and_the_lists_before_the_summary(events: IngestEvents, qtbot: QtBot) -> None:
    order: list[str] = []
    events.progressed.connect(lambda _: order.append("progressed"))
    events.states_changed.connect(lambda: order.append("states"))
    events.overall_progressed.connect(lambda _: order.append("overall"))
    events.skipped.connect(lambda _: order.append("skipped"))
    with qtbot.waitSignal(events.skipped):
        events.tell_skipped(Path("/notes.txt"), "It is no PDF.")
        events.tell_overall(OverallProgress(1, 1, 60, 60))
        events.tell_progress(progress("one", 60, DocumentState.READY))
    assert order == ["progressed", "states", "overall", "skipped"]


def test_what_was_skipped_comes_together(events: IngestEvents, qtbot: QtBot) -> None:
    with qtbot.waitSignal(events.skipped) as heard:
        for name in ("a.txt", "b.txt"):
            events.tell_skipped(Path(name), "It is no PDF.")
    assert heard.args == [[(Path("a.txt"), "It is no PDF."), (Path("b.txt"), "It is no PDF.")]]


def test_silence_says_nothing(events: IngestEvents, qtbot: QtBot) -> None:
    with qtbot.waitSignal(events.progressed):
        events.tell_progress(progress("one", 1))
    with qtbot.assertNotEmitted(events.progressed, wait=2 * INTERVAL_MS):
        pass


def test_a_word_after_the_window_is_gone_is_no_error(qtbot: QtBot) -> None:
    host = QObject()
    events = IngestEvents(host)
    events.tell_progress(progress("one", 1))
    del host, events
