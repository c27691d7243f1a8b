"""Headings by the look of their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.reading.headings import Line, find_headings
from core.reading.pdfium import PdfiumReader
from core.types import Heading


def page_of(*rows: tuple[str, float, bool]) -> tuple[str, list[Line]]:
    """Return text and lines from (content, height, bold)."""
    text, lines = "", []
    for content, height, bold in rows:
        lines.append(Line(len(text), len(text) + len(content), height, bold))
        text += content + "\r\n"
    return text, lines


BODY = [("It was the custom that whoever lit the lamp first received a letter", 10.0, False)] * 5


@pytest.mark.parametrize(
    ("height", "bold", "level"),
    [(18.0, True, 1), (14.0, False, 2), (11.5, False, 3), (10.0, True, 4), (10.0, False, None), (10.5, False, None)],
)
def test_the_level_follows_height_and_weight(height: float, bold: bool, level: int | None) -> None:
    found = find_headings(*page_of(("The keeper", height, bold), *BODY))
    assert [heading.level for heading in found] == ([] if level is None else [level])


def test_a_wrapped_heading_is_one() -> None:
    text, lines = page_of(*BODY, ("Of the coast and", 18.0, True), ("of the hills", 18.0, True), *BODY)
    assert find_headings(text, lines) == (Heading(text.index("Of the coast"), 1, "Of the coast and of the hills"),)


@pytest.mark.parametrize("content", ["It ended there.", "12.5", "—", "word " * 15, "x" * 121])
def test_sentences_figures_and_long_lines_are_no_headings(content: str) -> None:
    assert find_headings(*page_of((content.strip(), 18.0, True), *BODY)) == ()


def test_on_a_bold_page_bold_is_nothing_special() -> None:
    assert find_headings(*page_of(*[(f"Row of the table {i}", 10.0, True) for i in range(9)])) == ()


def test_a_page_without_lines_has_none() -> None:
    assert find_headings("", []) == ()


def test_headings_of_a_real_page_stand_where_they_say(data: Path) -> None:
    with PdfiumReader(data / "outline.pdf") as reader:
        page = reader.read_page(0)
    assert [(h.level, h.text) for h in page.headings] == [
        (1, "1 The sea"),
        (2, "1.1 Lights"),
        (3, "1.1.1 The keeper"),
        (2, "1.2 Fish"),
    ]
    for heading in page.headings:
        assert page.text[heading.char_start :].startswith(heading.text)
