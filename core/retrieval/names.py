"""Which documents a question names: by words of their titles, file names and first pages, and by "the latest"."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.index.candidates import Face
from core.index.library import Library

_OPENING_CHARACTERS = 1200
_OPENING_WORDS = 150
_NEARLY = 0.7  # of the best match: documents that a question names about as well
_NEWEST = re.compile(
    r"\b(latest|newest|most recent|neuest\w*|letzt\w* verfügbar\w*|jüngst\w*|le plus récent|la plus récente|"
    r"más recientes?|più recent[ei]|mais recentes?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_QUARTER = re.compile(r"(?<![^\W_])(?:Q([1-4])|([1-4])Q)(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Naming:
    """What a question's words say of documents, by row number; documents that are left out have 0.

    Attributes:
        match: the share, 0 to 1, of the best document's rarity-weighted matching words.
        newest: documents that are the newest of those named, where the question asks for the newest.
        words: the words that each document matched, with their rarity.
    """

    match: dict[int, float] = field(default_factory=dict)
    newest: frozenset[int] = frozenset()
    words: dict[int, dict[str, float]] = field(default_factory=dict)

    def compared(self, most: int) -> list[int]:
        """Documents asked about side by side: each named about as well as the best, by a word no other of them has.

        Empty unless there are two of them at least and `most` at most.
        """
        near = [document for document, match in self.match.items() if match >= _NEARLY]
        if not 2 <= len(near) <= most:
            return []
        for document in near:
            others = set().union(*(self.words[other] for other in near if other != document))
            if not self.words[document].keys() - others:
                return []
        return near


@dataclass(frozen=True, slots=True)
class _Card:
    words: frozenset[str]
    date: tuple[int, int]


class DocumentNames:
    """The names of a library's documents, kept in memory and brought up to date before each use."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._mark = (-1, -1)
        self._cards: dict[int, _Card] = {}
        self._documents_with: dict[str, set[int]] = {}

    def named_in(self, question: str, words: Sequence[str], scope: Sequence[int] | None) -> Naming:
        """Which documents the question names.

        Args:
            question: as it was asked.
            words: its words as the keyword index has them.
            scope: row numbers of the documents in scope; None for all.
        """
        with self._lock:
            self._catch_up()
            inside = self._cards.keys() if scope is None else self._cards.keys() & set(scope)
            found: dict[int, dict[str, float]] = {}
            for word in dict.fromkeys(words):
                holders = self._documents_with.get(word, set())
                if scope is not None:
                    holders = holders & inside
                if holders and len(holders) < len(inside):
                    rarity = math.log(len(inside) / len(holders))
                    for document in holders:
                        found.setdefault(document, {})[word] = rarity
            asks_for_newest = _NEWEST.search(question) is not None
            dates = {document: self._cards[document].date for document in inside} if asks_for_newest else {}
        sums = {document: sum(rarities.values()) for document, rarities in found.items()}
        best = max(sums.values(), default=0.0)
        match = {document: total / best for document, total in sums.items()}
        newest: frozenset[int] = frozenset()
        if asks_for_newest:
            near = [d for d in dates if match.get(d, 0.0) >= _NEARLY] if match else list(dates)
            latest = max((dates[document] for document in near), default=(0, 0))
            if latest > (0, 0):
                newest = frozenset(document for document in near if dates[document] == latest)
        return Naming(match, newest, found)

    def prepare(self) -> None:
        """Read the names now, for which the first question would otherwise wait: 0.2 s for a thousand documents."""
        with self._lock:
            self._catch_up()

    def _catch_up(self) -> None:
        mark = self._library.documents_mark()
        if mark == self._mark and len(self._cards) == mark[0]:  # else some have no first page yet
            return
        self._mark = mark
        present = self._library.document_rows()
        for document in self._cards.keys() - present:
            for word in self._cards.pop(document).words:
                self._documents_with[word].discard(document)
        missing = sorted(present - self._cards.keys())
        if missing:
            for face in self._library.faces(missing, _OPENING_CHARACTERS):
                card = _card(face, self._library.words)
                self._cards[face.document] = card
                for word in card.words:
                    self._documents_with.setdefault(word, set()).add(face.document)


def _card(face: Face, analyse: Callable[[str], list[str]]) -> _Card:
    name = re.sub(r"[_\-.]+", " ", face.name)
    return _Card(frozenset(analyse(name)) | frozenset(analyse(face.opening)[:_OPENING_WORDS]), date_in(name))


def date_in(name: str) -> tuple[int, int]:
    """The latest year in a name and its quarter; 0 for what is not told."""
    years = [int(year) for year in _YEAR.findall(name)]
    quarter = _QUARTER.search(name)
    return max(years, default=0), int(quarter[1] or quarter[2]) if quarter else 0
