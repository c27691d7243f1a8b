"""Tidied text, and the way back to the page for each of its characters."""

from __future__ import annotations

import random

import pytest

from core.chunking.tidy_text import tidy


def words(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        ("", ""),
        ("   \r\n \t ", ""),
        ("one line", "one line"),
        ("  much   space\tbetween  ", "much space between"),
        ("the lamp was lit by\r\nthe keeper of the pier", "the lamp was lit by the keeper of the pier"),
        ("the light\u00ad\r\nhouse on the rock of", "the lighthouse on the rock of"),
        (
            "a well-known, state-of-the\u00ad\r\nart lamp of brass and",
            "a well-known, state-of-the-art lamp of brass and",
        ),
        ("zero\u200bwidth\ufeff and \x00nothing", "zerowidth and nothing"),
    ],
)
def test_examples(raw: str, tidied: str) -> None:
    result = tidy(raw)
    assert result.text == tidied
    assert len(result.offsets) == len(result.text)


def test_a_short_line_ends_its_paragraph() -> None:
    result = tidy("a long line that goes to the end\r\nof it.\r\nanother long line to the very end")
    assert result.text == "a long line that goes to the end of it.\nanother long line to the very end"


def test_a_point_of_a_list_begins_a_paragraph() -> None:
    result = tidy(
        "these are the points of the list:\r\n• the first of the points, which\r\n2. the second of the points, too"
    )
    assert result.text.split("\n")[1:] == ["• the first of the points, which", "2. the second of the points, too"]


def test_a_heading_stands_alone() -> None:
    raw = "the end of the first section is here\r\nThe second section of them\r\nbegins with words as long as these"
    result = tidy(raw, breaks=[raw.index("The second")])
    assert "\nThe second section of them\n" in result.text


def random_page(chance: random.Random) -> str:
    pieces = [
        "lamp",
        "Keeper",
        "1,867",
        "light\u00ad",
        "well-known",
        "naïve",
        "中文",
        "\u200b",
        "•",
        "a)",
        "😀",
        "end.",
    ]
    spaces = [" ", "  ", "\r\n", "\n", "\t", "\u00a0", " \r\n "]
    return "".join(chance.choice(pieces) + chance.choice(spaces) for _ in range(chance.randint(1, 80)))


@pytest.mark.parametrize("seed", range(50))
def test_every_character_knows_where_it_came_from(seed: int) -> None:
    raw = random_page(random.Random(seed))
    result = tidy(raw)
    assert list(result.offsets) == sorted(set(result.offsets))
    for character, offset in zip(result.text, result.offsets, strict=True):
        original = raw[offset] if offset < len(raw) else "\n"
        assert (
            original == character
            or (character in " \n" and original.isspace())
            or (character, original) == ("-", "\u00ad")
        )
    lost = set(range(len(raw))) - set(result.offsets)
    assert all(raw[i].isspace() or raw[i] in "\u200b\u00ad" for i in lost)


@pytest.mark.parametrize("seed", range(20))
def test_a_span_of_the_tidy_text_is_that_span_of_the_page(seed: int) -> None:
    chance = random.Random(seed)
    raw = random_page(chance)
    result = tidy(raw)
    for _ in range(20 if result.text else 0):
        start = chance.randrange(len(result.text))
        end = chance.randrange(start, len(result.text)) + 1
        first, last = result.page_span(start, end)
        assert words(tidy(raw[first:last]).text).replace("-", "") == words(result.text[start:end]).replace("-", "")


def test_a_piece_of_a_page_keeps_the_indices_of_the_page() -> None:
    raw = "first words, then more words"
    at = raw.index("then")
    result = tidy(raw[at:], base=at)
    assert result.page_span(0, 4) == (at, at + 4)


def test_an_empty_span_is_a_place() -> None:
    result = tidy("lamp")
    assert result.page_span(2, 2) == (2, 2)
    assert result.page_span(9, 9) == (0, 0)


def test_an_empty_line_ends_a_paragraph_whatever_the_lengths() -> None:
    assert tidy("A row of the table\n\nAnother row of it\nwrapped here so").text == (
        "A row of the table\nAnother row of it wrapped here so"
    )
