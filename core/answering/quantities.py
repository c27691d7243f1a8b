"""The numbers and dates of a text by what they are worth, however they are written.

`1,234.5` and, in German, `1.234,5` are one number; "$1.2 million" is 1,200,000 dollars, "three" is 3, "5 per cent" 5 %,
and 12 March 2024, March 12, 2024 and 2024-03-12 are one day. Signs are left out: a loss is written "(5)" as often as
"-5".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

from core.answering.dates import Date, dates_of, is_completed, is_within
from core.paths import resources_folder

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_DIGITS = re.compile(r"(?<![^\W\d_])\d+(?:[.,:'’\u00a0\u202f]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_BEHIND = re.compile(r"[\s\u00a0-]{0,2}([^\W\d_]+|%)(?:[\s-]+([^\W\d_]+))?")
_MONEY_BEFORE = re.compile(r"(US\$|[$€£¥]|\b(?:USD|EUR|GBP|JPY))\s{0,2}$")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)$")
_JOINS_RANGE = re.compile(r"[\s%$€£¥]*(?:to|bis|-|–|—)[\s$€£¥]*$")
_JOINS_BETWEEN = re.compile(r"[\s%$€£¥]*(?:and|und|et|y)[\s$€£¥]*$")
_BETWEEN = re.compile(r"\b(?:between|zwischen|entre)\W*$", re.IGNORECASE)
_SCALE_OF_TABLE = re.compile(r"(?<!\d)(?<!\d[ -])\b(thousands|millions|billions|TEUR|Millionen|Milliarden|milliers)\b")
_GROUP = 3
_LONGEST = 40  # digits; longer ones are no numbers


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text.

    Attributes:
        said: as it is written, for people.
        start, end: where it stands.
        values: what it is worth; several where a range or a table leaves its scale open.
        unit: "%" or a currency's sign; empty where there is none.
        loose: a word such as "one", which is a number to be found but none to be asked for.
    """

    said: str
    start: int
    end: int
    values: frozenset[Decimal]
    unit: str = ""
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Quantities:
    """All of a text's numbers and dates.

    Attributes:
        scale: by which its plain numbers may have to be multiplied: those of a table "in millions"; else 1.
    """

    numbers: tuple[Quantity, ...]
    dates: tuple[Date, ...]
    scale: Decimal = Decimal(1)
    has_percent: bool = False

    @property
    def facts(self) -> tuple[Quantity | Date, ...]:
        """Numbers and dates."""
        return (*self.numbers, *self.dates)

    def lacks(self, claim: Quantities) -> list[Quantity | Date]:
        """The numbers and dates of a claim that these do not have, in the order of the claim."""
        missing: list[Quantity | Date] = [n for n in claim.numbers if not n.loose and not self._has_number(n)]
        missing += [date for date in claim.dates if not self._has_date(date)]
        return sorted(missing, key=lambda item: item.start)

    def _has_number(self, wanted: Quantity) -> bool:
        parts = {Decimal(part) for date in self.dates for reading in date.readings for part in reading if part}
        if not wanted.unit and wanted.values & parts:
            return True
        return any(self._agree(wanted, number) for number in self.numbers)

    def _agree(self, wanted: Quantity, number: Quantity) -> bool:
        values = number.values
        if number.unit != "%":
            values = values | {value * self.scale for value in values}
        if not wanted.values & values:
            return False
        if wanted.unit == number.unit:
            return True
        if wanted.unit == "%":
            return not number.unit and self.has_percent
        if not wanted.unit:
            return number.unit != "%"
        return not number.unit

    def _has_date(self, wanted: Date) -> bool:
        whole = [reading for date in self.dates for reading in date.readings]
        if any(is_within(asked, found) for asked in wanted.readings for found in whole):
            return True
        # "12–14 March 2024" and "March 12 and 14, 2024": what one date does not say of itself stands beside it.
        numbers = {int(value) for n in self.numbers for value in n.values if value == int(value)}
        return any(is_completed(asked, found, numbers) for asked in wanted.readings for found in whole)


def quantities_of(text: str, language: str | None = "en", around: str = "") -> Quantities:
    """The numbers and dates of a text.

    Args:
        text: any text.
        language: it tells whether a comma groups digits or begins a fraction.
        around: what stands above the text and tells a table's scale: "(in millions)".
    """
    dates = list(dates_of(text))
    free = list(text)
    for date in dates:
        free[date.start : date.end] = " " * (date.end - date.start)
    rest = "".join(free)
    comma = language in _data()["decimal_comma"]
    numbers = [*_written_in_digits(rest, comma=comma), *_written_in_words(rest)]
    numbers.sort(key=lambda number: number.start)
    scale = _SCALE_OF_TABLE.search(f"{around}\n{text}")
    return Quantities(
        tuple(_with_ranges(text, numbers)),
        tuple(dates),
        _scale(scale.group(1)) or Decimal(1) if scale else Decimal(1),
        any(number.unit == "%" for number in numbers) or "%" in around or "percent" in around.lower(),
    )


def numbers_in(text: str) -> frozenset[str]:
    """The numbers of a text as they are written, without thousands separators."""
    return frozenset(number.replace(",", "").rstrip(".") for number in _NUMBER.findall(text))


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _written_in_digits(text: str, *, comma: bool) -> Iterator[Quantity]:
    for match in _DIGITS.finditer(text):
        if match.end() - match.start() > _LONGEST:
            continue
        value = _value(match.group(), comma=comma)
        if value is None:  # a time, a section, an address: each part counts
            for part in re.finditer(r"\d+", match.group()):
                start = match.start() + part.start()
                yield Quantity(part.group(), start, start + len(part.group()), frozenset({Decimal(part.group())}))
            continue
        yield _measured(text, match.start(), match.end(), value)


def _measured(text: str, start: int, end: int, value: Decimal) -> Quantity:
    """A number with the scale and the unit that stand beside it."""
    before = _MONEY_BEFORE.search(text, max(0, start - 6), start)
    unit = _unit(before.group(1)) if before else ""
    behind = _BEHIND.match(text, end)
    attached = behind is not None and behind.start(1) == end  # "12k", but a form 10-K
    if behind and (attached or len(behind.group(1)) > 1):
        scale = _scale(behind.group(1), money=bool(unit))
        if scale is not None:
            value *= scale
            end = behind.end(1)
            behind = _BEHIND.match(text, end + text.startswith(".", end))
    if behind and not unit and not _ORDINAL.match(behind.group(1)):
        two = "-".join(part for part in behind.groups() if part)
        unit = _unit(behind.group(1)) or _unit(two)
        if unit:
            end = behind.end(1) if _unit(behind.group(1)) else behind.end(2)
    first = before.start() if before else start
    return Quantity(text[first:end], start, end, frozenset({value}), unit)


def _value(digits: str, *, comma: bool) -> Decimal | None:
    """What digits with separators are worth; None where they are no single number."""
    groups = re.split(r"[.,:'’\u00a0\u202f]", digits)
    signs = re.findall(r"[.,:'’\u00a0\u202f]", digits)
    if ":" in signs:
        return None
    if not signs:
        return Decimal(digits)
    last, others = signs[-1], set(signs[:-1])
    if len(groups[0]) <= _GROUP and others == {last} and all(len(group) == _GROUP for group in groups[1:]):
        return Decimal("".join(groups))
    if last == "," and not others and len(groups[-1]) == _GROUP and not comma:
        return Decimal("".join(groups))
    if last == "." and not others and len(groups[-1]) == _GROUP and comma and groups[0] != "0":
        return Decimal("".join(groups))
    if last in "'’\u00a0\u202f":
        return Decimal("".join(groups)) if all(len(group) == _GROUP for group in groups[1:]) else None
    if last not in others and len(others) <= 1 and not (last == "." and len(groups) > 2 and "." in others):
        return Decimal(f"{''.join(groups[:-1])}.{groups[-1]}")
    return Decimal("".join(groups)) if others == {","} and last == "," else None


def _written_in_words(text: str) -> Iterator[Quantity]:
    """Numbers such as "three", "twenty-one", "two hundred and five" and "third"."""
    words, ordinals = _data()["words"], _data()["ordinals"]
    found = list(_WORD.finditer(text))
    i = 0
    while i < len(found):
        low = found[i].group().lower()
        if low in ordinals:
            if not (low == "third" and re.match(r"[\s-]*part", text[found[i].end() :])):
                place = frozenset({Decimal(ordinals[low])})
                yield Quantity(found[i].group(), found[i].start(), found[i].end(), place, loose=low == "third")
            i += 1
            continue
        if low not in words:
            i += 1
            continue
        first, total, part = i, Decimal(0), Decimal(words[low])
        i += 1
        while i < len(found) and re.fullmatch(r"[\s-]+", text[found[i - 1].end() : found[i].start()]):
            low = found[i].group().lower()
            joined = low == "and" and part >= 100 and i + 1 < len(found) and found[i + 1].group().lower() in words
            if joined:
                i += 1
                low = found[i].group().lower()
            if low in words and part % 10 == 0 and 0 < words[low] < (100 if part % 100 == 0 else 10):
                part += words[low]
            elif low == "hundred":
                part *= 100
            elif (scale := _scale(low)) is not None:
                total, part = total + part * scale, Decimal(0)
            else:
                break
            i += 1
        end = found[i - 1].end()
        value = total + part
        measured = _measured(text, found[first].start(), end, value)
        yield Quantity(
            text[found[first].start() : measured.end],
            found[first].start(),
            measured.end,
            measured.values,
            measured.unit,
            loose=value == 1,
        )


def _with_ranges(text: str, numbers: Sequence[Quantity]) -> Iterator[Quantity]:
    """In "5 to 10 million" and "5–10 %" the first number has the scale and the unit of the second as well."""
    for number, following in pairwise([*numbers, None]):
        if number is None:
            continue
        if following is None or not _is_range(text, number, following):
            yield number
            continue
        plain = re.match(r"[\d.,]+", following.said.lstrip("US$€£¥ "))
        written = _value(plain.group().rstrip(".,"), comma=False) if plain else None
        (value,) = following.values
        scale = value / written if written else Decimal(1)
        values = number.values | {first * scale for first in number.values} if scale > 1 else number.values
        yield Quantity(number.said, number.start, number.end, values, number.unit or following.unit, number.loose)


def _is_range(text: str, number: Quantity, following: Quantity) -> bool:
    between = text[number.end : following.start]
    if _JOINS_RANGE.match(between):
        return True
    return bool(_JOINS_BETWEEN.match(between) and _BETWEEN.search(text, 0, number.end - len(number.said)))


# ── what the words mean ──────────────────────────────────────────────────────────────────────────────────────────


@cache
def _data() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads((resources_folder() / "answering" / "quantities.json").read_text("utf-8"))
    return loaded


@cache
def _units() -> dict[str, str]:
    return {name.replace("-", " "): sign for sign, names in _data()["units"].items() for name in names.split()}


def _unit(word: str) -> str:
    return _units().get(word.lower().replace("-", " "), "")


def _scale(word: str, *, money: bool = False) -> Decimal | None:
    low = word.lower()
    found = _data()["scales"].get(low) or (_data()["scales_of_money"].get(low) if money else None)
    return Decimal(found) if found else None
