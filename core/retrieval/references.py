"""How much of a text is a list of references: it has the words of many questions, and answers few."""

from __future__ import annotations

import re
from functools import lru_cache

_REMEMBERED_TEXTS = 4096
# What entries of bibliographies have in common. Counting strings is much quicker than one pattern of all of them.
_MARKS = (
    "et al.", "et al,", "ISBN", "ISSN", "doi:", "DOI:", "arXiv", "http://", "https://", "Proceedings of",
    "University Press", "Retrieved", "Archived",
)  # fmt: skip
_YEARS_AND_PAGES = re.compile(r"\((?:19|20)\d\d[a-z]?\)[.,:]|(?<=[ (,])pp?\. ?\d|^ *(?:\[\d+\]|\^) ", re.MULTILINE)
_CHARACTERS_OF_AN_ENTRY = 100


@lru_cache(_REMEMBERED_TEXTS)
def own_words(text: str) -> float:
    """From 1 for a text without any mark of a reference to 0 for one that has a mark in every line of usual length."""
    entries = len(text) / _CHARACTERS_OF_AN_ENTRY + 1  # one more: a short note may cite once
    marks = sum(map(text.count, _MARKS)) + len(_YEARS_AND_PAGES.findall(text))
    return 1.0 - min(1.0, marks / entries)
