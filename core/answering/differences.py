"""Statements of one text against those of another: which say nearly the same, and in what they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.answering.words import Words, content_words

# Share of all their words that two sentences have in common, from which they are versions of one.
NEARLY_SAME = 0.6
_FEWEST_WORDS = 3
_NUMBER = re.compile(r"[$€£¥]?\s?\d[\d.,]*(?:\s?(?:%|percent\b|per cent\b|million\b|billion\b))?", re.IGNORECASE)
_NAME = re.compile(r"(?<=[\w,;:)”\"’]\s)[A-ZÄÖÜÉ]\w+(?:-\w+)*")
_NEGATION = re.compile(r"\b(?:not|no|never|without|cannot|neither|nor)\b|n['’]t\b", re.IGNORECASE)
_NOT = "not"


class Details:
    """What in a sentence must be exactly right: its numbers, its names, and whether it says "not".

    Args:
        words: splits a text into comparable words.
        ignored: words that are no difference: those of the titles of both documents.
    """

    def __init__(self, words: Words, ignored: Sequence[str] = ()) -> None:
        self._words = words
        self._ignored = frozenset(word for title in ignored for word in words(title))

    def wording(self, text: str) -> frozenset[str]:
        """The content words of a sentence without its details: what a version of it has in common with it."""
        without = _NAME.sub(" ", _NUMBER.sub(" ", text))
        return content_words(without, self._words) - self._ignored

    def of(self, text: str) -> dict[str, str]:
        """Each detail in the form in which it can be compared → as it is written."""
        found = {_plain_number(match[0]): " ".join(match[0].split()) for match in _NUMBER.finditer(text)}
        for name in _NAME.findall(text):
            stems = self._words(name)
            if stems and not set(stems) <= self._ignored:
                found.setdefault(" ".join(stems), name)
        negation = _NEGATION.search(text)
        if negation:
            found[_NOT] = negation[0]
        return found

    def differing(self, left: str, right: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The details of each that the other has not, as they are written; a name counts as there in any form."""
        ours, theirs = self.of(left), self.of(right)
        left_words, right_words = frozenset(self._words(left)), frozenset(self._words(right))

        def missing(of: dict[str, str], there: dict[str, str], words: frozenset[str]) -> tuple[str, ...]:
            return tuple(
                written for plain, written in of.items() if plain not in there and not set(plain.split()) <= words
            )

        return missing(ours, theirs, right_words), missing(theirs, ours, left_words)


def nearly_same(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    """Positions of sentences that are versions of one another, each in one pair at most, the most alike first.

    Args:
        left: the wording of each sentence of one text.
        right: of the other.
    """
    scored = []
    for i, ours in enumerate(left):
        for j, theirs in enumerate(right):
            shared = len(ours & theirs)
            if shared >= _FEWEST_WORDS and shared >= NEARLY_SAME * len(ours | theirs):
                scored.append((shared / len(ours | theirs), i, j))
    return _one_to_one(scored)


def closest(cosines: Sequence[Sequence[float]], least: float) -> list[tuple[int, int]]:
    """Positions of the sentences closest in meaning, each in one pair at most, the closest first.

    Args:
        cosines: of each sentence of one text with each of the other.
        least: the cosine from which a pair counts.
    """
    return _one_to_one(
        [(float(cosine), i, j) for i, row in enumerate(cosines) for j, cosine in enumerate(row) if cosine >= least]
    )


def _one_to_one(scored: Sequence[tuple[float, int, int]]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    left: set[int] = set()
    right: set[int] = set()
    for _, i, j in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        if i not in left and j not in right:
            pairs.append((i, j))
            left.add(i)
            right.add(j)
    return pairs


def _plain_number(text: str) -> str:
    return re.sub(r"percent|per cent", "%", re.sub(r"[\s,]", "", text).casefold().rstrip("."))
