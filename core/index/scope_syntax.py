"""What a person may write for a range of pages or a day: `10-20, 31, iv-x, 50-` and `2024-05-17`, `2024-05`, `2024`."""

from __future__ import annotations

import re
from datetime import date

from core.types import PageRange

_RANGE = re.compile(r"(?:(\d{1,9})|([ivxlcdm]{1,15}))?\s*(?:([-–])\s*(?:(\d{1,9})|([ivxlcdm]{1,15}))?)?", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_NUMERALS = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST_ROMAN = 3999


def page_ranges(text: str) -> tuple[PageRange, ...]:
    """Ranges of printed page numbers, with commas between them.

    Raises:
        ValueError: it is none; the message is a sentence for the person.
    """
    return tuple(_page_range(part.strip()) for part in text.split(","))


def written(pages: PageRange) -> str:
    """A range as a person may write it."""

    def number(value: int) -> str:
        return roman_numeral(value) if pages.roman else str(value)

    if pages.last is None:
        return f"{number(pages.first)}-"
    return number(pages.first) if pages.first == pages.last else f"{number(pages.first)}-{number(pages.last)}"


def day(text: str) -> str:
    """A day, month or year, as it was written.

    Raises:
        ValueError: it is none; the message is a sentence for the person.
    """
    match = _DAY.fullmatch(text.strip())
    if match is not None:
        try:
            date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        except ValueError:
            match = None
    if match is None:
        raise ValueError(f"“{text}” is not a date. Write it like 2024-05-17, 2024-05 or 2024.")
    return match[0]


def require_order(since: str, until: str) -> None:
    """A time must not end before it begins.

    Raises:
        ValueError: it does; the message is a sentence for the person.
    """
    common = min(len(since), len(until))
    if since[:common] > until[:common]:
        raise ValueError(f"No day is both since {since} and until {until}.")


def roman_numeral(number: int) -> str:
    """A number from 1 to 3999 in small Roman numerals."""
    written = ""
    for value, numeral in _NUMERALS:
        count, number = divmod(number, value)
        written += numeral * count
    return written


def _page_range(text: str) -> PageRange:
    match = _RANGE.fullmatch(text)
    if match is None or not text.strip("-– "):
        raise ValueError(f"“{text}” is not a range of pages. Write it like 10-20, 7, 50- or iv-x.")
    first, first_roman, dash, last, last_roman = match.groups()
    if (first or last) and (first_roman or last_roman):
        raise ValueError(f"“{text}” mixes Arabic and Roman page numbers. Give two ranges, with a comma between them.")
    is_roman = bool(first_roman or last_roman)
    begin = _roman_value(first_roman, text) if first_roman else int(first) if first else int(is_roman)
    end = _roman_value(last_roman, text) if last_roman else int(last) if last else None
    if not dash:
        end = begin
    if end is not None and end < begin:
        raise ValueError(f"The range of pages “{text}” ends before it begins.")
    return PageRange(begin, end, is_roman)


def _roman_value(numeral: str, text: str) -> int:
    rest, value = numeral.lower(), 0
    for amount, letters in _NUMERALS:
        while rest.startswith(letters):
            value, rest = value + amount, rest.removeprefix(letters)
    if rest or value > _LARGEST_ROMAN or roman_numeral(value) != numeral.lower():
        raise ValueError(f"“{numeral}” in “{text}” is not a Roman number.")
    return value
