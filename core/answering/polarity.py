"""Whether two texts say the contrary of each other: a "not" that one of them lacks, or words that are opposites.

What a "not" is about are the words behind it in its clause. A clause of the claim is held against that clause of the
source which has most of its words: "The plan does not cover glasses. Tests are covered." agrees with "Tests are
covered", though it has a "not".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from core.paths import resources_folder

_NEGATION = re.compile(
    r"\b(?:not(?!\s+only\b)|no(?![.:]?\s*\d)|never|without|cannot|neither|nor|none|nobody|nothing|nowhere|hardly"
    r"|fail(?:s|ed)?\s+to|lacks?|lacked|nicht|kein\w*|nie|ohne|ne\s+\w+\s+pas|jamais|sans|nunca|jamás|sin)\b|n['’]t\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(
    r"[.;:!?,–—\n]\s+|\b(?:but|although|though|however|while|whereas|because|unless|except|aber|sondern|mais|pero)\b",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SHORTEST_STEM = 4
_NO_PREFIX = frozenset({"unless", "until", "under", "unlike", "union", "unit", "united", "unites", "uncle", "universe"})

Stems = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence between commas and conjunctions.

    Attributes:
        words: its content words.
        denied: those among them that stand behind its "not".
        negated: whether it has one.
    """

    words: frozenset[str]
    denied: frozenset[str]
    negated: bool


def clauses_of(text: str, content_words: Stems) -> tuple[Clause, ...]:
    """The clauses of a text that have content words or a "not"."""
    found = []
    start = 0
    for match in [*_CLAUSE_ENDS.finditer(text), None]:
        end = match.start() if match else len(text)
        said = text[start:end]
        denial = _NEGATION.search(said)
        words = content_words(said)
        if words or denial:
            denied = content_words(said[denial.end() :]) if denial else frozenset()
            found.append(Clause(words, denied, denial is not None))
        start = match.end() if match else end
    return tuple(found)


def contradiction(claim: Sequence[Clause], source: Sequence[Clause]) -> str:
    """Why two texts contradict each other by a "not", in a sentence for people; empty where they do not."""
    everything = frozenset().union(*(clause.words for clause in claim))
    for clause in claim:
        nearest = _nearest(clause, everything, source)
        if nearest is None or not clause.words & nearest.words:
            continue
        if clause.negated and not nearest.negated and not _is_denied(clause, source):
            return "The sentence says “not”, the passage does not."
        if nearest.negated and not clause.negated and _speaks_of(nearest, clause, everything):
            return "The passage says “not”."
    return ""


def _nearest(clause: Clause, everything: frozenset[str], source: Sequence[Clause]) -> Clause | None:
    """The clause of the source that has most of a clause's words."""
    if not source:
        return None
    return max(source, key=lambda other: (len(clause.words & other.words), len(everything & other.words)))


def _is_denied(clause: Clause, source: Sequence[Clause]) -> bool:
    """Whether the source denies these words in another clause, one as near as any."""
    most = max(len(clause.words & other.words) for other in source)
    return any(other.negated and len(clause.words & other.words) >= most for other in source)


def _speaks_of(denying: Clause, clause: Clause, everything: frozenset[str]) -> bool:
    """Whether what a clause of the source denies is what the claim says."""
    if not denying.denied:
        return bool(denying.words & clause.words)
    return 2 * len(denying.denied & everything) >= len(denying.denied)


# ── opposites ────────────────────────────────────────────────────────────────────────────────────────────────────


def opposites(claim: str, source: str) -> tuple[str, str] | None:
    """A word of the claim and the word of the source that says the contrary, where neither text has both sides."""
    said, there = _words(claim), _words(source)
    for mine, theirs in _contrary_words(said, there):
        return mine, theirs
    for word in sorted(said - there):
        if word.startswith("un") and word[2:] in there - said and _is_pair(word):
            return word, word[2:]
        if f"un{word}" in there - said and _is_pair(f"un{word}"):
            return word, f"un{word}"
        if word.startswith("non-") and word[4:] in there - said:
            return word, word[4:]
        if f"non-{word}" in there - said:
            return word, f"non-{word}"
    return None


def _contrary_words(said: frozenset[str], there: frozenset[str]) -> Iterator[tuple[str, str]]:
    for sides in _opposites():
        for side in sides:
            others = frozenset().union(*(other for other in sides if other is not side))
            mine, theirs = said & side, there & others
            if mine and theirs and not there & side and not said & others:
                yield min(mine), min(theirs)


def _is_pair(word: str) -> bool:
    return len(word) - 2 >= _SHORTEST_STEM and word not in _NO_PREFIX


def _words(text: str) -> frozenset[str]:
    found: set[str] = set()
    for match in _WORD.finditer(text.lower()):
        found.add(match.group())
    return frozenset(found)


@cache
def _opposites() -> tuple[tuple[frozenset[str], ...], ...]:
    lines = (resources_folder() / "answering" / "opposites.txt").read_text("utf-8").splitlines()
    return tuple(
        tuple(frozenset(side.split()) for side in line.split("/"))
        for line in lines
        if line and not line.startswith("#")
    )
