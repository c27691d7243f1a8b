from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from text_files import chapter, make_docx, make_epub, paragraph

from core.errors import BrokenFile
from core.reading.reader import open_document
from core.reading.text.text_reader import TextReader
from core.types import DocumentKind, OutlineEntry, PageSource


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: make_docx(folder / "a.docx", paragraph("Lamps", "berschrift1"), paragraph("They burn.")),
        lambda folder: make_epub(folder / "a.epub", {"a.xhtml": chapter("<h1>Lamps</h1><p>They burn.</p>")}),
        lambda folder: write(folder / "a.html", "<h1>Lamps</h1><p>They burn.</p>"),
        lambda folder: write(folder / "a.MD", "# Lamps\n\nThey burn."),
        lambda folder: write(folder / "a.txt", "Lamps\n=====\n\nThey burn."),
    ],
)
def test_every_kind_gives_parts(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    reader = open_document(make(tmp_path))
    survey = reader.survey()
    assert (survey.kind, survey.page_count, reader.page_count) == (DocumentKind.TEXT, 1, 1)
    assert survey.outline == (OutlineEntry("Lamps", 0, 1),)
    part = reader.read_page(0)
    assert (part.text, part.label, part.source) == ("Lamps\n\nThey burn.", "§ 1", PageSource.TEXT)
    assert [heading.text for heading in part.headings] == ["Lamps"]
    reader.close()


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.html", "<title>The book of lamps</title><h1>Chapter</h1>", "The book of lamps"),
        ("a.html", "<title>Untitled</title><h1>On oil</h1>", "On oil"),
        ("keeper_rules.md", "Text without a heading.", "Keeper rules"),
        ("keeper_rules.md", "### A small heading\n\nText.", "Keeper rules"),
        ("scan 12.md", "### A small heading\n\nText.", "A small heading"),
    ],
)
def test_titles(tmp_path: Path, name: str, text: str, title: str) -> None:
    assert TextReader(write(tmp_path / name, text)).survey().title == title


def test_a_file_of_space_is_one_empty_part(tmp_path: Path) -> None:
    part = TextReader(write(tmp_path / "a.txt", " \n\n ")).read_page(0)
    assert (part.source, part.reason) == (PageSource.EMPTY, "There is no text in this file.")


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.epub", "a.html", "a.md"])
def test_files_of_nothing_and_files_that_have_gone_are_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(BrokenFile, match="no longer there"):
        TextReader(tmp_path / name)
    (tmp_path / name).touch()
    with pytest.raises(BrokenFile, match="is empty"):
        TextReader(tmp_path / name)


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "One.")
    assert TextReader(path).read_page(0).text == "One."
    write(path, "One and two.")
    assert TextReader(path).read_page(0).text == "One and two."
