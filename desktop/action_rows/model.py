"""Rows that say something and offer actions, as a list model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QByteArray, QModelIndex, QObject, Qt

from desktop.document_action import DocumentAction, action_text
from desktop.keyed_list_model import KeyedListModel, ModelIndex


@dataclass(frozen=True, slots=True)
class ActionRow:
    """What a row shows.

    Attributes:
        key: tells rows apart.
        title: one line, shortened in its middle.
        detail: what there is to say; `tone` is the colour token that it is said in.
        fraction: of a bar, 0 to 1; None for no bar.
        actions: as buttons, the most likely one first.
        more: further actions, in the menu only.
        tool_tip: plain text.
        is_quiet: show the buttons only while the pointer or the keyboard is on the row.
    """

    key: str
    title: str
    detail: str = ""
    tone: str = "ink_second"
    fraction: float | None = None
    actions: tuple[DocumentAction, ...] = ()
    more: tuple[DocumentAction, ...] = ()
    tool_tip: str = ""
    is_quiet: bool = False


class ActionRole(IntEnum):
    """`KEY` str, `ROW` the whole `ActionRow`, `DETAIL` str, `FRACTION` 0 to 1 or None."""

    KEY = Qt.ItemDataRole.UserRole + 1
    ROW = KEY + 1
    DETAIL = KEY + 2
    FRACTION = KEY + 3


class ActionRowModel(KeyedListModel[ActionRow]):
    """Rows in the order they are given."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(lambda row: row.key, parent)

    def set_rows(self, rows: Sequence[ActionRow]) -> None:
        """Show these rows; those with known keys stay where the view has them."""
        self._replace_rows(rows)

    def update_row(self, row: ActionRow) -> bool:
        """Show a row in the place of the one with its key; False where there is none."""
        number = self._row_number(row.key)
        if number is None:
            return False
        if row != self._rows[number]:
            self._set_row(number, row)
        return True

    @property
    def keys(self) -> list[str]:
        """The rows' keys in their order."""
        return [row.key for row in self._rows]

    def row(self, key: str) -> ActionRow | None:
        """The row with this key."""
        number = self._row_number(key)
        return None if number is None else self._rows[number]

    def index_of(self, key: str) -> QModelIndex:
        """The index of a row; an invalid one where there is none with this key."""
        number = self._row_number(key)
        return QModelIndex() if number is None else self.index(number)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What `ActionRole` promises, and the texts that Qt itself asks for."""
        row = self._row_at(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return row.tool_tip or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(text for text in (row.title, row.detail) if text)
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return ", ".join(action_text(action) for action in row.actions)
            case ActionRole.KEY:
                return row.key
            case ActionRole.ROW:
                return row
            case ActionRole.DETAIL:
                return row.detail
            case ActionRole.FRACTION:
                return row.fraction
        return None

    def roleNames(self) -> dict[int, QByteArray]:
        """Qt's roles and our own by name."""
        own = {int(role): QByteArray(role.name.lower().encode()) for role in ActionRole}
        return super().roleNames() | own
