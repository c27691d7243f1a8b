"""Whether two texts say the contrary of each other: a "not" that one of them lacks, or words that are opposites.

What a "not" is about are the words behind it in its clause. A clause of the claim is held against that clause of the
source which has most of its words: "The plan does not cover glasses. Tests are covered." agrees with "Tests are
covered", though it has a "not".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from core.paths import resources_folder

_NEGATION = re.compile(
    r"\b(?:not(?!\s+only\b)|no(?![.:]?\s*\d)|never|without|cannot|neither|nor|none|nobody|nothing|nowhere|hardly"
    r"|fail(?:s|ed)?\s+to|lacks?|lacked|nicht|kein\w*|nie|ohne|ne\s+\w+\s+pas|jamais|sans|nunca|jamás|sin)\b|n['’]t\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(
    r"(?<!\bno)[.;:!?,–—\n]\s+|\b(?:but|although|though|however|while|whereas|because|unless|except|aber|sondern|mais|pero)\b",
    re.I,
)
# Up to the end of its clause or the next preposition: which word of a longer stretch is absent cannot be told.
_ABSENCE = re.compile(
    r"\b(?:no|without(?:\s+any)?)(?:\s+[^\W\d_]+){1,2}?(?=\s*[.,;:!?)]|\s+(?:and|or|for|of|in|on|at|to|with|when|if|as|is|are)\b|$)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SHORTEST_STEM = 4
_HEAD_WORDS = 3
_SAME = 0.8
_NO_PREFIX = frozenset({"unless", "until", "under", "unlike", "union", "unit", "united", "unites", "uncle", "universe"})

Stems = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence between commas and conjunctions.

    Attributes:
        words: its content words.
        denied: those among them that stand behind its "not".
        head: the first of these, mostly the verb.
        denials: how often it says "not".
    """

    words: frozenset[str]
    denied: frozenset[str]
    head: frozenset[str]
    denials: int

    @property
    def negated(self) -> bool:
        """Whether it denies something."""
        return self.denials > 0


def clauses_of(text: str, content_words: Stems) -> tuple[Clause, ...]:
    """The clauses of a text that have content words or a "not"."""
    found = []
    start = 0
    for match in [*_CLAUSE_ENDS.finditer(text), None]:
        end = match.start() if match else len(text)
        said = text[start:end]
        denials = list(_NEGATION.finditer(said))
        words = content_words(said)
        if words:
            behind = said[denials[0].end() :] if denials else ""
            head = " ".join(behind.split()[:_HEAD_WORDS])
            found.append(Clause(words, content_words(behind), content_words(head), len(denials)))
        start = match.end() if match else end
    return tuple(found)


def contradiction(claim: Sequence[Clause], source: Sequence[Clause]) -> str:
    """Why two texts contradict each other by a "not", in a sentence for people; empty where they do not."""
    everything = frozenset[str]().union(*(clause.words for clause in claim))
    nearest = [_nearest(clause, everything, source) for clause in claim]
    # "It covers no glasses, such as those for reading": the second clause goes on with what the first denies.
    denied_too = [other for clause, other in zip(claim, nearest, strict=True) if clause.negated and other is not None]
    for clause, other in zip(claim, nearest, strict=True):
        if other is None or not clause.words & other.words:
            continue
        if clause.negated and not other.negated and not _is_denied(clause, source):
            return "The sentence says “not”, the passage does not."
        if other.negated and not clause.negated and other not in denied_too and _speaks_of(other, everything):
            return "The passage says “not”."
        same = len(clause.words & other.words) >= _SAME * len(clause.words)
        if clause.negated and other.negated and same and clause.denials % 2 != other.denials % 2:
            return "The sentence and the passage do not say “not” of the same."
    return ""


def said_to_be_absent(claim: Sequence[Clause], source: str, content_words: Stems) -> str:
    """What the claim speaks of and the source names only to say that there is none, as it says so; empty for nothing.

    "Tests are covered with no deductible" tells of no deductible whose amount a sentence could give.
    """
    said = frozenset[str]().union(*(clause.words for clause in claim if not clause.negated))
    elsewhere = content_words(_ABSENCE.sub(" ", source))
    for match in _ABSENCE.finditer(source):
        thing = content_words(match.group().split()[-1])
        if thing and thing <= said and not thing & elsewhere:
            return " ".join(match.group().split())
    return ""


def _nearest(clause: Clause, everything: frozenset[str], source: Sequence[Clause]) -> Clause | None:
    """The clause of the source that has most of a clause's words and fewest others."""

    def nearness(other: Clause) -> tuple[int, float]:
        shared = len(clause.words & other.words)
        return shared, len(everything & other.words) / max(1, len(everything | other.words)) + (
            2 * shared / max(1, len(clause.words | other.words))
        )

    return max(source, key=nearness, default=None)


def _is_denied(clause: Clause, source: Sequence[Clause]) -> bool:
    """Whether the source denies these words in another clause, one as near as any."""
    most = max(len(clause.words & other.words) for other in source)
    return any(other.negated and len(clause.words & other.words) >= most for other in source)


def _speaks_of(denying: Clause, everything: frozenset[str]) -> bool:
    """Whether what a clause of the source denies is what the claim says: its verb, and half of the rest."""
    if denying.head and not denying.head & everything:
        return False
    return 2 * len(denying.denied & everything) >= len(denying.denied)


# ── opposites ────────────────────────────────────────────────────────────────────────────────────────────────────


def opposites(claim: str, source: str) -> tuple[str, str] | None:
    """A word of the claim and the word of the source that says the contrary; what both texts have is left aside."""
    said, there = _words(claim), _words(source)
    mine, theirs = said - there, there - said
    for sides in _opposites():
        for side in sides:
            others = frozenset[str]().union(*(other for other in sides if other is not side))
            if mine & side and theirs & others and not theirs & side and not mine & others:
                return min(mine & side), min(theirs & others)
    for word in sorted(mine):
        for contrary in (f"un{word}", word.removeprefix("un"), f"non-{word}", word.removeprefix("non-")):
            if contrary in theirs and _is_pair(max(word, contrary, key=len)):
                return word, contrary
    return None


def _is_pair(word: str) -> bool:
    """Whether "un-" in front of a word makes its contrary: not in "unless"."""
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
