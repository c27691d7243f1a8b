"""Whether a number belongs to what a sentence says of it: it may stand in the passage and count something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from core.answering.dates import Date
from core.answering.quantities import Quantities, Quantity, quantities_of

_BORDER = re.compile(r"[;:.!?—]\s|\b(?:and|while|whereas|but|where|compared)\b")
_REACH = 60  # characters before and behind a number that tell what it counts
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_CELL = " | "
_CLEARLY = 2

Stems = Callable[[str], frozenset[str]]
Fact = Quantity | Date


def misplaced(claim: str, said: Quantities, source: str, there: Quantities, content_words: Stems) -> Fact | None:
    """A number or date of the claim that the source has beside other words, while another one stands beside these.

    Args:
        claim: the sentence that is checked.
        said: its numbers and dates.
        source: the sentences that it is held against.
        there: theirs.
        content_words: of a text, in the form in which they can be compared.
    """
    mine, theirs = said.facts, there.facts
    for fact in mine:
        same = [other for other in theirs if _is_same(fact, other)]
        rivals = [other for other in theirs if not _is_same(fact, other) and _is_alike(fact, other)]
        if not same or not rivals or (isinstance(fact, Quantity) and fact.loose):
            continue
        beside = _beside(claim, fact, mine, content_words)
        best = max(len(beside & _beside(source, other, theirs, content_words)) for other in same)
        rival = max(len(beside & _beside(source, other, theirs, content_words)) for other in rivals)
        counts_other = best == 0 and rival > 0 and _follows(claim, fact, source, rivals, same)
        if rival >= best + _CLEARLY or counts_other:
            return fact
    return None


def has_rival(fact: Fact, there: Quantities) -> bool:
    """Whether a text has another number, or date, that could be taken for one that it lacks."""
    return any(_is_alike(fact, other) for other in there.facts)


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
    of_heads = quantities_of(header, language).numbers
    numbers = quantities_of(claim, language).numbers
    for number in numbers if named else ():
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


def _is_same(one: Fact, other: Fact) -> bool:
    if isinstance(one, Date):
        return isinstance(other, Date) and bool(one.readings & other.readings)
    return isinstance(other, Quantity) and bool(one.values & other.values)


def _is_alike(one: Fact, other: Fact) -> bool:
    """Whether two could be taken for each other: percents for percents, years for years."""
    if isinstance(one, Date) or isinstance(other, Date):
        return isinstance(one, Date) and isinstance(other, Date)
    return one.unit == other.unit and _is_year(one) == _is_year(other)


def _is_year(number: Quantity) -> bool:
    return bool(_YEAR.fullmatch(number.said))


def _beside(text: str, fact: Fact, others: Sequence[Fact], content_words: Stems) -> frozenset[str]:
    """The content words around a number, as far as its clause goes, and no further than the next numbers."""
    first = max([fact.start - _REACH, 0, *(other.end for other in others if other.end <= fact.start)])
    last = min([fact.end + _REACH, *(other.start for other in others if other.start >= fact.end)])
    before, after = text[first : fact.start], text[fact.end : last]
    borders = list(_BORDER.finditer(before))
    if borders:
        before = before[borders[-1].end() :]
    if border := _BORDER.search(after):
        after = after[: border.start()]
    return content_words(f"{before} . {after}")


def _follows(claim: str, fact: Fact, source: str, rivals: Sequence[Fact], same: Sequence[Fact]) -> bool:
    """Whether the word behind the claim's number stands behind another number of the source alone."""
    word = _next_word(claim, fact)
    if not word or any(_next_word(source, other) == word for other in same):
        return False
    return any(_next_word(source, other) == word for other in rivals)


def _next_word(text: str, fact: Fact) -> str:
    found = re.match(r"\W{0,2}([^\W\d_]{3,})", text[fact.end :])
    return found.group(1).lower() if found else ""
