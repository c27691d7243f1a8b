"""Which reader a file gets."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import UnsupportedFile
from core.reading.kinds import READABLE_SUFFIXES, kind_of, why_unreadable
from core.reading.reader import open_document
from core.types import DocumentKind


def test_a_pdf_is_opened_with_its_password(data: Path) -> None:
    with closing(open_document(data / "encrypted_user.pdf", "lamp")) as reader:
        assert reader.survey().kind is DocumentKind.PDF
        assert reader.page_count == 2


@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a.png"])
def test_a_pdf_is_one_under_another_name(data: Path, tmp_path: Path, name: str) -> None:
    shutil.copy(data / "long.pdf", tmp_path / name)
    with closing(open_document(tmp_path / name)) as reader:
        survey = reader.survey()
    assert (survey.kind, survey.page_count) == (DocumentKind.PDF, 60)


def test_other_kinds_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFile, match="Save it as DOCX or PDF"):
        open_document(tmp_path / "letter.odt")
    with pytest.raises(UnsupportedFile, match="Not a kind of file"):
        open_document(tmp_path / "letter")


def test_a_kind_is_either_read_or_explained() -> None:
    assert all(
        kind_of(Path(f"a{suffix}")) and why_unreadable(Path(f"a{suffix}")) is None for suffix in READABLE_SUFFIXES
    )
    assert kind_of(Path("a.doc")) is None
