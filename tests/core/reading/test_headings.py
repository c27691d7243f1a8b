"""Headings by the look of their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.reading.headings import BELOW_OUTLINE, RUN_IN_LEVEL, Line, find_headings, heading_key, run_in_heading
from core.reading.pdfium import PdfiumReader
from core.types import Heading, OutlineEntry


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


@pytest.mark.parametrize(
    "content",
    [
        "E = mc² for all",
        "write to keeper@skell.org",
        "A. Marrow, D. Lunn, E. Fenwick, H. Birch",
        "rock.[26]",
        "(in millions)",
    ],
)
def test_formulas_addresses_names_and_asides_are_no_headings(content: str) -> None:
    assert find_headings(*page_of((content, 18.0, True), *BODY)) == ()


def set_out(*rows: tuple[str, float, bool, float, float]) -> tuple[str, list[Line]]:
    """Return text and lines from (content, height, bold, fill, gap)."""
    text, lines = page_of(*((content, height, bold) for content, height, bold, _, _ in rows))
    return text, [
        Line(line.char_start, line.char_end, line.height, line.bold, fill, gap)
        for line, (_, _, _, fill, gap) in zip(lines, rows, strict=True)
    ]


PROSE = ("It was the custom that whoever lit the lamp first received a letter", 10.0, False, 1.0, 0.2)


def texts(*rows: tuple[str, float, bool, float, float]) -> list[str]:
    return [heading.text for heading in find_headings(*set_out(*rows))]


def test_a_number_makes_a_heading_of_a_line_set_like_the_text() -> None:
    assert texts(PROSE, ("2.1 Of lamps", 10.0, False, 0.3, 1.0), PROSE) == ["2.1 Of lamps"]


@pytest.mark.parametrize(
    "line",
    [
        ("2.1 The keeper shall light the lamp at dusk and shall", 10.0, False, 0.95, 1.0),  # a clause fills its line
        ("2.1 Of lamps", 10.0, False, 0.3, 0.1),  # within a paragraph
        ("2.1 of all lamps", 10.0, False, 0.3, 1.0),  # an amount
        ("2.1 Of lamps . . . . 12", 10.0, False, 0.3, 1.0),  # a table of contents
        ("2 Of lamps", 10.0, False, 0.3, 1.0),  # a point of a list
        ("2.1 Of lamps it says:", 10.0, False, 0.3, 1.0),
    ],
)
def test_a_number_is_not_enough(line: tuple[str, float, bool, float, float]) -> None:
    assert texts(PROSE, line, PROSE) == []


def test_capitals_are_a_heading_above_bold_ones() -> None:
    rows = (
        ("NOTE 4 — INVESTMENTS", 10.0, False, 0.3, 1.0),
        PROSE,
        ("INVENTORIES AT COST", 10.0, True, 0.3, 1.0),
        PROSE,
        ("Herring", 10.0, True, 0.3, 1.0),
        *(PROSE,) * 8,
    )
    found = find_headings(*set_out(*rows))
    assert [heading.level for heading in found] == [3, 3, 4]


@pytest.mark.parametrize(
    "line",
    [
        ("NASA AND", 10.0, False, 0.3, 1.0),  # few letters
        ("THIS REPORT HAS STATEMENTS THAT LOOK FORWARD", 10.0, False, 0.95, 1.0),  # the first line of a paragraph
        ("STATEMENTS THAT LOOK FORWARD", 10.0, False, 0.5, 0.1),  # within one
        ("ALL RIGHTS RESERVED.", 10.0, False, 0.3, 1.0),
        ("INVENTORIES 12", 10.0, False, 0.3, 1.0),  # an entry of a table of contents
    ],
)
def test_capitals_are_not_enough(line: tuple[str, float, bool, float, float]) -> None:
    assert texts(*(PROSE,) * 5, line, PROSE) == []


def test_on_a_page_in_capitals_they_are_nothing_special() -> None:
    shouted = [(f"NOTICE OF THE HARBOUR MASTER {'ABCD'[i]}", 10.0, False, 0.3, 1.0) for i in range(4)]
    assert texts(*shouted, PROSE) == []


def test_a_long_heading_that_fills_its_line_goes_on() -> None:
    first = "Item 7. Management’s Discussion and Analysis of Financial Condition"
    rows = ((first, 12.0, True, 0.95, 1.0), ("and Results of Operations", 12.0, True, 0.4, 0.2), PROSE, PROSE)
    assert texts(*rows) == [f"{first} and Results of Operations"]


@pytest.mark.parametrize("second", ["Note 6. Property", "2. Of salt", "Item 8. Statements"])
def test_a_number_begins_a_heading_of_its_own(second: str) -> None:
    rows = (("Notes to the Statements (Continued)", 10.0, True, 0.9, 1.0), (second, 10.0, True, 0.4, 0.2), PROSE, PROSE)
    assert texts(*rows) == ["Notes to the Statements (Continued)", second]


def test_bold_prose_is_no_heading() -> None:
    bold = ("The harbour master asks every guest of the harbour to leave", 10.0, True, 1.0, 0.2)
    assert texts(PROSE, PROSE, PROSE, PROSE, PROSE, bold, bold, bold, bold, PROSE) == []


def test_a_bold_line_whose_sentence_goes_on_is_no_heading() -> None:
    goes_on = ("returns to those who own the harbour of Skell", 10.0, False, 0.9, 0.2)
    assert texts(PROSE, PROSE, ("Our goal is to provide superior", 10.0, True, 1.0, 1.0), goes_on, PROSE) == []


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ("1 Introduction", "1. INTRODUCTION"),
        ("Introduction", "1 Introduction"),
        ("The keeper’s duties", "The Keeper's Duties"),
        ("Of lamps", "Of lamps (continued)"),
    ],
)
def test_an_entry_of_the_outline_is_found_however_it_is_written(entry: str, line: str) -> None:
    text, lines = set_out(PROSE, (line, 10.0, False, 0.3, 1.0), PROSE)
    (heading,) = find_headings(text, lines, outline=[OutlineEntry(entry, 0, 2)])
    assert (heading.text, heading.level) == (line, 2)


def test_an_entry_is_nearly_found_where_a_line_looks_like_a_heading() -> None:
    """In the words of the outline, "keeper's duty" is "keeper's duties"; prose is not searched that way."""
    entry = OutlineEntry("The keeper's duties", 0, 2)
    for bold, level in ((True, [2]), (False, [])):
        text, lines = set_out(PROSE, PROSE, ("The keeper's duty", 10.0, bold, 0.3, 1.0), PROSE)
        assert [heading.level for heading in find_headings(text, lines, outline=[entry])] == level


def test_what_the_outline_leaves_out_stands_below_it() -> None:
    text, lines = set_out(
        ("Of lamps", 12.0, True, 0.3, 1.0), PROSE, ("In old days", 20.0, True, 0.3, 1.0), PROSE, PROSE
    )
    found = find_headings(text, lines, outline=[OutlineEntry("Of lamps", 0, 1)])
    assert [(heading.text, heading.level) for heading in found] == [("Of lamps", 1), ("In old days", 1 + BELOW_OUTLINE)]


def test_an_entry_of_two_lines_is_one_heading() -> None:
    rows = (("Of the lamp", 10.0, False, 0.3, 1.0), ("and its keeper", 10.0, False, 0.3, 0.2), PROSE)
    text, lines = set_out(*rows)
    (heading,) = find_headings(text, lines, outline=[OutlineEntry("Of the lamp and its keeper", 0, 1)])
    assert heading.text == "Of the lamp and its keeper"


def test_keys_of_headings_have_no_case_number_or_marks() -> None:
    assert heading_key("2.1 The Keeper’s—Duties (Continued)") == heading_key("the keepers duties")


def run_in(bold: str, rest: str) -> Heading | None:
    text = f"{bold} {rest}"
    return run_in_heading(text, Line(0, len(text), 10.0, bold=False, run_in=len(bold)), outlined=False)


@pytest.mark.parametrize(
    ("bold", "rest", "name"),
    [
        ("2022 versus 2021.", "We earned more", "2022 versus 2021"),
        ("Costs:", "they rose", "Costs"),
        ("Of lamps", "— they were lit", "Of lamps"),
    ],
)
def test_bold_words_that_begin_a_paragraph_are_its_heading(bold: str, rest: str, name: str) -> None:
    assert run_in(bold, rest) == Heading(0, RUN_IN_LEVEL, name)


@pytest.mark.parametrize(
    ("bold", "rest"),
    [
        ("The harbour", "earned more"),
        ("Table 3.", "Catch"),
        ("Note:", "it rained"),
        ("in 2022.", "It rose"),
        ("12.", "It"),
    ],
)
def test_other_bold_words_are_none(bold: str, rest: str) -> None:
    assert run_in(bold, rest) is None
