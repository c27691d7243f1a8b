"""The time that is left is measured, by the sizes of the parts, or not told."""

from __future__ import annotations

from stand_ins import HandClock

from core.answering.progress import Pace, Progress


def test_what_is_left_follows_from_sizes_not_numbers() -> None:
    clock = HandClock()
    pace = Pace([100, 300], clock)
    clock.now += 5
    assert pace.after(1) == Progress(1, 2, 15.0)


def test_nothing_is_told_before_something_was_measured() -> None:
    clock = HandClock()
    pace = Pace([100, 300], clock)
    clock.now += 30
    assert pace.after(0).eta_seconds is None
    assert Pace([1, 1], clock).after(1).eta_seconds is None


def test_at_the_end_nothing_is_left() -> None:
    clock = HandClock()
    pace = Pace([1], clock)
    clock.now += 9
    assert pace.after(1) == Progress(1, 1, None)
    assert pace.after(1).is_complete
    assert not pace.after(0).is_complete
