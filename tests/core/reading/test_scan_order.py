"""The order of lines on a scan: columns, titles across them, tables, and pages that lie askew."""

from __future__ import annotations

import numpy as np
import pytest

from core.reading.scan_order import Boxes, reading_order
from core.reading.scan_pose import is_sideways, is_tall, levelled, turned

Line = tuple[float, float, float]  # left, top, width; every line is 10 high


def boxes(*lines: Line) -> Boxes:
    return np.array([(left, top, left + width, top + 10) for left, top, width in lines], np.float64)


def column(left: float, tops: range, width: float = 200) -> list[Line]:
    return [(left, top, width) for top in tops]


def quads(lines: Boxes, degrees: float = 0.0) -> np.ndarray:
    """Corners of lines on a page that is turned by an angle about its corner."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (lines[:, [[0, 1], [2, 1], [2, 3], [0, 3]]] @ turn).astype(np.float32)


def flat(rows: list[list[int]]) -> list[int]:
    return [i for row in rows for i in row]


def test_no_lines_have_no_order() -> None:
    assert reading_order(np.empty((0, 4))) == []


def test_one_column_is_read_from_the_top() -> None:
    lines = boxes((50, 40, 300), (50, 0, 300), (50, 20, 120))
    assert reading_order(lines) == [[1], [2], [0]]


def test_two_columns_are_read_one_after_the_other() -> None:
    lines = boxes(*column(50, range(0, 80, 16)), *column(270, range(0, 80, 16)))
    assert flat(reading_order(lines)) == list(range(10))


def test_three_columns_of_different_length() -> None:
    lines = boxes(
        *column(0, range(0, 96, 16), 150), *column(170, range(0, 64, 16), 150), *column(340, range(0, 80, 16), 150)
    )
    assert flat(reading_order(lines)) == list(range(15))


def test_a_title_and_a_footer_across_both_columns_stay_where_they_are() -> None:
    title, footer = (60.0, 0.0, 380.0), (100.0, 200.0, 300.0)
    lines = boxes(footer, *column(50, range(20, 100, 16)), *column(270, range(20, 100, 16)), title)
    assert flat(reading_order(lines)) == [11, *range(1, 11), 0]


def test_a_heading_in_the_middle_cuts_the_columns_into_bands() -> None:
    above, below = range(0, 64, 16), range(100, 164, 16)
    lines = boxes(*column(50, above), *column(270, above), (50, 76, 420), *column(50, below), *column(270, below))
    assert flat(reading_order(lines)) == list(range(17))


def test_the_rows_of_a_table_stay_together() -> None:
    tops = range(0, 160, 20)
    lines = boxes(*column(0, tops, 120), *column(200, tops, 40), *column(260, tops, 40))
    assert reading_order(lines) == [[i, i + 8, i + 16] for i in range(8)]


def test_pieces_of_one_line_that_stand_a_little_higher_are_one_row() -> None:
    lines = np.array([(0, 0, 100, 10), (110, 2, 200, 12), (0, 16, 90, 26)], np.float64)
    assert reading_order(lines) == [[0, 1], [2]]


def test_blocks_below_each_other_are_not_columns() -> None:
    lines = boxes(*column(0, range(0, 64, 16), 150), *column(200, range(100, 164, 16), 150))
    assert flat(reading_order(lines)) == list(range(8))


@pytest.mark.parametrize("degrees", [-9.0, -3.0, 0.0, 3.0, 9.0])
def test_a_page_askew_is_ordered_as_if_it_were_straight(degrees: float) -> None:
    lines = boxes(*column(50, range(0, 160, 16)), *column(270, range(0, 160, 16)))
    assert flat(reading_order(levelled(quads(lines, degrees)))) == list(range(20))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_turned_page_is_ordered_as_it_is_read(quarters: int) -> None:
    lines = boxes(*column(50, range(0, 160, 16)), *column(270, range(0, 160, 16)))
    assert flat(reading_order(levelled(quads(lines, 90.0 * quarters)))) == list(range(20))


def test_lines_on_their_side_are_told_by_their_shape() -> None:
    lying = quads(boxes(*column(50, range(0, 160, 16))))
    assert not is_sideways(lying)
    standing = turned(lying, 1)  # the same rectangles as a detector gives them on a page on its side
    assert is_tall(standing).all()
    assert is_sideways(standing)


def test_a_few_tall_lines_do_not_make_a_page_lie_on_its_side() -> None:
    lying = quads(boxes(*column(50, range(0, 160, 16))))
    assert not is_sideways(np.concatenate([lying, turned(lying[:2], 1)]))


def test_thousands_of_lines_are_ordered() -> None:
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 1000, (2000, 2))
    lines = np.hstack([corners, corners + rng.uniform(5, 150, (2000, 2))])
    assert sorted(flat(reading_order(lines))) == list(range(2000))
