"""Years, quarters, numbers and the like in a question, and which of them a new one stands for."""

from __future__ import annotations

import pytest

from core.answering.mentions import Kind, counterpart, mentions, shifted_year


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the profit in Q3 2022", [(Kind.QUARTER, "Q3"), (Kind.YEAR, "2022")]),
        ("on 4 May 1911", [(Kind.DATE, "4 May 1911")]),
        ("in May", [(Kind.MONTH, "May")]),
        ("what may they do", []),
        ("Article 5 of the act", [(Kind.NUMBERED, "Article 5")]),
        ("on pier 17", [(Kind.NUMBERED, "pier 17")]),
        ("in 17 rooms", [(Kind.NUMBER, "17")]),
        ("a loan of $5,000", [(Kind.AMOUNT, "$5,000")]),
        ("within 30 days", [(Kind.AMOUNT, "30 days")]),
        ("the lowest deductible", [(Kind.SUPERLATIVE, "lowest")]),
        ("a request of the guest", []),
        ("2021年", [(Kind.YEAR, "2021")]),
    ],
)
def test_what_a_text_mentions(text: str, found: list[tuple[Kind, str]]) -> None:
    assert [(mention.kind, mention.text) for mention in mentions(text)] == found


def test_the_last_of_the_same_kind_is_meant() -> None:
    old = mentions("from 2015 to 2018 on pier 17")
    new = mentions("2020")[0]
    found = counterpart(new, old)
    assert found is not None
    assert found.text == "2018"
    pier = counterpart(mentions("pier 9")[0], old)
    assert pier is not None
    assert pier.text == "pier 17"
    number = counterpart(mentions("18")[0], old)
    assert number is not None
    assert (number.text, number.start) == ("17", len("from 2015 to 2018 on pier "))
    assert counterpart(mentions("Article 3")[0], old) is None


def test_a_year_is_counted_from_the_one_before() -> None:
    assert shifted_year("the year before", "the profit in 2021") == "2020"
    assert shifted_year("in the following year", "from 2019 to 2021") == "in 2022"
    assert shifted_year("the year before", "the profit") == "the year before"
