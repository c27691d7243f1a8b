"""Names are capitalised words within a sentence, acronyms and identifiers; a sentence's first word is seldom one."""

from __future__ import annotations

import pytest

from core.answering.names import names_of
from core.index.analysis import comparable_words


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The lamp was lit by Agnes Marrow in March 1874.", ["Agnes Marrow"]),
        ("Marrow lit the lamp of the WX-1003B.", ["Marrow", "WX-1003B"]),
        ("Keepers lit it quickly.", []),
        ("In 2020 the iPhone sold well at Johnson & Johnson.", ["iPhone", "Johnson & Johnson"]),
        ("Contoso's plan covers MRI scans.", ["Contoso", "MRI"]),
        ("Es ist der Turm auf dem Felsen und das Haus der Familie.", []),
        ("**Deductible:** Standard applies.", []),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    found = names_of(text, comparable_words, lambda word: word in {"standard", "deductible"})
    assert [name.said for name in found] == names


def test_a_capital_at_the_beginning_alone_is_a_weak_sign() -> None:
    (first, second) = names_of("Marrow met Calder.", comparable_words, lambda _: False)
    assert (first.opens, second.opens) == (True, False)
