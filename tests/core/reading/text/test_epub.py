from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from text_files import chapter, make_epub, write_zip

from core.errors import BrokenFile, UnsupportedFile
from core.reading.text import archive
from core.reading.text.blocks import Block
from core.reading.text.epub import read_epub

ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData><CipherData>'
    '<CipherReference URI="{0}"/></CipherData></EncryptedData></encryption>'
)


def test_chapters_are_read_in_the_order_of_the_spine(tmp_path: Path) -> None:
    path = make_epub(
        tmp_path / "a.epub",
        {
            "b two.xhtml": chapter("<h2>Second first</h2><p>Of oil&nbsp;&amp; wicks.</p>"),
            "a.xhtml": chapter("<p>End.</p>"),
        },
    )
    content = read_epub(path)
    assert content.title == "On lamps"
    assert content.sections == ((Block("Second first", 2), Block("Of oil & wicks.")), (Block("End."),))


def test_a_chapter_without_a_heading_has_the_name_that_the_contents_give(tmp_path: Path) -> None:
    chapters = {"a.xhtml": chapter("<p>Text.</p>"), "b.xhtml": chapter("<p>OF OIL</p><p>Text.</p>")}
    path = make_epub(tmp_path / "a.epub", chapters, names={"a.xhtml": "Of lamps", "b.xhtml": "Of oil"})
    assert read_epub(path).sections == (
        (Block("Of lamps", 2), Block("Text.")),
        (Block("OF OIL", 2), Block("Text.")),
    )


def test_chapters_that_are_not_well_formed_are_read(tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub", {"a.xhtml": "<html><head><title/></head><body><p>One.<p>Two.</body>"})
    assert read_epub(path).sections == ((Block("One."), Block("Two.")),)


def test_a_protected_book_is_explained(tmp_path: Path) -> None:
    chapters = {"a.xhtml": "\x00\x01"}
    extra = {"META-INF/encryption.xml": ENCRYPTION.format("OPS/text/a.xhtml")}
    with pytest.raises(UnsupportedFile, match="DRM"):
        read_epub(make_epub(tmp_path / "a.epub", chapters, extra=extra))


def test_hidden_fonts_are_no_matter(tmp_path: Path) -> None:
    extra = {"META-INF/encryption.xml": ENCRYPTION.format("OPS/fonts/a.otf")}
    path = make_epub(tmp_path / "a.epub", {"a.xhtml": chapter("<p>One.</p>")}, extra=extra)
    assert read_epub(path).sections == ((Block("One."),),)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"mimetype": "application/epub+zip"}, "not an EPUB book"),
        ({"META-INF/container.xml": "<container/>"}, "does not say where"),
        ({"META-INF/container.xml": '<c><rootfile full-path="x.opf"/></c>'}, "“x.opf” is missing"),
        ({"META-INF/container.xml": "<c"}, "cannot be read"),
    ],
)
def test_a_damaged_book_is_named(tmp_path: Path, members: dict[str, str], sentence: str) -> None:
    with pytest.raises(BrokenFile, match=sentence):
        read_epub(write_zip(tmp_path / "a.epub", members))


def test_a_book_without_its_chapters_is_named(tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub", {"a.xhtml": "x"})
    with zipfile.ZipFile(path) as whole:
        left = {name: whole.read(name) for name in whole.namelist() if "a.xhtml" not in name}
    with pytest.raises(BrokenFile, match="chapters are missing"):
        read_epub(write_zip(path, left))


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_MEMBER", 50_000)
    with pytest.raises(UnsupportedFile, match="unpacks to more"):
        read_epub(make_epub(tmp_path / "a.epub", {"a.xhtml": chapter(" " * 60_000)}))


def test_many_members_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MOST_UNPACKED", 50_000)
    chapters = {f"{n}.xhtml": chapter(" " * 9_000) for n in range(10)}
    with pytest.raises(UnsupportedFile, match="unpacks to more"):
        read_epub(make_epub(tmp_path / "a.epub", chapters))


def test_references_out_of_the_book_lead_nowhere(tmp_path: Path) -> None:
    path = make_epub(tmp_path / "a.epub", {"../../../../etc/passwd": "x", "a.xhtml": chapter("<p>One.</p>")})
    assert read_epub(path).sections == ((Block("One."),),)
