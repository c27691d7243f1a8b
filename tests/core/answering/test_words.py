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


def test_other_languages_leave_their_own_function_words_out(library: Library) -> None:
    assert content_words("Wer hat die Lampe auf der Mole im Jahr 1874 angezündet?", library.words) >= {"1874"}
    assert not {"die", "der", "auf", "wer"} & content_words("Wer hat die Lampe auf der Mole?", library.words)
    assert content_words("кто и когда зажёг эту лампу", library.words) == content_words("зажёг лампу", library.words)


def test_words_that_are_function_words_elsewhere_stay(library: Library) -> None:
    assert "die" in content_words("How did the keeper of the lamp die?", library.words)


def test_a_script_without_spaces_can_be_compared(library: Library) -> None:
    assert content_words("東京の灯台", library.words) & content_words("灯台は高い", library.words) == {"灯台"}
