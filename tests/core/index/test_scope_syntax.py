"""Ranges of pages and days as people write them, and what is said of others."""

from __future__ import annotations

import pytest

from core.index.scope_syntax import day, page_ranges, require_order, roman_numeral, written
from core.types import PageRange


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", (PageRange(7, 7),)),
        ("10-20", (PageRange(10, 20),)),
        (" 10 – 20 ", (PageRange(10, 20),)),
        ("50-", (PageRange(50, None),)),
        ("-9", (PageRange(0, 9),)),
        ("iv-x", (PageRange(4, 10, roman=True),)),
        ("XII", (PageRange(12, 12, roman=True),)),
        ("-v", (PageRange(1, 5, roman=True),)),
        ("xl-", (PageRange(40, None, roman=True),)),
        ("1-3, 9,ii", (PageRange(1, 3), PageRange(9, 9), PageRange(2, 2, roman=True))),
    ],
)
def test_ranges_of_pages(text: str, expected: tuple[PageRange, ...]) -> None:
    assert page_ranges(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "“” is not a range of pages. Write it like 10-20, 7, 50- or iv-x."),
        ("-", "“-” is not a range of pages. Write it like 10-20, 7, 50- or iv-x."),
        ("A-3", "“A-3” is not a range of pages. Write it like 10-20, 7, 50- or iv-x."),
        ("3,", "“” is not a range of pages. Write it like 10-20, 7, 50- or iv-x."),
        ("1-2-3", "“1-2-3” is not a range of pages. Write it like 10-20, 7, 50- or iv-x."),
        ("9" * 10, f"“{'9' * 10}” is not a range of pages. Write it like 10-20, 7, 50- or iv-x."),
        ("20-10", "The range of pages “20-10” ends before it begins."),
        ("x-ii", "The range of pages “x-ii” ends before it begins."),
        ("iv-9", "“iv-9” mixes Arabic and Roman page numbers. Give two ranges, with a comma between them."),
        ("iiii", "“iiii” in “iiii” is not a Roman number."),
        ("ic-cx", "“ic” in “ic-cx” is not a Roman number."),
        ("mmmmmm", "“mmmmmm” in “mmmmmm” is not a Roman number."),
    ],
)
def test_what_is_no_range_is_explained(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        page_ranges(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("text", ["7", "10-20", "50-", "iv-x", "xii", "xl-"])
def test_a_range_is_written_as_it_is_read(text: str) -> None:
    (pages,) = page_ranges(text)
    assert written(pages) == text


def test_roman_numerals() -> None:
    numbers = {1: "i", 4: "iv", 9: "ix", 14: "xiv", 40: "xl", 99: "xcix", 944: "cmxliv", 3999: "mmmcmxcix"}
    assert {number: roman_numeral(number) for number in numbers} == numbers


@pytest.mark.parametrize("text", ["2024", "2024-05", "2024-05-17", "2024-02-29"])
def test_days_months_and_years(text: str) -> None:
    assert day(f" {text} ") == text


@pytest.mark.parametrize("text", ["", "today", "17.5.2024", "2024-5-1", "2023-02-29", "2024-13", "0000", "20240517"])
def test_what_is_no_date_is_explained(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date\. Write it like 2024-05-17, 2024-05 or 2024\."):
        day(text)


def test_a_time_that_ends_before_it_begins_is_refused() -> None:
    for since, until in (("2024", "2024-05"), ("2024-05-17", "2024-05"), ("", "2023"), ("2023", ""), ("2024", "2024")):
        require_order(since, until)
    with pytest.raises(ValueError, match=r"No day is both since 2024-06 and until 2024-05-17\."):
        require_order("2024-06", "2024-05-17")
