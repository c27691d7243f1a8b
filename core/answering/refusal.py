"""Saying plainly that the documents do not contain the answer."""

from __future__ import annotations

import re

from core.retrieval.retriever import Retrieval

REFUSAL = "Your documents do not seem to answer this. The nearest passages are below."

# No passage as close as this ever answered a development question; see docs/decisions/005-refusal.md.
MINIMUM_COSINE = 0.28
_SAYS_SO = re.compile(
    r"^\W*(?:the )?(?:documents?|passages?|text|context)\b.{0,30}\b(?:do|does) not (?:say|contain|mention|provide|state|specify)"
    r"|^\W*(?:not found|no information)\b",
    re.IGNORECASE,
)


def documents_are_silent(retrieval: Retrieval) -> bool:
    """True if nothing that was found comes near the question, so that a model could only invent."""
    return not retrieval.passages or (retrieval.best_cosine is not None and retrieval.best_cosine < MINIMUM_COSINE)


def says_nothing_found(text: str) -> bool:
    """True if a model's whole answer is that the passages do not say."""
    return len(text) < 240 and bool(_SAYS_SO.search(text.strip()))
