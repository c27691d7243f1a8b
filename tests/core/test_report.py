"""The library in numbers, and as a list for a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from core.report import LibraryReport, summarise, write_csv
from core.types import Document, DocumentState, Health


def document(state: DocumentState, health: Health = Health(), **more: object) -> Document:  # noqa: B008 — it is frozen
    fields = {"id": "x", "title": "A title", "state": state, "paths": ("/lamp/a.pdf",), "health": health} | more
    return Document(**fields)  # type: ignore[arg-type]


def test_an_empty_library_wants_nothing() -> None:
    report = summarise([])
    assert report == LibraryReport(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Health())
    assert report.attention == 0


def test_documents_count_by_what_they_want_and_pages_by_how_they_were_read() -> None:
    report = summarise(
        [
            document(DocumentState.READY, Health(text=8, ocr=1, empty=1), page_count=10),
            document(DocumentState.READY, Health(text=3, failed=2), page_count=5),
            document(DocumentState.READY, Health(text=1), page_count=1, missing=True),
            document(DocumentState.NEEDS_PASSWORD),
            document(DocumentState.FAILED),
            document(DocumentState.FAILED),
            document(DocumentState.PAUSED, page_count=7),
            document(DocumentState.QUEUED),
            document(DocumentState.READING, page_count=4),
            document(DocumentState.EMBEDDING, Health(text=2), page_count=4),
        ]
    )
    assert (report.documents, report.ready, report.partly) == (10, 3, 1)
    assert (report.needs_password, report.failed, report.paused, report.working, report.missing) == (1, 2, 1, 3, 1)
    assert (report.pages, report.health) == (31, Health(text=14, ocr=1, empty=1, failed=2))
    assert report.attention == 5


def rows_of(*documents: Document) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    write_csv(documents, file)
    file.seek(0)
    return list(csv.DictReader(file))


def test_a_line_has_all_there_is_to_know_of_a_document() -> None:
    (row,) = rows_of(
        document(
            DocumentState.READY, Health(text=3, failed=2), id="abc", title='Lamps, "old" and\nnew', page_count=5,
            reason="2 pages could not be read.", chunk_count=9, collections=("Sea", "Skell"), added_at="2026-01-01",
        )
    )  # fmt: skip
    assert row == {
        "title": 'Lamps, "old" and\nnew', "path": "/lamp/a.pdf", "state": "ready", "pages": "5", "text": "3",
        "ocr": "0", "empty": "0", "failed": "2", "chunks": "9", "collections": "Sea; Skell",
        "reason": "2 pages could not be read.", "added_at": "2026-01-01", "document": "abc",
    }  # fmt: skip


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_nothing_is_a_formula(title: str) -> None:
    (row,) = rows_of(document(DocumentState.READY, title=title, paths=(f"{title}.pdf",), collections=(title,)))
    assert row["title"] == f"'{title}"
    assert row["path"] == f"'{title}.pdf"
    assert row["collections"] == f"'{title}"
