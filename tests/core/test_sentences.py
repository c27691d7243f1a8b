"""Where sentences begin and end."""

from __future__ import annotations

import pytest

from core.sentences import sentence_language, sentence_spans


def sentences(text: str) -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n  \n", []),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("A title\nA sentence. ", ["A title", "A sentence."]),
        ("Dr. Lunn paid 3.50 crowns. She left.", ["Dr. Lunn paid 3.50 crowns.", "She left."]),
        ("It weighs 2.6 tonnes", ["It weighs 2.6 tonnes"]),
        ("  leading space.  trailing  ", ["leading space.", "trailing"]),
    ],
)
def test_examples(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_spans_are_in_order_and_leave_only_space_between() -> None:
    text = "Äpfel kosten 2,50 €. 😀 Gut!\nSee fig. 3 (p. 12). “Quoted.” Then …\n\nEnd"
    spans = sentence_spans(text)
    at = 0
    for start, end in spans:
        assert text[at:start].strip() == ""
        assert start < end
        at = end
    assert text[at:].strip() == ""


@pytest.mark.parametrize(
    ("page", "language", "sentence"),
    [
        (
            "Die Gebühr ist für alle gleich und wird nicht von der Stadt erhoben. Sie kostet z. B. 5 Kronen bzw. mehr.",
            "de",
            "Sie kostet z. B. 5 Kronen bzw. mehr.",
        ),
        (
            "El Sr. López y la Sra. Díaz pagaron por el barco de la ciudad. No es lo que se dijo.",
            "es",
            "El Sr. López y la Sra. Díaz pagaron por el barco de la ciudad.",
        ),
        ("M. Dupont est le gardien de la tour et des lampes pour la ville.", "en", None),
        ("The keeper was the first of them all.", "en", None),
    ],
)
def test_the_language_of_the_page_ends_its_sentences(page: str, language: str, sentence: str | None) -> None:
    assert sentence_language(page) == language
    sentences = [page[a:b] for a, b in sentence_spans(page, language)]
    assert (sentence or page) in sentences
