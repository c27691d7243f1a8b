from __future__ import annotations

from pathlib import Path

import pytest
from text_files import COMMENTED, make_docx, paragraph, table, write_zip

from core.errors import BrokenFile, UnsupportedFile
from core.reading.text import archive
from core.reading.text.blocks import Block
from core.reading.text.docx import read_docx

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def test_a_word_document_is_read(tmp_path: Path) -> None:
    path = make_docx(
        tmp_path / "a.docx",
        paragraph("On lamps", "Titel"),
        paragraph("Of oil", "berschrift2"),
        paragraph("It burns &amp; smokes.", note=1),
        table(("Lamp", "Keeper", "Oil"), ("Long Pier", "Anna Lund", "12")),
        title="The keeper’s book",
    )
    content = read_docx(path)
    assert content.title == "The keeper’s book"
    assert content.sections[0] == (
        Block("On lamps", 1),
        Block("Of oil", 2),
        Block("It burns & smokes.\u2060¹"),
        Block("Lamp: Long Pier · Keeper: Anna Lund · Oil: 12"),
        Block("1. The keeper signed it."),
    )


def test_comments_are_read_after_the_text(tmp_path: Path) -> None:
    assert [block.text for block in read_docx(make_docx(tmp_path / "a.docx", COMMENTED)).sections[0]] == [
        "Oil is dear.",
        "Comment [AL1]",
        "Ask the board.",
    ]


def test_a_document_of_nothing_is_read_too(tmp_path: Path) -> None:
    assert read_docx(make_docx(tmp_path / "a.docx")).sections == ((),)


def test_a_protected_document_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 100)
    with pytest.raises(UnsupportedFile, match="protected by a password"):
        read_docx(path)
    path.write_bytes(OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"))
    with pytest.raises(UnsupportedFile, match="older Word document"):
        read_docx(path)


@pytest.mark.parametrize(
    "body",
    [
        b"not a zip at all",
        b"PK\x03\x04 and then nothing",
    ],
)
def test_a_damaged_document_is_named(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(body)
    with pytest.raises(BrokenFile, match="damaged"):
        read_docx(path)


def test_another_zip_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="not a Word document"):
        read_docx(write_zip(tmp_path / "a.docx", {"xl/workbook.xml": "<x/>"}))


@pytest.mark.parametrize("document", ["<w:document", "", "<x/>"])
def test_a_document_with_a_broken_part_is_named(tmp_path: Path, document: str) -> None:
    with pytest.raises(BrokenFile, match="damaged"):
        read_docx(make_docx(tmp_path / "a.docx", extra={"word/document.xml": document}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'
    path = make_docx(tmp_path / "a.docx", extra={"word/document.xml": bomb.encode(encoding)})
    with pytest.raises(BrokenFile, match="no Word document may"):
        read_docx(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_MEMBER", 50_000)
    path = make_docx(tmp_path / "a.docx", extra={"word/document.xml": b" " * 60_000})
    with pytest.raises(UnsupportedFile, match="unpacks to more"):
        read_docx(path)


def test_pictures_are_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_MEMBER", 50_000)
    path = make_docx(tmp_path / "a.docx", paragraph("One."), extra={"word/media/image1.png": b" " * 60_000})
    assert read_docx(path).sections == ((Block("One."),),)
