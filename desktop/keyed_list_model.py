"""A list model that takes whole new lists and turns them into the smallest changes, so that views keep their place."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex

Row = TypeVar("Row")
ModelIndex = QModelIndex | QPersistentModelIndex


class KeyedListModel(QAbstractListModel, Generic[Row]):
    """Rows with a key each; selection, current row and scroll position outlive a refresh because keys do."""

    def __init__(self, key: Callable[[Row], Hashable], parent: QObject) -> None:
        super().__init__(parent)
        self._key = key
        self._rows: list[Row] = []
        self._row_numbers: dict[Hashable, int] = {}

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        """The number of rows; a list's rows have no children."""
        return 0 if parent.isValid() else len(self._rows)

    def _row_at(self, index: ModelIndex) -> Row | None:
        return self._rows[index.row()] if index.isValid() and 0 <= index.row() < len(self._rows) else None

    def _row_number(self, key: Hashable) -> int | None:
        return self._row_numbers.get(key)

    def _set_row(self, number: int, row: Row) -> None:
        self._rows[number] = row
        self.dataChanged.emit(self.index(number), self.index(number))

    def _remove_row(self, number: int) -> None:
        self.beginRemoveRows(QModelIndex(), number, number)
        del self._rows[number]
        self._count_rows()
        self.endRemoveRows()

    def _replace_rows(self, rows: Iterable[Row]) -> None:
        wanted = {self._key(row): row for row in rows}
        self._remove_all_but(wanted.keys())
        known = set(self._row_numbers)
        self._reorder([key for key in wanted if key in known])
        self._insert_missing(list(wanted.items()), known)
        self._update(list(wanted.values()))

    def _remove_all_but(self, keys: Iterable[Hashable]) -> None:
        kept = set(keys)
        gone = [number for number, row in enumerate(self._rows) if self._key(row) not in kept]
        for first, last in reversed(list(_runs(gone))):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self._count_rows()
            self.endRemoveRows()

    def _reorder(self, keys: Sequence[Hashable]) -> None:
        if keys == [self._key(row) for row in self._rows]:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        moved = [self._key(self._rows[index.row()]) for index in before]
        self._rows = [self._rows[self._row_numbers[key]] for key in keys]
        self._count_rows()
        self.changePersistentIndexList(before, [self.index(self._row_numbers[key]) for key in moved])
        self.layoutChanged.emit()

    def _insert_missing(self, wanted: list[tuple[Hashable, Row]], known: set[Hashable]) -> None:
        missing = [number for number, (key, _) in enumerate(wanted) if key not in known]
        for first, last in _runs(missing):
            self.beginInsertRows(QModelIndex(), first, last)
            self._rows[first:first] = [row for _, row in wanted[first : last + 1]]
            self._count_rows()
            self.endInsertRows()

    def _update(self, wanted: list[Row]) -> None:
        # Most rows are the same objects, and need not be compared field by field.
        pairs = enumerate(zip(self._rows, wanted, strict=True))
        changed = [number for number, (old, new) in pairs if old is not new and old != new]
        for first, last in _runs(changed):
            self._rows[first : last + 1] = wanted[first : last + 1]
            self.dataChanged.emit(self.index(first), self.index(last))

    def _count_rows(self) -> None:
        self._row_numbers = {self._key(row): number for number, row in enumerate(self._rows)}


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Rising numbers as (first, last) of each unbroken run."""
    start = 0
    for position in range(1, len(numbers) + 1):
        if position == len(numbers) or numbers[position] != numbers[position - 1] + 1:
            yield numbers[start], numbers[position - 1]
            start = position
