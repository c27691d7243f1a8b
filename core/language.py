"""Which language in Latin letters a text is written in; for others the letters say enough."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from core.stop_words import stop_words

DEFAULT = "en"
LATIN = ("cs", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pl", "pt", "ro", "sv", "tr", "vi")
"""Codes of the languages in Latin letters that are told apart."""

_READ_CHARACTERS = 600
_WORD = re.compile(r"[^\W\d_]+")
# Letters that few languages have, each worth a part of a common word.
_LETTERS = {
    "cs": "ěřůťďň",
    "da": "æø",
    "de": "ßäöü",
    "es": "ñ¿¡",
    "fi": "äö",
    "fr": "çêœèù",
    "hu": "őű",
    "no": "æø",
    "pl": "łęąśżźć",
    "pt": "ãõç",
    "ro": "șțăşţ",
    "sv": "åäö",
    "tr": "ığşçü",
    "vi": "ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
}
_LETTER_WORTH = 0.3
# What a text must say for a language, and how many times as much as for the next one; a query, how much of the most.
_NEEDED = 2.0
_LEAD = 1.25
_NEAR = 0.7
# A word counts so many times at most, and one of a single letter as a letter: there are tables and initials.
_COUNTED = 3


def _holders(lists: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Entry → the languages whose lists have it. It says the less for each, the more they are."""
    holders: dict[str, list[str]] = {}
    for language, entries in lists.items():
        for entry in entries:
            holders.setdefault(entry, []).append(language)
    return {entry: tuple(languages) for entry, languages in holders.items()}


_WORDS = _holders({language: stop_words()[language] for language in LATIN})
_BY_LETTER = _holders(_LETTERS)
_MARKED = re.compile(f"[{''.join(sorted(_BY_LETTER))}]")


def latin_language(text: str) -> str | None:
    """The code of a text's language, by its common words and letters; None where these do not decide.

    A text without a word in Latin letters has none either.
    """
    ranked = _ranked(_scores(text))
    if not ranked or ranked[0][1] < _NEEDED:
        return None
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] >= _LEAD * ranked[1][1] else None


def latin_languages(text: str, among: Sequence[str]) -> list[str]:
    """The languages that a short text may be in, the likeliest first; all of `among` where it says nothing."""
    ranked = _ranked({language: score for language, score in _scores(text).items() if language in among})
    return [language for language, score in ranked if score >= _NEAR * ranked[0][1]] or list(among)


def _ranked(scores: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _scores(text: str) -> dict[str, float]:
    sample = text[:_READ_CHARACTERS].lower()
    scores: defaultdict[str, float] = defaultdict(float)
    for word, count in Counter([word for word in _WORD.findall(sample) if word in _WORDS]).items():
        languages = _WORDS[word]
        for language in languages:
            scores[language] += min(count, _COUNTED) / len(languages) * (_LETTER_WORTH if len(word) == 1 else 1)
    for letter, count in Counter(_MARKED.findall(sample)).items():
        languages = _BY_LETTER[letter]
        for language in languages:
            scores[language] += _LETTER_WORTH * count / len(languages)
    return scores
