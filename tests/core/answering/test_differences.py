"""What differs between sentences that say nearly the same: numbers, names, and a "not"."""

from __future__ import annotations

import pytest
from passages import words

from core.answering.differences import Details, closest, nearly_same

Missing = tuple[tuple[str, ...], tuple[str, ...]]


@pytest.fixture
def details() -> Details:
    return Details(words, ("Lease of old", "Northwind Standard"))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("The rent is 1,200 crowns.", "The rent is 1,450 crowns.", (("1,200",), ("1,450",))),
        ("The rent is 1,200 crowns.", "The rent is 1200 crowns.", ((), ())),
        ("You pay 20% of it.", "You pay 20 percent of it.", ((), ())),
        ("You pay 20% of it.", "You pay 30% of it.", (("20%",), ("30%",))),
        ("It costs $6,000 a year.", "It costs $4,000 a year.", (("$6,000",), ("$4,000",))),
        ("Send it to Agnes Marrow.", "Send it to Elias Fenwick.", (("Agnes", "Marrow"), ("Elias", "Fenwick"))),
        ("A dog may be kept.", "A dog may not be kept.", ((), ("not",))),
        ("It was on March 3.", "It was on April 3.", (("March",), ("April",))),
        ("The lamp is lit.", "A lamp is lit.", ((), ())),
        ("In the Northwind plan it is 20.", "In the plan it is 20.", ((), ())),
    ],
)
def test_what_differs(details: Details, left: str, right: str, expected: Missing) -> None:
    assert details.differing(left, right) == expected
    assert details.differing(right, left) == expected[::-1]


def test_a_sentence_differs_in_nothing_from_itself(details: Details) -> None:
    text = "On March 3 Agnes Marrow paid $1,200.50, not 20% of it."
    assert details.differing(text, text) == ((), ())


def test_versions_of_a_sentence_are_found_whatever_their_numbers(details: Details) -> None:
    left = [details.wording(text) for text in ("The yearly rent is 1,200 crowns.", "Dogs may be kept in the room.")]
    right = [details.wording(text) for text in ("Bees keep 34 degrees.", "The yearly rent is 1,450 crowns.")]
    assert nearly_same(left, right) == [(0, 1)]


def test_each_sentence_is_in_one_pair_at_most_and_the_most_alike_come_first() -> None:
    one, other = frozenset("abcde"), frozenset("abcdx")
    assert nearly_same([one, one], [other, one]) == [(0, 1), (1, 0)]


def test_sentences_without_words_are_versions_of_nothing() -> None:
    assert nearly_same([frozenset()], [frozenset()]) == []


def test_the_closest_in_meaning_pair_first_and_far_ones_not_at_all() -> None:
    assert closest([[0.7, 0.9], [0.8, 0.85], [0.1, 0.2]], 0.6) == [(0, 1), (1, 0)]
