"""Tokens estimated where no tokenizer is at hand."""

from __future__ import annotations

import pytest

from core.llm.chat_model import estimate_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("lamp", 2),
        ("The lamp was lit.", 7),
        ("1874", 4),
        ("in 1874", 6),
        ("é", 1),
        ("灯塔", 3),
        ("😀", 2),
        ("\ud800", 1),
    ],
)
def test_prose_is_cheap_and_figures_and_other_scripts_are_not(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


def test_more_text_is_never_fewer_tokens() -> None:
    text = "The lamp on pier 17 was lit in 1874, by “Agnes Marrow” 灯 😀; see p. 12."
    counts = [estimate_tokens(text[:end]) for end in range(len(text) + 1)]
    assert counts == sorted(counts)
