from __future__ import annotations

from PySide6.QtCore import QRectF

from desktop.viewer.highlights import merge_lines


def test_boxes_of_a_line_become_one() -> None:
    boxes = [QRectF(10, 100, 30, 10), QRectF(42, 98, 20, 12), QRectF(64, 97, 4, 6), QRectF(10, 114, 50, 10)]
    assert merge_lines(boxes) == [QRectF(10, 97, 58, 13), QRectF(10, 114, 50, 10)]


def test_columns_at_the_same_height_stay_apart() -> None:
    boxes = [QRectF(10, 100, 80, 10), QRectF(10, 114, 80, 10), QRectF(120, 100, 80, 10), QRectF(120, 114, 80, 10)]
    assert merge_lines(boxes) == boxes


def test_lines_set_sideways_are_not_one_block() -> None:
    boxes = [QRectF(10, 10, 8, 200), QRectF(22, 10, 8, 200), QRectF(22, 212, 8, 40)]
    assert merge_lines(boxes) == [QRectF(10, 10, 8, 200), QRectF(22, 10, 8, 242)]


def test_empty_boxes_are_left_out() -> None:
    assert merge_lines([QRectF(), QRectF(5, 5, 0, 9)]) == []
