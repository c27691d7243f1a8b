"""The Word document, read by python-docx, by its XML, and by the reader that Paperlamp has for Word documents."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from exported_talk import TALK, answer, messages
from lxml import etree

from core.answering.export.docx_writer import to_docx
from core.answering.export.transcript import transcript_of
from core.reading.text.docx import read_docx
from core.types import Message, Role

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def written() -> bytes:
    return to_docx(transcript_of(TALK, messages()))


def part(data: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return etree.fromstring(archive.read(name))


def text_of(element: Any) -> str:
    return "".join(found.text or "" for found in element.iter(f"{W}t"))


def test_footnotes_are_real_and_each_is_referred_to_once() -> None:
    data = written()
    body, notes = part(data, "word/document.xml"), part(data, "word/footnotes.xml")
    numbers = [int(note.get(f"{W}id")) for note in notes]
    assert numbers == [-1, 0, 1, 2, 3, 4, 5]
    assert [note.get(f"{W}type") for note in notes][:3] == ["separator", "continuationSeparator", None]
    assert text_of(notes[2]) == " Piers & [Lamps], p. iv (page 6 of the file): “Agnes Marrow lit it in 1874.”"
    referred = [int(found.get(f"{W}id")) for found in body.iter(f"{W}footnoteReference")]
    assert referred == [1, 2, 3, 4, 5]
    again = [(link.get(f"{W}anchor"), text_of(link)) for link in body.iter(f"{W}hyperlink")]
    assert again == [("note1", "1")]
    assert [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")] == [f"note{n}" for n in range(1, 6)]
    listed = [e.get(f"{W}id") for e in part(data, "word/settings.xml").iter(f"{W}footnotePr").__next__()]
    assert listed == ["-1", "0"]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"relationships/footnotes" in archive.read("word/_rels/document.xml.rels")
        assert b"footnotes+xml" in archive.read("[Content_Types].xml")
        assert not any(b'TargetMode="External"' in archive.read(n) for n in archive.namelist() if n.endswith(".rels"))


def test_python_docx_opens_it_with_headings_and_words() -> None:
    document = Document(io.BytesIO(written()))
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style and p.style.name != "Normal"]
    assert [(style, text[:21]) for style, text in headings] == [
        ("Title", "Lamps: <b>&</b> oil"), ("Heading 2", "Who lit it, & <when>?"), ("Heading 4", "Short"),
        ("Heading 2", "- 1. # Why *not*? <sc"), ("Heading 2", "מי הדליק?"),
    ]  # fmt: skip
    texts = [p.text for p in document.paragraphs]
    assert any("<script>alert(1)</script>" in text for text in texts)
    assert "•\tone" in texts
    assert "1.\tdeep" in texts
    assert "code <i>" in texts
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [["Year", "Lamps"], ["1874", "12"]]
    assert document.core_properties.author == ""
    assert document.core_properties.title == "Lamps: <b>&</b> oil"
    assert document.core_properties.comments == ""


def test_words_that_run_from_right_to_left_have_their_direction() -> None:
    body, notes = part(written(), "word/document.xml"), part(written(), "word/footnotes.xml")
    turned = [text_of(p) for p in body.iter(f"{W}p") if p.find(f"{W}pPr/{W}bidi") is not None]
    assert turned == ["מי הדליק?"]
    assert notes[4].find(f".//{W}bidi") is None  # its title runs from left to right


def test_without_citations_there_are_no_footnotes() -> None:
    said = answer("one\\\ntwo ~~gone~~ `code`\n\n***\n\n> quoted")
    data = to_docx(transcript_of(TALK, [Message(1, 7, Role.ASSISTANT, said.text, "", said)]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "word/footnotes.xml" not in archive.namelist()
    body = part(data, "word/document.xml")
    assert len(list(body.iter(f"{W}br"))) == 1
    assert len(list(body.iter(f"{W}strike"))) == 1
    assert [p.text for p in Document(io.BytesIO(data)).paragraphs][-3:-1] == ["* * *", "quoted"]


def test_our_own_reader_finds_the_quotations(tmp_path: Path) -> None:
    file = tmp_path / "talk.docx"
    file.write_bytes(written())
    content = read_docx(file)
    text = "\n".join(block.text for section in content.sections for block in section)
    assert "She lit it in 1874" in text
    assert "Agnes Marrow lit it in 1874." in text
