"""Whether a window of a passage can support a claim at all: by its facts, which are there or not.

A number, a date or a name that the window lacks, a "not" that only one of the two has, a word and its opposite, or a
number that counts something else: each is a fault, told in a sentence for people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.answering.binding import has_rival, misplaced, wrong_column
from core.answering.claims import Claim, alone
from core.answering.dates import Date
from core.answering.names import Name
from core.answering.polarity import contradiction, opposites, said_to_be_absent
from core.answering.quantities import Quantity
from core.answering.windows import Window
from core.answering.words import Words, content_words
from core.types import Passage

_LEANS_BACK = re.compile(r"(?:she|he|it|they|this|these|those|its|his|her|their|such|the)\b", re.IGNORECASE)
_LOWER_WORD = re.compile(r"(?<![\w'’])[^\W\d_][\w-]*")
_LOOKED_BACK = 300  # characters
_MISSING_WORDS = 4
_MOSTLY = 0.7  # of a claim's words in one sentence: it is this one that the claim is about


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a window cannot support a claim.

    Attributes:
        reason: a sentence for people.
        contradicts: the window says something else of the same; otherwise it only lacks what another may have.
    """

    reason: str
    contradicts: bool


class Facts:
    """Compares the facts of claims with those of windows.

    Args:
        passages: of the question.
        windows: all of them.
        words: splits a text into comparable words.
    """

    def __init__(self, passages: Sequence[Passage], windows: Sequence[Window], words: Words) -> None:
        self._windows = windows
        self._words = words
        texts = [f"{passage.title}\n{passage.heading}\n{passage.text}" for passage in passages]
        self._in_passage = [frozenset(words(passage.text)) for passage in passages]
        self._everything = frozenset(word for text in texts for word in words(text))
        found = (word for text in texts for word in _LOWER_WORD.findall(text))
        self._lower = frozenset(word for word in found if word.islower())

    def is_common(self, word: str) -> bool:
        """Whether the passages have a word in lower case."""
        return word in self._lower

    def fault(self, claim: Claim, window: Window) -> Fault | None:
        """Why a window cannot support a claim, whatever its words; None if it can."""
        if reason := self._contrary(claim, window):
            return Fault(reason, contradicts=True)
        for missing in window.quantities.lacks(claim.quantities):
            return Fault(self._missing(missing), contradicts=has_rival(missing, window.quantities))
        for name in claim.names:
            if not self._has_name(window, name):
                return Fault(self._nameless(name), contradicts=False)
        reason = self._stray(claim, window) or self._swapped(claim, window)
        return Fault(reason, contradicts=True) if reason else None

    def speaks_of(self, claim: Claim, row: Window) -> bool:
        """Whether a table's row has anything of a claim itself: what only its header has is no matter of the row."""
        if claim.content & row.own:
            return True
        rest = frozenset[Decimal]().union(*(number.values for number in row.own_numbers))
        return any(number.values & rest for number in claim.quantities.numbers)

    def absent(self, claim: Claim) -> str:
        """The first fact of a claim that no passage has at all; empty where each is somewhere."""
        for item in claim.facts:
            if not self._is_somewhere(item):
                return self._missing(item)
        return next((self._nameless(name) for name in claim.names if not name.words & self._everything), "")

    def incomplete(self, claim: Claim, window: Window) -> str:
        """Which words of a claim a window lacks, in a sentence."""
        known = window.content | window.context
        missing: list[str] = []
        for match in re.finditer(r"[\w'’-]+", claim.text):
            stems = content_words(match.group(), self._words) & claim.content
            if stems and not stems & known and match.group() not in missing:
                missing.append(match.group())
        if not missing or len(missing) > _MISSING_WORDS:
            return "The passages say only part of this."
        return f"The passage does not say {', '.join(f'“{word}”' for word in missing)}."

    # ── each kind ────────────────────────────────────────────────────────────────────────────────────────────────

    def _missing(self, missing: Quantity | Date) -> str:
        if self._is_somewhere(missing):
            return f"The passages say {missing.said} of something else."
        return f"The {'date' if isinstance(missing, Date) else 'number'} {missing.said} is not in the passages."

    def _is_somewhere(self, item: Quantity | Date) -> bool:
        return any(not window.quantities.lacks(alone(item)) for window in self._windows)

    def _nameless(self, name: Name) -> str:
        if name.words <= self._everything:
            return f"The passage does not say this of “{name.said}”."
        return f"“{name.said}” is not in the passages."

    def _has_name(self, window: Window, name: Name) -> bool:
        """Whether a window names somebody: in full, or in part, as "she" or not at all where its passage does."""
        if name.words <= window.all_words:
            return True
        if name.opens:  # its capital may be the sentence's: only what no passage has is missing
            return bool(name.words & self._everything)
        if name.words <= self._in_passage[window.passage] and (name.words & window.all_words or not window.names):
            return True
        if not _LEANS_BACK.match(window.text):
            return False
        return name.words <= frozenset(self._words(window.before[-_LOOKED_BACK:]))

    def _contrary(self, claim: Claim, window: Window) -> str:
        """A "not" too many or too few, or a word and its opposite."""
        if reason := contradiction(claim.clauses, window.clauses):
            return reason
        source = max(window.sentences, key=lambda said: len(claim.content & content_words(said, self._words)))
        if len(claim.content & content_words(source, self._words)) < _MOSTLY * len(claim.content):
            source = window.text
        if absence := said_to_be_absent(claim.clauses, source, lambda text: content_words(text, self._words)):
            return f"The passage says “{absence}”."
        if pair := opposites(claim.text, f"{window.header} {source}"):
            return f"The sentence says “{pair[0]}”, the passage “{pair[1]}”."
        return ""

    def _stray(self, claim: Claim, window: Window) -> str:
        """A number that counts something else: of another column, beside other words, or of a neighbour's matter."""

        def stems(text: str) -> frozenset[str]:
            return content_words(text, self._words)

        stray: Quantity | Date | None
        if window.header:
            stray = wrong_column(claim.text, window.text, window.header, stems, window.language)
        else:
            stray = misplaced(claim.text, claim.quantities, window.text, window.quantities, stems)
        if stray is not None:
            return f"The passages say {stray.said} of something else."
        item = self._of_neighbour(claim, window)
        return f"The passages say {item.said} of something else." if item is not None else ""

    def _of_neighbour(self, claim: Claim, window: Window) -> Quantity | Date | None:
        """A number or date that only one of a window's two sentences has, one that has nothing else of the claim."""
        if len(window.sentences) < 2 or not claim.facts:
            return None
        said = [claim.content & content_words(sentence, self._words) for sentence in window.sentences]
        for item in claim.facts:
            having = [i for i, facts in enumerate(window.facts_of_sentences) if not facts.lacks(alone(item))]
            if len(having) == 1 and said[having[0]] <= said[1 - having[0]] | window.context:
                return item
        return None

    def _swapped(self, claim: Claim, window: Window) -> str:
        """A name that stands beside the sentence meant, or in a heading only, where the sentence has another name.

        A neighbouring sentence may lend its name where it has more of the claim than that.
        """
        shared = [claim.content & content_words(sentence, self._words) for sentence in window.sentences]
        main = max(range(len(shared)), key=lambda i: len(shared[i]))
        there = frozenset(self._words(window.sentences[main]))
        said = frozenset(self._words(claim.text))
        foreign = next((name for name in window.names if name.words <= there and not name.words & said), None)
        if foreign is None:
            return ""
        for name in claim.names:
            if name.opens or name.words & there:
                continue
            lends = any(own - shared[main] - name.words for i, own in enumerate(shared) if i != main)
            if not lends:
                return f"The passage says “{foreign.said}”, not “{name.said}”."
        return ""
