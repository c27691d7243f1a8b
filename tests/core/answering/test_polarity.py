"""A "not" too many or too few, and opposites, are contradictions; a neighbour's "not" is none."""

from __future__ import annotations

import pytest

from core.answering.polarity import clauses_of, contradiction, opposites, said_to_be_absent
from core.answering.words import content_words
from core.index.analysis import comparable_words


def contradicts(claim: str, source: str) -> str:
    def stems(text: str) -> frozenset[str]:
        return content_words(text, comparable_words)

    return contradiction(clauses_of(claim, stems), clauses_of(source, stems))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Dental cleaning is not covered.", "Dental cleaning is covered, but cosmetic dentistry is not covered."),
        ("The plan covers travel expenses.", "The plan does not cover travel expenses for trials."),
        ("No colony keeps 34 degrees.", "A colony keeps 34 degrees in winter."),
        ("The lamp was never lit.", "The lamp was lit in 1874."),
        ("She was the first keeper.", "She wasn't the first keeper."),
        ("You can not get care without leaving home.", "You can get care without leaving home."),
    ],
)
def test_the_contrary_is_told(claim: str, source: str) -> None:
    assert "not" in contradicts(claim, source)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Dental cleaning is covered.", "Dental cleaning is covered, but cosmetic dentistry is not covered."),
        ("Cosmetic dentistry is not covered.", "Dental cleaning is covered, but cosmetic dentistry is not covered."),
        ("The lamp was not lit until 1874.", "They did not light the lamp until 1874."),
        ("Tests are covered.", "The plan does not cover glasses. Tests are covered."),
        ("It covers no glasses, such as those for reading.", "It covers no glasses, such as those for reading."),
        ("It is not only old.", "It is old."),
        ("See no. 5.", "See number 5."),
    ],
)
def test_what_agrees_is_no_contradiction(claim: str, source: str) -> None:
    assert contradicts(claim, source) == ""


@pytest.mark.parametrize(
    ("claim", "source", "absence"),
    [
        (
            "The deductible for tests is 100%.",
            "Tests, such as these, are covered at 100% with no deductible.",
            "no deductible",
        ),
        ("You need a referral for tests.", "You can have tests without any referral.", "without any referral"),
        ("Tests have no deductible.", "Tests are covered at 100% with no deductible.", ""),
        ("Tests are covered at 100%.", "Tests are covered at 100% with no deductible.", ""),
        ("The deductible is $ 20.", "With no deductible for tests, the deductible for others is $ 20.", ""),
        ("The plan has eyes.", "It covers no glasses that eyes need.", ""),
    ],
)
def test_what_is_said_to_be_absent(claim: str, source: str, absence: str) -> None:
    def stems(text: str) -> frozenset[str]:
        return content_words(text, comparable_words)

    assert said_to_be_absent(clauses_of(claim, stems), source, stems) == absence


@pytest.mark.parametrize(
    ("claim", "source", "pair"),
    [
        ("Sales decreased.", "Sales increased by 5 %.", ("decreased", "increased")),
        ("It is unsafe.", "It is safe.", ("unsafe", "safe")),
        ("It is safe.", "It is unsafe.", ("safe", "unsafe")),
        ("It is non-taxable.", "It is taxable.", ("non-taxable", "taxable")),
        ("Members are ineligible.", "Members are eligible.", ("ineligible", "eligible")),
        ("A rise makes it increase.", "A rise makes it decrease.", ("increase", "decrease")),
        ("Sales increased.", "Sales grew by 5 %.", None),
        ("Sales increased.", "Sales increased while costs decreased.", None),
        ("It lasts until noon.", "It lasts til noon.", None),
    ],
)
def test_opposites(claim: str, source: str, pair: tuple[str, str] | None) -> None:
    assert opposites(claim, source) == pair
