"""What two documents say of each matter: versions of one sentence, sentences near in meaning, and what stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np

from core.answering.centrality import nearest_centre
from core.answering.differences import Details, closest, nearly_same
from core.answering.sections import Section, read_sections
from core.answering.statements import CitedPassages, Statement, statements_of
from core.answering.words import content_words
from core.embedding.embedder import Embedder, Vectors
from core.index.library import Library
from core.types import AnswerSentence, Passage

_SAME_TOPIC = 0.6  # cosine of chunks from which they speak of one matter
_COUNTERPARTS = 2  # chunks of the other document for each of this one's
_ALIKE = 0.65  # cosine of sentences from which they are worth a look side by side
_ELSEWHERE = 0.6  # cosine of a sentence with a chunk from which it may well be in it
_ELSEWHERE_WORDS = 0.6  # share of its words that a chunk has, likewise
_EMBEDDED = 24  # sentences of a topic and document that are compared by meaning
_MOST_ALIKE, _MOST_ALONE = 2, 2


class PairKind(StrEnum):
    """How two statements stand to each other."""

    CHANGED = "changed"
    ALIKE = "alike"
    ONLY_LEFT = "only in the first"
    ONLY_RIGHT = "only in the second"


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement of one document beside that of the other.

    Attributes:
        left, right: each cites itself; None on the side that has nothing like it.
        left_details, right_details: numbers, names or a "not" that the other side has not.
    """

    kind: PairKind
    left: AnswerSentence | None
    right: AnswerSentence | None
    left_details: tuple[str, ...] = ()
    right_details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What both say of one matter.

    Attributes:
        title: a section's, or the question; may be empty.
        same: how many sentences stand in both, word by word.
        in_words: what a model says of it, each sentence checked.
    """

    title: str
    pairs: tuple[Pair, ...]
    same: int = 0
    in_words: tuple[AnswerSentence, ...] = ()


class Side:
    """A document as it is compared: its sections, and its chunks with their vectors and words."""

    def __init__(self, library: Library, document: str) -> None:
        self._library = library
        self.sections = read_sections(library, document)
        passages = [passage for section in self.sections for passage in section.passages]
        known = library.chunk_vectors([passage.chunk for passage in passages])
        self.passages = [passage for passage in passages if passage.chunk in known]
        self.vectors: Vectors = np.stack([known[p.chunk] for p in self.passages]) if self.passages else _NONE

    @cached_property
    def words(self) -> list[frozenset[str]]:
        """The content words of each chunk."""
        return [content_words(passage.text, self._library.words) for passage in self.passages]

    def positions(self, passages: Iterable[Passage]) -> list[int]:
        """Which of the chunks these are."""
        there = {passage.chunk: i for i, passage in enumerate(self.passages)}
        return [there[passage.chunk] for passage in passages if passage.chunk in there]


_NONE = np.empty((0, 1), np.float32)


class Topics:
    """The topics of two documents: the sections of the first beside what the second says of each, then what is left.

    Args:
        library: of both.
        embedder: the library's.
        left, right: ids of the documents.
        details: what must be right in sentences that say the same.
        cited: numbers what is quoted.
    """

    def __init__(
        self, library: Library, embedder: Embedder, left: str, right: str, details: Details, cited: CitedPassages
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._details = details
        self._cited = cited
        self._left, self._right = Side(library, left), Side(library, right)
        both = len(self._left.passages) and len(self._right.passages)
        self._cosines = self._left.vectors @ self._right.vectors.T if both else np.zeros((len(self._left.passages), 0))
        self._used: set[int] = set()  # chunks of the second that were compared with some of the first
        self._found: set[str] = set()  # statements of the second that have a counterpart, or were told of

    @property
    def sizes(self) -> list[int]:
        """Characters of each topic."""
        return [section.size for section in (*self._left.sections, *self._right.sections)]

    def topic(self, number: int) -> Topic:
        """The topic of a number from 0; to be asked for in their order."""
        if number < len(self._left.sections):
            return self._beside(self._left.sections[number])
        return self._alone(self._right.sections[number - len(self._left.sections)])

    def _beside(self, section: Section) -> Topic:
        """A section of the first document beside what the second says of its matter."""
        near = self._counterparts(self._left.positions(section.passages))
        self._used.update(near)
        ours = statements_of(section.passages)
        theirs = [s for s in statements_of([self._right.passages[i] for i in near]) if s.text not in self._found]
        versions = nearly_same(*([self._details.wording(s.text) for s in side] for side in (ours, theirs)))
        pairs, same = [], 0
        for i, j in sorted(versions):
            self._found.add(theirs[j].text)
            differing = self._details.differing(ours[i].text, theirs[j].text)
            same += ours[i].text == theirs[j].text
            if any(differing):
                pairs.append(self._pair(PairKind.CHANGED, ours[i], theirs[j], differing))
        paired_ours, paired_theirs = {i for i, _ in versions}, {j for _, j in versions}
        pairs += self._by_meaning(
            [s for i, s in enumerate(ours) if i not in paired_ours],
            [s for j, s in enumerate(theirs) if j not in paired_theirs],
        )
        return Topic(section.title, tuple(pairs), same)

    def _alone(self, section: Section) -> Topic:
        """A section of the second document: what of it the first says nothing like, first in chunks far from it."""
        positions = sorted(self._right.positions(section.passages), key=lambda i: (i in self._used, i))
        statements = statements_of([self._right.passages[i] for i in positions])
        left = [statement for statement in statements if statement.text not in self._found]
        alone = self._standing_alone(self._embedded(left), self._left)
        return Topic(section.title, tuple(self._pair(PairKind.ONLY_RIGHT, None, s) for s in alone))

    def _counterparts(self, positions: Sequence[int]) -> list[int]:
        """The chunks of the second document that speak of what these of the first speak of, in reading order."""
        near: set[int] = set()
        for i in positions:
            row = self._cosines[i]
            near.update(int(j) for j in np.argsort(-row)[:_COUNTERPARTS] if row[j] >= _SAME_TOPIC)
        return sorted(near)

    def _by_meaning(self, ours: Sequence[Statement], theirs: Sequence[Statement]) -> list[Pair]:
        """Among sentences that are no versions of each other: the closest ones, and those that stand alone."""
        left, right = self._embedded(ours), self._embedded(theirs)
        pairs: list[Pair] = []
        if left.statements and right.statements:
            alike = closest((left.vectors @ right.vectors.T).tolist(), _ALIKE)[:_MOST_ALIKE]
            for i, j in sorted(alike):
                self._found.add(right.statements[j].text)
                differing = self._details.differing(left.statements[i].text, right.statements[j].text)
                pairs.append(self._pair(PairKind.ALIKE, left.statements[i], right.statements[j], differing))
            left = left.without({i for i, _ in alike})
        return pairs + [self._pair(PairKind.ONLY_LEFT, s, None) for s in self._standing_alone(left, self._right)]

    def _embedded(self, statements: Sequence[Statement]) -> _Embedded:
        """Some statements with their vectors: not more than can be compared while somebody waits."""
        chosen = [s for s in statements if not s.leans_back and not s.points_elsewhere][:_EMBEDDED]
        vectors = self._embedder.embed_passages([s.text for s in chosen]) if chosen else _NONE
        return _Embedded(chosen, vectors)

    def _standing_alone(self, some: _Embedded, other: Side) -> list[Statement]:
        """The most central of the statements that the other document says nothing like, in their order."""
        if not some.statements:
            return []
        if other.passages:
            nearest = (some.vectors @ other.vectors.T).max(axis=1)
            wordings = [content_words(s.text, self._library.words) for s in some.statements]
            shares = [max(len(words & theirs) for theirs in other.words) / (len(words) or 1) for words in wordings]
        else:
            nearest, shares = np.zeros(len(some.statements)), [0.0] * len(some.statements)
        ranked = np.argsort(-nearest_centre(some.vectors))
        alone = [int(i) for i in ranked if nearest[i] < _ELSEWHERE and shares[i] < _ELSEWHERE_WORDS]
        return [some.statements[i] for i in sorted(alone[:_MOST_ALONE])]

    def _pair(
        self,
        kind: PairKind,
        left: Statement | None,
        right: Statement | None,
        differing: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    ) -> Pair:
        quotes = [None if one is None else self._cited.quote(one) for one in (left, right)]
        return Pair(kind, quotes[0], quotes[1], *differing)


@dataclass(frozen=True, slots=True)
class _Embedded:
    """Statements and their vectors, shape (statements, dimension)."""

    statements: list[Statement]
    vectors: Vectors

    def without(self, positions: set[int]) -> _Embedded:
        """Those at all other positions."""
        left = [i for i in range(len(self.statements)) if i not in positions]
        return _Embedded([self.statements[i] for i in left], self.vectors[left])
