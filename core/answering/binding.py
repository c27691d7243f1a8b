"""Whether a number belongs to what a sentence says of it: it may stand in the passage and count something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.answering.quantities import Quantity, quantities_of

_BORDER = re.compile(r"[;:.!?—]\s|\b(?:and|while|whereas|but|where|compared)\b")
_REACH = 60  # characters before and behind a number that tell what it counts
_CELL = " | "
_CLEARLY = 2
_YEAR = re.compile(r"1\d{3}|20\d{2}")

Stems = Callable[[str], frozenset[str]]


def misplaced(
    claim: str, numbers: tuple[Quantity, ...], source: str, there: tuple[Quantity, ...], content_words: Stems
) -> Quantity | None:
    """A number of the claim that the source has beside other words, while another number stands beside the claim's.

    Args:
        claim: the sentence that is checked.
        numbers: its numbers.
        source: the sentences that it is held against.
        there: their numbers.
        content_words: of a text, in the form in which they can be compared.
    """
    if len(there) < 2:
        return None
    for number in numbers:
        mine = [other for other in there if other.values & number.values]
        others = [other for other in there if not other.values & number.values and _is_alike(other, number)]
        if not mine or not others or number.loose:
            continue
        beside = _beside(claim, number, numbers, content_words)
        best = max(len(beside & _beside(source, other, there, content_words)) for other in mine)
        rival = max(len(beside & _beside(source, other, there, content_words)) for other in others)
        if rival >= best + _CLEARLY or (best == 0 and rival > 0 and _follows(claim, number, source, others, mine)):
            return number
    return None


def wrong_column(claim: str, row: str, header: str, content_words: Stems, language: str | None) -> Quantity | None:
    """A number of the claim that the row has in another column than the one whose head the claim names.

    Known only where the row has as many cells as the head, or one more: its name.
    """
    heads = header.rsplit("\n", 1)[-1].split(_CELL)
    cells = row.split(_CELL)
    if len(cells) == len(heads) + 1:
        heads = ["", *heads]
    if len(cells) != len(heads) or len(cells) < 3:
        return None
    said = content_words(claim)
    names = [content_words(head) for head in heads]
    filled = [name for name in names[1:] if name]
    common = frozenset.intersection(*filled) if filled else frozenset()
    named = {i for i in range(1, len(heads)) if names[i] - common and names[i] - common <= said}
    if not named:
        return None
    numbers = quantities_of(claim, language).numbers
    of_heads = quantities_of(header, language).numbers
    for number in numbers:
        if any(number.values & other.values for other in of_heads):
            continue
        columns = {
            i
            for i, cell in enumerate(cells)
            for other in quantities_of(cell, language).numbers
            if other.values & number.values
        }
        if columns and not columns & named and 0 not in columns:
            return number
    return None


def _is_alike(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers could be taken for each other: percents for percents, years for years."""
    return one.unit == other.unit and _is_year(one) == _is_year(other)


def _is_year(number: Quantity) -> bool:
    return bool(_YEAR.fullmatch(number.said))


def _beside(text: str, number: Quantity, all_numbers: Sequence[Quantity], content_words: Stems) -> frozenset[str]:
    """The content words around a number, as far as its clause goes, and no further than the next numbers."""
    first = max([number.start - _REACH, 0, *(other.end for other in all_numbers if other.end <= number.start)])
    last = min([number.end + _REACH, *(other.start for other in all_numbers if other.start >= number.end)])
    before, after = text[first : number.start], text[number.end : last]
    borders = list(_BORDER.finditer(before))
    if borders:
        before = before[borders[-1].end() :]
    if border := _BORDER.search(after):
        after = after[: border.start()]
    return content_words(f"{before} . {after}")


def _follows(claim: str, number: Quantity, source: str, others: list[Quantity], mine: list[Quantity]) -> bool:
    """Whether the word behind the claim's number stands behind another number of the source alone."""
    word = _next_word(claim, number)
    return (
        bool(word)
        and any(_next_word(source, other) == word for other in others)
        and not any(_next_word(source, other) == word for other in mine)
    )


def _next_word(text: str, number: Quantity) -> str:
    found = re.match(r"\W{0,2}([^\W\d_]{3,})", text[number.end :])
    return found.group(1).lower() if found else ""
