"""Page text by PDFium's own character index, so that what is found can be highlighted."""

from __future__ import annotations

import random
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium_c
import pytest
from raw_pdf import raw_pdf

from core.errors import BrokenFile, NeedsPassword
from core.reading.pdfium import PdfiumReader
from core.types import OutlineEntry, PageSource

READABLE = [
    "text_two_pages.pdf", "empty_page.pdf", "labels.pdf", "two_columns.pdf", "table.pdf", "outline.pdf", "long.pdf",
]  # fmt: skip


def without_soft_hyphens(text: str) -> str:
    return text.replace("\u00ad", "").replace("\ufffe", "").replace("\u0002", "")


@pytest.mark.parametrize("name", [*READABLE, "paperlamp-sample.pdf"])
def test_any_span_holds_the_words_that_pdfium_finds_at_those_indices(name: str, data: Path, sample: Path) -> None:
    path = sample if name == sample.name else data / name
    chance = random.Random(name)
    with PdfiumReader(path) as reader, pypdfium2.PdfDocument(path) as pdf:
        for index in range(min(reader.page_count, 12)):
            text = reader.read_page(index).text
            page = pdf[index]
            text_page = page.get_textpage()
            assert len(text) == text_page.count_chars()
            for _ in range(40 if text else 0):
                start = chance.randrange(len(text))
                end = min(len(text), start + chance.randint(1, 120))
                theirs = text_page.get_text_range(start, end - start)
                assert without_soft_hyphens(text[start:end]) == without_soft_hyphens(theirs)
            text_page.close()
            page.close()


def characters_by_pdfium(path: Path) -> list[int]:
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[0]
        text_page = page.get_textpage()
        codes = [pdfium_c.FPDFText_GetUnicode(text_page, i) for i in range(text_page.count_chars())]
        text_page.close()
        page.close()
    return codes


@pytest.mark.parametrize(
    "meanings",
    [{"X": "\U0001f600"}, {"X": "ffi"}, {"X": "\u0000"}, {"X": "\ud7ff"}, {"X": "\u4e2d"}, {"X": "e\u0301"}],
    ids=["outside the basic plane", "ligature", "nothing", "last before the surrogates", "Chinese", "combining"],
)
def test_indices_stay_in_step_behind_odd_characters(tmp_path: Path, meanings: dict[str, str]) -> None:
    path = tmp_path / "odd.pdf"
    path.write_bytes(raw_pdf([["before X behind", "a second line"]], meanings))
    codes = characters_by_pdfium(path)
    with PdfiumReader(path) as reader:
        text = reader.read_page(0).text
    assert len(text) == len(codes)
    assert [i for i, c in enumerate(text) if c == "h"] == [i for i, c in enumerate(codes) if c == ord("h")]
    text.encode("utf-8")  # can be stored: no lone surrogates


def test_a_hyphen_at_a_line_end_is_a_soft_one(tmp_path: Path) -> None:
    path = tmp_path / "hyphen.pdf"
    path.write_bytes(raw_pdf([["the light-", "house stands on the rock of the"]]))
    with PdfiumReader(path) as reader:
        text = reader.read_page(0).text
    assert "light\u00ad" in text
    assert "\ufffe" not in text


def test_labels_are_those_printed(data: Path) -> None:
    with PdfiumReader(data / "labels.pdf") as reader:
        assert [reader.read_page(i).label for i in range(6)] == ["i", "ii", "1", "2", "A-1", "A-2"]


def test_without_labels_pages_are_counted_from_one(data: Path) -> None:
    with PdfiumReader(data / "text_two_pages.pdf") as reader:
        assert [reader.read_page(i).label for i in range(2)] == ["1", "2"]


def test_the_outline_has_titles_pages_and_levels(data: Path) -> None:
    with PdfiumReader(data / "outline.pdf") as reader:
        assert reader.outline() == (
            OutlineEntry("1 The sea", 0, 1),
            OutlineEntry("1.1 Lights", 0, 2),
            OutlineEntry("1.1.1 The keeper", 0, 3),
            OutlineEntry("1.2 Fish", 0, 2),
            OutlineEntry("2 The land", 1, 1),
            OutlineEntry("2.1 Bees", 1, 2),
            OutlineEntry("2.2 Salt", 1, 2),
        )


def test_an_empty_page_says_so(data: Path) -> None:
    with PdfiumReader(data / "empty_page.pdf") as reader:
        empty, full = reader.read_page(0), reader.read_page(1)
    assert (empty.source, empty.text) == (PageSource.EMPTY, "")
    assert empty.reason == "No text on this page: it may be a picture or blank."
    assert (full.source, full.reason) == (PageSource.TEXT, None)
    assert "A colony of bees" in full.text


def test_a_page_without_a_page_object_is_broken_and_the_reader_goes_on(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "one_page_gone.pdf"
    whole = (data / "text_two_pages.pdf").read_bytes()
    first = whole.index(b"/Type /Page\n")
    path.write_bytes(whole[:first] + b"/Type /Pxge\n" + whole[first + 12 :])
    with PdfiumReader(path) as reader:
        with pytest.raises(BrokenFile, match="Page 1 is damaged"):
            reader.read_page(0)
        assert "herring" in reader.read_page(1).text


@pytest.mark.parametrize("password", [None, "", "wrong"])
def test_an_encrypted_file_wants_its_password(data: Path, password: str | None) -> None:
    with pytest.raises(NeedsPassword, match="protected by a password"):
        PdfiumReader(data / "encrypted_user.pdf", password)


@pytest.mark.parametrize("password", ["lamp", "owner"])
def test_either_password_opens_it(data: Path, password: str) -> None:
    with PdfiumReader(data / "encrypted_user.pdf", password) as reader:
        assert "Cape Sorrow" in reader.read_page(0).text


def test_who_may_not_copy_may_still_read(data: Path) -> None:
    with PdfiumReader(data / "encrypted_owner_only.pdf") as reader:
        assert "Cape Sorrow" in reader.read_page(0).text


@pytest.mark.parametrize("name", ["broken_truncated.pdf", "not_a_pdf.pdf", "zero_bytes.pdf"])
def test_what_pdfium_cannot_open_is_broken(data: Path, name: str) -> None:
    with pytest.raises(BrokenFile):
        PdfiumReader(data / name)


def test_a_path_of_any_alphabet_opens(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "Übersicht 概要 №1.pdf"
    path.write_bytes((data / "table.pdf").read_bytes())
    with PdfiumReader(path) as reader:
        assert reader.page_count == 1
