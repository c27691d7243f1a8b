"""Rows, columns and headers of tables, from where their words stand."""

from __future__ import annotations

from pathlib import Path

from placed_pdf import Placed, column, placed_pdf

from core.reading.pdfium import PdfiumReader
from core.types import BlockKind, Page

Rows = list[list[str]]
PROSE = ("The harbour master weighed the catch of every year at the quay of Skell, and kept", "the figures in a book.")


def grid(
    rows: Rows, lefts: tuple[float, ...] = (60, 260, 340, 420), top: float = 200, leading: float = 14
) -> list[Placed]:
    """Cells in columns; an empty cell leaves nothing."""
    return [
        Placed(left, top + number * leading, cell)
        for number, row in enumerate(rows)
        for left, cell in zip(lefts, row, strict=False)
        if cell
    ]


def read(path: Path, *placed: Placed) -> Page:
    (path / "table.pdf").write_bytes(placed_pdf([placed]))
    with PdfiumReader(path / "table.pdf") as reader:
        return reader.read_page(0)


def rows_of(page: Page, kind: BlockKind | None = None) -> Rows:
    return [
        [" ".join(page.text[a:b] for a, b in cell) for cell in block.lines]
        for block in page.blocks
        if block.table is not None and kind in (None, block.kind)
    ]


CATCH = [
    ["Year", "Barrels", "Boats"],
    ["Catch of 1899", "9,214", "71"],
    ["Catch of 1900", "8,870", "70"],
    ["All", "18,084", "141"],
]


def test_a_table_between_paragraphs(tmp_path: Path) -> None:
    page = read(tmp_path, *column(60, 160, PROSE), *grid(CATCH), *column(60, 290, PROSE))
    assert rows_of(page) == CATCH
    assert rows_of(page, BlockKind.TABLE_HEADER) == CATCH[:1]
    assert [block.table is None for block in page.blocks] == [True, False, False, False, False, True]


def test_a_table_written_column_by_column(tmp_path: Path) -> None:
    by_column = sorted(grid(CATCH), key=lambda placed: placed.left)
    assert rows_of(read(tmp_path, *by_column)) == CATCH


def test_years_name_columns_and_the_lines_above_them_too(tmp_path: Path) -> None:
    rows = [
        ["", "Year ended", "Year ended"],
        ["(in thousands)", "2022", "2021"],
        ["Assets", "", ""],
        ["Cash", "639", "593"],
        ["Stores", "253", "314"],
    ]
    page = read(tmp_path, *grid(rows))
    assert rows_of(page, BlockKind.TABLE_HEADER) == [["(in thousands)", "Year ended 2022", "Year ended 2021"]]
    assert rows_of(page, BlockKind.TABLE_ROW) == rows[2:]


def test_a_name_over_the_columns_is_part_of_the_header_though_written_behind_it(tmp_path: Path) -> None:
    """There is room for a rule between it and the years."""
    over = Placed(330, 181, "Fiscal year")
    years = grid([["", "2022", "2021"], ["Cash", "17,639", "12,593"], ["Stores", "1,253", "1,314"]])
    page = read(tmp_path, *years, over, *column(60, 300, PROSE))
    assert rows_of(page, BlockKind.TABLE_HEADER) == [["", "2022", "Fiscal year 2021"]]
    assert page.headings == ()


def test_a_header_over_two_columns_is_the_first_one_s(tmp_path: Path) -> None:
    over = Placed(275, 186, "Nine months ended")
    page = read(
        tmp_path, over, *grid([["", "2022", "2021"], ["Cash", "17,639", "12,593"], ["Stores", "1,253", "1,314"]])
    )
    assert rows_of(page, BlockKind.TABLE_HEADER) == [["", "Nine months ended 2022", "2021"]]


def test_wrapped_labels_and_cells_are_joined(tmp_path: Path) -> None:
    rows = [
        ["Net cash provided by operating", "", ""],
        ["activities of the harbour", "5,000", "4,000"],
        ["Stores", "253", "314"],
        ["Boats", "66", "41"],
    ]
    assert rows_of(read(tmp_path, *grid(rows, leading=11))) == [
        ["Net cash provided by operating activities of the harbour", "5,000", "4,000"],
        *rows[2:],
    ]


def test_a_currency_sign_belongs_to_its_figure(tmp_path: Path) -> None:
    rows = [
        ["Cash", "$      639", "$      120"],
        ["Stores", "$     (53   )", "$       14"],
        ["Boats", "$       66", "$       41"],
    ]
    found = rows_of(read(tmp_path, *grid(rows, lefts=(60, 260, 420))))
    assert [[" ".join(cell.split()) for cell in row] for row in found] == [
        ["Cash", "$ 639", "$ 120"], ["Stores", "$ (53 )", "$ 14"], ["Boats", "$ 66", "$ 41"],
    ]  # fmt: skip


def test_dots_that_lead_to_a_figure_end_the_label(tmp_path: Path) -> None:
    lines = [f"{label} {'.' * 30} {figure}" for label, figure in (("Cash", 639), ("Salt", 253), ("Rope", 166))]
    page = read(tmp_path, *column(60, 100, lines))
    assert [row[-1] for row in rows_of(page)] == ["639", "253", "166"]


def test_a_table_of_words(tmp_path: Path) -> None:
    rows = [
        ["Pier", "Keeper", "Trade"],
        ["North", "Ada Birch", "cooper"],
        ["South", "Hugo Farrow", "pilot"],
        ["East", "Ilse Calder", "midwife"],
    ]
    page = read(tmp_path, *grid(rows))
    assert rows_of(page) == rows
    assert rows_of(page, BlockKind.TABLE_HEADER) == rows[:1]


def test_prose_beside_a_box_is_no_table(tmp_path: Path) -> None:
    """As on a page of an encyclopedia: what stands at the same height by chance is not a row."""
    prose = ["The lighthouse at Cape Sorrow was finished in the year 1867, and its tower is"] * 6
    box = ["Built 1867", "Height 43 m", "Steps 214", "Lamp oil", "Keeper one", "Open daily"]
    page = read(tmp_path, *column(60, 100, prose), *column(480, 100, box))
    assert rows_of(page) == []
    assert "".join(page.text[a:b] for a, b in page.blocks[0].lines[0]) == prose[0]


def test_two_rows_of_words_are_no_table(tmp_path: Path) -> None:
    assert rows_of(read(tmp_path, *grid([["North pier", "Ada Birch"], ["South pier", "Hugo Farrow"]]))) == []


def test_tables_far_apart_are_two(tmp_path: Path) -> None:
    page = read(tmp_path, *grid(CATCH, top=100), *grid(CATCH, top=400))
    assert {block.table for block in page.blocks} == {0, 1}
    assert rows_of(page) == [*CATCH, *CATCH]
