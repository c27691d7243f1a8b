"""Numbers of headings."""

from __future__ import annotations

import pytest

from core.heading_numbers import begins_anew, heading_number, is_below, without_number


@pytest.mark.parametrize(
    ("heading", "number", "rest"),
    [
        ("2.1.3 The keeper", ("2", "1", "3"), "The keeper"),
        ("2. Of salt", ("2",), "Of salt"),
        ("Chapter 4: Bees", ("4",), "Bees"),
        ("Kapitel 4 Bienen", ("4",), "Bienen"),
        ("Section 2.1 Lights", ("2", "1"), "Lights"),
        ("A.1 Tides", ("A", "1"), "Tides"),
        ("A colony of bees", (), "A colony of bees"),
        ("2016 versus 2015", (), "2016 versus 2015"),
        ("3.5%", (), "3.5%"),
        ("The keeper", (), "The keeper"),
    ],
)
def test_the_number_of_a_heading(heading: str, number: tuple[str, ...], rest: str) -> None:
    assert heading_number(heading) == number
    assert without_number(heading) == rest


@pytest.mark.parametrize(
    ("line", "anew"),
    [("Note 6. Property", True), ("Item 1A. Risks", True), ("2.1 Lights", True), ("Part II", True), ("of Salt", False)],
)
def test_a_line_with_a_number_of_its_own_continues_no_heading(line: str, anew: bool) -> None:
    assert begins_anew(line) is anew


def test_a_longer_number_is_below_its_beginning() -> None:
    assert is_below(("2", "1"), ("2",))
    assert is_below(("2", "1", "3"), ("2",))
    assert not is_below(("2", "1"), ("2", "1"))
    assert not is_below(("2",), ("2", "1"))
    assert not is_below(("3", "1"), ("2",))
