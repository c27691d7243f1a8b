"""Pages that are pictures: their words, the places of the words, and when a page is read this way at all."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from filled_library import Watcher
from fpdf import FPDF
from fpdf.enums import TextMode
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader, PdfWriter

from core import composition
from core.errors import OcrModelMissing
from core.paths import resources_folder
from core.reading.document_reader import DocumentReader
from core.reading.ocr import LOW_CONFIDENCE_REASON, OcrEngine, OcrSettings, is_low, scale_for
from core.reading.ocr_models import available_languages, readers_for
from core.types import Page, PageSource

SCANNED = 6  # the sample's page without a text layer
SCALE = 200 / 72
_FONT_SIZE, _MARGIN, _LEADING = 30, 60, 56
LEAF = [
    "The lamp burns from dusk until dawn,",
    "and nobody leaves the tower before",
    "the relief has signed the book.",
    "Oil is drawn each Monday morning",
    "and measured twice by both keepers.",
]


def leaf_font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resources_folder() / "fonts" / "Inter-Regular.otf"), _FONT_SIZE)


def write_leaf(lines: list[str]) -> Image.Image:
    """A white sheet with lines of eleven-point text, as a scanner sees it at 200 dots an inch."""
    width = 2 * _MARGIN + round(max(leaf_font().getlength(line) for line in lines))
    sheet = Image.new("RGB", (width, 2 * _MARGIN + _LEADING * len(lines)), "white")
    pen = ImageDraw.Draw(sheet)
    for row, line in enumerate(lines):
        pen.text((_MARGIN, _MARGIN + row * _LEADING), line, font=leaf_font(), fill="black")
    return sheet


def places(lines: list[str]) -> list[tuple[float, float]]:
    """The middle of every word that `write_leaf` draws, in pixels."""
    found: list[tuple[float, float]] = []
    for row, line in enumerate(lines):
        start = 0
        for word in line.split():
            start = line.index(word, start)
            left, right = (leaf_font().getlength(line[:i]) for i in (start, start + len(word)))
            found.append((_MARGIN + (left + right) / 2, _MARGIN + row * _LEADING + _FONT_SIZE * 0.6))
            start += len(word)
    return found


def turned_place(
    place: tuple[float, float], before: tuple[int, int], after: tuple[int, int], degrees: float
) -> tuple[float, float]:
    """Where a place of a picture comes to lie, in points, when Pillow turns the picture about its middle."""
    angle = np.deg2rad(degrees)
    x, y = place[0] - before[0] / 2, place[1] - before[1] / 2
    return (
        float(x * np.cos(angle) + y * np.sin(angle) + after[0] / 2) / SCALE,
        float(-x * np.sin(angle) + y * np.cos(angle) + after[1] / 2) / SCALE,
    )


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    return OcrEngine(OcrSettings(threads=2))


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


# ── scans that lie in all ways ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def leaf() -> Image.Image:
    return write_leaf(LEAF)


@pytest.mark.parametrize("degrees", [-7.0, 3.0, 90.0, 180.0, 270.0, 88.0])
def test_a_scan_that_lies_turned_or_askew_is_read_in_order_and_marked_in_place(
    engine: OcrEngine, leaf: Image.Image, degrees: float
) -> None:
    picture = leaf.rotate(degrees, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    page = engine.read(np.asarray(picture), SCALE, 0, "1")
    words = " ".join(LEAF).split()
    assert page.text.split() == words
    assert page.confidence is not None
    assert page.confidence > 0.9
    # Every word's box must hold ink where that word was drawn, and leave most of the page alone.
    for box, place in zip(page.words, places(LEAF), strict=True):
        x, y = turned_place(place, leaf.size, picture.size, degrees)
        assert box.left - 2 <= x <= box.right + 2
        assert box.top - 2 <= y <= box.bottom + 2


def test_an_axis_on_its_side_is_read_beside_upright_text(engine: OcrEngine, leaf: Image.Image) -> None:
    side = write_leaf(["Height of the tide in feet"]).rotate(90, expand=True)
    picture = Image.new("RGB", (leaf.width + side.width, max(leaf.height, side.height)), "white")
    picture.paste(side, (0, 0))
    picture.paste(leaf, (side.width, 0))
    page = engine.read(np.asarray(picture), SCALE, 0, "1")
    assert "Height of the tide in feet" in page.text
    assert LEAF[0] in page.text


def test_columns_are_read_one_after_the_other(engine: OcrEngine) -> None:
    left = write_leaf(
        ["The first lamp was lit", "at six in the evening", "by the older keeper", "without any trouble."]
    )
    right = write_leaf(
        ["The second lamp smoked", "until the glass was", "cleaned with chalk and", "dried with a cloth."]
    )
    picture = np.hstack([np.asarray(left), np.asarray(right)])
    page = engine.read(picture, SCALE, 0, "1")
    text = " ".join(page.text.split())
    assert "at six in the evening by the older keeper without any trouble. The second lamp smoked until" in text


@pytest.mark.parametrize("letters", ["Größe über façade Øre señor Łódź", "mořský őr iğne țară"])
def test_letters_of_european_languages_keep_their_marks(engine: OcrEngine, letters: str) -> None:
    page = engine.read(np.asarray(write_leaf([letters, letters])), SCALE, 0, "1")
    assert page.text.split() == 2 * letters.split()


def test_no_page_takes_more_memory_than_a_large_one() -> None:
    assert scale_for(595, 842) == pytest.approx(200 / 72)
    assert scale_for(14400, 200) * 14400 == pytest.approx(4000)
    for width, height in [(2384, 3370), (14400, 14400), (1, 14400)]:
        scale = scale_for(width, height)
        assert width * scale * height * scale <= 8_000_001


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 900), (900, 1), (7, 5), (40, 3000)])
def test_pictures_of_any_shape_are_read_without_fault(engine: OcrEngine, height: int, width: int) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (height, width, 3), np.uint8)
    assert engine.read(noise, 1.0, 0, "1").source in (PageSource.EMPTY, PageSource.OCR)


def test_a_page_that_is_hard_to_read_says_so() -> None:
    assert is_low(0.7)
    assert not is_low(0.95)
    assert not is_low(None)


def test_low_confidence_is_the_pages_reason(engine: OcrEngine, leaf: Image.Image) -> None:
    faint = leaf.resize((leaf.width // 8, leaf.height // 8), Image.Resampling.BILINEAR).resize(leaf.size)
    page = engine.read(np.asarray(faint), SCALE, 0, "1")
    assert page.source is PageSource.OCR
    assert page.confidence is not None
    assert (page.reason == LOW_CONFIDENCE_REASON) is is_low(page.confidence)
    assert is_low(page.confidence), f"the picture is not bad enough: {page.confidence}"


# ── which pages, and at whose wish ───────────────────────────────────────────────────────────────────────────────────


def test_good_text_is_recognised_where_the_person_asks(sample: Path, engine: OcrEngine) -> None:
    with DocumentReader(sample, ocr=engine, forced_ocr=frozenset({2})) as reader, DocumentReader(sample) as plain:
        page = reader.read_page(2)
        assert page.source is PageSource.OCR
        words = set(re.findall(r"[a-z]{4,}", plain.read_page(2).text))
        assert len(words & set(re.findall(r"[a-z]{4,}", page.text))) > 0.95 * len(words)


def test_a_scan_with_a_stamp_is_recognised_and_keeps_the_stamp(
    engine: OcrEngine, leaf: Image.Image, tmp_path: Path
) -> None:
    pdf = FPDF(unit="pt", format=(leaf.width / SCALE, leaf.height / SCALE))
    pdf.add_page()
    pdf.image(leaf, 0, 0, leaf.width / SCALE, leaf.height / SCALE)
    pdf.set_font("Helvetica", size=6)
    pdf.text(5, 8, "Exhibit 42")
    pdf.output(tmp_path / "stamped.pdf")
    with DocumentReader(tmp_path / "stamped.pdf", ocr=engine) as reader:
        page = reader.read_page(0)
    assert page.source is PageSource.OCR
    assert LEAF[0] in page.text
    assert "Exhibit 42" in page.text


def test_a_scan_with_a_layer_of_text_keeps_it(engine: OcrEngine, leaf: Image.Image, tmp_path: Path) -> None:
    pdf = FPDF(unit="pt", format=(leaf.width / SCALE, leaf.height / SCALE))
    pdf.add_page()
    pdf.image(leaf, 0, 0, leaf.width / SCALE, leaf.height / SCALE)
    pdf.set_font("Helvetica", size=6)
    with pdf.local_context(text_mode=TextMode.INVISIBLE):
        for row, line in enumerate(LEAF * 2):
            pdf.text(5, 10 + 8 * row, line)
    pdf.output(tmp_path / "layered.pdf")
    with DocumentReader(tmp_path / "layered.pdf", ocr=engine) as reader:
        page = reader.read_page(0)
    assert page.source is PageSource.TEXT


# ── languages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_wheels_languages_are_offered_and_then_the_persons_own(tmp_path: Path) -> None:
    assert available_languages() == ("automatic", "latin", "chinese", "japanese")
    (tmp_path / "russian").mkdir()
    assert available_languages(tmp_path) == available_languages(), "a folder without a model is no language"
    (tmp_path / "russian" / "rec.onnx").touch()
    assert available_languages(tmp_path)[-1] == "russian"
    assert available_languages(tmp_path / "nowhere") == available_languages()


def test_a_language_of_ones_own_reads_with_its_own_model(tmp_path: Path) -> None:
    """The wheel's recogniser stands in for another: what counts is that it is found, and read with its own list."""
    (model,) = readers_for("chinese")
    folder = tmp_path / "harbour"
    folder.mkdir()
    shutil.copy(model.model, folder / "rec.onnx")
    engine = OcrEngine(OcrSettings("harbour", models=tmp_path))
    page = engine.read(np.asarray(write_leaf(LEAF[:2])), SCALE, 0, "1")
    assert page.text.split() == " ".join(LEAF[:2]).split()
    (folder / "dict.txt").write_text("a\nb\n", "utf-8")
    with pytest.raises(OcrModelMissing, match="its list has 2"):
        OcrEngine(OcrSettings("harbour", models=tmp_path)).read(np.asarray(write_leaf(LEAF[:2])), SCALE, 0, "1")


@pytest.mark.parametrize("language", ["klingon", "../latin", ""])
def test_a_language_without_a_model_says_what_to_do(tmp_path: Path, language: str) -> None:
    engine = OcrEngine(OcrSettings(language, models=tmp_path))
    with pytest.raises(OcrModelMissing, match="There is no model for reading scans"):
        engine.read(np.asarray(write_leaf(LEAF[:2])), SCALE, 0, "1")


def test_a_model_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "rec.onnx").write_bytes(b"not a model")
    engine = OcrEngine(OcrSettings("broken", models=tmp_path))
    with pytest.raises(OcrModelMissing, match="cannot be loaded"):
        engine.read(np.asarray(write_leaf(LEAF[:2])), SCALE, 0, "1")


def test_workers_that_meet_no_scan_load_nothing_of_ocr() -> None:
    heavy = ("cv2", "rapidocr", "core.reading.ocr_networks")
    program = f"import sys, core.ingest.worker; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


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
