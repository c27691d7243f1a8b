from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfReader

from core.errors import BrokenFile, UnsupportedFile
from core.paths import resources_folder
from core.reading import pictures
from core.reading.image_pdf import image_as_pdf
from core.reading.ocr import OcrEngine, OcrSettings
from core.reading.pictures import PictureFile
from core.reading.reader import open_document
from core.types import DocumentKind, Page, PageSource

SIDEWAYS = 6  # EXIF: turn clockwise by a quarter to see it upright


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    return OcrEngine(OcrSettings(threads=2))


def letter(text: str = "The lamp was lit by Anna Lund", size: tuple[int, int] = (1200, 500)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    font = ImageFont.truetype(str(resources_folder() / "fonts" / "Inter-Regular.otf"), 30)
    ImageDraw.Draw(image).text((150, 225), text, fill="black", font=font)
    return image


def read(path: Path, engine: OcrEngine | None = None) -> Page:
    with closing(open_document(path, ocr=engine)) as reader:
        return reader.read_page(0)


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    return [(float(p.mediabox.width), float(p.mediabox.height)) for p in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"])
def test_every_kind_of_picture_is_opened(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a letter{suffix}"
    letter().save(path)
    with closing(open_document(path)) as reader:
        survey = reader.survey()
    assert (survey.title, survey.page_count, survey.kind) == ("A letter", 1, DocumentKind.IMAGE)
    assert survey.scan_share == 1.0


def test_words_are_recognised_where_they_stand(tmp_path: Path, engine: OcrEngine) -> None:
    path = tmp_path / "a.png"
    letter().save(path)
    page = read(path, engine)
    assert page.source is PageSource.OCR
    assert "Anna Lund" in " ".join(page.text.split())
    first = page.words[0]
    # Drawn from (150, 225) pixels on, at 150 pixels an inch.
    assert first.left == pytest.approx(150 * 72 / 150, abs=6)
    assert 225 * 72 / 150 - 6 < first.top < first.bottom < (225 + 70) * 72 / 150
    assert page_sizes(image_as_pdf(path)) == [pytest.approx((1200 * 72 / 150, 500 * 72 / 150), abs=0.1)]


def test_words_of_a_large_picture_stand_where_the_viewer_draws_them(tmp_path: Path, engine: OcrEngine) -> None:
    path = tmp_path / "a.png"
    letter().resize((4800, 2000)).save(path)
    page = read(path, engine)
    ((width, height),) = page_sizes(image_as_pdf(path))
    assert page.words[0].left / width == pytest.approx(150 / 1200, abs=0.01)
    assert page.words[0].top / height == pytest.approx(235 / 500, abs=0.03)


def test_a_photograph_is_turned_as_the_camera_says(tmp_path: Path, engine: OcrEngine) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = SIDEWAYS
    letter().transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, dpi=(300, 150))
    page = read(path, engine)
    assert "Anna Lund" in " ".join(page.text.split())
    # 300 an inch across the file is 300 an inch down the upright picture.
    assert page_sizes(image_as_pdf(path)) == [pytest.approx((1200 * 72 / 150, 500 * 72 / 300), abs=0.5)]


def test_every_page_of_a_fax_is_one(tmp_path: Path, engine: OcrEngine) -> None:
    path = tmp_path / "fax.tif"
    pages = [letter(f"Page number {number}").convert("1") for number in ("one", "two", "three")]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="group4", dpi=(200, 200))
    with closing(open_document(path, ocr=engine)) as reader:
        assert reader.page_count == 3
        assert [page.label for page in (reader.read_page(2), reader.read_page(0))] == ["3", "1"]
        assert "three" in reader.read_page(2).text
    assert page_sizes(image_as_pdf(path)) == [pytest.approx((432, 180), abs=0.5)] * 3


def test_frames_of_an_animation_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    letter().save(path, save_all=True, append_images=[letter("Two")], duration=100)
    with PictureFile(path) as file:
        assert file.page_count == 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16", "F"])
def test_every_way_to_store_colours_gives_dark_words_on_light_paper(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.tif"
    grey = np.asarray(letter().convert("L"), np.float32)
    if mode == "I;16":
        Image.fromarray((grey * 256).astype(np.uint16)).save(path)
    elif mode == "F":
        Image.fromarray(grey / 255).save(path)
    else:
        letter().convert("RGB" if mode == "CMYK" else "RGBA").convert(mode).save(path)
    with PictureFile(path) as file:
        picture = file.read(0).image
    values = np.asarray(picture)
    assert picture.mode == "RGB"
    assert values.mean() > 200
    assert values.min() < 60


def test_what_is_see_through_is_white(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(path)
    with PictureFile(path) as file:
        assert np.asarray(file.read(0).image).min() == 255


@pytest.mark.parametrize("dpi", [(1, 1), (72, 72), (90000, 90000)])
def test_a_resolution_that_means_nothing_is_not_believed(tmp_path: Path, dpi: tuple[int, int]) -> None:
    path = tmp_path / "a.jpg"
    letter().save(path, dpi=dpi)
    with PictureFile(path) as file:
        assert file.read(0).width == pytest.approx(576)


def test_without_recognition_a_picture_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    letter().save(path)
    page = read(path)
    assert (page.source, page.reason) == (PageSource.EMPTY, "This is a picture, and its text was not recognised.")


@pytest.mark.parametrize("body", [b"no picture", b"%!PS-Adobe-3.0 EPSF", b"\x89PNG\r\n\x1a\n" + b"\0" * 9])
def test_what_is_no_picture_is_named(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(body)
    with pytest.raises(BrokenFile, match="picture is damaged"):
        open_document(path)


def test_a_picture_that_breaks_off_is_a_failed_page(tmp_path: Path, engine: OcrEngine) -> None:
    path = tmp_path / "a.png"
    letter().save(path)
    path.write_bytes(path.read_bytes()[:2000])
    page = read(path, engine)
    assert page.source is PageSource.FAILED
    assert page.reason == "The picture is damaged, or it is none."
    with pytest.raises(BrokenFile):
        image_as_pdf(path)


@pytest.mark.parametrize("times", [1, 3])  # Pillow warns above its limit, and refuses above twice that
def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    path = tmp_path / "a.png"
    Image.new("1", (1000, 100 * times)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 99_000)
    monkeypatch.setattr(pictures, "_MOST_PIXELS", 99_000)
    with pytest.raises(UnsupportedFile, match="too many pixels"):
        open_document(path)


def test_a_file_of_too_many_pages_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_MOST_FRAMES", 2)
    path = tmp_path / "a.tif"
    letter().save(path, save_all=True, append_images=[letter()] * 2)
    with pytest.raises(UnsupportedFile, match="more than 2 pages"):
        open_document(path)
