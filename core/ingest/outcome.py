"""How work on a document ends, in plain words."""

from __future__ import annotations

from core.errors import DeathCause
from core.types import Health, JobState

_MEGABYTES = 1 << 20


def outcome(health: Health) -> tuple[JobState, str | None]:
    """The final state of a document whose pages have all been looked at, and what there is to say about it."""
    total = health.pages_done
    if total and health.failed == total:
        return JobState.FAILED, "None of its pages could be read: the file is damaged."
    if health.failed:
        pages = "1 page" if health.failed == 1 else f"{health.failed} pages"
        return JobState.READY, f"{pages} could not be read."
    if total and not health.text and not health.ocr:
        return JobState.READY, "No text was found: its pages are blank, or pictures without words."
    return JobState.READY, None


def stopped(pages_done: int, pages_total: int) -> str:
    """Why a cancelled document is not ready."""
    if pages_total:
        return f"Stopped after {pages_done} of {pages_total} pages."
    return "Stopped before it was read."


def page_lost(cause: DeathCause, step_seconds: float, memory_bytes: int) -> str:
    """Why a page was given up whose reader died over it."""
    limit = f"{memory_bytes // _MEGABYTES:,} MB"
    return {
        DeathCause.CRASH: "This page made its reader crash, so it was left out.",
        DeathCause.TIME: f"This page was not read within {step_seconds:.0f} seconds, so it was left out.",
        DeathCause.MEMORY: f"This page needs more than {limit} of memory, so it was left out.",
        DeathCause.NO_START: "The reader could not be started: the computer has no room for another program.",
    }[cause]


def file_lost(cause: DeathCause, step_seconds: float, memory_bytes: int) -> str:
    """Why a file was given up whose reader died while it was opened."""
    return {
        DeathCause.CRASH: "Opening this file made its reader crash, so it was set aside.",
        DeathCause.TIME: f"This file could not be opened within {step_seconds:.0f} seconds, so it was set aside.",
        DeathCause.MEMORY: f"Opening this file needs more than {memory_bytes // _MEGABYTES:,} MB, so it was set aside.",
        DeathCause.NO_START: "The reader could not be started: close other programs, then retry.",
    }[cause]
