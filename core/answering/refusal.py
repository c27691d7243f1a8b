"""Saying plainly that the documents do not contain the answer."""

from __future__ import annotations

import re

from core.answering.words import Words, content_words
from core.retrieval.retriever import Retrieval

REFUSAL = "Your documents do not seem to answer this. The nearest passages are below."

# A passage that is far from the question and has few of its words never answered a development question, but for one
# in 236. See docs/decisions/005-refusal.md.
NEAR_COSINE = 0.5
NEAR_WORDS = 0.5
_SAYS_SO = re.compile(
    r"^\W*(?:the |these |your )?(?:provided |given |numbered )?(?:documents?|passages?|text|context)\b.{0,30}"
    r"\b(?:do|does) not (?:say|contain|mention|provide|state|specify)|^\W*(?:not found|no information)\b",
    re.IGNORECASE,
)


def documents_are_silent(question: str, retrieval: Retrieval, words: Words) -> bool:
    """True if nothing that was found comes near the question, so that a model could only invent.

    Near is a passage by its meaning (the best cosine) or by the question's words that it has.
    """
    if not retrieval.passages:
        return True
    if retrieval.best_cosine is None or retrieval.best_cosine >= NEAR_COSINE:
        return False
    asked = content_words(question, words)
    shared = max(len(asked & content_words(passage.text, words)) for passage in retrieval.passages)
    return shared < NEAR_WORDS * max(1, len(asked))


def says_nothing_found(text: str) -> bool:
    """True if a model's whole answer is that the passages do not say."""
    return len(text) < 240 and bool(_SAYS_SO.search(text.strip()))
