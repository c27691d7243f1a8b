"""Passages of a made-up document, on pages as long as they need to be."""

from __future__ import annotations

from core.types import Passage

TEXTS = (
    "The lamp on pier 17 was lit by Agnes Marrow in 1874. She was not the first keeper. The pier is 412 metres long.",
    "In the spring of 1902 the herring stayed away. The harbour landed 112 barrels, where a common year brought 9,000.",
    "A colony of bees keeps 34 degrees in winter. More hives die of hunger in March than of frost in January.",
)
LEAD = "Chapter one\r\n"  # stands before the passage on each page


def page_text(document: str, page_index: int) -> str:
    """The page on which passage `page_index` stands, broken into lines."""
    return LEAD + TEXTS[page_index].replace(". ", ".\r\n") + "\r\n12"


def words(text: str) -> list[str]:
    """Compare words by their first five letters."""
    return [word.strip(".,;:!?“”").casefold()[:5] for word in text.split() if word.strip(".,;:!?“”")]


def passages(texts: tuple[str, ...] = TEXTS, title: str = "Piers", heading: str = "") -> list[Passage]:
    """The passages, in the order of their pages."""
    found = []
    for index, text in enumerate(texts):
        start = len(LEAD)
        end = start + len(text) + text.count(". ")
        found.append(Passage(index + 1, 0.9, "doc", "/p.pdf", title, index, str(index + 1), start, end, heading, text))
    return found
