"""Where the words of a passage stand that sentences cite: pure functions for whoever opens its page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.answering.grounding import passage_spans
from core.types import AnswerSentence, Citation, Passage, Place


def cited_places(sentences: Sequence[AnswerSentence], number: int) -> list[Place]:
    """What these sentences cite of the passage with a number, each place once, in the order of the sentences."""
    return places_of(c for sentence in sentences for c in sentence.citations if c.number == number)


def places_of(citations: Iterable[Citation]) -> list[Place]:
    """What citations cite, each place once, in their order."""
    return list(dict.fromkeys(place for citation in citations for place in _places_of(citation)))


def whole_passage(passage: Passage) -> list[Place]:
    """All that a passage takes of its page."""
    return [Place(passage.page_index, start, end) for start, end in passage_spans(passage)]


def _places_of(citation: Citation) -> tuple[Place, ...]:
    """All that is to be highlighted of a citation; one of an earlier version knows a single span."""
    return citation.places or (Place(citation.page_index, citation.char_start, citation.char_end),)
