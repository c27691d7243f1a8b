"""The words of the left pane: pure functions from facts to short, plain lines."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from core.types import Document, DocumentKind, DocumentState, IngestProgress, OverallProgress

translate = QCoreApplication.translate

# The language that the texts are written in; numbers and months follow it, so that no line mixes two languages.
_LOCALE = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
SEPARATOR = " · "
# What core gives as the reason of a document that the person paused; any other reason says more than that.
PAUSED = "Paused."


def format_count(count: int) -> str:
    """A whole number as it is read: `6,120`."""
    return _LOCALE.toString(count)


def count_pages(count: int) -> str:
    """`1 page`, `98 pages`."""
    if count == 1:
        return translate("wording", "1 page")
    return translate("wording", "{count} pages").format(count=format_count(count))


def count_places(kind: DocumentKind, count: int) -> str:
    """The pages of a document, or, where it has none of its own, its sections: `98 pages`, `4 sections`."""
    if kind is not DocumentKind.TEXT:
        return count_pages(count)
    if count == 1:
        return translate("wording", "1 section")
    return translate("wording", "{count} sections").format(count=format_count(count))


def count_files(count: int) -> str:
    """`1 file`, `40 files`."""
    if count == 1:
        return translate("wording", "1 file")
    return translate("wording", "{count} files").format(count=format_count(count))


def count_documents(count: int) -> str:
    """`1 document`, `412 documents`."""
    if count == 1:
        return translate("wording", "1 document")
    return translate("wording", "{count} documents").format(count=format_count(count))


def format_duration(seconds: float) -> str:
    """How long something took: `less than 1 s`, `31 s`, `3 min 12 s`, `1 h 20 min`."""
    if seconds < 1:
        return translate("wording", "less than 1 s")
    whole = round(seconds)
    if whole < 60:
        return translate("wording", "{seconds} s").format(seconds=whole)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        text = translate("wording", "{minutes} min").format(minutes=minutes)
        return f"{text} " + translate("wording", "{seconds} s").format(seconds=rest) if rest else text
    return _hours_and_minutes(round(whole / 60))


def format_remaining(seconds: float) -> str:
    """How long something will still take, no finer than can be known: `31 s left`, `4 min left`, `1 h 20 min left`."""
    whole = max(1, math.ceil(seconds))
    if whole < 60:
        duration = translate("wording", "{seconds} s").format(seconds=whole)
    elif round(whole / 60) < 60:
        duration = translate("wording", "{minutes} min").format(minutes=round(whole / 60))
    else:
        duration = _hours_and_minutes(round(whole / 60))
    return translate("wording", "{duration} left").format(duration=duration)


def format_rate(pages_per_second: float) -> str:
    """`27 pages/s`, `3.4 pages/s`; below one a second `24 pages/min`."""
    if pages_per_second < 1:
        return translate("wording", "{rate} pages/min").format(rate=_plain(pages_per_second * 60))
    return translate("wording", "{rate} pages/s").format(rate=_plain(pages_per_second))


def title_of(document: Document) -> str:
    """What a document goes by: its title, else its file's name."""
    return document.title or PurePath(document.path).name or document.id[:12]


def done_of_total(done: int, total: int) -> str:
    """`64 of 188 pages`."""
    return translate("wording", "{done} of {total}").format(done=format_count(done), total=count_pages(total))


def document_meta(
    document: Document,
    progress: IngestProgress | None = None,
    *,
    recognising: bool = False,
    is_late: bool = False,
    brief: bool = False,
) -> str:
    """The line under a document's title.

    Args:
        document: as the library has it.
        progress: what the ingest last told about it.
        recognising: whether its pages are being recognised just now.
        is_late: whether all others go before it.
        brief: leave out what a narrow pane has no room for.
    """
    state = progress.state if progress else document.state
    done, total = pages_of(document, progress)
    if document.missing and state.is_final:
        return translate("wording", "No longer where it was")
    if state is DocumentState.QUEUED:
        waiting = translate("wording", "Waiting")
        return SEPARATOR.join([waiting, translate("wording", "low priority")]) if is_late else waiting
    if state in (DocumentState.READING, DocumentState.EMBEDDING):
        return _working_meta(done, total, progress, recognising=recognising, brief=brief)
    if state is DocumentState.PAUSED:
        return paused_line((progress.reason if progress else None) or document.reason, done, total)
    if state is DocumentState.NEEDS_PASSWORD:
        return translate("wording", "Needs a password")
    if state is DocumentState.FAILED:
        reason = (progress.reason if progress else None) or document.reason or ""
        return " ".join(reason.split()) or translate("wording", "Could not be read")
    return _ready_meta(document, total, brief=brief)


def paused_line(reason: str | None, done: int, total: int) -> str:
    """Where a document stands that was paused, stopped, or halted for a reason: `Paused · 20 of 80 pages`."""
    if reason and reason != PAUSED:
        return " ".join(reason.split()).removesuffix(".")
    paused = translate("wording", "Paused")
    return SEPARATOR.join([paused, done_of_total(done, total)]) if total else paused


def needs_attention(document: Document, state: DocumentState | None = None) -> bool:
    """True where a document waits for the person: locked, failed, read in part only, or its file is gone.

    Args:
        document: as the library has it.
        state: a newer one than its own.
    """
    state = state or document.state
    if state in (DocumentState.FAILED, DocumentState.NEEDS_PASSWORD):
        return True
    if not state.is_final:
        return False
    return document.missing or (state is DocumentState.READY and document.health.failed > 0)


def health_line(document: Document) -> str:
    """How the text of every page was obtained: `212 pages: 205 text, 6 OCR, 1 empty`."""
    health = document.health
    parts = [
        (health.text, translate("wording", "text")),
        (health.ocr, translate("wording", "OCR")),
        (health.empty, translate("wording", "empty")),
        (health.failed, translate("wording", "could not be read")),
    ]
    listed = ", ".join(f"{format_count(count)} {name}" for count, name in parts if count)
    pages = count_places(document.kind, document.page_count)
    return f"{pages}: {listed}" if listed else pages


def recognition_line(document: Document) -> str:
    """How sure the recognition was: `97 % sure on average, over 6 pages`; empty where nothing was recognised."""
    if document.confidence is None:
        return ""
    share, pages = math.floor(document.confidence * 100), count_pages(document.health.ocr)
    return translate("wording", "{share} % sure on average, over {pages}").format(share=share, pages=pages)


def adding_line(overall: OverallProgress) -> str:
    """`Adding 2 files`: those that are not done yet."""
    files = count_files(overall.files_total - overall.files_done)
    return translate("wording", "Adding {files}").format(files=files)


def rate_line(overall: OverallProgress) -> str:
    """`27 pages/s · 40 s left`; empty until a rate was measured."""
    parts = []
    if overall.pages_per_second:
        parts.append(format_rate(overall.pages_per_second))
        if overall.eta_seconds is not None:
            parts.append(format_remaining(overall.eta_seconds))
    return SEPARATOR.join(parts)


def summary_line(files: int, pages: int, seconds: float, attention: int = 0) -> str:
    """What adding came to: `40 files, 6,120 pages in 3 min 12 s; 2 need attention`."""
    line = translate("wording", "{files}, {pages} in {duration}").format(
        files=count_files(files), pages=count_pages(pages), duration=format_duration(seconds)
    )
    if attention == 1:
        return line + translate("wording", "; 1 needs attention")
    if attention:
        return line + translate("wording", "; {count} need attention").format(count=format_count(attention))
    return line


def relative_day(moment: str, today: date) -> str:
    """The day of an ISO 8601 moment as one would say it: `Today`, `Yesterday`, `12 Nov`, `12 Nov 2023`."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    day = (parsed.astimezone() if parsed.tzinfo else parsed).date()
    days_ago = (today - day).days
    if days_ago == 0:
        return translate("wording", "Today")
    if days_ago == 1:
        return translate("wording", "Yesterday")
    pattern = "d MMM" if day.year == today.year else "d MMM yyyy"
    return _LOCALE.toString(QDate(day.year, day.month, day.day), pattern)


def pages_of(document: Document, progress: IngestProgress | None) -> tuple[int, int]:
    """(pages done, pages in all) by the latest word on the document; 0 in all where that is not known yet."""
    if progress and progress.pages_total:
        return progress.pages_done, progress.pages_total
    return document.health.pages_done, document.page_count


def _working_meta(done: int, total: int, progress: IngestProgress | None, *, recognising: bool, brief: bool) -> str:
    if not total:
        return translate("wording", "Reading…")
    if not done:
        return translate("wording", "Reading {pages}").format(pages=count_pages(total))
    parts = [done_of_total(done, total)]
    if progress and progress.scans_done and not brief:
        parts.append(translate("wording", "{count} by OCR").format(count=format_count(progress.scans_done)))
    if progress and progress.eta_seconds is not None:
        parts.append(format_remaining(progress.eta_seconds))
    elif recognising:
        parts.append(translate("wording", "recognising scans"))
    return SEPARATOR.join(parts)


def _ready_meta(document: Document, total: int, *, brief: bool) -> str:
    health = document.health
    parts = [count_places(document.kind, total)]
    if health.failed and brief:
        parts.append(translate("wording", "{count} not read").format(count=format_count(health.failed)))
        return SEPARATOR.join(parts)
    if health.failed:
        parts.append(translate("wording", "{count} could not be read").format(count=format_count(health.failed)))
    if total and health.empty == total:
        parts.append(translate("wording", "no text found"))
    elif health.empty:
        parts.append(translate("wording", "{count} without text").format(count=format_count(health.empty)))
    if health.ocr:
        parts.append(translate("wording", "{count} by OCR").format(count=format_count(health.ocr)))
    return SEPARATOR.join(parts)


def _hours_and_minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    text = translate("wording", "{hours} h").format(hours=format_count(hours))
    return f"{text} " + translate("wording", "{minutes} min").format(minutes=rest) if rest else text


def _plain(rate: float) -> str:
    return format_count(round(rate)) if rate >= 10 else f"{rate:.1f}".removesuffix(".0")
