"""The one door to a file: what opens, what does not and why, and what a document is called."""

from __future__ import annotations

import errno
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from placed_pdf import Placed, column, placed_pdf
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from raw_pdf import raw_pdf

from core.errors import BrokenFile, DocumentError, FileUnreachable, NeedsPassword, UnsupportedFile
from core.reading.document_reader import DocumentReader, scan_share
from core.types import PageSource

BODY = ["The lamp on the pier was lit by Agnes Marrow."]


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("zero_bytes.pdf", BrokenFile, "empty"),
        ("not_a_pdf.pdf", UnsupportedFile, "not a PDF"),
        ("broken_truncated.pdf", BrokenFile, "damaged"),
        ("encrypted_user.pdf", NeedsPassword, "password"),
        ("not there.pdf", BrokenFile, "no longer there"),
    ],
)
def test_a_file_that_cannot_be_opened_says_why(data: Path, name: str, kind: type[DocumentError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        DocumentReader(data / name)
    assert str(caught.value).endswith(".")


def test_a_wrong_password_is_no_password(data: Path) -> None:
    with pytest.raises(NeedsPassword):
        DocumentReader(data / "encrypted_user.pdf", "wrong")


@pytest.mark.parametrize(("name", "password"), [("encrypted_user.pdf", "lamp"), ("encrypted_owner_only.pdf", None)])
def test_encrypted_files_that_open_are_read_like_any_other(data: Path, name: str, password: str | None) -> None:
    with DocumentReader(data / name, password) as locked, DocumentReader(data / "text_two_pages.pdf") as plain:
        assert [locked.read_page(i).text for i in range(2)] == [plain.read_page(i).text for i in range(2)]


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile, match="cannot be opened"):
        DocumentReader(tmp_path)


def test_a_drive_that_does_not_answer_is_worth_another_try(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stalled(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "open", stalled)
    with pytest.raises(FileUnreachable, match="Input/output error"):
        DocumentReader(data / "table.pdf")


@pytest.mark.parametrize("head", [b"<html>", b"{}", b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF89a"])
def test_other_kinds_of_files_are_told_apart(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "renamed.pdf"
    path.write_bytes(head + bytes(100))
    with pytest.raises(UnsupportedFile):
        DocumentReader(path)


def test_a_zip_archive_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "word.pdf"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(UnsupportedFile):
        DocumentReader(path)


def test_a_certificate_lock_names_whom_to_ask(tmp_path: Path) -> None:
    source = raw_pdf([BODY])
    locked = source.replace(
        b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /Adobe.PubSec /V 4 /SubFilter /adbe.pkcs7.s5 >>"
    )
    path = tmp_path / "certificate.pdf"
    path.write_bytes(locked)
    with pytest.raises(UnsupportedFile, match="certificates"):
        DocumentReader(path)


# ── pypdf where PDFium fails ─────────────────────────────────────────────────────────────────────────────────────


def test_pypdf_reads_what_pdfium_cannot_open(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "no_root.pdf"
    path.write_bytes((data / "labels.pdf").read_bytes().replace(b"/Root", b"/Rxxt"))
    with DocumentReader(path) as reader:
        survey = reader.survey()
        pages = [reader.read_page(i) for i in range(reader.page_count)]
    assert survey.page_count == 6
    assert survey.title == "Page labels"
    assert [page.label for page in pages] == ["i", "ii", "1", "2", "A-1", "A-2"]
    assert all(page.source is PageSource.TEXT for page in pages)
    assert "Cape Sorrow" in pages[2].text


def test_a_page_that_neither_reader_manages_is_failed_and_the_others_are_read(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "half.pdf"
    path.write_bytes((data / "text_two_pages.pdf").read_bytes().replace(b"/Type /Page\n", b"/Type /Pxge\n", 1))
    with DocumentReader(path) as reader:
        first, second = reader.read_page(0), reader.read_page(1)
    assert (first.index, first.source, first.text) == (0, PageSource.FAILED, "")
    assert first.reason == "Page 1 is damaged."
    assert "herring" in second.text
    assert second.source is PageSource.TEXT


# ── titles ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def titled(data: Path, tmp_path: Path) -> Callable[..., str]:
    """Return a function that gives the title of a file of a name, an information dictionary and XMP."""

    def title(file_name: str, info: str | None = None, xmp: str | None = None, source: str = "outline.pdf") -> str:
        writer = PdfWriter()
        for page in PdfReader(data / source).pages:
            writer.add_page(page)
        writer.add_metadata({"/Title": info or ""})
        if xmp:
            stream = StreamObject()
            stream.set_data(
                '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
                'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
                'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">'
                f"{xmp}</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
                '<?xpacket end="w"?>'.encode()
            )
            stream.update(DictionaryObject({NameObject("/Type"): NameObject("/Metadata")}))
            writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)
        path = tmp_path / file_name
        buffer = io.BytesIO()
        writer.write(buffer)
        path.write_bytes(buffer.getvalue())
        with DocumentReader(path) as reader:
            return reader.survey().title

    return title


def test_a_real_title_wins(titled: Callable[..., str]) -> None:
    assert titled("some_file.pdf", info="  The Lamps \n of Port Ellery ") == "The Lamps of Port Ellery"


@pytest.mark.parametrize(
    "nothing",
    ["", "untitled", "Untitled-1", "Microsoft Word - Report.docx", "report.indd", "C:\\a\\b", "Document1", "42"],
)
def test_titles_that_programs_write_are_passed_over(titled: Callable[..., str], nothing: str) -> None:
    assert titled("Lamps_of-Port Ellery.pdf", info=nothing) == "Lamps of Port Ellery"


def test_xmp_knows_better_than_a_program_title(titled: Callable[..., str]) -> None:
    assert titled("some_file.pdf", info="untitled", xmp="Lamps at sea") == "Lamps at sea"


@pytest.mark.parametrize(
    "name", ["scan0001.pdf", "IMG 20.pdf", "document(3).pdf", "deadbeef01.pdf", "12.pdf", "final_v2.pdf"]
)
def test_a_file_name_that_names_nothing_gives_way_to_the_largest_heading(titled: Callable[..., str], name: str) -> None:
    assert titled(name) == "1 The sea"


def test_behind_a_cover_without_words_the_next_page_tells_the_title(tmp_path: Path) -> None:
    """And a long title is told whole, though its lines differ a little in height, as small capitals do."""
    title = [
        Placed(60, 60, "The herring and the temperature of the water off the", 16, True),
        Placed(60, 80, "coast of Skell", 15.5, True),
    ]
    prose = column(60, 120, ["The keeper of the lamp climbed up", "the narrow steps four times a day."] * 4)
    (tmp_path / "main.pdf").write_bytes(placed_pdf([[], [*title, *prose], [Placed(60, 60, "Another", 30)]]))
    with DocumentReader(tmp_path / "main.pdf") as reader:
        assert reader.survey().title == "The herring and the temperature of the water off the coast of Skell"


def test_files_that_were_joined_into_one_name_no_section(tmp_path: Path) -> None:
    """Programs that join files write their names into the outline."""
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    parent = writer.add_outline_item(title="2019 Proxy FINAL.pdf", page_number=0)
    writer.add_outline_item(title="Election of keepers", page_number=0, parent=parent)
    writer.write(tmp_path / "joined.pdf")
    with DocumentReader(tmp_path / "joined.pdf") as reader:
        assert [(entry.title, entry.level) for entry in reader.survey().outline] == [("Election of keepers", 2)]


def test_where_nothing_names_it_the_file_name_does(titled: Callable[..., str]) -> None:
    assert titled("12.pdf", source="text_two_pages.pdf") == "12"


def test_a_title_has_an_end(titled: Callable[..., str]) -> None:
    assert len(titled("x.pdf", info="lamps " * 100)) <= 160


# ── attachments, and how much is scanned ─────────────────────────────────────────────────────────────────────────


def test_attachments_are_listed(data: Path, tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(data / "text_two_pages.pdf"))
    writer.add_attachment("tides 1902.csv", b"height\n4.2\n")
    writer.add_attachment("Über.txt", b"words")
    writer.write(tmp_path / "with.pdf")
    with DocumentReader(tmp_path / "with.pdf") as reader:
        assert sorted(reader.survey().attachments) == ["tides 1902.csv", "Über.txt"]
    with DocumentReader(data / "text_two_pages.pdf") as reader:
        assert reader.survey().attachments == ()


def test_an_attachment_that_leads_nowhere_is_left_out(data: Path, tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(data / "text_two_pages.pdf"))
    names = ArrayObject([TextStringObject("gone"), NullObject(), TextStringObject("number"), NumberObject(7)])
    files = DictionaryObject({NameObject("/EmbeddedFiles"): DictionaryObject({NameObject("/Names"): names})})
    writer.root_object[NameObject("/Names")] = files
    writer.write(tmp_path / "nowhere.pdf")
    with DocumentReader(tmp_path / "nowhere.pdf") as reader:
        assert reader.survey().attachments == ()


def test_the_share_of_pages_without_text(data: Path) -> None:
    with DocumentReader(data / "empty_page.pdf") as reader:
        assert reader.survey().scan_share == 0.5
        assert reader.survey(sample=False).scan_share == 0.0
    with DocumentReader(data / "long.pdf") as reader:
        assert reader.survey().scan_share == 0.0


def test_the_share_comes_from_pages_all_over_the_file() -> None:
    asked: list[int] = []

    def has_text(index: int) -> bool:
        asked.append(index)
        if index == 0:
            raise BrokenFile("Page 1 is damaged.")
        return index < 500

    assert scan_share(has_text, 1000) == pytest.approx(12 / 23)  # a damaged page tells nothing
    assert len(asked) == 24
    assert asked[-1] > 900
    assert scan_share(has_text, 1) == 0.0
