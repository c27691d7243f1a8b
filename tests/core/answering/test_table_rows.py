"""A row of a table can be understood without its table."""

from __future__ import annotations

import pytest

from core.answering.table_rows import readable


@pytest.mark.parametrize(
    ("row", "header", "said"),
    [
        ("1902 | 112 | 280", "Landings\nYear | Herring | Cod", "Landings: 1902: Herring 112; Cod 280"),
        ("Interest | 4,094 | —", "2009 | 2008", "Interest: 2009 4,094"),
        ("Interest | 4,094 | 1 | 2", "2009 | 2008", "Interest | 4,094 | 1 | 2"),
        ("Year | Cod", "Landings:", "Landings: Year | Cod"),
        ("Interest | 4,094", "", "Interest | 4,094"),
        ("Interest | -- | --", "2009 | 2008", "Interest"),
    ],
)
def test_rows(row: str, header: str, said: str) -> None:
    assert readable(row, header) == said
