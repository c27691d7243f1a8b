"""From blocks to text, and back to the page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stand_ins import HashEmbedder

from core.chunking.chunker import ChunkingSettings, HeadingPath, chunk_page
from core.chunking.page_text import page_text
from core.chunking.text_writer import NOWHERE
from core.types import Block, BlockKind, Chunk, Heading, Page, PageSource, TextRun


def page_of(*blocks: tuple[BlockKind, tuple[str, ...]] | tuple[BlockKind, tuple[str, ...], int]) -> Page:
    """Return a page of blocks, each line or cell of them on a line of its own."""
    text, made, headings = "", [], []
    for kind, lines, *table in blocks:
        spans = []
        for line in lines:
            spans.append(((len(text), len(text) + len(line)),) if line else ())
            text += line + ("" if line.endswith("\u00ad") else "\r\n")
        made.append(Block(kind, tuple(spans), table[0] if table else None))
        if kind is BlockKind.HEADING:
            headings.append(Heading(made[-1].char_start, 1, " ".join(lines)))
    return Page(0, "1", text, PageSource.TEXT, headings=tuple(headings), blocks=tuple(made))


def paragraph(*lines: str) -> Page:
    return page_of((BlockKind.PARAGRAPH, lines))


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("the lamp was", "lit by  the keeper"), "the lamp was lit by the keeper"),
        (("the light\u00ad", "house"), "the lighthouse"),
        (("a well-known, state-of-the\u00ad", "art lamp"), "a well-known, state-of-the-art lamp"),
        (("every brand\u00ad", "name drug, not a Brand-Name one"), "every brand-name drug, not a Brand-Name one"),
        (("灯塔的守护", "人每天"), "灯塔的守护人每天"),
        (("灯塔", "of Skell"), "灯塔 of Skell"),
        (("등대", "지기"), "등대 지기"),
        (("the ﬁrst oﬃce", "５ boats"), "the first office 5 boats"),
        (("ﻻ", "zero\u200bwidth"), "لا zerowidth"),
        (("Lights ........ 12", "Fish . . . . . 14"), "Lights 12 Fish 14"),
        (("and so on ... they", "went"), "and so on ... they went"),
    ],
)
def test_lines_become_prose(lines: tuple[str, ...], text: str) -> None:
    page = paragraph(*lines)
    laid = page_text(page)
    assert laid.text.strip() == text
    assert len(laid.offsets) == len(laid.text)
    for character, offset in zip(laid.text, laid.offsets, strict=True):
        assert offset == NOWHERE or page.text[offset] == character or not page.text[offset].isascii()


def test_each_letter_of_a_ligature_stands_where_it_does() -> None:
    laid = page_text(paragraph("a ﬁsh"))
    assert laid.text == "a fish"
    assert laid.runs(0, 6) == (TextRun(0, 0, 3), TextRun(3, 2, 3))
    assert laid.runs(2, 4, shift=10) == (TextRun(10, 2, 1), TextRun(11, 2, 1))


def test_spans_in_another_order_are_read_in_theirs() -> None:
    text = "واليه ثم"
    page = Page(
        0, "1", text, PageSource.TEXT, blocks=(Block(BlockKind.PARAGRAPH, (((0, 1), (2, 3), (1, 2), (3, 8)),)),)
    )
    laid = page_text(page)
    assert laid.text == "ولايه ثم"
    assert list(laid.offsets) == [0, 2, 1, 3, 4, 5, 6, 7]


def test_what_runs_on_every_page_is_said_in_the_context_only() -> None:
    page = page_of(
        (BlockKind.RUNNING_HEAD, ("Harbour of Skell",)),
        (BlockKind.RUNNING_HEAD, ("12",)),
        (BlockKind.PARAGRAPH, ("It rained.",)),
    )
    ((chunk, context),) = chunked(page)
    assert chunk.text == "It rained."
    assert context == "Title · Harbour of Skell"


def chunked(page: Page, max_tokens: int = 64) -> list[tuple[Chunk, str]]:
    settings = ChunkingSettings(max_tokens)
    return chunk_page(page, HeadingPath(), "Title", "title.pdf", HashEmbedder().count_tokens, settings)


HEADER = (BlockKind.TABLE_HEADER, ("", "Barrels", "Boats"), 0)


def row(year: int) -> tuple[BlockKind, tuple[str, ...], int]:
    return (BlockKind.TABLE_ROW, (f"Catch of {year}", f"{year * 5:,}", "" if year % 2 else "70"), 0)


def test_cells_are_parted_and_empty_ones_left_out() -> None:
    assert (
        page_text(page_of(HEADER, row(1899), row(1900))).text
        == "Barrels | Boats\nCatch of 1899 | 9,495\nCatch of 1900 | 9,500 | 70"
    )


def test_rows_in_a_later_chunk_get_caption_and_header_again() -> None:
    caption = (BlockKind.PARAGRAPH, ("Table 1. Herring landed at Skell.",))
    page = page_of(caption, HEADER, *(row(year) for year in range(1860, 1900)))
    chunks = [chunk for chunk, _ in chunked(page)]
    assert len(chunks) > 2
    lead = "Table 1. Herring landed at Skell.\nBarrels | Boats\n"
    assert all(chunk.text.startswith(lead) for chunk in chunks)
    for chunk in chunks[1:]:
        assert chunk.runs[0].text_start == len(lead)  # the repeated words stand nowhere
        assert page.text[chunk.char_start : chunk.char_end].startswith("Catch of")
    assert "".join(chunk.text for chunk in chunks).count("Catch of 1875 |") == 1


def test_a_header_that_is_parted_from_its_caption_gets_it_again() -> None:
    words = (BlockKind.PARAGRAPH, (" ".join(["lamp"] * 54) + ".",))
    caption = (BlockKind.PARAGRAPH, ("Table 1. Herring landed at Skell.",))
    chunks = [chunk for chunk, _ in chunked(page_of(words, caption, HEADER, row(1899), row(1900), row(1901)))]
    assert [chunk.text.partition("Barrels")[0] for chunk in chunks[1:]] == ["Table 1. Herring landed at Skell.\n"]


def test_rows_that_go_on_from_the_page_before_have_its_header() -> None:
    page = replace(page_of(row(1899), row(1900)), table_lead="Table 1. Herring.\nBarrels | Boats")
    ((chunk, _),) = chunked(page)
    assert chunk.text == "Table 1. Herring.\nBarrels | Boats\nCatch of 1899 | 9,495\nCatch of 1900 | 9,500 | 70"
    assert page.text[chunk.char_start :].startswith("Catch of 1899")


def test_the_first_words_of_a_paragraph_may_be_its_heading() -> None:
    """They open a section and stay where they are."""
    words = "Costs. " + "They rose in the year after the herring had stayed away. " * 8
    page = page_of((BlockKind.PARAGRAPH, (words.strip(),)))
    page = replace(page, headings=(Heading(0, 5, "Costs"),))
    chunks = [chunk for chunk, _ in chunked(page)]
    assert len(chunks) > 1
    assert {chunk.heading_path for chunk in chunks} == {("Costs",)}
    assert chunks[0].text.startswith("Costs. They rose")


def test_a_caption_below_its_table_is_found_too() -> None:
    page = page_of(HEADER, *(row(year) for year in range(1860, 1900)), (BlockKind.PARAGRAPH, ("Table 2: Herring.",)))
    assert chunked(page)[1][0].text.startswith("Table 2: Herring.\nBarrels | Boats\nCatch")


def test_a_list_is_kept_whole_where_it_fits() -> None:
    prose = (
        BlockKind.PARAGRAPH,
        ("The keeper climbed the steps four times a day and wrote down all that he saw there.",) * 2,
    )
    points = [(BlockKind.LIST_ITEM, (f"• point {i} of the list of things to bring",)) for i in range(4)]
    chunks = chunked(page_of(prose, *points), max_tokens=56)
    assert [chunk.text.count("•") for chunk, _ in chunks] == [0, 4]


def test_a_full_chunk_ends_with_its_paragraph() -> None:
    words = " ".join(["lamp"] * 54) + "."
    page = page_of((BlockKind.PARAGRAPH, (words,)), (BlockKind.PARAGRAPH, ("Short one. Short two. Short three.",)))
    assert [chunk.text for chunk, _ in chunked(page)] == [words, "Short one. Short two. Short three."]


def test_fields_and_comments_have_chunks_of_their_own() -> None:
    """Their places are boxes, those of the text are PDFium's: one highlight is one or the other."""
    page = page_of(
        (BlockKind.PARAGRAPH, ("It rained.",)),
        (BlockKind.FORM_FIELD, ("Name: Agnes",)),
        (BlockKind.FORM_FIELD, ("Year: 1874",)),
        (BlockKind.ANNOTATION, ("Elias: Ask her.",)),
    )
    assert [chunk.text for chunk, _ in chunked(page)] == ["It rained.", "Name: Agnes\nYear: 1874", "Elias: Ask her."]


def test_headings_are_entered_where_they_are_read() -> None:
    prose = (
        BlockKind.PARAGRAPH,
        ("The keeper climbed the steps four times a day and wrote down all that he saw.",) * 3,
    )
    page = page_of((BlockKind.HEADING, ("Of the", "coast")), prose, (BlockKind.HEADING, ("Of the hills",)), prose)
    assert [chunk.heading_path for chunk, _ in chunked(page)] == [("Of the coast",), ("Of the hills",)]
    assert chunked(page)[0][0].text.startswith("Of the coast\n")
