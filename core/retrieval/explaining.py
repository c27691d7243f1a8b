"""The parts of a score add up to it, whatever put a passage where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.types import Passage, SearchMode

# Of a search in one index the score is that index's own.
OWN_PART = {SearchMode.DENSE: "meaning", SearchMode.KEYWORD: "words"}
# What no signal accounts for: a passage that follows those whose evidence was gathered, or one that comes in its turn
# because its document is one of several that are compared.
ORDER = "order"
_NOTHING = 1e-6


def accounted(passages: Sequence[Passage], remainder: str = ORDER) -> tuple[Passage, ...]:
    """Passages whose parts add up to their scores.

    Args:
        passages: with the parts that are known.
        remainder: the name of the part that makes up for the rest.
    """
    whole = []
    for passage in passages:
        rest = passage.score - sum(value for _, value in passage.parts)
        parts = (*passage.parts, (remainder, rest)) if abs(rest) > _NOTHING or not passage.parts else passage.parts
        whole.append(replace(passage, parts=parts))
    return tuple(whole)
