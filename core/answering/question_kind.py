"""What a question asks for: a person or a thing with a name, a time, a number; and whether a sentence has one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from core.answering.names import names_of
from core.answering.polarity import Clause, clauses_of, said_to_be_absent
from core.answering.quantities import quantities_of
from core.answering.words import Words, content_words

_TIME = re.compile(
    r"^\W*(?:in |since |until |by )?(?:when|what (?:year|date|month|day|century)|which (?:year|date|month))\b", re.I
)
_NUMBER = re.compile(
    r"\b(?:how (?:many|much|long|often|old|far|tall|high|large|big|deep|wide)"
    r"|what (?:percentage|percent|share|number|amount|proportion)|at what (?:age|rate|price|temperature))\b",
    re.IGNORECASE,
)
# What is an amount: "what was the total rent expense in 2012", not "what is the policy for expenses".
_AMOUNTS = (
    "amount average balance budget capacity charge coinsurance copay copayment cost costs debt decrease deductible"
    " density depth depreciation discount distance dividend duration earnings expenditure expense expenses fee fees"
    " frequency growth height income increase interest length limit loss losses margin maximum minimum payment penalty"
    " percentage population premium price proceeds profit profits rate ratio reimbursement revenue revenues salary"
    " salaries sales share size speed sum tax taxes temperature total turnover value volume wage wages weight width"
    " yield"
)
_BEHIND_IT = "of for in per under on as at by from during between to with when if before after that recorded related"
_AMOUNT = re.compile(
    r"\bwhat(?:['’]s| is| was| are| were| will be)\s+(?:(?:the|an?|its|their|his|her|our)\s+)?"
    rf"(?:(?!(?:{_BEHIND_IT.replace(' ', '|')}|about)\b)[\w'’&$%.-]+\s+){{0,5}}?(?:{_AMOUNTS.replace(' ', '|')})\b"
    rf"(?=\s*(?:[?,;]|$|(?:{_BEHIND_IT.replace(' ', '|')})\b))",
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
        clauses: of the question.
    """

    asked: _Asked
    names: frozenset[str]
    numbers: frozenset[str]
    clauses: tuple[Clause, ...]
    words: Words

    def is_answered_in(self, text: str) -> bool:
        """Whether a sentence has what is asked for, beside what the question has itself."""
        if self.asked is _Asked.TIME:
            return bool(quantities_of(text).dates) or bool(set(_YEAR.findall(text)) - self.numbers)
        if self.asked is _Asked.NUMBER:
            numbers = {number.said for number in quantities_of(text).numbers if not number.loose} - self.numbers
            return bool(numbers) and not said_to_be_absent(self.clauses, text, self._stems)
        if self.asked is _Asked.NAME:
            return any(not name.words <= self.names for name in names_of(text, self.words, lambda _: False))
        return False

    def _stems(self, text: str) -> frozenset[str]:
        return content_words(text, self.words)


def kind_of(question: str, words: Words) -> QuestionKind:
    """What a question asks for, as far as its first words tell."""
    asked = _Asked.ANYTHING
    for kind, pattern in (
        (_Asked.TIME, _TIME),
        (_Asked.NUMBER, _NUMBER),
        (_Asked.NUMBER, _AMOUNT),
        (_Asked.NAME, _NAME),
    ):
        if pattern.search(question):
            asked = kind
            break
    own = frozenset(words(question))
    numbers = frozenset(number.said for number in quantities_of(question).numbers)
    clauses = clauses_of(question, lambda text: content_words(text, words))
    return QuestionKind(asked, own, numbers, clauses, words)
