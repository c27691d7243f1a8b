"""A folder of everything, from its files to the words that are found and shown."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from core import composition
from core.index.library import Library
from core.ingest.listening import Callbacks
from core.paths import resources_folder
from core.reading.image_pdf import image_as_pdf
from core.reading.kinds import OTHER_KIND_REASONS
from core.reading.reader import open_document
from core.types import Document, DocumentKind, DocumentState, Page
from desktop.viewer.content import ContentSource


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("everything")
    story = "The keeper climbs the tower at dusk and trims the wick of the great lamp. " * 20
    chapters = "\n\n".join(f"## Chapter {n}\n\n{story}\n\nRule {n} names bell number {n}00." for n in range(1, 13))
    (folder / "rules.md").write_text(f"# Rules\n\n{chapters}\n", "utf-8")
    (folder / "notes.txt").write_text("The cat of the keeper is called Ballast.", "utf-8")
    (folder / "wages.html").write_text(
        "<h1>Wages</h1><table><tr><th>Year<th>Keeper<th>Wage<tr><td>1888<td>Anna Lund<td>330 crowns</table>", "utf-8"
    )
    (folder / "empty.txt").write_text(" \n", "utf-8")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 no more")
    (folder / "letter.odt").write_bytes(b"x")
    image = Image.new("RGB", (1200, 500), "white")
    font = ImageFont.truetype(str(resources_folder() / "fonts" / "Inter-Regular.otf"), 30)
    ImageDraw.Draw(image).text((150, 225), "The museum opens at ten on Sundays", fill="black", font=font)
    image.save(folder / "sign.png")
    return folder


@pytest.fixture(scope="module")
def library(folder: Path, tmp_path_factory: pytest.TempPathFactory):  # noqa: ANN201
    skipped: list[tuple[Path, str]] = []
    with closing(composition.open_library(tmp_path_factory.mktemp("kinds") / "library")) as library:
        ingestor = composition.start_ingestor(
            library,
            Callbacks(lambda _: None, on_skipped=lambda path, reason: skipped.append((path, reason))),
        )
        ingestor.add([folder])
        ingestor.wait()
        ingestor.close()
        assert [path.name for path, reason in skipped if reason in OTHER_KIND_REASONS] == ["letter.odt"]
        yield library


def documents(library: Library) -> dict[str, Document]:
    return {Path(document.path).name: document for document in library.documents()}


def test_each_file_comes_to_its_end(library: Library) -> None:
    found = documents(library)
    assert {name: (d.state, d.kind) for name, d in found.items() if name != "broken.docx"} == {
        "rules.md": (DocumentState.READY, DocumentKind.TEXT),
        "notes.txt": (DocumentState.READY, DocumentKind.TEXT),
        "wages.html": (DocumentState.READY, DocumentKind.TEXT),
        "empty.txt": (DocumentState.READY, DocumentKind.TEXT),
        "sign.png": (DocumentState.READY, DocumentKind.IMAGE),
    }
    assert found["broken.docx"].state is DocumentState.FAILED
    assert "damaged" in (found["broken.docx"].reason or "")
    assert found["empty.txt"].health.empty == 1
    assert found["sign.png"].health.ocr == 1
    assert found["rules.md"].page_count > 8  # more than a worker gets at once


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("cat called Ballast", "notes.txt", "Ballast"),
        ("bell number 1100", "rules.md", "bell number 1100"),
        ("wage crowns 1888", "wages.html", "Wage: 330 crowns"),
        ("museum opens Sundays", "sign.png", "museum"),
    ],
)
def test_words_are_found_where_they_stand(library: Library, query: str, name: str, words: str) -> None:
    passage = library.passages(library.search_keywords(query, 1, None))[0]
    document = documents(library)[name]
    assert passage.document == document.id
    text = library.page_text(document.id, passage.page_index)
    assert words in text[passage.char_start : passage.char_end]
    assert passage.page_label == (f"§ {passage.page_index + 1}" if document.kind is DocumentKind.TEXT else "1")


def test_the_viewer_gets_the_text_with_its_headings(library: Library, folder: Path) -> None:
    reader = open_document(folder / "rules.md")
    read = tuple(reader.read_page(index) for index in range(reader.page_count))
    source = ContentSource(library)
    content = source.content(documents(library)["rules.md"])
    assert content.parts == read
    assert source.content(documents(library)["rules.md"]).parts is content.parts


def test_the_viewer_gets_a_picture_as_pages(library: Library, folder: Path, tmp_path: Path) -> None:
    content = ContentSource(library).content(documents(library)["sign.png"])
    assert content.kind is DocumentKind.IMAGE
    assert content.data is not None
    assert len(content.data) == len(image_as_pdf(folder / "sign.png"))


def test_a_picture_that_has_gone_and_a_pdf_have_no_contents(library: Library) -> None:
    source = ContentSource(library)
    gone = Document("x", "X", DocumentState.READY, ("/gone.png",), kind=DocumentKind.IMAGE)
    assert source.content(gone).data is None
    assert source.content(Document("x", "X", DocumentState.READY, ("/gone.pdf",))).parts == ()
    empty = source.content(documents(library)["empty.txt"])
    assert [type(part) for part in empty.parts] == [Page]
    assert empty.parts[0].text == ""
