"""A job of the queue as a row: its stage, its pages, its speed, what is left, and what can be asked of it."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QCoreApplication

from core.types import DocumentState, IngestJob, IngestProgress
from desktop.action_rows.model import ActionRow
from desktop.document_action import DocumentAction
from desktop.wording import (
    SEPARATOR,
    count_pages,
    done_of_total,
    format_count,
    format_rate,
    format_remaining,
    paused_line,
)

translate = QCoreApplication.translate

_ORDERING = (DocumentAction.FIRST, DocumentAction.UP, DocumentAction.DOWN, DocumentAction.LAST)
_RUNNING = (DocumentState.READING, DocumentState.EMBEDDING)


def job_row(job: IngestJob, progress: IngestProgress | None = None, *, recognising: bool = False) -> ActionRow:
    """The row of a job.

    Args:
        job: as the queue keeps it.
        progress: what the ingest last told about its document.
        recognising: whether its pages are being recognised just now.
    """
    state = progress.state if progress else job.state.document_state
    paused = state is DocumentState.PAUSED
    waits_again = state is DocumentState.QUEUED and job.attempts > 0
    return ActionRow(
        key=job.document,
        title=job.title or PurePath(job.path).name or job.document[:12],
        detail=_detail(job, progress, state, recognising=recognising),
        tone="caution" if waits_again else "ink_second",
        fraction=_fraction(progress),
        actions=(DocumentAction.RESUME if paused else DocumentAction.PAUSE, DocumentAction.STOP),
        more=(*_ORDERING, DocumentAction.DETAILS),
        tool_tip=job.path,
        is_quiet=not paused,
    )


def _detail(job: IngestJob, progress: IngestProgress | None, state: DocumentState, *, recognising: bool) -> str:
    reason = (progress.reason if progress else None) or job.reason
    done, total = (
        (progress.pages_done, progress.pages_total) if progress and progress.pages_total else _pages_of_job(job)
    )
    match state:
        case DocumentState.PAUSED:
            return paused_line(reason, done, total)
        case DocumentState.QUEUED:
            return _waiting(job, reason, total)
    return _running(progress, done, total, recognising=recognising)


def _waiting(job: IngestJob, reason: str | None, total: int) -> str:
    if reason and job.attempts:
        return reason
    parts = [translate("queue", "Waiting")]
    if total:
        parts.append(count_pages(total))
    if job.priority < 0:
        parts.append(translate("queue", "low priority"))
    return SEPARATOR.join(parts)


def _running(progress: IngestProgress | None, done: int, total: int, *, recognising: bool) -> str:
    parts = [translate("queue", "Recognising scans") if recognising else translate("queue", "Reading")]
    if total:
        parts.append(done_of_total(done, total))
    # What matters least stands last, where a narrow window cuts.
    if progress and progress.eta_seconds is not None:
        parts.append(format_remaining(progress.eta_seconds))
    if progress and progress.pages_per_second:
        parts.append(format_rate(progress.pages_per_second))
    if progress and progress.scans_done:
        parts.append(translate("queue", "{count} by OCR").format(count=format_count(progress.scans_done)))
    return SEPARATOR.join(parts)


def _fraction(progress: IngestProgress | None) -> float | None:
    if progress is None or progress.state not in _RUNNING or not progress.pages_total:
        return None
    if progress.pages_per_second is None:  # nothing was measured, so nothing is promised
        return None
    return min(1.0, progress.pages_done / progress.pages_total)


def _pages_of_job(job: IngestJob) -> tuple[int, int]:
    return job.pages_done, job.pages_total
