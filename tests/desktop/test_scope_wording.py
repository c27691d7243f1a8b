"""A scope in words."""

from __future__ import annotations

import pytest

from core.index.scope_syntax import page_ranges
from core.types import Scope
from desktop.scope_wording import scope_line


@pytest.mark.parametrize(
    ("scope", "titles", "line"),
    [
        (Scope(), (), "All documents"),
        (Scope(("a",)), ("Annual report",), "“Annual report”"),
        (Scope(("a",)), (), "1 document"),  # it has gone
        (Scope(("a", "b")), ("Annual report", "Handbook"), "2 documents"),
        (Scope(collections=("Benefits",)), (), "Benefits"),
        (Scope(collections=("Benefits", "Cases", "HR")), (), "Benefits, Cases or HR"),
        (Scope(tags=("signed", "2024")), (), "tagged signed or 2024"),
        (Scope(pages=page_ranges("7")), (), "page 7"),
        (Scope(pages=page_ranges("7-")), (), "pages 7-"),
        (Scope(pages=page_ranges("iv-x, 12")), (), "pages iv-x, 12"),
        (
            Scope(("a",), ("HR",), ("signed",), page_ranges("10-20"), "2023", "2024-05"),
            ("Handbook",),
            "“Handbook” · HR · tagged signed · pages 10-20 · since 2023 · until 2024-05",
        ),
    ],
)
def test_scopes(scope: Scope, titles: tuple[str, ...], line: str) -> None:
    assert scope_line(scope, titles) == line
