"""What was found in conversations, as rows and as painted words."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from core.answering.conversation_search import Found
from core.types import Role
from desktop.conversations.found_list import from_first_mark
from desktop.conversations.found_model import FoundModel, FoundRole

TITLE = Found(3, "Lamps", "2024-11-12T10:00:00+00:00", None, None, "", ((0, 4),))
SAID = Found(3, "Lamps", "2024-11-12T10:00:00+00:00", 8, Role.ASSISTANT, "Agnes lit the lamp.", ((14, 18),))


def test_rows_tell_where_and_what(holder: QWidget, qtmodeltester: object) -> None:
    model = FoundModel(holder, lambda: date(2024, 11, 12))
    qtmodeltester.check(model)  # type: ignore[attr-defined]
    model.set_found([TITLE, SAID])
    first, second = model.index(0), model.index(1)
    assert (first.data(), first.data(FoundRole.MESSAGE), first.data(FoundRole.SNIPPET)) == ("Lamps", None, "")
    assert second.data(FoundRole.CONVERSATION) == 3
    assert second.data(FoundRole.MESSAGE) == 8
    assert second.data(FoundRole.DAY) == "Today"
    assert second.data(FoundRole.MARKS) == ((14, 18),)
    assert second.data(Qt.ItemDataRole.AccessibleTextRole) == "Lamps, Agnes lit the lamp."
    assert second.data(Qt.ItemDataRole.DecorationRole) is None
    assert b"snippet" in [bytes(name.data()) for name in model.roleNames().values()]
    model.set_found([SAID])
    assert model.rowCount() == 1


@pytest.mark.parametrize(
    ("text", "marks", "shown"),
    [
        ("the lamp", ((4, 8),), "the lamp"),
        ("a long way before the lamp and it", ((22, 26),), "… before the lamp and it"),
        ("abcdefghijklmnopqrstuvlamp", ((22, 26),), "… lamp"),
        ("nothing", (), "nothing"),
    ],
)
def test_the_first_mark_is_near_the_beginning(text: str, marks: tuple[tuple[int, int], ...], shown: str) -> None:
    cut, moved = from_first_mark(text, marks)
    assert cut == shown
    assert [cut[start:end] for start, end in moved] == ["lamp"] * len(marks)
