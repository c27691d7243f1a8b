"""Numbers and dates are compared by what they are worth, not by how they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.answering.dates import Date
from core.answering.quantities import quantities_of


def lacks(source: str, claim: str, language: str = "en", around: str = "") -> list[str]:
    return [fact.said for fact in quantities_of(source, language, around).lacks(quantities_of(claim, language))]


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        ("It cost 1,234.5 in all.", "It cost 1234.5 in all."),
        ("Sales of $1.2 million.", "Sales of 1,200,000 dollars."),
        ("Sales of US$ 14 billion.", "$14bn of sales."),
        ("It grew by 5 %.", "It grew by 5 percent."),
        ("It grew by 5 per cent.", "It grew by 5%."),
        ("There are three lamps.", "There are 3 lamps."),
        ("There are 21 keepers.", "There are twenty-one keepers."),
        ("It has 205 steps.", "It has two hundred and five steps."),
        ("Between 5 and 10 million people.", "At least 5 million people."),
        ("From 5 to 10 million people.", "At least 5 million people."),
        ("On 12 March 2024.", "On March 12, 2024."),
        ("On 2024-03-12.", "On 12 March 2024."),
        ("On the 21st of June 1874.", "In June 1874."),
        ("On 12 March 2024.", "In 2024."),
        ("12–14 March 2024.", "From 12 March 2024."),
        ("On 3.4.2024.", "On 3 April 2024."),
        ("Revenue was $500.", "Revenue was 500."),
        ("In the fourth year.", "In the 4th year."),
    ],
)
def test_the_same_number_in_another_form_is_there(source: str, claim: str) -> None:
    assert lacks(source, claim) == []


@pytest.mark.parametrize(
    ("source", "claim", "missing"),
    [
        ("It cost 1,234.", "It cost 1,235.", "1,235"),
        ("Sales of $1.2 million.", "Sales of $1.2 billion.", "$1.2 billion"),
        ("Sales of 1.2 million.", "Sales of 1.2.", "1.2"),
        ("It grew by 5 %.", "It grew by 5.", "5"),
        ("It has 5 rooms.", "It grew by 5 %.", "5 %"),
        ("It cost $5.", "It cost €5.", "€5"),
        ("There are three lamps.", "There are four lamps.", "four"),
        ("On 12 March 2024.", "On 13 March 2024.", "13 March 2024"),
        ("On 12 March 2024.", "On 12 April 2024.", "12 April 2024"),
        ("In February 2014, and again in May 2013.", "In May 2014.", "May 2014"),
        ("The form 10-K.", "It cost 10,000.", "10,000"),
    ],
)
def test_another_number_is_not_there(source: str, claim: str, missing: str) -> None:
    assert lacks(source, claim) == [missing]


def test_separators_are_read_by_the_language() -> None:
    (number,) = quantities_of("Es kostet 1.234,5 Euro.", "de").numbers
    assert (number.values, number.unit) == (frozenset({Decimal("1234.5")}), "€")
    assert quantities_of("1.234 Tonnen", "de").numbers[0].values == {Decimal(1234)}
    assert quantities_of("1.234 tonnes", "en").numbers[0].values == {Decimal("1.234")}


def test_a_tables_scale_holds_for_its_plain_numbers() -> None:
    assert lacks("Interest | 4,094", "Interest was $4.094 million.", around="(in thousands)") == []
    assert lacks("Interest | 4,094", "Interest was 4,094.", around="(in thousands)") == []
    assert lacks("Interest | 4,094", "Interest was $4.094 million.") == ["$4.094 million"]


def test_one_is_a_word_rather_than_a_number() -> None:
    assert lacks("A lamp.", "It is one of them, and a third party's.") == []


def test_a_day_that_may_be_read_in_two_ways_agrees_with_both() -> None:
    (date,) = quantities_of("On 3/4/2024.").dates
    assert isinstance(date, Date)
    assert date.readings == {(2024, 3, 4), (2024, 4, 3)}
    assert lacks("On 4 March 2024.", "On 3/4/2024.") == []
    assert quantities_of("It may rain in 45/13/2024.").dates == ()
