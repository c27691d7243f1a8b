"""Where a question can be asked again that was refused."""

from __future__ import annotations

import pytest

from core.types import PageRange, Scope
from desktop.chat.wider_scopes import wider_scopes

PAGES = (PageRange(10, 20),)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(), []),
        (Scope(documents=("a",)), [("Ask all documents", Scope())]),
        (Scope(collections=("HR",)), [("Ask all documents", Scope())]),
        (Scope(tags=("hr",)), [("Ask all documents", Scope())]),  # without the filter is everywhere
        (
            Scope(documents=("a",), pages=PAGES),
            [("Ask all documents", Scope()), ("Without the filter “pages 10-20”", Scope(documents=("a",)))],
        ),
        (
            Scope(tags=("hr", "law"), since="2023", until="2024"),
            [
                ("Ask all documents", Scope()),
                ("Without the filter “tagged hr or law”", Scope(since="2023", until="2024")),
                ("Without the filter “since 2023, until 2024”", Scope(tags=("hr", "law"))),
            ],
        ),
    ],
)
def test_every_wider_scope_is_offered_once(scope: Scope, expected: list[tuple[str, Scope]]) -> None:
    assert wider_scopes(scope) == expected
