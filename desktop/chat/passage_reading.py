"""What a card asks of the library about its passage: which words a question has in it, and how long the document is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from core.answering.marking import Span, best_sentence, marked_words, question_stems
from core.answering.words import Words
from core.index.analysis import comparable_words
from core.types import Passage
from desktop.chat.excerpt import Excerpt, excerpt_of


class PassageReading:
    """Reads passages for their cards, as the library does; before that is open, as any library would.

    Attributes:
        words: splits a text as the keyword index does.
        page_count: gives the pages of a document by its id, 0 where that is not known.
    """

    def __init__(self) -> None:
        self.words: Words = comparable_words
        self.page_count: Callable[[str], int] = lambda _document: 0
        self._stems = lru_cache(32)(self._read_question)

    def excerpt(self, passage: Passage, question: str, quote: str) -> Excerpt:
        """What to show of a passage that was found for a question; a quotation comes first."""
        stems = self._stems(question, self.words)
        find_words: Callable[[str], Sequence[Span]] = partial(marked_words, stems=stems, words=self.words)
        return excerpt_of(
            passage.text,
            quote,
            answering=passage.answering,
            find_words=find_words,
            find_sentence=partial(best_sentence, stems=stems, words=self.words),
        )

    def _read_question(self, question: str, words: Words) -> frozenset[str]:
        return question_stems(question, words)
