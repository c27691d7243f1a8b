"""Speed is measured, never guessed."""

from __future__ import annotations

import pytest
from stand_ins import HandClock

from core.ingest.progress import RateMeter, WorkMeter


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def meter(clock: HandClock) -> RateMeter:
    return RateMeter(clock)


def test_nothing_is_said_before_it_is_measured(meter: RateMeter, clock: HandClock) -> None:
    assert meter.rate() is None
    clock.now += 60
    assert meter.rate() is None  # time alone is no speed
    meter.restart()
    clock.now += 1.4
    meter.add(100)
    assert meter.rate() is None  # too short to tell


def test_the_rate_is_pages_by_time(meter: RateMeter, clock: HandClock) -> None:
    for _ in range(5):
        clock.now += 1
        meter.add(8)
    assert meter.rate() == pytest.approx(8.0)


def test_the_recent_past_counts(meter: RateMeter, clock: HandClock) -> None:
    for _ in range(60):
        clock.now += 1
        meter.add(1)
    for _ in range(30):
        clock.now += 1
        meter.add(10)
    assert meter.rate() == pytest.approx(10.0)


def test_a_standstill_lowers_it_and_in_the_end_there_is_none(meter: RateMeter, clock: HandClock) -> None:
    clock.now += 2
    meter.add(20)
    assert meter.rate() == pytest.approx(10.0)
    clock.now += 8
    assert meter.rate() == pytest.approx(2.0)
    clock.now += 60
    assert meter.rate() is None


def test_a_restart_forgets(meter: RateMeter, clock: HandClock) -> None:
    clock.now += 10
    meter.add(10)
    meter.restart()
    assert meter.rate() is None
    clock.now += 2
    meter.add(10)
    assert meter.rate() == pytest.approx(5.0)


def test_a_scan_is_as_much_work_as_the_pages_that_take_as_long() -> None:
    work = WorkMeter()
    assert work.units(10, 0) == 10
    before = work.units(10, 10)
    assert before > 10 * 5  # nothing measured yet, and still a scan is no page with text
    work.learn(pages=8, text_seconds=0.8, scans=2, scan_seconds=2.0)
    assert work.units(10, 10) == pytest.approx(10 + 10 * 10)
    assert work.units(10, 0) == 10


def test_what_pages_cost_follows_what_is_measured() -> None:
    work = WorkMeter()
    for _ in range(60):
        work.learn(pages=8, text_seconds=0.8, scans=8, scan_seconds=4.0)
    assert work.units(1, 1) == pytest.approx(1 + 5)
    for _ in range(60):
        work.learn(pages=8, text_seconds=0.8, scans=8, scan_seconds=8.0)
    assert work.units(1, 1) == pytest.approx(1 + 10, rel=0.01)
