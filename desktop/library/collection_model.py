"""The collections of the library as rows; the first row is the whole library."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QByteArray, QModelIndex, QObject, Qt

from desktop.keyed_list_model import KeyedListModel, ModelIndex
from desktop.wording import format_count

SWATCHES = 7


class CollectionRole(IntEnum):
    """`NAME` str or None for the whole library, `COUNT` int, `SWATCH` a number below `SWATCHES` or None."""

    NAME = Qt.ItemDataRole.UserRole + 1
    COUNT = NAME + 1
    SWATCH = NAME + 2


@dataclass(frozen=True, slots=True)
class _Row:
    name: str | None
    count: int
    swatch: int | None = None


class CollectionModel(KeyedListModel[_Row]):
    """`All documents`, then the collections in the order they are given."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(lambda row: row.name, parent)
        self._replace_rows([_Row(None, 0)])

    @property
    def names(self) -> list[str]:
        """The collections' names as they are listed."""
        return [row.name for row in self._rows if row.name is not None]

    def set_collections(self, collections: Sequence[tuple[str, int]], total: int) -> None:
        """Show these collections with the number of documents in each, and `total` documents in all."""
        swatches = _choose_swatches([name for name, _ in collections])
        rows = [_Row(name, count, swatches[name]) for name, count in collections]
        self._replace_rows([_Row(None, total), *rows])

    def index_of(self, name: str | None) -> QModelIndex:
        """The index of a collection's row; an invalid one where there is none of that name."""
        number = self._row_number(name)
        return QModelIndex() if number is None else self.index(number)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What `CollectionRole` promises, and the texts that Qt itself asks for."""
        row = self._row_at(index)
        if row is None:
            return None
        title = self.tr("All documents") if row.name is None else row.name
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{title}, {format_count(row.count)}"
            case CollectionRole.NAME:
                return row.name
            case CollectionRole.COUNT:
                return row.count
            case CollectionRole.SWATCH:
                return row.swatch
        return None

    def roleNames(self) -> dict[int, QByteArray]:
        """Qt's roles and our own by name."""
        own = {int(role): QByteArray(role.name.lower().encode()) for role in CollectionRole}
        return super().roleNames() | own


def _choose_swatches(names: Sequence[str]) -> dict[str, int]:
    """A colour number for each name: by the name, so that it stays; the next free one where it is taken."""
    chosen: dict[str, int] = {}
    for name in names:
        first = zlib.crc32(name.encode()) % SWATCHES
        taken = set(chosen.values()) if len(chosen) < SWATCHES else set()
        chosen[name] = next(number for step in range(SWATCHES) if (number := (first + step) % SWATCHES) not in taken)
    return chosen
