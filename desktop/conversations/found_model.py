"""What a search over conversations found, as rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QByteArray, QObject, Qt

from core.answering.conversation_search import Found
from desktop.keyed_list_model import KeyedListModel, ModelIndex
from desktop.wording import relative_day


class FoundRole(IntEnum):
    """`CONVERSATION` int, `MESSAGE` int or None for the title, `TITLE`, `DAY` and `SNIPPET` str.

    `MARKS` are spans of the snippet, or of the title where there is no message.
    """

    CONVERSATION = Qt.ItemDataRole.UserRole + 1
    MESSAGE = CONVERSATION + 1
    TITLE = CONVERSATION + 2
    DAY = CONVERSATION + 3
    SNIPPET = CONVERSATION + 4
    MARKS = CONVERSATION + 5


class FoundModel(KeyedListModel[Found]):
    """Places in conversations; `today` says which day it is."""

    def __init__(self, parent: QObject, today: Callable[[], date] = date.today) -> None:
        super().__init__(lambda found: (found.conversation, found.message), parent)
        self._today = today

    def set_found(self, found: Sequence[Found]) -> None:
        """Show these places."""
        self._replace_rows(found)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What `FoundRole` promises, and the texts that Qt itself asks for."""
        row = self._row_at(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | FoundRole.TITLE:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (row.title, row.snippet) if part)
            case FoundRole.CONVERSATION:
                return row.conversation
            case FoundRole.MESSAGE:
                return row.message
            case FoundRole.DAY:
                return relative_day(row.updated_at, self._today())
            case FoundRole.SNIPPET:
                return row.snippet
            case FoundRole.MARKS:
                return row.marks
        return None

    def roleNames(self) -> dict[int, QByteArray]:
        """Qt's roles and our own by name."""
        return super().roleNames() | {int(role): QByteArray(role.name.lower().encode()) for role in FoundRole}
