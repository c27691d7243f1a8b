from __future__ import annotations

import random

import pytest

from core.chunking.chunker import ChunkingSettings, HeadingPath, chunk_page
from core.reading.text.blocks import Block
from core.reading.text.parts import LONGEST_PART, block_spans, cut_into_parts, outline_of, with_headings
from core.types import Page, PageSource

SENTENCES = "The keeper climbs the tower at dusk. " * 20


def paragraphs(count: int) -> list[Block]:
    return [Block(f"{number}. {SENTENCES}".strip()) for number in range(count)]


def test_short_documents_are_one_part() -> None:
    (part,) = cut_into_parts([[Block("Lamps", 1), Block("They burn."), Block("Oil", 2), Block("It flows.")]])
    assert part.text == "Lamps\n\nThey burn.\n\nOil\n\nIt flows."
    assert (part.index, part.label, part.source) == (0, "§ 1", PageSource.TEXT)
    assert [(h.text, h.level, part.text[h.char_start :][:3]) for h in part.headings] == [
        ("Lamps", 1, "Lam"),
        ("Oil", 2, "Oil"),
    ]


def test_a_high_heading_opens_a_part_and_a_low_one_does_not() -> None:
    parts = cut_into_parts([[*paragraphs(3), Block("High", 2), *paragraphs(1), Block("Low", 3), *paragraphs(1)]])
    assert [part.text.split("\n\n")[0][:4] for part in parts] == ["0. T", "High"]
    assert [part.label for part in parts] == ["§ 1", "§ 2"]


def test_chapters_are_parts_of_their_own_but_for_a_title_page() -> None:
    parts = cut_into_parts([[Block("On lamps", 1)], paragraphs(1), paragraphs(1)])
    assert [part.text[:8] for part in parts] == ["On lamps", "0. The k"]


def test_no_part_is_longer_than_the_longest_and_nothing_is_lost() -> None:
    blocks = [Block("word " * 5000), *paragraphs(40), Block("lamp" * 9000), Block("one\n" * 4000)]
    blocks = [Block(block.text.strip()) for block in blocks]
    parts = cut_into_parts([blocks])
    assert max(len(part.text) for part in parts) <= LONGEST_PART
    assert "".join("".join(part.text.split()) for part in parts) == "".join(
        "".join(block.text.split()) for block in blocks
    )


def test_a_heading_does_not_end_a_part() -> None:
    parts = cut_into_parts([[*paragraphs(7), Block("Then", 4), *paragraphs(7)]])
    assert all(not part.headings or part.headings[-1].char_start + 20 < len(part.text) for part in parts)
    assert "Then" in {heading.text for part in parts for heading in part.headings}


def test_equal_blocks_give_equal_parts() -> None:
    make = random.Random(7)
    blocks = [Block("word " * make.randint(1, 900), make.choice((0, 0, 0, 1, 3))) for _ in range(200)]
    blocks = [Block(block.text.strip(), block.level) for block in blocks]
    assert cut_into_parts([blocks]) == cut_into_parts([list(blocks)])


@pytest.mark.parametrize("sections", [[], [[]], [[], []]])
def test_no_text_is_one_empty_part_that_says_so(sections: list[list[Block]]) -> None:
    assert cut_into_parts(sections) == (Page(0, "§ 1", "", PageSource.EMPTY, "There is no text in this file."),)


def test_headings_come_back_from_the_outline() -> None:
    blocks = [Block("Oil"), Block("Lamps", 1), *paragraphs(4), Block("Oil", 2), *paragraphs(2), Block("Wicks", 3)]
    parts = cut_into_parts([blocks, paragraphs(2)])
    stored = [Page(part.index, part.label, part.text, part.source) for part in parts]
    assert with_headings(stored, outline_of(parts)) == parts


def test_blocks_are_found_in_a_part() -> None:
    text = "One.\n\nTwo\nlines.\n\nThree."
    assert [text[a:b] for a, b in block_spans(text)] == ["One.", "Two\nlines.", "Three."]


def test_blocks_do_not_run_into_each_other_in_chunks() -> None:
    rows = [Block(f"Lamp: Number {n} · Keeper: Anna Lund · Oil: {n * 12} litres in the year") for n in range(8)]
    (part,) = cut_into_parts([[Block("Lamps", 1), *rows, Block("• one thing"), Block("• another thing")]])
    settings = ChunkingSettings(max_tokens=60)
    chunks = chunk_page(part, HeadingPath(), "T", "t.md", lambda texts: [len(t.split()) for t in texts], settings)
    lines = [line for chunk, _ in chunks for line in chunk.text.split("\n")]
    assert lines == part.text.split("\n\n")
    assert all(chunk.heading_path == ("Lamps",) for chunk, _ in chunks)
