"""Annual reports, slides, brochures, guides and papers, from the file to the chunk: what each kind asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from fpdf import FPDF
from placed_pdf import Placed, column, placed_pdf
from stand_ins import HashEmbedder

from core.chunking.chunker import ChunkingSettings, HeadingPath, chunk_page, outline_path
from core.reading.document_reader import DocumentReader
from core.types import BlockKind, Chunk, Page

TIDES = (
    "The keeper of the lamp climbed up",
    "the narrow steps four times a day,",
    "and wrote the height of the tides",
    "into a blue book that was not lost.",
)
BEES = (
    "In winter the bees keep together",
    "in a ball that is warm within and",
    "cold outside, and they eat honey",
    "from October until late in March.",
)
SALT = (
    "Salt was carried over the passes",
    "on mules, two blocks to an animal,",
    "until the railway tunnel was made",
    "and the inns along the road shut.",
)


def pages_of(path: Path, pdf: bytes, name: str = "made.pdf") -> list[Page]:
    (path / name).write_bytes(pdf)
    with DocumentReader(path / name) as reader:
        return [reader.read_page(index) for index in range(reader.page_count)]


def chunks_of(path: Path, pdf: bytes, max_tokens: int = 96) -> list[Chunk]:
    """All chunks of a file, each held against the page: every stretch stands where it says."""
    (path / "made.pdf").write_bytes(pdf)
    chunks: list[Chunk] = []
    with DocumentReader(path / "made.pdf") as reader:
        headings = outline_path(reader.survey().outline, 0)
        for index in range(reader.page_count):
            page = reader.read_page(index)
            for chunk, _ in chunk_page(
                page, headings, "Title", "made.pdf", HashEmbedder().count_tokens, ChunkingSettings(max_tokens)
            ):
                for run in chunk.runs:
                    there = page.text[run.char_start : run.char_start + run.length]
                    here = chunk.text[run.text_start : run.text_start + run.length]
                    assert there.replace("\u00ad", "-").split() == here.split()
                chunks.append(chunk)
    return chunks


def paths_of(chunks: Sequence[Chunk]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(chunk.heading_path for chunk in chunks))


def bold_line(left: float, baseline: float, *parts: tuple[str, bool], size: float = 10) -> list[Placed]:
    """Return parts of one line side by side, each bold or not; a letter is half its size wide."""
    placed = []
    for text, bold in parts:
        placed.append(Placed(left, baseline, text, size, bold))
        left += (len(text) + 1) * size / 2
    return placed


# ── annual reports ───────────────────────────────────────────────────────────────────────────────────────────────

LEFTS = (60, 300, 380, 460)


def grid(rows: Sequence[Sequence[str]], top: float, leading: float = 14) -> list[Placed]:
    return [
        Placed(left, top + number * leading, cell)
        for number, row in enumerate(rows)
        for left, cell in zip(LEFTS, row, strict=False)
        if cell
    ]


def catch(first: int, after: int) -> list[list[str]]:
    return [
        [f"Harbour of pier {n}", f"{n * 17},{n % 9}14", f"{n * 13},{n % 7}25", f"({n * 3})"]
        for n in range(first, after)
    ]


def test_an_unruled_table_keeps_caption_unit_and_header_in_each_chunk(tmp_path: Path) -> None:
    """The header has two rows, its unit stands above it, its caption above that."""
    header = [["", "Year ended", "Year ended", "Change"], ["", "2022", "2021", ""]]
    page = [
        Placed(60, 60, "Table 4. Catch by harbour"),
        Placed(60, 84, "(in thousands of barrels)"),
        *grid([*header, *catch(11, 39)], 110),
    ]
    chunks = chunks_of(tmp_path, placed_pdf([page]))
    assert len(chunks) > 2
    lead = (
        "Table 4. Catch by harbour\n(in thousands of barrels)\nYear ended 2022 | Year ended 2021 | Change\nHarbour of"
    )
    assert all(chunk.text.startswith(lead) for chunk in chunks)


def test_a_line_that_introduces_a_table_is_its_caption(tmp_path: Path) -> None:
    page = [
        *column(60, 60, ["The catch of the harbours was as follows:"]),
        *grid([["", "2022", "2021"], *catch(11, 39)], 90),
    ]
    chunks = chunks_of(tmp_path, placed_pdf([page]))
    assert all(chunk.text.startswith("The catch of the harbours was as follows:\n2022 | 2021\n") for chunk in chunks)


def test_rows_on_the_next_page_have_the_header_of_the_page_before(tmp_path: Path) -> None:
    """And on the one after that, for neither of them repeats it."""
    first = [Placed(60, 60, "Table 4. Catch by harbour"), *grid([["", "2022", "2021", "Change"], *catch(11, 40)], 90)]
    pages = [first, grid(catch(40, 80), 60), grid(catch(80, 90), 60)]
    chunks = chunks_of(tmp_path, placed_pdf(pages))
    assert {chunk.page_index for chunk in chunks} == {0, 1, 2}
    assert all(chunk.text.startswith("Table 4. Catch by harbour\n2022 | 2021 | Change\nHarbour") for chunk in chunks)


def test_a_table_that_goes_on_may_say_so(tmp_path: Path) -> None:
    first = grid([["", "2022", "2021", "Change"], *catch(11, 40)], 90)
    second = [Placed(60, 60, "Table 4 (continued)"), *grid(catch(40, 44), 84)]
    last = chunks_of(tmp_path, placed_pdf([first, second]))[-1]
    assert last.text.startswith("Table 4 (continued)\n")
    (page,) = pages_of(tmp_path, placed_pdf([first, second]))[1:]
    assert page.table_lead == "2022 | 2021 | Change"


def test_another_table_on_the_next_page_keeps_to_itself(tmp_path: Path) -> None:
    first = grid([["", "2022", "2021", "Change"], *catch(11, 40)], 90)
    narrower = [[row[0], row[1]] for row in catch(40, 44)]
    with_header = [["", "2019", "2018", "Change"], *catch(40, 44)]
    for second in (grid(narrower, 60), grid(with_header, 60), [*column(60, 60, TIDES), *grid(catch(40, 44), 140)]):
        assert pages_of(tmp_path, placed_pdf([first, second]))[1].table_lead == ""


def test_a_ruled_table_over_two_pages(tmp_path: Path) -> None:
    """Made by fpdf2, once with its header on both pages and once without; the cells are words."""
    for repeated in (True, False):
        pdf = FPDF(format=(148, 210))
        pdf.set_font("Helvetica", size=10)
        pdf.add_page()
        with pdf.table(repeat_headings=int(repeated), line_height=7) as table:
            table.row(("Keeper", "Trade", "Town"))
            for number in range(40):
                table.row((f"Agnes {'ABCDEFGHIJ'[number % 10]}. Marrow", f"cooper {number}", "Skell"))
        pages = pages_of(tmp_path, bytes(pdf.output()))
        assert len(pages) == 2
        chunks = chunks_of(tmp_path, bytes(pdf.output()))
        assert [chunk.text.startswith("Keeper | Trade | Town\nAgnes") for chunk in chunks] == [True] * len(chunks)


def test_a_page_read_alone_knows_nothing_of_the_table_before(tmp_path: Path) -> None:
    first = grid([["", "2022", "2021", "Change"], *catch(11, 40)], 90)
    (tmp_path / "made.pdf").write_bytes(placed_pdf([first, grid(catch(40, 44), 60)]))
    with DocumentReader(tmp_path / "made.pdf") as reader:
        assert reader.read_page(1).table_lead == "2022 | 2021 | Change"
        assert reader.read_page(1, alone=True).table_lead == ""


def test_a_rotated_page_with_a_table_reads_like_any_other(tmp_path: Path) -> None:
    rows = [["", "2022", "2021", "Change"], *catch(11, 15)]
    upright, turned = (chunks_of(tmp_path, placed_pdf([grid(rows, 90)], rotate=r)) for r in (0, 90))
    assert [chunk.text for chunk in turned] == [chunk.text for chunk in upright]


def test_a_running_head_that_changes_with_the_chapter(tmp_path: Path) -> None:
    """Chapters of four pages; heads and "Page 3 of 12" leave the chunks of all of them."""
    pages = [
        [
            Placed(60, 30, f"Chapter {['One', 'Two', 'Three'][number // 4]}", 8),
            *column(60, 100, (TIDES, BEES, SALT)[number % 3]),
            Placed(300, 770, f"Page {number + 1} of 12", 8),
        ]
        for number in range(12)
    ]
    chunks = chunks_of(tmp_path, placed_pdf(pages))
    assert [chunk.text for chunk in chunks] == [" ".join((TIDES, BEES, SALT)[number % 3]) for number in range(12)]


def test_bold_words_that_begin_a_paragraph_name_it(tmp_path: Path) -> None:
    long = [*TIDES, *BEES, *SALT, *TIDES, *BEES, *SALT]
    page = [
        Placed(60, 60, "Results", 16, True),
        *bold_line(60, 90, ("2022 versus 2021.", True), ("The harbour earned more than in", False)),
        *column(60, 103, long),
    ]
    chunks = chunks_of(tmp_path, placed_pdf([page]))
    assert chunks[0].text.startswith("Results\n2022 versus 2021. The harbour earned more than in the year") is False
    assert "2022 versus 2021. The harbour earned more than in The keeper" in chunks[0].text
    assert chunks[-1].heading_path == ("Results", "2022 versus 2021")


# ── slides ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_slide_is_its_title_and_its_points(tmp_path: Path) -> None:
    """Large short lines without a full stop; the points below are smaller, those below them smaller still."""
    slide = [
        Placed(50, 80, "Why the herring stayed away", 36, True),
        Placed(60, 160, "• Colder water than in any year", 20),
        Placed(90, 190, "– two degrees since 1881", 16),
        Placed(90, 215, "– measured at the quay", 16),
        Placed(60, 250, "• Steam trawlers", 20),
        Placed(60, 285, "• Less food", 20),
    ]
    (chunk,) = chunks_of(tmp_path, placed_pdf([slide]))
    assert chunk.heading_path == ("Why the herring stayed away",)
    assert chunk.text.split("\n") == [
        "Why the herring stayed away",
        "• Colder water than in any year",
        "– two degrees since 1881",
        "– measured at the quay",
        "• Steam trawlers",
        "• Less food",
    ]


def test_each_slide_stands_below_its_own_title(tmp_path: Path) -> None:
    titles = ("Why the herring stayed away", "What the harbour lost", "What we do now")
    slides = [
        [Placed(50, 80, title, 32), *column(60, 160, [f"• {line}" for line in TIDES], leading=30, size=18)]
        for title in titles
    ]
    assert paths_of(chunks_of(tmp_path, placed_pdf(slides))) == [(title,) for title in titles]


# ── brochures ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_panels_side_by_side_are_read_one_after_the_other(tmp_path: Path) -> None:
    """Each with a headline of its own over its column."""
    panels = [
        (30, "The lamp", TIDES),
        (220, "The hives", BEES),
        (410, "The pass", SALT),
    ]
    rows = [[Placed(left, 90, head, 14, True), *column(left, 120, [*lines, *lines])] for left, head, lines in panels]
    across = [placed for row in zip(*rows, strict=True) for placed in row]  # written line by line across the page
    page = [Placed(90, 50, "A day at the coast of Skell", 24, True), *across]
    text = "\n".join(chunk.text for chunk in chunks_of(tmp_path, placed_pdf([page])))
    assert text.split("\n") == [
        "A day at the coast of Skell",
        *(part for _, head, lines in panels for part in (head, " ".join([*lines, *lines]))),
    ]


def test_lines_stretched_to_the_edge_are_no_table(tmp_path: Path) -> None:
    """A narrow justified column has gaps between words that are as wide as those between cells."""

    def stretched(baseline: float, words: Sequence[str]) -> list[Placed]:
        room = 165 - 5 * sum(map(len, words))
        placed, left = [], 60.0
        for word in words:
            placed.append(Placed(left, baseline, word))
            left += 5 * len(word) + room / (len(words) - 1)
        return placed

    words = [
        ["In", "winter", "bees", "keep", "together"],
        ["within", "a", "ball", "that", "breathes"],
        ["and", "warms", "the", "queen", "inside"],
        ["until", "the", "last", "of", "winter"],
    ]
    page = [placed for number, line in enumerate(words) for placed in stretched(100 + 13 * number, line)]
    (chunk,) = chunks_of(tmp_path, placed_pdf([page]))
    assert chunk.text == " ".join(word for line in words for word in line)


# ── guides ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_numbered_headings_stand_below_each_other_whatever_they_look_like(tmp_path: Path) -> None:
    """ "2.1.3" is set like the text; its number, and the room around it, say that it is a heading."""
    page = [
        Placed(60, 60, "2 The lamp", 14, True),
        Placed(60, 90, "2.1 Lighting it", 10, True),
        *column(60, 112, [*TIDES, *BEES]),
        Placed(60, 240, "2.1.3 When it smokes"),
        *column(60, 270, [*SALT, *TIDES]),
        Placed(60, 400, "2.2 Putting it out", 10, True),
        *column(60, 422, [*BEES, *SALT]),
    ]
    assert paths_of(chunks_of(tmp_path, placed_pdf([page]), max_tokens=64)) == [
        ("2 The lamp", "2.1 Lighting it"),
        ("2 The lamp", "2.1 Lighting it", "2.1.3 When it smokes"),
        ("2 The lamp", "2.2 Putting it out"),
    ]


def test_a_clause_with_a_number_is_no_heading(tmp_path: Path) -> None:
    lines = [
        "2.1 The keeper shall light the lamp at dusk and shall not leave the tower before",
        "dawn, whatever the weather.",
        "2.2 The harbour pays for oil.",
    ]
    (page,) = pages_of(tmp_path, placed_pdf([column(60, 100, lines, leading=20)]))
    assert page.headings == ()


def test_steps_and_their_parts_stay_together_with_what_introduces_them(tmp_path: Path) -> None:
    steps = ["Before you light the lamp:"]
    for number in range(1, 5):
        steps += [f"{number}. Take the key of room {number} from its hook", f"a) and open the door of room {number}"]
    page = [*column(60, 60, [*TIDES, *BEES]), *column(60, 200, steps)]
    chunks = chunks_of(tmp_path, placed_pdf([page]), max_tokens=110)
    (whole,) = (chunk for chunk in chunks if "1. Take" in chunk.text)
    assert all(step in whole.text for step in steps)


def test_a_list_that_does_not_fit_keeps_what_introduces_it(tmp_path: Path) -> None:
    points = [f"• oil for the lamp of pier {number} and for its stove" for number in range(30)]
    page = column(60, 60, ["The keeper had to bring:", *points], leading=20)
    chunks = chunks_of(tmp_path, placed_pdf([page]))
    assert len(chunks) > 2
    assert all(chunk.text.startswith("The keeper had to bring:\n• oil") for chunk in chunks)


# ── papers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_paper_in_two_columns(tmp_path: Path) -> None:
    """Title and authors over both columns, abstract, a word parted between columns, ligatures, footnote, references."""
    left = ["Abstract", *TIDES, "1 Introduction", *BEES, "The harbour book is of the light\u00ad"]
    right = ["house of Skell, the ﬁrst oﬃce", "that was kept on that coast.", *SALT, "References", "[1] D. Lunn, 1881."]
    heads = {"Abstract", "1 Introduction", "References"}

    def set_in(x: float, lines: Sequence[str]) -> list[Placed]:
        return [Placed(x, 140 + 13 * n, line, 10, line in heads) for n, line in enumerate(lines)]

    note = Placed(60, 700, "1 The book is kept in the museum.", 7)
    page = [
        Placed(60, 60, "The herring and the temperature of the water off", 16, True),
        Placed(60, 80, "the coast of Skell", 16, True),
        Placed(60, 110, "Dorothea Lunn and Elias Fenwick"),
        *set_in(60, left),
        note,
        *set_in(330, right),
    ]
    chunks = chunks_of(tmp_path, placed_pdf([page]), max_tokens=200)
    text = "\n".join(chunk.text for chunk in chunks)
    title = "The herring and the temperature of the water off the coast of Skell"
    assert text.startswith(f"{title}\nDorothea Lunn and Elias Fenwick\nAbstract\n{' '.join(TIDES)}\n1 Introduction\n")
    assert "The harbour book is of the lighthouse of Skell, the first office that was kept on that coast." in text
    assert text.endswith("References\n[1] D. Lunn, 1881.\n1 The book is kept in the museum.")
    assert chunks[0].heading_path[0] == title
    (read,) = pages_of(tmp_path, placed_pdf([page]))
    assert [heading.text for heading in read.headings] == [title, "Abstract", "1 Introduction", "References"]


def test_the_outline_says_which_lines_are_headings(tmp_path: Path) -> None:
    """Its titles differ a little from the text's: another case, no number, a full stop; one is set like the text."""
    pdf = FPDF(format=(148, 210))
    for title, level, heading, size in (
        ("Introduction", 0, "1. INTRODUCTION", 10),
        ("The Keeper’s Duties".replace("’", "'"), 1, "1.1 The keeper's duty", 12),
        ("Of salt", 0, "2. Of Salt.", 10),
    ):
        pdf.add_page()
        pdf.start_section(title, level=level)
        pdf.set_font("Helvetica", size=size)
        pdf.multi_cell(0, 9, heading, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=10)
        pdf.multi_cell(0, 5, " ".join([*TIDES, *BEES]), align="L", new_x="LMARGIN", new_y="NEXT")
    chunks = chunks_of(tmp_path, bytes(pdf.output()))
    assert paths_of(chunks) == [
        ("1. INTRODUCTION",),
        ("1. INTRODUCTION", "1.1 The keeper's duty"),
        ("2. Of Salt.",),
    ]


def test_what_the_outline_leaves_out_stands_below_what_it_has(tmp_path: Path) -> None:
    pdf = FPDF(format=(148, 210))
    for title in ("Of lamps", "Of salt"):
        pdf.add_page()
        pdf.start_section(title)
        for text, size in ((title, 12), ("In the old days", 20)):
            pdf.set_font("Helvetica", size=size)
            pdf.multi_cell(0, 9, text, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("Helvetica", size=10)
        pdf.multi_cell(0, 5, " ".join([*TIDES, *BEES, *SALT] * 3), align="L", new_x="LMARGIN", new_y="NEXT")
    paths = paths_of(chunks_of(tmp_path, bytes(pdf.output())))
    assert ("Of lamps", "In the old days") in paths
    assert ("Of salt", "In the old days") in paths


@pytest.mark.parametrize("first", [1, 2])
def test_whoever_begins_to_read_in_the_middle_knows_the_headings_above(tmp_path: Path, first: int) -> None:
    """A batch of pages begins anywhere; the page before tells what it stands below."""
    pages = [
        [Placed(60, 60, "Of lamps", 16, True), *column(60, 100, TIDES)],
        [Placed(60, 60, "Of salt", 16, True), *column(60, 100, SALT)],
        [*column(60, 100, BEES)],
    ]
    (tmp_path / "made.pdf").write_bytes(placed_pdf(pages))
    path = HeadingPath()
    with DocumentReader(tmp_path / "made.pdf") as reader:
        for index in range(first, 3):
            chunks = chunk_page(
                reader.read_page(index), path, "T", "made.pdf", HashEmbedder().count_tokens, ChunkingSettings(96)
            )
    assert chunks[0][0].heading_path == ("Of salt",)


def test_large_print_that_goes_on_for_lines_is_prose(tmp_path: Path) -> None:
    """As the letter to the shareholders that opens a report."""
    page = [*column(60, 60, [*TIDES, *BEES], leading=22, size=18), *column(60, 300, [*SALT, *TIDES, *BEES, *SALT])]
    page = [Placed(p.left, p.baseline, p.text.rstrip(".,"), p.size) for p in page]
    (read,) = pages_of(tmp_path, placed_pdf([page]))
    assert read.headings == ()
    assert read.blocks[0].kind is BlockKind.PARAGRAPH
