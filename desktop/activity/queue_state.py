"""How the queue stands while nothing is being read, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from core.types import IngestJob, IngestProgress, JobState
from desktop.wording import PAUSED, count_files, count_pages

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Resting:
    """Why nothing is read although there is something to read, or would be.

    Attributes:
        text: a sentence or a short line.
        resume: what the button says that begins it again.
    """

    text: str
    resume: str


def resting(jobs: Sequence[IngestJob], told: Mapping[str, IngestProgress], *, is_paused: bool) -> Resting | None:
    """Why the queue rests while nothing is worked on; None where it is simply at its end.

    Args:
        jobs: what is left of the queue.
        told: the latest word on documents.
        is_paused: whether the person paused everything.
    """
    halted = [job for job in jobs if job.state is not JobState.PAUSED]
    # Nobody stopped these jobs, and yet nobody works on them: the library took nothing more, and its rows stayed.
    reasons = [told[job.document].reason for job in halted if job.document in told]
    reason = next((reason for reason in reasons if reason and reason != PAUSED), None)
    if reason is not None:
        return Resting(reason, translate("queue", "Try again"))
    if is_paused:
        return Resting(_paused(jobs), translate("queue", "Resume"))
    return None


def _paused(jobs: Sequence[IngestJob]) -> str:
    if not jobs:
        return translate("queue", "Paused · new files wait")
    pages = sum(max(0, job.pages_total - job.pages_done) for job in jobs)
    left = count_pages(pages) if pages else count_files(len(jobs))
    return translate("queue", "Paused · {left} left").format(left=left)
