"""Which language in Latin letters a text is written in; for others the letters say enough."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from core.index.stop_words import STOP_WORDS

DEFAULT = "en"
LANGUAGES = tuple(STOP_WORDS)

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
_NEEDED = 2.0
_LEAD = 1.25
_NEAR = 0.7


def _holders(lists: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Entry → the languages whose lists have it. It says the less for each, the more they are."""
    holders: dict[str, list[str]] = {}
    for language, entries in lists.items():
        for entry in entries:
            holders.setdefault(entry, []).append(language)
    return {entry: tuple(languages) for entry, languages in holders.items()}


_WORDS = _holders({language: [word.rstrip("'") for word in words] for language, words in STOP_WORDS.items()})
_BY_LETTER = _holders(_LETTERS)
_MARKED = re.compile(f"[{''.join(sorted(_BY_LETTER))}]")


def latin_language(text: str) -> str | None:
    """The code of a text's language, by its common words and letters; None where these do not decide.

    A text without a word in Latin letters has none either.
    """
    scores = _scores(text)
    if not scores:
        return None
    ranked = scores.most_common(2)
    best = ranked[0]
    lead = best[1] / ranked[1][1] if len(ranked) > 1 else _LEAD
    return best[0] if best[1] >= _NEEDED and lead >= _LEAD else None


def latin_languages(text: str, among: Sequence[str]) -> list[str]:
    """The languages that a short text may be in, the likeliest first; all of `among` where it says nothing."""
    scores = Counter({language: score for language, score in _scores(text).items() if language in among})
    if not scores:
        return list(among)
    best = scores.most_common(1)[0][1]
    return [language for language, score in scores.most_common() if score >= _NEAR * best]


def _scores(text: str) -> Counter[str]:
    sample = text[:_READ_CHARACTERS].lower()
    scores: Counter[str] = Counter()
    for word, count in Counter([word for word in _WORD.findall(sample) if word in _WORDS]).items():
        languages = _WORDS[word]
        for language in languages:
            scores[language] += count / len(languages)
    for letter, count in Counter(_MARKED.findall(sample)).items():
        languages = _BY_LETTER[letter]
        for language in languages:
            scores[language] += _LETTER_WORTH * count / len(languages)
    return scores
