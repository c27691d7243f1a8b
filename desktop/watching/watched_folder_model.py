"""The watched folders as rows with named roles."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QByteArray, QModelIndex, QObject, Qt

from core.watching.folders import WatchedFolder
from core.watching.states import FolderState, WatchStatus
from desktop.keyed_list_model import KeyedListModel, ModelIndex
from desktop.watching.wording import state_line


class WatchedFolderRole(IntEnum):
    """What a view can ask of a row. Qt hands string enums on as plain strings: compare with `==`, never with `is`.

    `PATH` str, `NAME` str, `COLLECTION` str or None, `STATUS` WatchStatus, `STATE_LINE` str, `FILES` and `MISSING` int.
    """

    PATH = Qt.ItemDataRole.UserRole + 1
    NAME = PATH + 1
    COLLECTION = PATH + 2
    STATUS = PATH + 3
    STATE_LINE = PATH + 4
    FILES = PATH + 5
    MISSING = PATH + 6


@dataclass(frozen=True, slots=True)
class _Row:
    """A folder, and what its watching last told."""

    folder: WatchedFolder
    state: FolderState | None = None

    @property
    def name(self) -> str:
        return PurePath(self.folder.path).name or self.folder.path

    @property
    def tool_tip(self) -> str:
        lines = [f"<b>{html.escape(self.name)}</b>", html.escape(self.folder.path), html.escape(state_line(self.state))]
        return "<br>".join(lines)


class WatchedFolderModel(KeyedListModel[_Row]):
    """The folders in the order they are given; rows are told apart by the path."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(lambda row: row.folder.path, parent)

    def set_folders(self, folders: Sequence[WatchedFolder]) -> None:
        """Show these folders; what is known of their states stays."""
        self._replace_rows([self._renewed(folder) for folder in folders])

    def set_state(self, state: FolderState) -> bool:
        """Take over the state of a folder; False where it is not in the list."""
        number = self._row_number(state.folder.path)
        if number is None:
            return False
        row = replace(self._rows[number], state=state)
        if row != self._rows[number]:
            self._set_row(number, row)
        return True

    def folder(self, path: str) -> WatchedFolder | None:
        """The folder with this path, as it was last set."""
        number = self._row_number(path)
        return None if number is None else self._rows[number].folder

    def state(self, path: str) -> FolderState | None:
        """What the watching of the folder last told; None where it told nothing yet."""
        number = self._row_number(path)
        return None if number is None else self._rows[number].state

    def index_of(self, path: str) -> QModelIndex:
        """The index of a folder's row; an invalid one where it is not in the list."""
        number = self._row_number(path)
        return QModelIndex() if number is None else self.index(number)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What `WatchedFolderRole` promises, and the texts that Qt itself asks for."""
        row = self._row_at(index)
        if row is None:
            return None
        state = row.state
        match role:
            case Qt.ItemDataRole.DisplayRole | WatchedFolderRole.NAME:
                return row.name
            case Qt.ItemDataRole.ToolTipRole:
                return row.tool_tip
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.name}, {state_line(state)}"
            case WatchedFolderRole.PATH:
                return row.folder.path
            case WatchedFolderRole.COLLECTION:
                return row.folder.collection
            case WatchedFolderRole.STATUS:
                return state.status if state else WatchStatus.STARTING
            case WatchedFolderRole.STATE_LINE:
                return state_line(state)
            case WatchedFolderRole.FILES:
                return state.files if state else 0
            case WatchedFolderRole.MISSING:
                return state.missing if state else 0
        return None

    def roleNames(self) -> dict[int, QByteArray]:
        """Qt's roles and our own by name."""
        own = {int(role): QByteArray(role.name.lower().encode()) for role in WatchedFolderRole}
        return super().roleNames() | own

    def _renewed(self, folder: WatchedFolder) -> _Row:
        return _Row(folder, self.state(folder.path))
