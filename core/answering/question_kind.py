"""What a question asks for: a person or a thing with a name, a time, a number; and whether a sentence has one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from core.answering.names import names_of
from core.answering.quantities import quantities_of
from core.answering.words import Words

_TIME = re.compile(
    r"^\W*(?:in |since |until |by )?(?:when|what (?:year|date|month|day|century)|which (?:year|date|month))\b", re.I
)
_NUMBER = re.compile(
    r"\b(?:how (?:many|much|long|often|old|far|tall|high|large|big|deep|wide)"
    r"|what (?:percentage|percent|share|number|amount|proportion)|at what (?:age|rate|price|temperature))\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"^\W*(?:who|whom|whose|by whom|with whom)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1\d{3}|20\d{2})\b|\bcentur", re.IGNORECASE)


class _Asked(Enum):
    """What a question asks for."""

    ANYTHING = auto()
    TIME = auto()
    NUMBER = auto()
    NAME = auto()


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """What a question asks for.

    Attributes:
        names: the question's own, which are no answer to it.
        numbers: its own numbers, as they are written.
    """

    asked: _Asked
    names: frozenset[str]
    numbers: frozenset[str]
    words: Words

    def is_answered_in(self, text: str) -> bool:
        """Whether a sentence has what is asked for, beside what the question has itself."""
        if self.asked is _Asked.TIME:
            return bool(quantities_of(text).dates) or bool(set(_YEAR.findall(text)) - self.numbers)
        if self.asked is _Asked.NUMBER:
            return bool({number.said for number in quantities_of(text).numbers if not number.loose} - self.numbers)
        if self.asked is _Asked.NAME:
            return any(not name.words <= self.names for name in names_of(text, self.words, lambda _: False))
        return False


def kind_of(question: str, words: Words) -> QuestionKind:
    """What a question asks for, as far as its first words tell."""
    asked = _Asked.ANYTHING
    for kind, pattern in ((_Asked.TIME, _TIME), (_Asked.NUMBER, _NUMBER), (_Asked.NAME, _NAME)):
        if pattern.search(question):
            asked = kind
            break
    own = frozenset(words(question))
    return QuestionKind(asked, own, frozenset(number.said for number in quantities_of(question).numbers), words)
