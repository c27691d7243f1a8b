"""Pages in the order in which they are read, each stretch with its kind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from placed_pdf import Placed, column, placed_pdf

from core.reading.layout import lay_out_recognised
from core.reading.pdfium import PdfiumReader
from core.types import Block, BlockKind, Page, PageSource, WordBox

LEFT = (
    "The keeper of the lamp climbed up",
    "the narrow steps four times a day,",
    "and wrote the height of the tides",
    "into a blue book that was not lost.",
)
RIGHT = (
    "In winter the bees keep together",
    "in a ball that is warm within and",
    "cold outside, and they eat honey",
    "from October until late in March.",
)
MIDDLE = (
    "Salt was carried over the passes",
    "on mules, two blocks to an animal,",
    "until the railway tunnel was made",
    "and the inns along the road shut.",
)


def read(path: Path, pdf: bytes, index: int = 0, *, alone: bool = False) -> Page:
    path = path / "made.pdf"
    path.write_bytes(pdf)
    with PdfiumReader(path) as reader:
        return reader.read_page(index, alone=alone)


def said(page: Page, block: Block) -> str:
    return " ".join("".join(page.text[a:b] for a, b in line) for line in block.lines if line)


def texts(page: Page, kind: BlockKind | None = None) -> list[str]:
    return [said(page, block) for block in page.blocks if kind is None or block.kind is kind]


def interleaved(*columns: Sequence[Placed]) -> list[Placed]:
    """Columns written line by line across the page, as some programs do."""
    return [placed for row in zip(*columns, strict=True) for placed in row]


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_two_columns_written_across_are_read_one_after_the_other(tmp_path: Path, rotate: int) -> None:
    """Whichever way up the page is displayed: its text is upright on the paper, and is turned with it."""
    page = read(tmp_path, placed_pdf([interleaved(column(60, 100, LEFT), column(330, 100, RIGHT))], rotate=rotate))
    assert texts(page) == [" ".join(LEFT), " ".join(RIGHT)]


def test_three_columns_below_a_title_that_spans_them(tmp_path: Path) -> None:
    columns = interleaved(column(30, 100, LEFT), column(220, 100, MIDDLE), column(410, 100, RIGHT))
    page = read(tmp_path, placed_pdf([[Placed(90, 60, "Of the coast, the pass and the hills", 20), *columns]]))
    assert texts(page)[1:] == [" ".join(LEFT), " ".join(MIDDLE), " ".join(RIGHT)]
    assert page.blocks[0].kind is BlockKind.HEADING


def test_what_spans_the_columns_parts_them(tmp_path: Path) -> None:
    wide = "A line across the page that belongs to neither of the columns above or below it, but to both."
    above = interleaved(column(60, 100, LEFT), column(330, 100, RIGHT))
    below = interleaved(column(60, 220, MIDDLE), column(330, 220, LEFT))
    page = read(tmp_path, placed_pdf([[*above, Placed(60, 180, wide), *below]]))
    assert texts(page) == [" ".join(LEFT), " ".join(RIGHT), wide, " ".join(MIDDLE), " ".join(LEFT)]


def test_a_paragraph_goes_on_in_the_next_column(tmp_path: Path) -> None:
    left = (*LEFT[:3], "into a blue book that is, as we")
    right = ("know it, the oldest of the coast.", *RIGHT)
    page = read(tmp_path, placed_pdf([[*column(60, 100, left), *column(330, 100, right)]]))
    assert texts(page) == [" ".join([*left, *right])]


def test_a_file_written_from_the_foot_upwards_is_read_downwards(tmp_path: Path) -> None:
    page = read(tmp_path, placed_pdf([list(reversed(column(60, 100, LEFT)))]))
    assert texts(page) == [" ".join(LEFT)]


@pytest.mark.parametrize("turn", [1, 3])
def test_text_set_sideways_is_read_along_its_lines(tmp_path: Path, turn: int) -> None:
    step = -14 if turn == 1 else 14
    lines = [Placed(300 + i * step, 100 if turn == 1 else 600, line, turn=turn) for i, line in enumerate(LEFT)]
    assert texts(read(tmp_path, placed_pdf([lines]))) == [" ".join(LEFT)]


def test_a_line_that_runs_otherwise_than_the_page_comes_last(tmp_path: Path) -> None:
    page = read(tmp_path, placed_pdf([[Placed(20, 500, "arXiv 1234", turn=3), *column(60, 100, LEFT)]]))
    assert texts(page) == [" ".join(LEFT), "arXiv 1234"]


def test_the_columns_of_a_right_to_left_page_begin_on_the_right(tmp_path: Path) -> None:
    """Glyphs stand in the order in which they are seen; PDFium turns them around."""
    first = ("שומר המגדלור עלה במדרגות הצרות", "ארבע פעמים ביום וכתב את גובה", "הגאות בספר כחול שלא אבד לעולם") * 2
    second = ("הדבורים בחורף מתקבצות יחד לכדור", "חם מבפנים וקר מבחוץ ואוכלות דבש", "מאוקטובר עד סוף מרץ בכל שנה") * 2
    seen = [[line[::-1] for line in lines] for lines in (second, first)]
    page = read(tmp_path, placed_pdf([interleaved(column(60, 100, seen[0]), column(330, 100, seen[1]))]))
    assert " ".join(texts(page)) == " ".join([*first, *second])


def test_the_columns_of_a_scan_are_read_one_after_the_other() -> None:
    text, words = "", []
    for row in range(4):
        for left, line in ((60, LEFT[row]), (330, RIGHT[row])):
            for word in line.split():
                words.append(
                    WordBox(
                        len(text), len(text) + len(word), left, 100 + 13 * row, left + 5 * len(word), 110 + 13 * row
                    )
                )
                text += word + " "
                left += 5 * len(word) + 5
        text += "\n"
    page = lay_out_recognised(Page(0, "1", text, PageSource.OCR, words=tuple(words)))
    assert texts(page) == [" ".join(LEFT), " ".join(RIGHT)]


def test_a_page_that_only_pypdf_reads_has_no_blocks() -> None:
    page = Page(0, "1", "some words", PageSource.TEXT)
    assert lay_out_recognised(page) == page


# ── paragraphs, lists, footnotes ─────────────────────────────────────────────────────────────────────────────────


def test_paragraphs_end_where_their_lines_do(tmp_path: Path) -> None:
    lines = [*column(60, 100, LEFT), *column(60, 170, RIGHT)]
    assert texts(read(tmp_path, placed_pdf([lines]))) == [" ".join(LEFT), " ".join(RIGHT)]


def test_an_indented_line_behind_a_full_stop_begins_a_paragraph(tmp_path: Path) -> None:
    lines = [*column(60, 100, LEFT), Placed(76, 152, "In winter the bees keep together"), *column(60, 165, RIGHT[1:])]
    assert texts(read(tmp_path, placed_pdf([lines]))) == [" ".join(LEFT), " ".join(RIGHT)]


def test_points_of_a_list_are_blocks_of_their_own(tmp_path: Path) -> None:
    lines = column(
        60, 100, ["The keeper had to bring:", "• oil for the lamp and for the stove", "• a rope,", "3. a ladder"]
    )
    page = read(
        tmp_path,
        placed_pdf([[*lines[:2], Placed(68, 126, "of the lower room"), *column(60, 139, [p.text for p in lines[2:]])]]),
    )
    assert texts(page, BlockKind.LIST_ITEM) == [
        "• oil for the lamp and for the stove of the lower room",
        "• a rope,",
        "3. a ladder",
    ]


def test_footnotes_come_behind_the_body(tmp_path: Path) -> None:
    note = ["1 The book is kept in the museum of", "the harbour, in the second room."]
    left = [*column(60, 100, [*LEFT, *MIDDLE]), *column(60, 700, note, leading=10, size=7)]
    page = read(tmp_path, placed_pdf([[*left, *column(330, 100, [*RIGHT, *RIGHT])]]))
    assert page.blocks[-1].kind is BlockKind.FOOTNOTE
    assert texts(page, BlockKind.FOOTNOTE) == [" ".join(note)]


def test_small_print_high_on_the_page_is_no_footnote(tmp_path: Path) -> None:
    page = read(tmp_path, placed_pdf([[Placed(60, 80, "1 The first edition", 7), *column(60, 100, [*LEFT, *RIGHT])]]))
    assert texts(page, BlockKind.FOOTNOTE) == []


# ── running heads and feet ───────────────────────────────────────────────────────────────────────────────────────


def book(count: int, head: str = "The Lamplighter’s Handbook", size: float = 10) -> bytes:
    bodies = (LEFT, RIGHT, MIDDLE)
    return placed_pdf(
        [
            [
                Placed(60, 40, head, size),
                *column(60, 100, [f"Chapter {'abcdefgh'[number]} of the book", *bodies[number % 3]]),
                Placed(300, 770, f"Page {number + 1} of {count}"),
            ]
            for number in range(count)
        ]
    )


@pytest.mark.parametrize("index", range(6))
def test_lines_that_the_neighbours_have_too_are_running_heads(tmp_path: Path, index: int) -> None:
    page = read(tmp_path, book(6), index)
    assert texts(page, BlockKind.RUNNING_HEAD) == ["The Lamplighter’s Handbook", f"Page {index + 1} of 6"]
    assert page.text.startswith("The Lamplighter’s Handbook")  # nothing is taken out of the page's text


def test_the_order_of_reading_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "book.pdf"
    path.write_bytes(book(8))
    with PdfiumReader(path) as forwards, PdfiumReader(path) as backwards:
        pages = [forwards.read_page(i) for i in range(8)]
        assert [backwards.read_page(i) for i in reversed(range(8))] == pages[::-1]


def test_left_and_right_pages_may_have_heads_of_their_own(tmp_path: Path) -> None:
    heads = ["The Lamplighter’s Handbook", "Part One"] * 4
    pages = [[Placed(60, 40, head), *column(60, 100, (LEFT, RIGHT, MIDDLE)[i % 3])] for i, head in enumerate(heads)]
    assert texts(read(tmp_path, placed_pdf(pages), 4), BlockKind.RUNNING_HEAD) == [heads[4]]


def test_two_pages_are_too_few_to_tell(tmp_path: Path) -> None:
    assert texts(read(tmp_path, book(2)), BlockKind.RUNNING_HEAD) == []


def test_a_page_read_alone_keeps_its_head(tmp_path: Path) -> None:
    assert texts(read(tmp_path, book(6), 3, alone=True), BlockKind.RUNNING_HEAD) == []


def test_a_large_title_is_kept_unless_nearly_all_neighbours_have_it(tmp_path: Path) -> None:
    assert texts(read(tmp_path, book(3, size=20), 1), BlockKind.RUNNING_HEAD) == ["Page 2 of 3"]


def test_sentences_that_differ_in_their_numbers_are_no_running_heads(data: Path) -> None:
    """Every page of this file begins with "Pier 3" in large letters and "Pier 3 lies 231 paces east …"."""
    with PdfiumReader(data / "long.pdf") as reader:
        assert all(texts(reader.read_page(i), BlockKind.RUNNING_HEAD) == [] for i in range(8))


def test_roman_numbers_of_pages_are_running_feet(tmp_path: Path) -> None:
    pages = [[*column(60, 100, (LEFT, RIGHT, MIDDLE)[i % 3]), Placed(300, 770, "i" * (i + 1))] for i in range(3)]
    assert texts(read(tmp_path, placed_pdf(pages), 1), BlockKind.RUNNING_HEAD) == ["ii"]


def test_the_same_words_at_another_height_are_no_running_head(tmp_path: Path) -> None:
    pages = [[Placed(60, 40 + 15 * i, "The keeper"), *column(60, 140, (LEFT, RIGHT, MIDDLE)[i % 3])] for i in range(5)]
    assert texts(read(tmp_path, placed_pdf(pages), 2), BlockKind.RUNNING_HEAD) == []


def test_a_damaged_neighbour_is_none(tmp_path: Path) -> None:
    whole = book(6)
    third = [i for i in range(len(whole)) if whole.startswith(b"/Type /Page ", i)][3]
    damaged = whole[:third] + b"/Type /Pxge " + whole[third + 12 :]
    page = read(tmp_path, damaged, 2)
    assert texts(page, BlockKind.RUNNING_HEAD) == ["The Lamplighter’s Handbook", "Page 3 of 6"]


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_word_is_in_one_block(data: Path, sample: Path) -> None:
    for path in (data / "two_columns.pdf", data / "table.pdf", data / "outline.pdf", sample):
        with PdfiumReader(path) as reader:
            for index in range(reader.page_count):
                page = reader.read_page(index)
                spans = sorted(span for block in page.blocks for line in block.lines for span in line)
                assert all(a[1] <= b[0] for a, b in pairwise(spans))
                inside = {i for a, b in spans for i in range(a, b)}
                assert all(c.isspace() for i, c in enumerate(page.text) if i not in inside)


def test_the_page_is_as_large_as_it_is(tmp_path: Path) -> None:
    """A box of the paper that pages inherit from their tree counts too."""
    words = [Placed(60, 40, "The head"), *column(60, 100, LEFT)]
    boxed, inherited = (placed_pdf([words, words, words], box_of_tree=tree) for tree in (False, True))
    assert read(tmp_path, boxed) == read(tmp_path, inherited)
    assert "The head" in texts(read(tmp_path, inherited), BlockKind.RUNNING_HEAD)
