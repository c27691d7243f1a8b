"""The words of a text that carry meaning, in the form in which they can be compared."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from core.index.analysis import comparable_words
from core.language import LATIN, latin_language
from core.stop_words import stop_words

Words = Callable[[str], list[str]]

# Words that carry no claim. Stems, as the keyword index makes them.
_FUNCTION_WORDS = frozenset(
    "a an the and or but of to in on at by for with from as is are was were be been being it it this that these "  # noqa: SIM905  (a list takes 90 lines)
    "those there their they he she his her its you your we our i if then than so such which who whom what when "
    "where how why do doe did does has have had will would can could may might must should also not no one ani any "
    "some all each per into about accord passag document".split()
)


def content_words(text: str, words: Words) -> frozenset[str]:
    """A text's words without those that carry no claim in its language.

    Args:
        text: any text.
        words: splits a text as the keyword index does: lower case, without accents, stemmed.
    """
    language = latin_language(text)
    dropped = _FUNCTION_WORDS if language is None or language == "en" else _FUNCTION_WORDS | _function_words(language)
    return frozenset(word for word in words(text) if word not in dropped and word not in _by_script())


@cache
def _function_words(language: str) -> frozenset[str]:
    return frozenset(comparable_words(" ".join(sorted(stop_words()[language]))))


@cache
def _by_script() -> frozenset[str]:
    """Those of languages that their letters tell."""
    return frozenset().union(*(_function_words(language) for language in stop_words() if language not in LATIN))
