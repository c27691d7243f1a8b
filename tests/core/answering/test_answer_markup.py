"""Markdown to blocks: hostile input, marks, sentences."""

from __future__ import annotations

import pytest

from core.answering.answer_blocks import Block, BlockKind, Run, Style
from core.answering.answer_markup import layout_answer
from core.types import AnswerSentence, Citation, Verdict


def runs(blocks: tuple[Block, ...]) -> list[Run]:
    return [run for block in blocks for row in block.rows for cell in row for run in cell]


def words(blocks: tuple[Block, ...]) -> str:
    return "".join(run.text for run in runs(blocks) if not run.number)


def chips(blocks: tuple[Block, ...]) -> list[tuple[int, int]]:
    return [(run.sentence, run.number) for run in runs(blocks) if run.number]


def sentence(text: str, *numbers: int, verdict: Verdict = Verdict.SUPPORTED) -> AnswerSentence:
    return AnswerSentence(text, tuple(Citation(n, "d", 0, "1", 0, 1, "q") for n in numbers), verdict)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script> <b>x</b>", "<script>alert(1)</script> <b>x</b>"),
        ("<img src=http://e.org/x.png>", "<img src=http://e.org/x.png>"),
        ("![a picture](http://e.org/x.png)", "a picture (http://e.org/x.png)"),
        ("[the form](http://e.org)", "the form (http://e.org)"),
        ("<http://e.org>", "http://e.org"),
        ("[1]: http://e.org\n", "[1]: http://e.org"),
        ("chip \ufffc here", "chip  here"),
    ],
)
def test_hostile_markup_stays_words(text: str, shown: str) -> None:
    assert words(layout_answer(text)) == shown


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a [1]", [1]),
        ("a [2][3]", [2, 3]),
        ("a [1, 2]; b [3;4]", [1, 2, 3, 4]),
        ("a [1-3]", [1, 2, 3]),
        ("a [9] and [0] and [2024]", []),
        ("`a[1]`", []),
        ("```\na[1]\n```", []),
        ("a [1](x.html)", []),
    ],
)
def test_marks_become_chips_only_where_there_is_a_passage(text: str, numbers: list[int]) -> None:
    assert [number for _, number in chips(layout_answer(text, (), 8))] == numbers


TEXT = "You will **pay more**. [1]\n\nIt has no emergency cover [2]. Cleaning is included. Choose a near provider."
SENTENCES = (
    sentence("You will **pay more**. [1]", 1),
    sentence("It has no emergency cover [2].", 2),
    sentence("Cleaning is included.", verdict=Verdict.UNSUPPORTED),
    sentence("Choose a near provider.", 1, verdict=Verdict.PARTLY),  # cited without a mark in the text
)


def test_sentences_own_their_chips_and_get_missing_ones() -> None:
    blocks = layout_answer(TEXT, SENTENCES, 8)
    assert chips(blocks) == [(0, 1), (1, 2), (3, 1)]
    of_third = "".join(run.text for run in runs(blocks) if run.sentence == 2 and not run.number)
    assert of_third == "Cleaning is included."


def test_sentences_are_found_across_markup_and_blocks() -> None:
    text = "# Cover\n\n1. **First** _fact_ &amp; more.\n2. Second.\n\n| a | b |\n|---|---|\n| third cell | x [2] |"
    sentences = [sentence("**First** _fact_ &amp; more.", 1), sentence("Second.", 3), sentence("third cell | x [2]", 2)]
    assert chips(layout_answer(text, sentences, 8)) == [(0, 1), (1, 3), (2, 2)]


def test_a_sentence_that_is_not_there_changes_nothing_else() -> None:
    blocks = layout_answer("One. Two.", [sentence("Nowhere at all.", 1), sentence("Two.", 2)], 8)
    assert chips(blocks) == [(1, 2)]


def test_a_chip_at_the_start_belongs_to_the_first_sentence() -> None:
    assert chips(layout_answer("[1] One. Two.", [sentence("One.", 1), sentence("Two.")], 8)) == [(0, 1)]


def test_blocks_and_styles() -> None:
    blocks = layout_answer("## H\n\n- a\n  - **b**\n\n> q\n\n---\n\n```py\nx = 1\n```\n\n~~old~~ text")
    assert [(block.kind, block.level, block.marker) for block in blocks] == [
        (BlockKind.HEADING, 2, ""),
        (BlockKind.ITEM, 1, "•"),
        (BlockKind.ITEM, 2, "•"),
        (BlockKind.QUOTE, 1, ""),
        (BlockKind.RULE, 0, ""),
        (BlockKind.CODE, 0, ""),
        (BlockKind.PARAGRAPH, 0, ""),
    ]
    assert blocks[2].rows[0][0] == (Run("b", Style.BOLD),)
    assert blocks[6].rows[0][0][0] == Run("old", Style.STRIKE)


def test_every_prefix_of_an_answer_can_be_shown() -> None:
    text = TEXT + "\n\n- a [1]\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```\ncode"
    for end in range(len(text) + 1):
        layout_answer(text[:end], SENTENCES, 8)
