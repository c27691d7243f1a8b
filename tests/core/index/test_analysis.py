"""Terms by the rules of each word's language and script."""

from __future__ import annotations

import pytest

from core.index.analysis import analyse, comparable_words, is_stop_word, split
from core.index.hindi import stem_hindi


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("The Lamps were LIT, naïvely!", ["the", "lamps", "were", "lit", "naively"]),
        ("don't", ["don", "t"]),
        ("17,476 17.476 17'476 1,234,567", ["17476", "17476", "17476", "1234567"]),
        ("17,476.50 1.234.567,8", ["17476.50", "1234567.8"]),
        ("3.5 and 3,5", ["3.5", "and", "3.5"]),
        ("31.12.2022", ["31", "12", "2022"]),
        ("(2021), 17.", ["2021", "17"]),
        ("１２３ ﬁne", ["123", "fine"]),
        ("exam\u00adple zero\u200bwidth", ["example", "zerowidth"]),
        ("Straße GROẞ łódź đường", ["strasse", "gross", "lodz", "duong"]),
        ("ΤΟΥ Οδυσσέα", ["του", "οδυσσεα"]),
        ("Ёлка", ["елка"]),
        ("كِتَاب كـتـاب", ["كتاب", "كتاب"]),
        ("लड़कियाँ", ["लडकियाँ"]),
        ("東京 tower", ["東", "京", "tower"]),
        ("?!,. –", []),
        ("", []),
    ],
)
def test_forms_are_words_without_case_accents_and_ways_of_writing(text: str, forms: list[str]) -> None:
    assert analyse(text, None).forms == forms


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "lamps", "lamp"),
        ("de", "Häuser", "Haus"),
        ("fr", "nationales", "national"),
        ("es", "canciones", "canción"),
        ("it", "città nazionali", "citta nazionale"),
        ("pt", "cidades", "cidade"),
        ("nl", "lampen", "lamp"),
        ("sv", "husen", "hus"),
        ("fi", "talossa", "talo"),
        ("hu", "házak", "ház"),
        ("ro", "copiilor", "copii"),
        ("tr", "kitaplar", "kitap"),
        ("tr", "IŞIKLAR", "ışık"),
        (None, "книгами", "книга"),
        (None, "ανθρώπων", "άνθρωποι"),
        (None, "الكتاب", "كتاب"),
        (None, "किताबों", "किताबें"),
    ],
)
def test_inflections_share_a_stem(language: str | None, one: str, other: str) -> None:
    assert analyse(one, language).stems == analyse(other, language).stems


def test_a_text_of_no_known_language_keeps_its_latin_words_as_they_are() -> None:
    assert analyse("houses", None).stems == ["houses"]
    assert analyse("lampu merah", "xx").stems == ["lampu", "merah"]


def test_the_accents_of_vietnamese_make_other_words() -> None:
    assert analyse("má", "vi").stems != analyse("mà", "vi").stems
    assert analyse("má", "vi").forms == analyse("mà", "vi").forms


@pytest.mark.parametrize(
    ("text", "whole", "parts"),
    [
        ("WX-1003B", "wx1003b", ["wx", "1003b"]),
        ("Q3-2022", "q32022", ["q3", "2022"]),
        ("snake_case", "snakecase", ["snake", "case"]),
        ("AT&T", "att", ["at", "t"]),
        ("e‑mail", "email", ["e", "mail"]),
    ],
)
def test_identifiers_and_compounds_are_kept_whole_and_in_parts(text: str, whole: str, parts: list[str]) -> None:
    assert split(text)[1] == [whole]
    assert analyse(text, None).forms == parts
    assert set(analyse(text, None).stems) == {whole, *parts}


def test_what_only_stands_beside_a_hyphen_is_not_tied() -> None:
    assert split("a - b -c d- 2-3 end.")[1] == []


def test_a_date_is_kept_in_parts_and_whole() -> None:
    assert analyse("31.12.2022", None).stems == ["31", "12", "2022", "31122022"]


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("東京都", ["東京", "京都"]),
        ("火", ["火"]),
        ("서울에서", ["서울", "울에", "에서"]),
        ("ภาษาไทย", ["ภาษ", "าษา", "ษาไ", "าไท", "ไทย"]),
        ("iPhone東京", ["iphon", "東京"]),
    ],
)
def test_scripts_without_spaces_are_cut_into_overlapping_runs(text: str, stems: list[str]) -> None:
    assert analyse(text, "en").stems == stems


def test_a_word_of_endless_length_is_left_out() -> None:
    assert analyse("a" * 5000 + " lamp", "en").forms == ["lamp"]
    assert len(analyse("東" * 5000, None).forms) == 5000


@pytest.mark.parametrize(
    ("word", "languages", "is_one"),
    [
        ("The", ["en"], True),
        ("lamp", ["en"], False),
        ("die", ["en"], False),
        ("Die", ["de"], True),
        ("которых", ["en"], True),
        ("книга", ["en"], False),
        ("में", [], True),
    ],
)
def test_stop_words_are_those_of_the_language_or_the_script(word: str, languages: list[str], is_one: bool) -> None:
    assert is_stop_word(word, languages) is is_one


def test_hindi_keeps_what_would_leave_too_little() -> None:
    assert stem_hindi("किताबें") == "किताब"
    assert stem_hindi("तो") == "तो"
    assert stem_hindi("") == ""


def test_words_are_compared_alike_in_every_language() -> None:
    assert comparable_words("The Lamps were LIT") == comparable_words("the lamp were lit")
    assert comparable_words("книги") == comparable_words("книга")
    assert comparable_words("17,476") == comparable_words("17476")
