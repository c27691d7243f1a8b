"""Pages that are pictures: their words, the places of the words, and when a page is read this way at all."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from filled_library import Watcher
from pypdf import PdfReader, PdfWriter

from core import composition
from core.reading.document_reader import DocumentReader, needs_ocr
from core.reading.ocr import OcrEngine, scale_for
from core.types import Page, PageSource

SCANNED = 6  # the sample's page without a text layer


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    return OcrEngine(threads=2)


@pytest.fixture(scope="module")
def scan(sample: Path, engine: OcrEngine) -> Page:
    with DocumentReader(sample, ocr=engine) as reader:
        return reader.read_page(SCANNED)


def test_a_scanned_page_is_recognised(scan: Page) -> None:
    assert (scan.source, scan.label, scan.reason) == (PageSource.OCR, "5", None)
    assert "Night report, Thursday, 12 January 1899" in scan.text
    assert "Lit 61 lamps of 68" in scan.text
    assert scan.confidence is not None
    assert scan.confidence > 0.9


def test_every_word_has_its_place(scan: Page) -> None:
    assert {scan.text[w.char_start : w.char_end] for w in scan.words} == set(scan.text.split())
    assert all(0 <= w.left < w.right <= 482 and 0 <= w.top < w.bottom <= 681 for w in scan.words), "outside the page"
    heights = [w.bottom - w.top for w in scan.words]
    assert max(heights) < 40


def test_reading_order_is_from_the_top(scan: Page) -> None:
    tops = [
        next(w.top for w in scan.words if w.char_start >= scan.text.index(mark))
        for mark in ("Night", "Wind", "Lit", "Mr")
    ]
    assert tops == sorted(tops)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_displayed_turned_is_read_as_it_is_displayed(
    sample: Path, engine: OcrEngine, tmp_path: Path, turn: int
) -> None:
    """The picture was scanned on its side and the file sets it upright: what counts is what people see."""
    writer = PdfWriter()
    page = writer.add_page(PdfReader(sample).pages[SCANNED])
    page.rotate(turn)
    page.transfer_rotation_to_content()
    page.rotate(-turn)
    path = tmp_path / "turned.pdf"
    writer.write(path)
    with DocumentReader(path, ocr=engine) as reader:
        read = reader.read_page(0)
    assert read.source is PageSource.OCR
    assert "Night report" in read.text


def test_a_blank_page_stays_empty(engine: OcrEngine) -> None:
    page = engine.read(np.full((400, 300, 3), 250, np.uint8), 1.0, 3, "iv")
    assert (page.source, page.reason) == (PageSource.EMPTY, "The page is blank.")


def test_a_picture_without_words_stays_empty(engine: OcrEngine) -> None:
    picture = np.full((400, 300, 3), 255, np.uint8)
    picture[100:300, 100:200] = 40
    page = engine.read(picture, 1.0, 0, "1")
    assert (page.source, page.text) == (PageSource.EMPTY, "")
    assert page.reason


def test_good_text_is_left_as_it_is(sample: Path, engine: OcrEngine) -> None:
    with DocumentReader(sample, ocr=engine) as reader, DocumentReader(sample) as plain:
        assert reader.read_page(2) == plain.read_page(2)


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("", True),
        (" \r\n ", True),
        ("A lamp on every pier.", False),
        ("\ue001\ue002\ue003 \ue004\ue005", True),
        ("Lamp \ue001 and a symbol", False),
        ("\ufffd\ufffd\ufffd a", True),
        ("مصباح على الرصيف", False),
        ("桟橋の灯", False),
    ],
)
def test_when_a_page_needs_ocr(text: str, needed: bool) -> None:
    assert needs_ocr(text) is needed


def test_huge_pages_are_drawn_small() -> None:
    assert scale_for(595, 842) == pytest.approx(150 / 72)
    assert scale_for(14400, 200) * 14400 == pytest.approx(4000)


def test_the_library_keeps_words_and_finds_them(sample: Path, tmp_path: Path, scan: Page) -> None:
    with closing(composition.open_library(tmp_path / "library")) as library:
        ingestor = Watcher().start(library)
        ingestor.add([sample])
        ingestor.wait()
        ingestor.close()
        (document,) = library.documents()
        assert (document.health.text, document.health.ocr) == (7, 1)
        kept = library.word_boxes(document.id, SCANNED)
        text = library.page_text(document.id, SCANNED)
        assert [text[w.char_start : w.char_end] for w in kept] == [
            scan.text[w.char_start : w.char_end] for w in scan.words
        ]
        assert library.word_boxes(document.id, 2) == ()
        found = library.passages(library.search_keywords("whole gale", 3, None))
        assert found[0].page_index == SCANNED
