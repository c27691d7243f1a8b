"""Which words of a passage speak most to a question: what an evidence card shows before any model has said a word.

By words alone, for the passages are on screen in a moment: a sentence is weighed by the question's words that it has,
the rarer among the passages the heavier, and by whether it has what is asked for. No sentence is embedded here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from core.answering.question_kind import kind_of
from core.answering.windows import statements_of
from core.answering.words import Words, content_words
from core.types import Passage

_ASKED_FOR = 0.25
_SHORT = 24  # characters: a heading, a page number
_SHORT_COUNTS = 0.5
_NO_STATEMENT = re.compile(r"[?:]\W*$")
_NO_STATEMENT_COUNTS = 0.7


def with_answering(question: str, passages: Sequence[Passage], words: Words) -> tuple[Passage, ...]:
    """The passages, each with the span that speaks most to the question; the first sentence where none has its words.

    Args:
        question: as it was searched.
        passages: as they were found.
        words: splits a text into comparable words.
    """
    asked = content_words(question, words)
    kind = kind_of(question, words)
    statements = [statements_of(passage.text) for passage in passages]
    said = [[asked & content_words(s.text, words) for s in found] for found in statements]
    counts = Counter(word for found in said for own in found for word in own)
    total = sum(map(len, said))
    weights = {word: math.log(1 + total / count) for word, count in counts.items()}
    chosen = []
    for passage, found, shared in zip(passages, statements, said, strict=True):
        best, place = -1.0, None
        for statement, own in zip(found, shared, strict=True):
            score = sum(weights[word] for word in own)
            if own and kind.is_answered_in(statement.text):
                score *= 1 + _ASKED_FOR
            if len(statement.text) < _SHORT:
                score *= _SHORT_COUNTS
            if _NO_STATEMENT.search(statement.text):
                score *= _NO_STATEMENT_COUNTS
            if score > best:
                best, place = score, (statement.start, statement.end)
        chosen.append(replace(passage, answering=place))
    return tuple(chosen)
