"""Words that are written in one and mean two: `Fusionsplan` → `Fusion`, `Plan`. The index itself is the dictionary."""

from __future__ import annotations

from collections.abc import Callable

LANGUAGES = frozenset({"da", "de", "fi", "hu", "nl", "no", "sv"})
"""Those that write compounds in one."""

_SHORTEST_WORD = 8
_SHORTEST_PART = 4
# What may stand between the parts, the likeliest first.
_JOINTS = ("", "s", "es", "n", "en", "er", "e")


def parts_of(form: str, frequency: Callable[[str], int]) -> tuple[str, str] | None:
    """The two words that a word is made of, if both stand in the index by themselves.

    Args:
        form: the word, without case and accents.
        frequency: how many passages have a form.

    Returns:
        Of several divisions the one whose rarer part is the commonest; None where there is none.
    """
    if len(form) < _SHORTEST_WORD or not form.isalpha():
        return None
    best: tuple[int, tuple[str, str]] | None = None
    for at in range(_SHORTEST_PART, len(form) - _SHORTEST_PART + 1):
        second = form[at:]
        known = frequency(second)
        if not known:
            continue
        for joint in _JOINTS:
            first = form[:at].removesuffix(joint) if joint else form[:at]
            if (joint and first == form[:at]) or len(first) < _SHORTEST_PART:
                continue
            rarer = min(known, frequency(first))
            if rarer and (best is None or rarer > best[0]):
                best = rarer, (first, second)
    return best[1] if best else None
