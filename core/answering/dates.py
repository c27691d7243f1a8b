"""The dates of a text: days and months, in the languages that `resources/answering/quantities.json` names them in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from core.paths import resources_folder

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_SHORT = re.compile(r"(?<![\d./])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/])")
_CENTURY_BREAK = 70


@dataclass(frozen=True, slots=True)
class Date:
    """A day, or a month, with what is known of it; 0 where it is not said.

    Attributes:
        said: as it is written, for people.
        readings: (year, month, day), in each order that the writing allows.
    """

    said: str
    start: int
    end: int
    readings: frozenset[tuple[int, int, int]]


def is_within(asked: tuple[int, int, int], found: tuple[int, int, int]) -> bool:
    """Whether a date says all that another asks for: 12 March 2024 is within 2024."""
    return all(not part or part == other for part, other in zip(asked, found, strict=True))


def is_completed(asked: tuple[int, int, int], found: tuple[int, int, int], numbers: set[int]) -> bool:
    """Whether a date is another one of the same month, with the day, and the year if need be, from the numbers."""
    year, month, day = asked
    if month != found[1] or (day and day != found[2] and day not in numbers):
        return False
    return not year or year == found[0] or (not found[0] and year in numbers)


def dates_of(text: str) -> Iterator[Date]:
    """The dates of a text, each kind of writing after the other."""
    taken: list[tuple[int, int]] = []
    for pattern, readings in ((_ISO, _iso), (_day_first(), _day_month), (_month_first(), _month_day), (_SHORT, _short)):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            found = frozenset(reading for reading in readings(match) if _is_date(*reading))
            if found:
                taken.append(match.span())
                yield Date(match.group().strip(), match.start(), match.end(), found)


def _iso(match: re.Match[str]) -> list[tuple[int, int, int]]:
    return [(int(match.group(1)), int(match.group(2)), int(match.group(3)))]


def _day_month(match: re.Match[str]) -> list[tuple[int, int, int]]:
    day, month, year = match.group(1, 2, 3)
    return [(int(year or 0), _months()[month.lower()], int(day))]


def _month_day(match: re.Match[str]) -> list[tuple[int, int, int]]:
    month, day, year = match.group(1, 2, 3)
    return [(int(year or 0), _months()[month.lower()], int(day or 0))]


def _short(match: re.Match[str]) -> list[tuple[int, int, int]]:
    """3/4/2024 is in March or in April; 3.4.2024 is in April."""
    first, sign, second, year = match.group(1, 2, 3, 4)
    full = int(year) if len(year) > 2 else int(year) + (1900 if int(year) >= _CENTURY_BREAK else 2000)
    european = (full, int(second), int(first))
    return [european] if sign == "." else [european, (full, int(first), int(second))]


def _is_date(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and day <= 31 and (bool(day) or bool(year))


@cache
def _day_first() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\d.,])(\d{{1,2}})(?:st|nd|rd|th|\.|º)?\s+(?:of\s+|de\s+)?({_month_names()})\b\.?(?:,?\s+(?:de\s+)?(\d{{4}})\b)?",
        re.IGNORECASE,
    )


@cache
def _month_first() -> re.Pattern[str]:
    return re.compile(
        rf"\b({_month_names()})\b\.?(?:\s+(\d{{1,2}})(?:st|nd|rd|th)?(?![\d.:]\d|\d))?(?:,?\s+(?:of\s+)?(\d{{4}})\b)?",
        re.IGNORECASE,
    )


def _month_names() -> str:
    return "|".join(sorted(_months(), key=len, reverse=True))


@cache
def _months() -> dict[str, int]:
    data = json.loads((resources_folder() / "answering" / "quantities.json").read_text("utf-8"))
    return {name: int(number) for number, names in data["months"].items() for name in names.split()}
