"""The words of "What was searched": pure functions from an answer's figures to short, plain lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from core.types import Answer
from desktop.wording import SEPARATOR, format_count

translate = QCoreApplication.translate


def part_name(part: str) -> str:
    """What a part of a score is to a person; one of a later version has its own name."""
    names = {
        "meaning": translate("searched", "meaning"),
        "words": translate("searched", "the words"),
        "meaning_rank": translate("searched", "place by meaning"),
        "words_rank": translate("searched", "place by words"),
        "own_words": translate("searched", "text of its own"),
        "tokens": translate("searched", "word by word"),
        "page_words": translate("searched", "whole page"),
        "page_phrases": translate("searched", "phrases on the page"),
        "page_second": translate("searched", "more on the page"),
        "neighbour": translate("searched", "pages around it"),
        "opening": translate("searched", "near the beginning"),
        "named": translate("searched", "named document"),
        "newest": translate("searched", "newest document"),
        "order": translate("searched", "place in the order"),
        "follow_up": translate("searched", "found by your words alone"),
    }
    return names.get(part, part.replace("_", " "))


def figure(value: float) -> str:
    """A part or a score, with a true minus."""
    return f"{value:.2f}".replace("-", "−")


def parts_line(parts: Sequence[tuple[str, float]]) -> str:
    """`meaning 0.62 · the words 0.51`; what rounds to nothing is left out."""
    return SEPARATOR.join(f"{part_name(name)} {figure(value)}" for name, value in parts if abs(value) >= 0.005)


def context_line(answer: Answer) -> str:
    """How many passages were found, and how many of them the model could read."""
    use = answer.context
    found = len(answer.passages)
    if not found:
        return translate("searched", "No passage was found")
    count = translate("searched", "1 passage") if found == 1 else translate("searched", "{n} passages")
    count = count.format(n=format_count(found))
    if answer.refused:
        return translate("searched", "{passages} found, none near enough to answer from").format(passages=count)
    if answer.error or answer.stopped or not use.passages_fit:
        return translate("searched", "{passages} found").format(passages=count)
    if use.limit:
        fit = translate("searched", "{fit} of {passages} fit {limit} tokens")
        return fit.format(fit=format_count(use.passages_fit), passages=count, limit=format_count(use.limit))
    return translate("searched", "{passages} found, all of them read").format(passages=count)
