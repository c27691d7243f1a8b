"""The language of a text, by its common words and letters."""

from __future__ import annotations

import pytest

from core.language import LATIN, latin_language, latin_languages
from core.stop_words import stop_words

SENTENCES = {
    "cs": "Lampa na molu byla poprvé rozsvícena, když se do města vrátili rybáři, kteří byli na moři.",
    "da": "Lampen på molen blev tændt af fiskerne, efter at de var kommet hjem, og det var ikke noget nyt.",
    "de": "Die Lampe auf der Mole wurde angezündet, als die Fischer mit ihren Booten von der See zurückkamen.",
    "en": "The lamp on the pier was lit when the keepers came back from the sea with their boats.",
    "es": "La lámpara del muelle fue encendida cuando los pescadores volvieron del mar con sus barcos.",
    "fi": "Lamppu sytytettiin, kun kalastajat tulivat takaisin mereltä, mutta se ei ollut ensimmäinen kerta.",
    "fr": "La lampe de la jetée a été allumée quand les pêcheurs sont revenus de la mer avec leurs bateaux.",
    "hu": "A lámpát akkor gyújtották meg, amikor a halászok visszatértek, és ez nem az első eset volt.",
    "it": "La lampada del molo è stata accesa quando i pescatori sono tornati dal mare con le loro barche.",
    "nl": "De lamp op de pier werd aangestoken toen de vissers met hun boten van de zee terugkwamen.",
    "no": "Lampen på moloen ble tent da fiskerne kom tilbake fra havet, og det var ikke den første gangen.",
    "pl": "Lampa na molo została zapalona, gdy rybacy wrócili z morza, i nie był to pierwszy raz.",
    "pt": "A lâmpada do cais foi acesa quando os pescadores voltaram do mar com os seus barcos, e não foi a primeira.",
    "ro": "Lampa de pe dig a fost aprinsă când pescarii s-au întors din larg cu bărcile lor, și nu a fost prima.",
    "sv": "Lampan på piren tändes när fiskarna kom tillbaka från havet, och det var inte första gången.",
    "tr": "Balıkçılar denizden döndüğü zaman iskeledeki lamba yakıldı ve bu ilk kez olan bir şey değildi.",
    "vi": "Ngọn đèn trên cầu cảng được thắp sáng khi các ngư dân trở về từ biển với những chiếc thuyền của họ.",
}


@pytest.mark.parametrize("language", LATIN)
def test_a_sentence_tells_its_language(language: str) -> None:
    assert latin_language(SENTENCES[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17,476 | 4.2 % | 2022",
        "Umsatz EBITDA",
        "книга на столе",
        "東京",
        "no",
        "o | o o | O o B-PER",
        "S. V. Toldova, A. S. Starostin, K. O. Bocharov",
    ],
)
def test_what_tells_nothing_has_none(text: str) -> None:
    assert latin_language(text) is None


def test_a_question_that_tells_nothing_may_be_in_any_language_of_the_library() -> None:
    assert latin_languages("EBITDA 2022", ["de", "en"]) == ["de", "en"]
    assert latin_languages("Wer zündet die Lampe an?", ["en", "fr", "de"]) == ["de"]
    assert latin_languages("Who lit the lamp?", ["de"]) == ["de"]


def test_every_language_has_common_words_in_lower_case() -> None:
    assert set(LATIN) < set(stop_words())
    for language, words in stop_words().items():
        assert len(words) >= 20, language
        assert all(word == word.lower() for word in words)
