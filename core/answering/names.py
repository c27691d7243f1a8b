"""The names in a text: capitalised words within a sentence, acronyms, and identifiers of letters and digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from core.answering.words import Words
from core.language import latin_language
from core.stop_words import stop_words

_TOKEN = re.compile(r"[^\W_](?:[\w&]|['’.\-](?=[^\W_]))*")
_POSSESSIVE = re.compile(r"['’]s?(?!\w)")
# What stands before a word that begins a sentence, a title or an item of a list, and is capitalised for that.
_OPENS = re.compile(r"(?:^|[.!?:;\n•*#|“\"(\[]|^\s*[-–]|\d[.)])\s*$")
# A word that opens a sentence is no name if it looks like what English makes of its verbs and adjectives.
_MADE = re.compile(r"(?:s|ly|ing|tion|ment|ness|ity|ed|er|al|ance|ence|ism|able|ible|ive|ous|ful)$")
_CAPITALISES_NOUNS = frozenset({"de"})
_WORDS_OF_DATES = frozenset(
    "january february march april may june july august september october november december "  # noqa: SIM905
    "monday tuesday wednesday thursday friday saturday sunday i".split()
)
_SHORTEST_OPENER = 3


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text.

    Attributes:
        said: as it is written, for people.
        words: its words as they are compared, those without meaning left out.
        opens: it is only known as a name by its capital at the beginning of a sentence.
    """

    said: str
    words: frozenset[str]
    opens: bool = False


def names_of(text: str, words: Words, is_common: Callable[[str], bool]) -> tuple[Name, ...]:
    """The names of a text, each once, in order.

    Args:
        text: a sentence, perhaps with Markdown.
        words: splits a text into comparable words.
        is_common: tells of a word in lower case whether the passages have it as such: it is no name then.
    """
    nouns = latin_language(text) in _CAPITALISES_NOUNS
    runs: list[tuple[int, int, bool]] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        kind = _kind(text, match.start(), token, nouns=nouns, is_common=is_common)
        if kind is None:
            continue
        joins = runs and text[runs[-1][1] : match.start()] in (" ", "-", " & ", "\u00a0")
        if joins and not _is_coded(token):
            runs[-1] = (runs[-1][0], match.end(), runs[-1][2] and kind)
        else:
            runs.append((match.start(), match.end(), kind))
    found: dict[frozenset[str], Name] = {}
    for start, end, opens in runs:
        said = _POSSESSIVE.sub("", text[start:end])
        compared = frozenset(words(said))
        if compared:
            found.setdefault(compared, Name(said, compared, opens))
    return tuple(found.values())


def _kind(text: str, start: int, token: str, *, nouns: bool, is_common: Callable[[str], bool]) -> bool | None:
    """None: no name; True: by its opening capital alone; False: certainly."""
    plain = _POSSESSIVE.sub("", token)
    low = plain.lower()
    if _is_coded(plain):
        return False
    if low in _WORDS_OF_DATES or low in _function_words():
        return None
    if any(letter.isupper() for letter in plain[1:]):  # an acronym, or a brand as "iPhone"; else only a loud word
        return None if plain.isupper() and is_common(low) else False
    if not plain[0].isupper():
        return None
    if nouns:
        return None
    if not _OPENS.search(text, 0, start):
        return None if is_common(low) else False
    if len(plain) < _SHORTEST_OPENER or _MADE.search(low) or is_common(low):
        return None
    return True


def _is_coded(token: str) -> bool:
    """Letters and digits in one: WX-1003B, F1. What counts ("5mm", "1990s", "21st") is a number instead."""
    return not token[0].isdigit() and any(map(str.isdigit, token)) and any(map(str.isalpha, token))


@cache
def _function_words() -> frozenset[str]:
    return stop_words()["en"]
