"""What a question mentions that a follow-up may put something else in place of: years, quarters, numbers, names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember"
)
_LABELLED = (
    "Annex|Appendix|Article|Chapter|Class|Clause|Exhibit|Figure|Group|Level|Option|Part|Phase|Plan|Schedule|Section|"
    "Table|Tier|Type|Zone|Anhang|Anlage|Abschnitt|Artikel|Kapitel|Stufe|Tabelle|Tarif|Teil"
)
_NO_HEAD = (
    "and|or|in|of|for|to|by|at|on|from|since|before|after|until|about|than|over|under|the|"
    "und|oder|im|seit|von|bis|vor|nach"
)


class Kind(StrEnum):
    """What is mentioned; a mention takes the place of one of its kind."""

    DATE = "date"
    QUARTER = "quarter"
    MONTH = "month"
    YEAR = "year"
    NUMBERED = "numbered"  # Article 5, pier 17, Plan B
    AMOUNT = "amount"  # with a unit
    NUMBER = "number"
    SUPERLATIVE = "superlative"


# In this order; what one took, none of those after it takes.
_PATTERNS = (
    (
        Kind.DATE,
        rf"\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|"
        rf"\b\d{{1,2}}(?:\.|st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})(?:,?\s+\d{{4}})?|"
        rf"\b(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?",
    ),
    (
        Kind.QUARTER,
        r"\b(?i:Q[1-4]|[1-4]Q)\b|\b(?i:first|second|third|fourth|last|erste[nrms]?|zweite[nrms]?|dritte[nrms]?|"
        r"vierte[nrms]?)"
        r"\s+(?i:quarter|quartal)\b",
    ),
    (Kind.MONTH, rf"\b(?:{_MONTHS})\b"),
    (Kind.NUMBERED, rf"\b(?:{_LABELLED})\s+(?:[A-Z]|[IVXLC]+|\d+(?:\.\d+)*[a-z]?)(?!\w)|§\s?\d+\w?"),
    (Kind.YEAR, r"(?<![0-9A-Za-z.,])(?:FY\s?)?(?:1[5-9]|20)\d\d(?:\s?[/–-]\s?(?:\d{4}|\d\d))?(?![0-9A-Za-z%]|[.,]\d)"),
    (
        Kind.AMOUNT,
        r"[$€£]\s?\d[\d.,]*\d?(?:\s?(?:million|billion|thousand)\b)?|"
        r"(?<![\w.,])\d[\d.,]*\s?(?:%|(?:percent|per cent|Prozent|euros?|dollars?|pounds|million|billion|years?|"
        r"months?|"
        r"weeks?|days?|hours?|minutes?|Jahren?|Monaten?|Wochen?|Tagen?|Stunden?|km|kg|m|cm|mm|tonnes?|tons?|people|"
        r"employees|Euro|Millionen|Milliarden)\b)",
    ),
    (Kind.NUMBERED, rf"\b(?!(?i:{_NO_HEAD})\b)[^\W\d_]{{2,}}\s+(?:[nN]o\.?\s?)?\d+[a-z]?(?![\w%]|[.,]\d)"),
    (Kind.NUMBER, r"(?<![\w.,])\d[\d.,]*(?!\w)"),
    (
        Kind.SUPERLATIVE,
        r"\b(?i:(?:most|least)\s+[a-z]+|(?:(?:second|third|next)[ -])?(?:best|worst)|"
        r"(?:(?:second|third|next)[ -])?(?!inter|for|rest|west|test|guest|quest|forest|honest|modest|request|invest|"
        r"protest|harvest|"
        r"suggest)[a-z]{3,}est|first|last|second|third)\b",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_SHIFTED = re.compile(
    r"\b(?:the\s+)?(?:(?P<before>(?:year|season) before(?: that)?|(?:previous|preceding|prior) (?:fiscal |"
    r"financial )?year|"
    r"jahr (?:davor|zuvor)|vorjahr)|"
    r"(?P<after>(?:year|season) after(?: that)?|(?:following|next|subsequent) (?:fiscal |financial )?year|"
    r"jahr danach|folgejahr)|"
    r"(?P<count>\d{1,3}|one|two|three|four|five|ten|twenty|fifty|a hundred|zwei|drei|fünf|zehn) (?:years|jahre) "
    r"(?P<way>later|after(?: that)?|earlier|before(?: that)?|später|danach|früher|davor))\b",
    re.IGNORECASE,
)
_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "twenty": 20, "fifty": 50, "a hundred": 100,
    "zwei": 2, "drei": 3, "fünf": 5, "zehn": 10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end]` of a question."""

    kind: Kind
    start: int
    end: int
    text: str

    @property
    def head(self) -> str:
        """What is numbered or labelled, in lower case: `pier` of "pier 17"."""
        return re.sub(r"[\s\d.].*", "", self.text).casefold() if self.kind is Kind.NUMBERED else ""


def mentions(text: str) -> list[Mention]:
    """What a text mentions, in its order."""
    found: list[Mention] = []
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(start < other.end and other.start < end for other in found):
                found.append(Mention(kind, start, end, match.group()))
    return sorted(found, key=lambda mention: mention.start)


def shifted_year(text: str, previous: str) -> str:
    """A text in which "the year before" or "the following year" is the year counted from that of another text."""
    years = _YEAR.findall(previous)
    shift = _SHIFTED.search(text)
    if not years or shift is None:
        return text
    said = (shift["count"] or "1").casefold()
    count = _COUNTS[said] if said in _COUNTS else int(said)
    later = shift["after"] or (shift["way"] or "").casefold().startswith(("later", "after", "später", "danach"))
    year = int(years[-1]) + (count if later else -count)
    return f"{text[: shift.start()]}{year}{text[shift.end() :]}"


def counterpart(mention: Mention, among: Sequence[Mention]) -> Mention | None:
    """The last mention of the same kind: the one that the new mention most likely stands for.

    A bare number takes the number of a numbered thing too ("pier 17" → "And 18?"); else the same must be numbered.
    """
    if mention.kind is Kind.NUMBERED:
        alike = [m for m in among if m.kind is Kind.NUMBERED and m.head == mention.head]
    else:
        alike = [m for m in among if m.kind is mention.kind]
    if alike:
        return alike[-1]
    if mention.kind in (Kind.NUMBER, Kind.YEAR):
        for other in reversed(among):
            label = re.search(r"\d[\w.]*$", other.text)
            if other.kind is Kind.NUMBERED and label and mention.kind is Kind.NUMBER:
                return Mention(Kind.NUMBER, other.start + label.start(), other.end, label.group())
    return None
