"""Numbers of headings: "2.1.3" stands below "2.1", whatever either looks like."""

from __future__ import annotations

import re

_PREFIX = (
    r"(?:chapter|section|part|article|appendix|annex|kapitel|abschnitt|teil|anhang|chapitre|partie|annexe|cap[íi]tulo"
    r"|secci[óo]n|capitolo|sezione|hoofdstuk|глава|раздел|§)\s*"
)
_DECIMAL = r"\d{1,3}(?:\.\d{1,3})*"
_NUMBER = re.compile(rf"(?:{_PREFIX})?({_DECIMAL}|[A-Z](?:\.\d{{1,3}})+)\.?\)?[:\s]\s*(?=[^\W\d_])", re.IGNORECASE)
_BEGINS = re.compile(
    rf"(?:{_PREFIX}[\dIVXLC]|(?:item|note|step|figure|table|exhibit|question)\s+\d|{_DECIMAL}[.)]?\s|[•●▪])",
    re.IGNORECASE,
)


def heading_number(text: str) -> tuple[str, ...]:
    """The parts of the number that a heading begins with: ("2", "1", "3") for "2.1.3 The keeper"; nothing without."""
    match = _NUMBER.match(text)
    return tuple(match.group(1).upper().split(".")) if match else ()


def without_number(text: str) -> str:
    """A heading without the number that it begins with."""
    match = _NUMBER.match(text)
    return text[match.end() :] if match else text


def begins_anew(text: str) -> bool:
    """True for a line that begins with a number of its own, and so does not continue the heading above it."""
    return _BEGINS.match(text) is not None


def is_below(number: tuple[str, ...], above: tuple[str, ...]) -> bool:
    """True where a heading of that number stands below the one numbered `above`."""
    return len(above) < len(number) and number[: len(above)] == above
