"""Form fields, annotations and XFA data: words that are not in the page's text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from placed_pdf import Placed, column, placed_pdf
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Text
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

from core.reading.document_reader import DocumentReader
from core.reading.ocr import Picture
from core.reading.ocr_gate import OcrDecision, decide
from core.types import BlockKind, Page, PageSource, WordBox

TEXT = ["The keeper fills in this sheet", "before he climbs the steps."]


class Scanner:
    """Stands in for the OCR engine."""

    def read(self, picture: Picture, scale: float, index: int, label: str) -> Page:
        assert isinstance(picture, np.ndarray)
        return Page(
            index, label, "seen words", PageSource.OCR, words=(WordBox(0, 4, 0, 0, 9, 9), WordBox(5, 10, 12, 0, 20, 9))
        )


def field(kind: str, name: str, value: PdfObject, **more: PdfObject) -> dict[str, PdfObject]:
    entries = {"FT": NameObject(f"/{kind}"), "T": TextStringObject(name), "V": value, **more}
    return {f"/{key}": entry for key, entry in entries.items()}


def rectangle(left: float, bottom: float, right: float, top: float) -> ArrayObject:
    return ArrayObject(FloatObject(edge) for edge in (left, bottom, right, top))


def form(
    path: Path, fields: Sequence[dict[str, PdfObject]], lines: Sequence[str] = TEXT, xfa: str = "", rotate: int = 0
) -> Path:
    """Write a page with fields below one another, and XFA data for the file."""
    sheet = path / "sheet.pdf"
    sheet.write_bytes(placed_pdf([column(60, 100, lines)], rotate=rotate))
    writer = PdfWriter(clone_from=PdfReader(sheet))
    page = writer.pages[0]
    widgets = ArrayObject()
    for number, entries in enumerate(fields):
        top = 600 - 30 * number
        widget = DictionaryObject({NameObject(key): entry for key, entry in entries.items()})
        widget.update(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/Rect"): rectangle(100, top - 20, 300, top),
                NameObject("/P"): page.indirect_reference,
            }
        )
        widgets.append(writer._add_object(widget))
    page[NameObject("/Annots")] = widgets
    acro_form = DictionaryObject({NameObject("/Fields"): widgets})
    if xfa:
        stream = DecodedStreamObject()
        stream.set_data(xfa.encode())
        packet = writer._add_object(stream)
        acro_form[NameObject("/XFA")] = ArrayObject([TextStringObject("datasets"), packet])
    writer.root_object[NameObject("/AcroForm")] = acro_form
    writer.write(path / "form.pdf")
    return path / "form.pdf"


def read(path: Path, ocr: Scanner | None = None) -> Page:
    with DocumentReader(path, ocr=ocr) as reader:  # type: ignore[arg-type]
        return reader.read_page(0)


def lines_of(page: Page, kind: BlockKind) -> list[str]:
    return [page.text[slice(*block.lines[0][0])] for block in page.blocks if block.kind is kind]


NAME = field("Tx", "Name", TextStringObject("Agnes Marrow"))


def test_values_follow_the_text_each_on_a_line(tmp_path: Path) -> None:
    year = field("Tx", "form1[0].Page1[0].Year[0]", TextStringObject("1874"))
    pier = field("Ch", "Pier", TextStringObject("North"), TU=TextStringObject("Which pier?"), Ff=NumberObject(1 << 17))
    page = read(form(tmp_path, [NAME, year, pier]))
    assert page.text == "\r\n".join(TEXT) + "\nName: Agnes Marrow\nYear: 1874\nWhich pier?: North"
    assert lines_of(page, BlockKind.FORM_FIELD) == ["Name: Agnes Marrow", "Year: 1874", "Which pier?: North"]


@pytest.mark.parametrize(
    ("rotate", "box"),
    [(0, (100, 200, 300, 220)), (90, (580, 100, 600, 300)), (180, (300, 580, 500, 600)), (270, (200, 300, 220, 500))],
)
def test_a_value_has_the_place_of_its_field(tmp_path: Path, rotate: int, box: tuple[float, ...]) -> None:
    page = read(form(tmp_path, [NAME], rotate=rotate))
    (word,) = page.words
    assert page.text[word.char_start : word.char_end] == "Name: Agnes Marrow"
    assert (word.left, word.top, word.right, word.bottom) == box


def test_ticked_boxes_are_said_and_others_are_not(tmp_path: Path) -> None:
    states = DictionaryObject(
        {NameObject("/N"): DictionaryObject({NameObject(f"/{s}"): DictionaryObject() for s in ("Lit", "Off")})}
    )
    ticked = field("Btn", "Lamp", NameObject("/Lit"), AS=NameObject("/Lit"), AP=states)
    empty = field("Btn", "Bell", NameObject("/Off"), AS=NameObject("/Off"), AP=states)
    page = read(form(tmp_path, [ticked, empty]))
    assert lines_of(page, BlockKind.FORM_FIELD) == ["Lamp: Lit"]


def test_empty_fields_and_passwords_are_left_out(tmp_path: Path) -> None:
    password = field("Tx", "Secret", TextStringObject("open sesame"), Ff=NumberObject(1 << 13))
    page = read(form(tmp_path, [field("Tx", "Name", TextStringObject("  ")), password]))
    assert page.text == "\r\n".join(TEXT)


def test_a_page_with_values_only_is_text_and_not_a_scan(tmp_path: Path) -> None:
    page = read(form(tmp_path, [NAME], lines=()), Scanner())
    assert (page.source, page.reason, page.text) == (PageSource.TEXT, None, "Name: Agnes Marrow")
    assert decide(page.text, lambda: 0.0) is OcrDecision.GOOD_TEXT


def test_a_long_value_is_cut_and_control_characters_are_spaces(tmp_path: Path) -> None:
    page = read(form(tmp_path, [field("Tx", "Note", TextStringObject("a\x02b\r\nc " + "x" * 9000))]))
    (line,) = lines_of(page, BlockKind.FORM_FIELD)
    assert line.startswith("Note: a b c xxx")
    assert len(line) <= 4000 + len("Note: ")


# ── XFA ──────────────────────────────────────────────────────────────────────────────────────────────────────────

DATA = '<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data>{}</xfa:data></xfa:datasets>'


def test_xfa_values_that_no_field_shows_stand_on_the_first_page(tmp_path: Path) -> None:
    data = DATA.format("<form><Keeper>Agnes Marrow</Keeper><Tide><Height>4.2 m</Height></Tide><Empty/></form>")
    page = read(form(tmp_path, [NAME], xfa=data))
    assert lines_of(page, BlockKind.FORM_FIELD) == ["Name: Agnes Marrow", "Height: 4.2 m"]
    assert len(page.words) == 1  # XFA values have no place


def test_xfa_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    data = f'<!DOCTYPE d [<!ENTITY s SYSTEM "file://{secret}"><!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + DATA.format(
        "<form><A>&s;</A><B>&b;</B><C>plain</C></form>"
    )
    page = read(form(tmp_path, [NAME], xfa=data))
    assert "secret" not in page.text
    assert "aa" not in page.text
    assert "C: plain" in page.text


def test_broken_xfa_is_no_reason_to_fail(tmp_path: Path) -> None:
    assert lines_of(read(form(tmp_path, [NAME], xfa="<xfa:data><form>")), BlockKind.FORM_FIELD) == [
        "Name: Agnes Marrow"
    ]


# ── annotations ──────────────────────────────────────────────────────────────────────────────────────────────────


def annotated(path: Path, lines: Sequence[str] = TEXT) -> Path:
    sheet = path / "sheet.pdf"
    sheet.write_bytes(placed_pdf([[Placed(60, 100 + 13 * i, line) for i, line in enumerate(lines)]]))
    writer = PdfWriter(clone_from=PdfReader(sheet))
    note = Text(text="Ask Dorothea about this.", rect=(100, 600, 120, 620))
    note[NameObject("/T")] = TextStringObject("Elias")
    writer.add_annotation(0, note)
    writer.add_annotation(0, FreeText(text="Not before 1867", rect=(200, 500, 300, 520)))
    writer.add_annotation(0, Text(text="", rect=(1, 1, 2, 2)))
    writer.write(path / "annotated.pdf")
    return path / "annotated.pdf"


def test_comments_are_read_with_their_author_and_place(tmp_path: Path) -> None:
    page = read(annotated(tmp_path))
    assert lines_of(page, BlockKind.ANNOTATION) == ["Elias: Ask Dorothea about this.", "Not before 1867"]
    assert [(word.left, word.top) for word in page.words] == [(100, 180), (200, 280)]
    assert page.text.startswith("\r\n".join(TEXT) + "\n")


def test_a_comment_does_not_keep_a_scan_from_being_recognised(tmp_path: Path) -> None:
    page = read(annotated(tmp_path, lines=()), Scanner())
    assert page.source is PageSource.OCR
    assert page.text == "seen words\nElias: Ask Dorothea about this.\nNot before 1867"
    assert [block.kind for block in page.blocks] == [BlockKind.PARAGRAPH, BlockKind.ANNOTATION, BlockKind.ANNOTATION]
    assert len(page.words) == 4


def test_without_ocr_the_comments_are_what_there_is(tmp_path: Path) -> None:
    page = read(annotated(tmp_path, lines=()))
    assert (page.source, page.reason) == (PageSource.TEXT, None)
    assert page.text == "Elias: Ask Dorothea about this.\nNot before 1867"
