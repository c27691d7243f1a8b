"""The commonest words of languages: they tell a text's language and say nothing of its matter."""

from __future__ import annotations

from functools import cache

from core.paths import resources_folder


@cache
def stop_words() -> dict[str, frozenset[str]]:
    """The words by the code of their language, in lower case with their accents."""
    found: dict[str, list[str]] = {}
    language = ""
    for line in (resources_folder() / "words" / "stop_words.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif language:
            found.setdefault(language, []).extend(line.split())
    return {language: frozenset(words) for language, words in found.items()}
