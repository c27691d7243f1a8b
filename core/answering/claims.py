"""A sentence of an answer taken apart: its words, numbers, dates, names and clauses; and the parts it may have."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.answering.dates import Date
from core.answering.names import Name, names_of
from core.answering.polarity import Clause, clauses_of
from core.answering.quantities import Quantities, Quantity, quantities_of
from core.answering.words import Words, content_words
from core.language import latin_language

_MARKDOWN = re.compile(r"^\s*(?:[-*+•]\s+|#{1,6}\s+|\d{1,2}[.)]\s+)|\*{1,3}|`|(?<!\w)_|_(?!\w)")
_BORDER = re.compile(r";\s+|,?\s+(?:and|but|while|whereas|und|et|y)\s+|,\s+(?:which|who|where)\s+")
_LEAST_OF_PART = 2  # content words


@dataclass(frozen=True)
class Claim:
    """What a sentence says.

    Attributes:
        text: without citation marks and Markdown.
        content: its content words, without those of numbers and dates.
        quantities: its numbers and dates.
        names: of people, places, things.
        clauses: to tell where a "not" belongs.
    """

    text: str
    content: frozenset[str]
    quantities: Quantities
    names: tuple[Name, ...]
    clauses: tuple[Clause, ...]

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing that could be checked."""
        return not self.content and not self.facts

    @property
    def facts(self) -> tuple[Quantity | Date, ...]:
        """Its numbers and dates."""
        return self.quantities.facts


def claim_of(text: str, words: Words, is_common: Callable[[str], bool], language: str | None) -> Claim:
    """Take a sentence apart.

    Args:
        text: the sentence, without citation marks.
        words: splits a text into comparable words.
        is_common: tells of a word in lower case whether the passages have it as such: it is no name then.
        language: of the passages, where the sentence does not tell its own.
    """
    text = _MARKDOWN.sub("", text)
    quantities = quantities_of(text, latin_language(text) or language)
    written = frozenset(word for fact in quantities.facts for word in words(text[fact.start : fact.end]))
    return Claim(
        text,
        content_words(text, words) - written,
        quantities,
        names_of(text, words, is_common),
        clauses_of(text, lambda part: content_words(part, words)),
    )


def alone(fact: Quantity | Date) -> Quantities:
    """One number or date by itself."""
    return Quantities((), (fact,)) if isinstance(fact, Date) else Quantities((fact,), ())


def parts_of(text: str, words: Words) -> list[str]:
    """The parts of a sentence that say something each; a short one stays with the one before."""
    spans: list[tuple[int, int]] = []
    start = 0
    for first, last in [*(match.span() for match in _BORDER.finditer(text)), (len(text), len(text))]:
        short = len(content_words(text[start:first], words)) < _LEAST_OF_PART
        before_is_short = bool(spans) and len(content_words(text[slice(*spans[-1])], words)) < _LEAST_OF_PART
        if spans and (short or before_is_short):
            spans[-1] = (spans[-1][0], first)
        else:
            spans.append((start, first))
        start = last
    return [text[first:last] for first, last in spans]
