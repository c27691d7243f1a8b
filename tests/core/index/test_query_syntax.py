"""What may be typed beside words, and what only looks like it."""

from __future__ import annotations

import pytest

from core.index.query_syntax import KeywordQuery, parse


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", KeywordQuery("")),
        ("who lit the lamp?", KeywordQuery("who lit the lamp?")),
        ('the "red lamp" there', KeywordQuery("the red lamp there", phrases=("red lamp",))),
        ('("red lamp")?', KeywordQuery("( red lamp )?", phrases=("red lamp",))),
        ("lamp -pier", KeywordQuery("lamp", excluded=("pier",))),
        ('lamp -"old pier" x', KeywordQuery("lamp x", excluded=("old pier",))),
        ("lamp -well-known.", KeywordQuery("lamp .", excluded=("well-known",))),
        ("micro* lamp", KeywordQuery("lamp", prefixes=("micro",))),
        ("WX-10* x", KeywordQuery("x", prefixes=("WX-10",))),
        ("東京* 塔", KeywordQuery("塔", prefixes=("東京",))),
    ],
)
def test_operators(query: str, expected: KeywordQuery) -> None:
    assert parse(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "the keeper's lamp, don't",
        "a well-known lamp",
        "from 5 - 7",
        "a loss of -5 million",
        "a - b",
        "lamp-",
        'a lone " mark',
        '""',
        '" "',
        'a 5" pipe and a 6" pipe',
        "„Model C“ and “quoted in print” and «comme ça»",
        "2 * 3",
        "a* b",
        "*",
        "-",
        "(((",
        "text:lamp AND ~2^",
    ],
)
def test_plain_text_is_no_operator(query: str) -> None:
    parsed = parse(query)
    assert not parsed.filters
    assert parsed.text == query
