"""The table as CSV: RFC 4180, for any spreadsheet, and nothing in it is a formula."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from core.answering.every_document import DocumentRow
from core.answering.every_document_csv import COLUMNS, ENCODING, write_rows
from core.types import (
    Answer,
    AnswerSentence,
    Citation,
    ContextUse,
    Document,
    DocumentState,
    Timings,
    Verdict,
)

DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0", "\r=1")


def row(title: str = "Lease", said: str = "The rent is 1,200 crowns [1].", quote: str = "rent is 1,200") -> DocumentRow:
    citations = (Citation(1, "d", 3, "iv", 0, 9, quote), Citation(1, "d", 4, "v", 0, 9, quote))
    answer = Answer(
        "?", "?", said, False, (AnswerSentence(said, citations, Verdict.SUPPORTED),), (), "builtin",
        ContextUse(0, 0, 0, 0), Timings(0, None, 0),
    )  # fmt: skip
    return DocumentRow(Document("d", title, DocumentState.READY, ("/files/lease.pdf",)), answer)


def written(path: Path, *rows: DocumentRow) -> bytes:
    with path.open("w", encoding=ENCODING, newline="") as file:
        write_rows(rows, file)
    return path.read_bytes()


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True), strict=True))


def test_columns_and_cells(tmp_path: Path) -> None:
    content = written(tmp_path / "t.csv", row())
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 2
    header, line = cells(content)
    assert header == list(COLUMNS)
    assert line == [
        "Lease", "lease.pdf", "iv; v", "The rent is 1,200 crowns.", "“rent is 1,200”", "supported", "/files/lease.pdf",
    ]  # fmt: skip


def test_quotation_marks_commas_and_line_ends_stay_in_their_cell(tmp_path: Path) -> None:
    _, line = cells(written(tmp_path / "t.csv", row(title='A "new", lease\nin two lines')))
    assert line[0] == 'A "new", lease\nin two lines'


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_is_a_formula(tmp_path: Path, text: str) -> None:
    _, line = cells(written(tmp_path / "t.csv", row(title=text, said=f"{text} [1]")))
    for cell in line:
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert line[0] == f"'{text}"


def test_a_document_that_was_not_asked_has_a_line_too(tmp_path: Path) -> None:
    locked = DocumentRow(Document("d", "Locked", DocumentState.NEEDS_PASSWORD, ("/l.pdf",)), None, "Needs a password")
    _, line = cells(written(tmp_path / "t.csv", locked))
    assert line == ["Locked", "l.pdf", "", "", "", "not read", "/l.pdf"]
