"""Which words of a passage a question marks, and which sentence is shown first."""

from __future__ import annotations

from itertools import pairwise

import pytest

from core.answering.marking import best_sentence, marked_words, question_stems
from core.index.analysis import comparable_words


def marked(question: str, text: str) -> list[str]:
    stems = question_stems(question, comparable_words)
    return [text[start:end] for start, end in marked_words(text, stems, comparable_words)]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("What are the costs?", "Cost sharing, costing and COSTS; a costume.", ["Cost", "costing", "COSTS"]),
        ("How do I see a provider?", "You see it as I do: ask providers.", ["see", "providers"]),
        ("out-of-network care", "Care out of the network.", ["Care", "out", "network"]),
        ("plan -dental", "A dental plan.", ["plan"]),
        ('"net income" 2022', "Net income of 2022: income, net.", ["Net", "income", "2022", "income", "net"]),
        ("profit 17,476", "It rose by 17,476 to 17.476 or 17 476.", ["17,476", "17.476"]),
        ("Café prices", "The cafe's price-list.", ["cafe", "price"]),
        ("Wie hoch sind die Kosten?", "Die Kosten sind hoch.", ["Kosten", "hoch"]),
        ("", "Nothing was asked.", []),
        ("the of and", "the of and", []),
    ],
)
def test_words_are_marked_by_stem(question: str, text: str, expected: list[str]) -> None:
    assert marked(question, text) == expected


def test_scripts_without_spaces_are_marked_where_pieces_meet() -> None:
    assert marked("東京の人口", "日本の東京は人口が多い。") == ["東京", "人口"]


def test_marks_never_overlap_and_lie_in_the_text() -> None:
    text = "ประเทศไทย ประเทศ 人口人口 cost-cost, 1,000,000"
    stems = question_stems("ประเทศ 人口 costs 1,000,000", comparable_words)
    spans = marked_words(text, stems, comparable_words)
    assert spans
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_the_sentence_with_most_of_the_question_is_the_best() -> None:
    text = "Dogs bark. Cats may bark at a plan. The plan covers emergency care. A plan is a plan."
    start, end = best_sentence(text, question_stems("Does the plan cover emergencies?", comparable_words),
                               comparable_words) or (0, 0)  # fmt: skip
    assert text[start:end] == "The plan covers emergency care."


def test_without_a_shared_word_no_sentence_is_the_best() -> None:
    assert best_sentence("Dogs bark.", question_stems("zebra", comparable_words), comparable_words) is None
    assert best_sentence("", frozenset({"zebra"}), comparable_words) is None
