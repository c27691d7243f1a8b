"""When a PDF says that it was made."""

from __future__ import annotations

from pathlib import Path

import pytest
from fpdf import FPDF

from core.reading.pdf_date import iso_date
from core.reading.reader import open_document


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("D:20240517093000+02'00'", "2024-05-17T09:30:00"),
        ("D:20240517093000Z", "2024-05-17T09:30:00"),
        ("D:20240517", "2024-05-17T00:00:00"),
        ("D:2024", "2024-01-01T00:00:00"),
        ("20240517093000", "2024-05-17T09:30:00"),
        ("", ""),
        ("D:", ""),
        ("yesterday", ""),
        ("D:20241301", ""),
        ("D:20240230", ""),
        ("D:00000000000000", ""),
        ("D:16010101000000Z", ""),
        ("D:20240517256199", ""),
        ("D:" + "9" * 5000, ""),
    ],
)
def test_dates_of_the_information_dictionary(written: str, expected: str) -> None:
    assert iso_date(written) == expected


def test_a_survey_tells_when_the_document_was_made(data: Path, tmp_path: Path) -> None:
    assert open_document(data / "labels.pdf").survey().created_at == "2026-01-01T00:00:00"
    pdf = FPDF()
    pdf.add_page()
    undated = tmp_path / "undated.pdf"
    undated.write_bytes(pdf.output().replace(b"/CreationDate", b"/CreationDat_"))
    assert open_document(undated).survey().created_at == ""
