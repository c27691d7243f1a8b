"""Printed and physical pages in words."""

from __future__ import annotations

import pytest

from core.reading.text.parts import part_label
from desktop.chat.page_wording import printed_and_physical_page, printed_page


@pytest.mark.parametrize(
    ("label", "index", "count", "expected"),
    [
        ("iv", 5, 188, "p. iv (page 6 of 188)"),
        ("6", 5, 188, "page 6 of 188"),
        ("", 5, 188, "page 6 of 188"),
        ("A-3", 0, 0, "p. A-3 (page 1)"),
        ("12", 11, 3, "page 12"),  # a document that was replaced by a shorter one
        (part_label(2), 2, 9, part_label(2)),
    ],
)
def test_both_numbers_are_told_where_they_differ(label: str, index: int, count: int, expected: str) -> None:
    assert printed_and_physical_page(label, index, count) == expected


def test_a_printed_page_alone() -> None:
    assert printed_page("iv") == "p. iv"
    assert printed_page("") == ""
    assert printed_page(part_label(0)) == part_label(0)
