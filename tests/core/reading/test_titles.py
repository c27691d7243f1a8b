from __future__ import annotations

from pathlib import Path

import pytest

from core.reading.headings import BELOW_OUTLINE, RUN_IN_LEVEL
from core.reading.titles import (
    is_file_name,
    is_telling_name,
    is_title,
    tidy_title,
    title_from_file_name,
    title_of_headings,
)
from core.types import Heading


def test_a_file_name_becomes_words() -> None:
    assert title_from_file_name(Path("/a/Standard_benefits--details.pdf")) == "Standard benefits details"
    assert title_from_file_name(Path("/a/___.pdf")) == "___.pdf"


@pytest.mark.parametrize(
    "name",
    [
        "Scan 12",
        "IMG 0034",
        "document (3)",
        "0badc0ffee11",
        "12",
        "Final report v2",
        "1801.05147v3",
        "main",
    ],
)
def test_what_devices_call_a_file_tells_nothing(name: str) -> None:
    assert not is_telling_name(name)


def test_what_people_call_a_file_does() -> None:
    assert is_telling_name("Lease 2024")
    assert is_telling_name("Annual report of Skell")


@pytest.mark.parametrize(
    "text",
    [
        "Untitled",
        "report.docx",
        "C:\\texts\\a",
        "12",
        "Contents",
        "Microsoft Word - foo.docx",
        "PowerPoint Presentation",
        "Slide 1",
        "https://skell.org/a",
        "folder/inner/catch of 1902",
        "Proof - C:\\edgar\\skell.gfp",
        "0000320193-22-000070",
        "FORM 10-Q",
    ],
)
def test_what_programs_write_is_no_title(text: str) -> None:
    assert not is_title(text)


def test_a_title_is_one_line_with_an_end() -> None:
    assert is_title("On lamps")
    assert is_title("Income/expense report 2023")
    assert is_title("Form 10-Q of Skell Corp filed 10/24/2022")
    assert tidy_title("On lamps∗") == "On lamps"
    assert tidy_title(" On\n lamps ") == "On lamps"
    assert len(tidy_title("lamps " * 100)) <= 160


def test_names_of_files_in_an_outline_are_told() -> None:
    assert is_file_name("2019 Proxy FINAL.pdf")
    assert not is_file_name("2019 Proxy")


@pytest.mark.parametrize(
    ("headings", "title"),
    [
        ([(3, "On lamps"), (1, "The tides of Skell"), (1, "Part one")], "The tides of Skell"),
        ([(4, "Abstract"), (4, "On lamps")], "On lamps"),
        ([(1, "1 Introduction"), (2, "On lamps")], "On lamps"),
        ([(1, "1 The sea")], "1 The sea"),
        ([(RUN_IN_LEVEL, "Costs")], ""),
        ([(1, "Introduction"), (BELOW_OUTLINE + 1, "On lamps")], "On lamps"),
        ([], ""),
    ],
)
def test_the_title_of_a_first_page(headings: list[tuple[int, str]], title: str) -> None:
    assert title_of_headings([Heading(0, level, text) for level, text in headings]) == title
