"""Time that is left: the work that is left by the speed of what was done, where scans count for more than text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from filled_library import Watcher
from stand_ins import HandClock

from core.ingest.job import Job
from core.ingest.listening import Callbacks, Listeners
from core.ingest.reporter import ProgressReporter
from core.ingest.tasks import PagesResult
from core.types import JobState, Page, PageSource, Survey

TEXT_SECONDS, SCAN_SECONDS = 0.1, 1.0


class Desk:
    """A reporter with a clock that is moved by hand, one job, and what was told."""

    def __init__(self, scan_share: float) -> None:
        self.clock = HandClock()
        self.told = Watcher()
        listeners = Listeners()
        listeners.add(Callbacks(self.told.events.append, self.told.overall.append))
        self.reporter = ProgressReporter(listeners, self.clock)
        self.job = Job("a", Path("a.pdf"), [], JobState.EMBEDDING)
        self.job.survey = Survey("A", 100, scan_share=scan_share)
        self.job.pages_total = 100
        self.reporter.begin_file()

    def read(self, texts: int, scans: int, text_seconds: float = TEXT_SECONDS) -> None:
        """One worker reads a batch, in the time that its pages take."""
        kinds = [PageSource.TEXT] * texts + [PageSource.OCR] * scans
        pages = tuple(Page(number, "", "words", kind) for number, kind in enumerate(kinds))
        spent = len(pages) * text_seconds, scans * SCAN_SECONDS
        self.clock.now += sum(spent)
        self.reporter.count(PagesResult(pages, (), np.empty((0, 0), np.float32), *spent))
        self.job.pages_done += len(pages)
        self.job.scans_done += scans
        self.reporter.report(self.job, [self.job])


def test_of_text_alone_the_time_left_is_the_pages_left_by_their_speed() -> None:
    desk = Desk(scan_share=0.0)
    for _ in range(4):
        desk.read(8, 0)
    last = desk.told.events[-1]
    assert last.pages_per_second == pytest.approx(1 / TEXT_SECONDS)
    assert last.eta_seconds == pytest.approx(68 * TEXT_SECONDS)
    assert desk.told.overall[-1].eta_seconds == pytest.approx(last.eta_seconds)


def test_scans_that_are_left_take_their_own_time_whatever_was_read_before() -> None:
    desk = Desk(scan_share=0.5)
    for _ in range(2):
        desk.read(8, 0)  # the texts come first: by pages alone the rest would be done in a moment
    desk.read(4, 4)
    desk.read(4, 4)
    last = desk.told.events[-1]
    left = 68 * TEXT_SECONDS + 34 * SCAN_SECONDS
    assert last.eta_seconds == pytest.approx(left, rel=0.15)
    assert last.pages_per_second is not None
    assert last.eta_seconds > 1.5 * 68 / last.pages_per_second  # what pages alone would say


def test_what_was_done_is_priced_like_what_is_left() -> None:
    desk = Desk(scan_share=0.0)
    desk.read(0, 4, text_seconds=0.001)  # beside such pages a scan looked like a thousand of them
    for _ in range(8):
        desk.read(8, 0)
    last = desk.told.events[-1]
    assert last.eta_seconds == pytest.approx(32 * TEXT_SECONDS, rel=0.15)


def test_nothing_is_promised_before_all_files_were_opened() -> None:
    desk = Desk(scan_share=0.0)
    unopened = Job("b", Path("b.pdf"), [])
    desk.reporter.begin_file()
    desk.reporter.report(unopened, [desk.job, unopened])
    for _ in range(4):
        desk.read(8, 0)
    assert desk.told.overall[-1].pages_per_second is not None
    assert desk.told.overall[-1].eta_seconds is None
