"""The commonest words of languages: they tell a text's language and say nothing of its matter."""

from __future__ import annotations

from functools import cache

from core.paths import resources_folder


@cache
def stop_words() -> dict[str, frozenset[str]]:
    """The words by the code of their language, in lower case with their accents."""
    return _words_of("stop_words.txt")


@cache
def asking_words() -> dict[str, frozenset[str]]:
    """Words beyond these that a question asks with, likewise."""
    return _words_of("asking_words.txt")


def _words_of(file: str) -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = {}
    language = ""
    for line in (resources_folder() / "words" / file).read_text("utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif language:
            found.setdefault(language, []).extend(line.split())
    return {language: frozenset(words) for language, words in found.items()}
