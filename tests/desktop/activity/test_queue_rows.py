from __future__ import annotations

import pytest
from desk_stand_ins import job

from core.types import DocumentState, IngestJob, IngestProgress, JobState
from desktop.activity.queue_rows import job_row
from desktop.document_action import DocumentAction


def told(state: DocumentState, done: int = 0, total: int = 0, **fields: object) -> IngestProgress:
    return IngestProgress("a", "", state, done, total, **fields)  # type: ignore[arg-type]


MEASURED = told(DocumentState.EMBEDDING, 64, 188, pages_per_second=8.1, eta_seconds=30.2, scans_done=12)


@pytest.mark.parametrize(
    ("queued", "progress", "words"),
    [
        (job("a", pages_total=0), None, "Waiting"),
        (job("a", pages_total=188), None, "Waiting · 188 pages"),
        (job("a", pages_total=0, priority=-1), None, "Waiting · low priority"),
        (job("a", reason="The drive is away.", attempts=1), None, "The drive is away."),
        (job("a", JobState.READING), told(DocumentState.READING, 0, 34), "Reading · 0 of 34 pages"),
        (job("a", JobState.READING), told(DocumentState.READING), "Reading · 0 of 8 pages"),
        (job("a"), MEASURED, "Reading · 64 of 188 pages · 31 s left · 8.1 pages/s · 12 by OCR"),
        (job("a", JobState.PAUSED, 2, reason="Paused."), None, "Paused · 2 of 8 pages"),
        (job("a"), told(DocumentState.PAUSED, 2, 8, reason="The disk is full."), "The disk is full"),
    ],
)
def test_stages_in_words(queued: IngestJob, progress: IngestProgress | None, words: str) -> None:
    assert job_row(queued, progress).detail == words


def test_recognising_is_named() -> None:
    assert job_row(job("a"), MEASURED, recognising=True).detail.startswith("Recognising scans · 64 of 188 pages")


def test_a_bar_needs_a_measured_rate() -> None:
    assert job_row(job("a"), MEASURED).fraction == 64 / 188
    assert job_row(job("a"), told(DocumentState.EMBEDDING, 64, 188)).fraction is None
    assert job_row(job("a", JobState.PAUSED, 4), told(DocumentState.PAUSED, 4, 8)).fraction is None


def test_what_can_be_asked() -> None:
    working, paused = job_row(job("a")), job_row(job("a", JobState.PAUSED))
    assert working.actions == (DocumentAction.PAUSE, DocumentAction.STOP)
    assert paused.actions == (DocumentAction.RESUME, DocumentAction.STOP)
    assert working.is_quiet
    assert not paused.is_quiet
    assert DocumentAction.FIRST in working.more


def test_a_job_goes_by_its_title_or_its_file() -> None:
    assert job_row(job("a")).title == "A"
    untitled = IngestJob("a", "", "/x/report.pdf", JobState.QUEUED, None, 0, 0.0, 0, 0.0, 0, 0, "")
    assert job_row(untitled).title == "report.pdf"
    assert job_row(untitled).tool_tip == "/x/report.pdf"
