"""Compound words, divided where both parts are known."""

from __future__ import annotations

import pytest

from core.index.compounds import parts_of

KNOWN = {"fusion": 5, "plan": 9, "kirche": 3, "mitglieder": 4, "sport": 7, "portfolio": 1, "portplan": 1, "fusi": 1}


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("fusionsplan", ("fusion", "plan")),
        ("kirchenmitglieder", ("kirche", "mitglieder")),
        ("sportportfolio", ("sport", "portfolio")),
        ("fusionsbau", None),
        ("bauplan", None),
        ("sportplan", ("sport", "plan")),
        ("plan", None),
        ("plan2022plan", None),
        ("", None),
    ],
)
def test_a_compound_has_the_parts_that_are_known(word: str, parts: tuple[str, str] | None) -> None:
    assert parts_of(word, lambda form: KNOWN.get(form, 0)) == parts


def test_the_commonest_parts_win() -> None:
    known = {"staub": 1, "ecken": 1, "stau": 50, "becken": 60}
    assert parts_of("staubecken", lambda form: known.get(form, 0)) == ("stau", "becken")
