"""Speed is measured, never guessed."""

from __future__ import annotations

import pytest
from stand_ins import HandClock

from core.ingest.progress import RateMeter, seconds_left


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


@pytest.mark.parametrize(("pages", "rate", "seconds"), [(30, 10.0, 3.0), (0, 10.0, 0.0), (30, None, None)])
def test_the_time_left_follows(pages: int, rate: float | None, seconds: float | None) -> None:
    assert seconds_left(pages, rate) == seconds
