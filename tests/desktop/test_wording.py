from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from core.types import Document, DocumentKind, DocumentState, Health, IngestProgress, OverallProgress
from desktop import wording


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than 1 s"),
        (12.4, "12 s"),
        (59.7, "1 min"),
        (192, "3 min 12 s"),
        (4800, "1 h 20 min"),
        (7200, "2 h"),
        (3599.9, "1 h"),
    ],
)
def test_duration(seconds: float, words: str) -> None:
    assert wording.format_duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 s left"),
        (30.2, "31 s left"),
        (59.5, "1 min left"),
        (239, "4 min left"),
        (3599, "1 h left"),
        (4800, "1 h 20 min left"),
    ],
)
def test_remaining_is_no_finer_than_can_be_known(seconds: float, words: str) -> None:
    assert wording.format_remaining(seconds) == words


@pytest.mark.parametrize(
    ("rate", "words"),
    [(27.2, "27 pages/s"), (1234.0, "1,234 pages/s"), (3.44, "3.4 pages/s"), (3.0, "3 pages/s"), (0.4, "24 pages/min")],
)
def test_rate(rate: float, words: str) -> None:
    assert wording.format_rate(rate) == words


@pytest.mark.parametrize(
    ("state", "fields", "words"),
    [
        (DocumentState.READY, {"page_count": 98}, "98 pages"),
        (DocumentState.READY, {"page_count": 1}, "1 page"),
        (DocumentState.READY, {"page_count": 34, "health": Health(text=32, ocr=2)}, "34 pages · 2 by OCR"),
        (
            DocumentState.READY,
            {"page_count": 212, "health": Health(text=206, failed=6)},
            "212 pages · 6 could not be read",
        ),
        (DocumentState.READY, {"page_count": 3, "health": Health(empty=3)}, "3 pages · no text found"),
        (DocumentState.QUEUED, {}, "Waiting"),
        (DocumentState.READING, {}, "Reading…"),
        (DocumentState.READING, {"page_count": 12}, "Reading 12 pages"),
        (DocumentState.EMBEDDING, {"page_count": 188, "health": Health(text=64)}, "64 of 188 pages"),
        (DocumentState.PAUSED, {"page_count": 80, "health": Health(text=20)}, "Paused · 20 of 80 pages"),
        (DocumentState.PAUSED, {}, "Paused"),
        (DocumentState.FAILED, {"reason": "The file\n is damaged"}, "The file is damaged"),
        (DocumentState.FAILED, {}, "Could not be read"),
        (DocumentState.NEEDS_PASSWORD, {}, "Needs a password"),
    ],
)
def test_meta_of_a_document(
    make_document: Callable[..., Document], state: DocumentState, fields: dict[str, object], words: str
) -> None:
    assert wording.document_meta(make_document("a", state, **fields)) == words


def test_meta_follows_the_progress(make_document: Callable[..., Document]) -> None:
    document = make_document("a", DocumentState.QUEUED)
    progress = IngestProgress("a", "", DocumentState.EMBEDDING, 64, 188, 8.0, 30.4)
    assert wording.document_meta(document, progress) == "64 of 188 pages · 31 s left"
    failed = IngestProgress("a", "", DocumentState.FAILED, 0, 0, reason="No disk space is left")
    assert wording.document_meta(document, failed) == "No disk space is left"


def test_meta_names_what_was_recognised_where_there_is_room(make_document: Callable[..., Document]) -> None:
    document = make_document("a", DocumentState.EMBEDDING)
    progress = IngestProgress("a", "", DocumentState.EMBEDDING, 64, 188, 8.0, 30.4, scans_done=12)
    assert wording.document_meta(document, progress) == "64 of 188 pages · 12 by OCR · 31 s left"
    assert wording.document_meta(document, progress, brief=True) == "64 of 188 pages · 31 s left"
    unmeasured = IngestProgress("a", "", DocumentState.EMBEDDING, 64, 188, scans_done=12)
    told = wording.document_meta(document, unmeasured, recognising=True)
    assert told == "64 of 188 pages · 12 by OCR · recognising scans"


def test_meta_says_what_is_amiss_before_anything_else(make_document: Callable[..., Document]) -> None:
    partly = make_document("a", page_count=60, health=Health(text=47, ocr=3, empty=1, failed=9))
    assert wording.document_meta(partly) == "60 pages · 9 could not be read · 1 without text · 3 by OCR"
    assert wording.document_meta(partly, brief=True) == "60 pages · 9 not read"
    gone = make_document("b", page_count=60, missing=True)
    assert wording.document_meta(gone) == "No longer where it was"
    reading = make_document("b", DocumentState.READING, page_count=60, missing=True)
    assert wording.document_meta(reading) == "Reading 60 pages"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Paused.", "Paused · 20 of 80 pages"),
        (None, "Paused · 20 of 80 pages"),
        ("Stopped after 20 of 80 pages.", "Stopped after 20 of 80 pages"),
        ("The disk is full. Make room.", "The disk is full. Make room"),
    ],
)
def test_paused_stopped_and_halted_are_told_apart(reason: str | None, words: str) -> None:
    assert wording.paused_line(reason, 20, 80) == words


@pytest.mark.parametrize(
    ("state", "fields", "expected"),
    [
        (DocumentState.FAILED, {}, True),
        (DocumentState.NEEDS_PASSWORD, {}, True),
        (DocumentState.READY, {}, False),
        (DocumentState.READY, {"health": Health(text=7, failed=1)}, True),
        (DocumentState.READY, {"missing": True}, True),
        (DocumentState.PAUSED, {"missing": True}, True),
        (DocumentState.PAUSED, {}, False),
        (DocumentState.EMBEDDING, {"health": Health(text=7, failed=1), "missing": True}, False),
    ],
)
def test_what_needs_attention(
    make_document: Callable[..., Document], state: DocumentState, fields: dict[str, object], expected: bool
) -> None:
    assert wording.needs_attention(make_document("a", state, **fields)) is expected


def test_health_line_names_what_there_is(make_document: Callable[..., Document]) -> None:
    document = make_document("a", page_count=212, health=Health(text=205, ocr=6, empty=1))
    assert wording.health_line(document) == "212 pages: 205 text, 6 OCR, 1 empty"
    assert wording.health_line(make_document("b", page_count=2)) == "2 pages"


def test_a_document_without_pages_has_sections(make_document: Callable[..., Document]) -> None:
    book = make_document("a", page_count=12, health=Health(text=12), kind=DocumentKind.TEXT)
    assert wording.document_meta(book) == wording.health_line(book).partition(":")[0] == "12 sections"
    note = make_document("b", page_count=1, health=Health(text=1), kind=DocumentKind.TEXT)
    assert wording.document_meta(note) == "1 section"


def test_recognition_says_how_sure_it_was(make_document: Callable[..., Document]) -> None:
    recognised = make_document("c", page_count=2, health=Health(ocr=2), confidence=0.967)
    assert wording.recognition_line(recognised) == "96 % sure on average, over 2 pages"
    assert wording.recognition_line(make_document("d", page_count=2)) == ""


def test_overall_lines() -> None:
    overall = OverallProgress(38, 40, 100, 1000, 27.3, 39.5)
    assert wording.adding_line(overall) == "Adding 2 files"
    assert wording.rate_line(overall) == "27 pages/s · 40 s left"
    unmeasured = OverallProgress(0, 1, 0, 0)
    assert wording.adding_line(unmeasured) == "Adding 1 file"
    assert wording.rate_line(unmeasured) == ""


def test_summary() -> None:
    assert wording.summary_line(40, 6120, 192, 2) == "40 files, 6,120 pages in 3 min 12 s; 2 need attention"
    assert wording.summary_line(1, 1, 0.2) == "1 file, 1 page in less than 1 s"
    assert wording.summary_line(2, 10, 5, 1).endswith("; 1 needs attention")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2024-11-23T09:00:00", "Today"),
        ("2024-11-22T23:59:00", "Yesterday"),
        ("2024-11-12T10:00:00", "12 Nov"),
        ("2023-11-12T10:00:00", "12 Nov 2023"),
        ("", ""),
        ("long ago", ""),
    ],
)
def test_relative_day(moment: str, words: str) -> None:
    assert wording.relative_day(moment, date(2024, 11, 23)) == words
