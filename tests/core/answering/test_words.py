"""Words that carry meaning."""

from __future__ import annotations

from core.answering.words import content_words
from core.index.library import Library


def test_function_words_are_left_out_in_the_form_of_the_index(library: Library) -> None:
    found = content_words("Does any of these documents say who was lighting the lamps, according to it?", library.words)
    assert found == {"say", "light", "lamp"}


def test_words_are_compared_in_any_form(library: Library) -> None:
    assert content_words("Lamps were lit", library.words) & content_words("the LAMP", library.words) == {"lamp"}
    assert content_words("", library.words) == frozenset()
