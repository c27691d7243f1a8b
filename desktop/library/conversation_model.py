"""The conversations as rows: a title and the day it was last spoken in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QByteArray, QModelIndex, QObject, Qt

from core.types import Conversation
from desktop.keyed_list_model import KeyedListModel, ModelIndex
from desktop.wording import relative_day


class ConversationRole(IntEnum):
    """`ID` int, `TITLE` str, `DAY` str such as `Yesterday`."""

    ID = Qt.ItemDataRole.UserRole + 1
    TITLE = ID + 1
    DAY = ID + 2


class ConversationModel(KeyedListModel[Conversation]):
    """The conversations in the order they are given; `today` says which day it is."""

    def __init__(self, parent: QObject, today: Callable[[], date] = date.today) -> None:
        super().__init__(lambda conversation: conversation.id, parent)
        self._today = today

    def set_conversations(self, conversations: Sequence[Conversation]) -> None:
        """Show these conversations."""
        self._replace_rows(conversations)

    def index_of(self, conversation_id: int | None) -> QModelIndex:
        """The index of a conversation's row; an invalid one where it is not in the list."""
        number = self._row_number(conversation_id)
        return QModelIndex() if number is None else self.index(number)

    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        """Titles can be edited; the delegate tells of a new one, which comes back with the next list."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What `ConversationRole` promises, and the texts that Qt itself asks for."""
        row = self._row_at(index)
        if row is None:
            return None
        title = row.title or self.tr("New conversation")
        day = relative_day(row.updated_at, self._today())
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole | ConversationRole.TITLE:
                return title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{title}, {day}" if day else title
            case ConversationRole.ID:
                return row.id
            case ConversationRole.DAY:
                return day
        return None

    def roleNames(self) -> dict[int, QByteArray]:
        """Qt's roles and our own by name."""
        own = {int(role): QByteArray(role.name.lower().encode()) for role in ConversationRole}
        return super().roleNames() | own
