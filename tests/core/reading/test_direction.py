"""Ligatures of lam, whose letters PDFium turns around in some files."""

from __future__ import annotations

import numpy as np

from core.reading.direction import logical_spans


def boxes(*lefts: float) -> np.ndarray:
    return np.array([(left, 0, left + 5, 10) for left in lefts], np.float32)


def read(text: str, *lefts: float) -> str:
    return "".join(text[a:b] for a, b in logical_spans(text, 0, len(text), boxes(*lefts)))


def test_letters_of_one_glyph_begin_with_lam() -> None:
    assert read("واليه", 40, 30, 30, 20, 10) == "ولايه"
    assert read("عىل", 30, 20, 20) == "على"


def test_what_begins_with_lam_is_right_already() -> None:
    assert read("الخط", 40, 30, 30, 20) == "الخط"


def test_letters_of_two_glyphs_stay() -> None:
    assert logical_spans("الباب", 0, 5, boxes(50, 40, 30, 20, 10)) == ((0, 5),)


def test_glyphs_without_a_width_tell_nothing() -> None:
    flat = np.zeros((2, 4), np.float32)
    assert logical_spans("ال", 0, 2, flat) == ((0, 2),)


def test_other_scripts_and_nothing() -> None:
    assert read("fi", 10, 10) == "fi"
    assert logical_spans("", 0, 0, boxes()) == ()
