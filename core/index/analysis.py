"""Text → the terms that the keyword index holds, by the rules of each word's script and language.

A text has *forms*, its words one after the other as they are written, but for case, accents and the ways of writing a
number; and *stems*, unordered, which stand for all inflections of a word, and for what spaces and hyphens divide in
several ways: compounds, identifiers, and scripts that have no spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import tantivy

from core.index.hindi import stem_hindi
from core.stop_words import stop_words

_LONGEST = 80
_CACHED_WORDS = 1 << 16

_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u0900-\u0963\u0970-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd"
    "\u102b-\u103e\u1056-\u1059\u17b4-\u17d3"
)
# A number keeps its separators; a word is letters, digits and marks; a sign that ties two words stands by itself.
_TOKEN = re.compile(
    rf"(?<!\w)\d+(?:[.,'’\u00a0\u202f]\d+)+(?!\w)|[\w{_MARKS}]+|(?<=[\w{_MARKS}])[-‐‑./&+](?=[\w{_MARKS}])"
)
_TIES = frozenset("-‐‑./&+")
_NO_DIGIT = re.compile(r"\D")
_GROUP = 3
# Dropped before anything else: soft hyphens, joiners, marks of direction, the Arabic tatweel.
_DROPPED = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\u0640]")
# Marks that are left out when words are compared: accents, Arabic and Hebrew vowel points, the nukta of Devanagari.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u093c]")
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ى": "ي", "ة": "ه"}
)
_DOTLESS = str.maketrans({"I": "ı", "İ": "i"})

# Written without spaces: Han, kana, bopomofo, and Hangul, whose particles cling to the word; in pairs of characters.
_IN_PAIRS = (
    "\u2e80-\u2fdf\u3005\u3007\u3040-\u30ff\u3100-\u318f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Thai, Lao, Myanmar and Khmer: their vowels and tones are characters of their own, so it takes more of them.
_IN_RUNS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_PAIR_LENGTH = 2
_RUN_LENGTH = 3
_SPACELESS = re.compile(f"[{_IN_PAIRS}]+|[{_IN_RUNS}]+|[^{_IN_PAIRS}{_IN_RUNS}]+")
_IS_PAIRED = re.compile(f"[{_IN_PAIRS}]")
_IS_RUN = re.compile(f"[{_IN_RUNS}]")

_SNOWBALL = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
# A word's first letter says its language, where it is not a Latin one.
_BY_SCRIPT = (
    ("el", "\u0370", "\u03ff"),
    ("el", "\u1f00", "\u1fff"),
    ("ru", "\u0400", "\u052f"),
    ("he", "\u0590", "\u05ff"),
    ("ar", "\u0600", "\u06ff"),
    ("hi", "\u0900", "\u097f"),
    ("ta", "\u0b80", "\u0bff"),
)
_STEMMERS = {
    code: tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer(name)).build()
    for code, name in _SNOWBALL.items()
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the index holds of a text.

    Attributes:
        forms: one for each word, in order; for each character where a script has no spaces.
        stems: of these words and of what they are parts of; not in order.
    """

    forms: list[str]
    stems: list[str]


@dataclass(frozen=True, slots=True)
class Word:
    """A word, as it can be looked for.

    Attributes:
        forms: as it is written, without case and accents; several where the script has no spaces.
        stems: of the word in its language.
    """

    forms: tuple[str, ...]
    stems: tuple[str, ...]


def analyse(text: str, language: str | None) -> Terms:
    """The terms of a text.

    Args:
        text: any text.
        language: in which its words of Latin letters are stemmed, as a code; None leaves them as they are.
    """
    words, wholes = split(text)
    forms: list[str] = []
    stems: list[str] = []
    for token in words:
        word = analyse_word(token, language)
        forms += word.forms
        stems += word.stems
    return Terms(forms, stems + wholes)


def comparable_words(text: str) -> list[str]:
    """A text's words in the form in which two texts can be compared: without case and accents, stemmed.

    Latin letters are stemmed as English, whatever their language: a question and a passage must come out alike, and a
    few words do not tell a language.
    """
    return list(chain.from_iterable(map(_english_stems, split(text)[0])))


@lru_cache(_CACHED_WORDS)
def _english_stems(token: str) -> tuple[str, ...]:
    """A cache of its own, asked by C alone: a search compares its words with those of two hundred passages."""
    return analyse_word(token, "en").stems


def split(text: str) -> tuple[list[str], list[str]]:
    """A text's words and numbers as they are written, and what hyphens and the like tie together, whole.

    The latter in the form of terms: `WX-1003B` → `wx1003b`.
    """
    found = _TOKEN.findall(_normalised(text))
    if _TIES.isdisjoint(found):
        return found, []
    words = [token for token in found if token not in _TIES]
    wholes: list[str] = []
    parts: list[str] = []
    tied = False
    for token in [*found, ""]:
        if token in _TIES:
            tied = True
        elif tied:
            parts.append(token)
            tied = False
        else:
            whole = _fold("".join(parts)) if len(parts) > 1 else ""
            if whole and len(whole) <= _LONGEST and not whole.isdigit():
                wholes.append(whole)
            parts = [token]
    return words, wholes


def _normalised(text: str) -> str:
    """In Unicode's form NFKC, without characters that only steer the layout; an underscore ties as a hyphen does."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _DROPPED.sub("", text))
    return text.replace("_", "-")


def is_stop_word(token: str, languages: Iterable[str]) -> bool:
    """True for a word that says nothing of a text's matter in one of these languages, or in that of its script."""
    low = token.lower()
    known = stop_words()
    return any(low in known.get(language, ()) for language in (*languages, script_language(token)))


def script_language(token: str) -> str:
    """The code of the language whose letters a word begins with; empty for Latin ones and those of no rule here."""
    first = token[:1]
    return next((code for code, low, high in _BY_SCRIPT if low <= first <= high), "")


@lru_cache(_CACHED_WORDS)
def analyse_word(token: str, language: str | None) -> Word:
    """One word or number of a normalised text."""
    if len(token) > _LONGEST and not _IS_PAIRED.search(token) and not _IS_RUN.search(token):
        return Word((), ())
    if token[0].isdigit() and not token.isdigit() and not any(c.isalpha() for c in token):
        return _number(token)
    if _IS_PAIRED.search(token) or _IS_RUN.search(token):
        return _spaceless(token, language)
    form = _fold(token)
    if not form:
        return Word((), ())
    return Word((form,), (_stem(token, language, form),))


def _number(token: str) -> Word:
    """`17,476`, `17.476` and `17'476` are one number, so are `3,5` and `3.5`; longer chains are dates and the like."""
    digits = _NO_DIGIT.split(token)
    signs = _NO_DIGIT.findall(token)
    grouped = len(digits[0]) <= _GROUP and all(len(group) == _GROUP for group in digits[1:-1])
    if grouped and len(digits[-1]) == _GROUP and len(set(signs)) == 1:
        plain = "".join(digits)
    elif len(digits) == 2 or (grouped and signs[-1] != signs[0] and len(set(signs[:-1])) == 1):
        plain = f"{''.join(digits[:-1])}.{digits[-1]}"
    else:
        return Word(tuple(digits), (*digits, "".join(digits)))
    return Word((plain,), (plain,))


def _spaceless(token: str, language: str | None) -> Word:
    forms: list[str] = []
    stems: list[str] = []
    for run in _SPACELESS.findall(token):
        if not (_IS_PAIRED.match(run) or _IS_RUN.match(run)):
            word = analyse_word(run, language)
            forms += word.forms
            stems += word.stems
            continue
        length = _PAIR_LENGTH if _IS_PAIRED.match(run) else _RUN_LENGTH
        forms += run
        stems += [run[at : at + length] for at in range(max(1, len(run) - length + 1))]
    return Word(tuple(forms), tuple(stems))


def _stem(token: str, language: str | None, form: str) -> str:
    code = script_language(token) or language
    if code == "tr":
        token = token.translate(_DOTLESS)
    low = token.lower()
    if code == "hi":
        return stem_hindi(form)
    if code == "vi":  # its accents are not inflections: they make other words
        return unicodedata.normalize("NFC", low)
    stemmer = _STEMMERS.get(code or "")
    if stemmer is None:
        return form
    return _fold("".join(stemmer.analyze(low))) or form


def _fold(word: str) -> str:
    """Without case and accents."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFD", word.casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", apart)).translate(_PLAIN)
