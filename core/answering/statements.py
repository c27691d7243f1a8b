"""Sentences of passages that state something by themselves, fit to be quoted without what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.answering.citing import cite
from core.answering.page_breaks import PageText
from core.retrieval.references import own_words
from core.scripts import language_of
from core.sentences import sentence_language, sentence_spans
from core.types import CELL_BORDER, AnswerSentence, Citation, Passage, Verdict

_SHORTEST, _LONGEST = 40, 420  # bytes in UTF-8: a Chinese sentence says with 14 characters what takes 40 in English
_FEWEST_WORDS = 6
_FEWEST_LETTERS = 0.6  # of the characters: rows of figures are no sentences
_END = re.compile(r"[.!。！।؟။]['\"”’»)\]]*$")
_LEANS_BACK = re.compile(
    r"(?:she|he|it|they|this|these|those|that|its|his|her|their|such|there|here|below|above|however|but|and|or|so|also|"
    r"therefore|thus|moreover|furthermore|otherwise|in (?:addition|contrast|turn|this|that|these)|for (?:example|this|"
    r"these)|as (?:a result|such)|on the other hand|see|er|sie|es|dies\w*|außerdem|il|elle|ce\w*)\b|\w+ly,",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[•▪●◦‣·*–—-]|\(?[0-9a-z]{1,2}[.)])\s+")
_SIGNPOST = re.compile(
    r"\b(?:please see|see (?:item|note|section|page|chapter|figure|table|part)|(?:the )?following (?:table|discussion|"
    r"description|sections?)|set forth|(?:described|discussed|shown|listed) (?:above|below|elsewhere|herein)|"
    r"in conjunction with|incorporated by reference|hereby|(?:table|chart|figure) (?:above|below|\d+))\b",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\. ?){4,}|_{4,}|…{2,}")
_BOILERPLATE = re.compile(
    r"https?://|\bdoi:|all rights reserved|copyright|©|table of contents|this page (?:is )?intentionally|"
    r"alle rechte vorbehalten|tous droits réservés|todos los derechos",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\]")
_FOREIGN_MARK = re.compile(r"\[([\d\s,;–-]+)\]")  # a document's own reference is none of ours
_OWN_WORDS = 0.5  # a text with fewer is a list of references


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence: `passage.text[start:end]`.

    Attributes:
        text: the same with its white space tidied.
    """

    passage: Passage
    start: int
    end: int
    text: str

    @property
    def leans_back(self) -> bool:
        """Whether it begins with a word that speaks of what stands before it."""
        return bool(_LEANS_BACK.match(self.text))

    @property
    def points_elsewhere(self) -> bool:
        """Whether it says where something stands, or what a text does, rather than something of the matter."""
        return bool(_SIGNPOST.search(self.text))


class CitedPassages:
    """The passages that a text cites, numbered as they come, and citations of them.

    Args:
        page_text: a document's page by PDFium's character index.
    """

    def __init__(self, page_text: PageText) -> None:
        self._page_text = page_text
        self._numbers: dict[tuple[str, int], int] = {}
        self._passages: list[Passage] = []

    @property
    def passages(self) -> tuple[Passage, ...]:
        """In the order of their numbers, from 1."""
        return tuple(self._passages)

    def number_of(self, passage: Passage) -> int:
        """The number of a passage; a new one gets the next."""
        key = (passage.document, passage.chunk)
        if key not in self._numbers:
            self._passages.append(passage)
            self._numbers[key] = len(self._passages)
        return self._numbers[key]

    def quote(self, statement: Statement) -> AnswerSentence:
        """A statement as a sentence that cites itself."""
        number = self.number_of(statement.passage)
        citation = cite(number, statement.passage, statement.start, statement.end, self._page_text)
        text = _FOREIGN_MARK.sub(r"(\1)", statement.text)
        return AnswerSentence(f"{text} [{number}]", (citation,), Verdict.SUPPORTED)

    def renumbered(self, sentence: AnswerSentence, passages: Sequence[Passage]) -> AnswerSentence:
        """A sentence that was checked against `passages`, with the numbers that these have here."""
        citations: list[Citation] = []
        for citation in sentence.citations:
            passage = passages[citation.number - 1]
            citations.append(replace(citation, number=self.number_of(passage)))
        marks = "".join(f"[{number}]" for number in dict.fromkeys(citation.number for citation in citations))
        return AnswerSentence(
            f"{without_marks(sentence.text)} {marks}".strip(), tuple(citations), sentence.verdict, sentence.reason
        )


def without_marks(text: str) -> str:
    """A text without its citation marks."""
    return " ".join(_MARK.sub("", text).split())


def statements_of(passages: Sequence[Passage]) -> list[Statement]:
    """The statements of passages in their order; one that is repeated (a notice on every page) comes once.

    Where none of the sentences looks like one (a language without full stops, a list), longer lines are taken.
    """
    sentences = [sentence for passage in passages for sentence in _sentences(passage)]
    fit = [sentence for sentence in sentences if _states_something(sentence.text)]
    if not fit:
        fit = [sentence for sentence in sentences if _bytes(sentence.text) >= _SHORTEST and _has_words(sentence.text)]
    first: dict[str, Statement] = {}
    for sentence in fit:
        first.setdefault(sentence.text.casefold(), sentence)
    return list(first.values())


def _sentences(passage: Passage) -> list[Statement]:
    text = passage.text
    if own_words(text) < _OWN_WORDS:
        return []
    found = []
    for start, end in sentence_spans(text, sentence_language(text)):
        bullet = _BULLET.match(text, start, end)
        first = bullet.end() if bullet else start
        found.append(Statement(passage, first, end, " ".join(text[first:end].split())))
    return found


def _states_something(text: str) -> bool:
    if (
        not _SHORTEST <= len(text.encode("utf-8", "replace")) <= _LONGEST
        or not _END.search(text)
        or not _has_words(text)
    ):
        return False
    if not text.isascii() and language_of(text) != "en":  # words and capitals are not everywhere what they are here
        return True
    begins = text.lstrip("\"'“‘«„(")[:1]
    return begins.isalpha() and not begins.islower() and len(text.split()) >= _FEWEST_WORDS


def _has_words(text: str) -> bool:
    if CELL_BORDER in text or _LEADERS.search(text) or _BOILERPLATE.search(text):
        return False
    letters = sum(character.isalpha() for character in text)
    return letters >= _FEWEST_LETTERS * len(text)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
