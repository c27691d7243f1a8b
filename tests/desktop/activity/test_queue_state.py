from __future__ import annotations

from desk_stand_ins import job

from core.types import DocumentState, IngestProgress, JobState
from desktop.activity.queue_state import Resting, resting

FULL = "The library could not be written (No space left on device). Make room on the disk, then resume."


def told(reason: str) -> dict[str, IngestProgress]:
    return {"a": IngestProgress("a", "", DocumentState.PAUSED, 2, 8, reason=reason)}


def test_an_empty_queue_rests_for_no_reason() -> None:
    assert resting([], {}, is_paused=False) is None


def test_paused_says_how_much_is_left() -> None:
    queue = [job("a", JobState.PAUSED, 2, 1242), job("b", JobState.PAUSED, 0, 0)]
    assert resting(queue, told("Paused."), is_paused=True) == Resting("Paused · 1,240 pages left", "Resume")
    unknown = [job("a", JobState.PAUSED, 0, 0), job("b", JobState.PAUSED, 0, 0)]
    assert resting(unknown, {}, is_paused=True) == Resting("Paused · 2 files left", "Resume")


def test_paused_with_nothing_to_do_says_what_will_happen() -> None:
    assert resting([], {}, is_paused=True) == Resting("Paused · new files wait", "Resume")


def test_halted_says_why() -> None:
    assert resting([job("a", JobState.EMBEDDING, 2)], told(FULL), is_paused=False) == Resting(FULL, "Try again")


def test_paused_one_by_one_is_no_halt() -> None:
    assert resting([job("a", JobState.PAUSED, 2)], told("Paused."), is_paused=False) is None
    assert resting([job("b", JobState.QUEUED)], told(FULL), is_paused=False) is None
