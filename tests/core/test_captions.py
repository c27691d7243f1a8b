"""What names a table or a list."""

from __future__ import annotations

import pytest

from core.captions import is_continuation, name_of_list, names_of_table
from core.types import Block, BlockKind

Kinds = list[tuple[str, BlockKind, int | None]]

ROW = ("Cash | 639", BlockKind.TABLE_ROW, 0)


def names(*said: str | tuple[str, BlockKind, int | None]) -> list[str]:
    """The names of the table among blocks, which are paragraphs where only their text is given."""
    parts: Kinds = [(text, BlockKind.PARAGRAPH, None) if isinstance(text, str) else text for text in said]
    blocks = [Block(kind, (((place, place + 1),),), table) for place, (_, kind, table) in enumerate(parts)]
    place = next(number for number, block in enumerate(blocks) if block.table is not None)
    return names_of_table(lambda block: parts[block.char_start][0], blocks, place)


@pytest.mark.parametrize(
    "caption",
    [
        "Table 4. Catch",
        "TABLE IV",
        "Table A.1: Tides",
        "Exhibit 2",
        "Tabelle 3: Fang",
        "Tableau 3",
        "Таблица 3",
        "表 3",
    ],
)
def test_captions_of_many_languages(caption: str) -> None:
    assert names("It rained.", caption, ROW) == [caption]
    assert names("It rained.", ROW, caption) == [caption]


@pytest.mark.parametrize(
    "unit",
    [
        "(in thousands)",
        "$ in millions",
        "(In millions, except per share data)",
        "in Mio. €",
        "TEUR",
        "(en miles de euros)",
    ],
)
def test_units_between_caption_and_table(unit: str) -> None:
    assert names("It rained.", "Table 4. Catch", unit, ROW) == ["Table 4. Catch", unit]
    assert names("It rained.", unit, ROW) == [unit]


def test_a_line_with_a_colon_introduces() -> None:
    assert names("The catch was as follows:", "(in thousands)", ROW) == ["The catch was as follows:", "(in thousands)"]


@pytest.mark.parametrize(
    "prose",
    [
        "Table salt was carried over the pass.",
        "It cost millions in 1884. It was worth it.",
        "x" * 201 + ":",
    ],
)
def test_prose_names_no_table(prose: str) -> None:
    assert names(prose, ROW) == []


def test_another_table_is_no_caption() -> None:
    assert names(("Table 1 | 2", BlockKind.TABLE_ROW, 1), ROW) == []


def test_what_introduces_a_list() -> None:
    paragraph = Block(BlockKind.PARAGRAPH, (((0, 1),),))
    assert name_of_list(lambda _: "The keeper had to bring:", paragraph) == "The keeper had to bring:"
    assert name_of_list(lambda _: "The keeper had to bring oil.", paragraph) == ""
    assert name_of_list(lambda _: "• a rope:", Block(BlockKind.LIST_ITEM, (((0, 1),),))) == ""
    assert name_of_list(lambda _: "Bring:", None) == ""


@pytest.mark.parametrize(
    ("line", "continues"),
    [
        ("Table 4 (continued)", True),
        ("Catch by harbour (cont.)", True),
        ("Table 4", True),
        ("It continued to rain.", False),
    ],
)
def test_a_line_may_say_that_a_table_goes_on(line: str, continues: bool) -> None:
    assert is_continuation(line) is continues
