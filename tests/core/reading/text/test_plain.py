from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UnsupportedFile
from core.reading.text.blocks import Block
from core.reading.text.plain import LARGEST_MARKDOWN, read_html, read_markdown, read_plain


def blocks_of(path: Path, text: str) -> tuple[Block, ...]:
    path.write_bytes(text.encode())
    read = {".txt": read_plain, ".md": read_markdown, ".html": read_html}[path.suffix]
    return read(path).sections[0]


def test_lines_broken_to_a_width_are_joined_and_verses_are_not(tmp_path: Path) -> None:
    prose = (
        "The lamp at the end of the Long Pier was lit for the first\r\ntime in the late autumn of 1887 by Anna Lund\r\n"
    )
    verse = "The lamp is lit,\nthe sea is wide\n\n"
    assert blocks_of(tmp_path / "a.txt", f"{prose}of many.\r\n \r\n{verse}") == (
        Block(f"{' '.join(prose.split())} of many."),
        Block("The lamp is lit,\nthe sea is wide"),
    )


def test_plain_headings_are_found(tmp_path: Path) -> None:
    text = (
        "Lamps\n=====\n\nText.\n\nCHAPTER IV. Of oil\n\nOil\n---\n\n* * *\n\n-----\n\nPartly so.\n\nPart of it burns."
    )
    found = [(block.text, block.level) for block in blocks_of(tmp_path / "a.txt", text)]
    assert found == [
        ("Lamps", 1),
        ("Text.", 0),
        ("CHAPTER IV. Of oil", 2),
        ("Oil", 2),
        ("* * *", 0),
        ("Partly so.", 0),
        ("Part of it burns.", 0),
    ]


def test_markdown_is_read_with_tables_and_without_tags(tmp_path: Path) -> None:
    text = (
        "---\ntitle: 'On lamps'\nauthor: X\n---\n# Lamps\n\nOne *two* [three](http://example.org).\n\n"
        "| Lamp | Oil |\n|---|---|\n| A | 12 |\n\n1. a\n2. b\n\n<p align='center'>Centre</p>\n<script>bad()</script>\n"
    )
    path = tmp_path / "a.md"
    assert blocks_of(path, text) == (
        Block("Lamps", 1),
        Block("One two three."),
        Block("Lamp: A · Oil: 12"),
        Block("1. a"),
        Block("2. b"),
        Block("Centre"),
    )
    assert read_markdown(path).title == "On lamps"


def test_a_page_has_its_title(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    assert blocks_of(path, "<title>On lamps</title><p>Text") == (Block("Text"),)
    assert read_html(path).title == "On lamps"


def test_a_file_beyond_the_bound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    with path.open("wb") as file:
        file.truncate(LARGEST_MARKDOWN + 1)
    with pytest.raises(UnsupportedFile, match="larger than 8 MB"):
        read_markdown(path)
