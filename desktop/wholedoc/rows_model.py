"""What each document answers, as a table that can be sorted; rows appear as they come."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.answering.every_document import DocumentRow, RowVerdict
from desktop.wholedoc.wording import answer_line, place_of, verdict_name

ModelIndex = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()

COL_DOCUMENT, COL_ANSWER, COL_PAGE, COL_VERDICT = range(4)
_VERDICTS = list(RowVerdict)


class RowRole(IntEnum):
    """What the cells tell besides their text."""

    ROW = Qt.ItemDataRole.UserRole + 1
    VERDICT = Qt.ItemDataRole.UserRole + 2
    IS_NEAREST = Qt.ItemDataRole.UserRole + 3
    SORT = Qt.ItemDataRole.UserRole + 4


class DocumentRowsModel(QAbstractTableModel):
    """One row a document, in the order in which they were asked."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[DocumentRow] = []

    @property
    def rows(self) -> tuple[DocumentRow, ...]:
        """All that have come."""
        return tuple(self._rows)

    def clear(self) -> None:
        """Begin anew."""
        self.beginResetModel()
        self._rows = []
        self.endResetModel()

    def append(self, row: DocumentRow) -> None:
        """A document has been asked."""
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows))
        self._rows.append(row)
        self.endInsertRows()

    def rowCount(self, parent: ModelIndex = _TOP) -> int:
        """How many have come."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: ModelIndex = _TOP) -> int:
        """Document, answer, page, verdict."""
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the columns are called."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (self.tr("Document"), self.tr("Answer"), self.tr("Page"), self.tr("Verdict"))
        return names[section] if 0 <= section < len(names) else None

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows and tells."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, index.column())
            case Qt.ItemDataRole.ToolTipRole if index.column() in (COL_DOCUMENT, COL_ANSWER):
                return self._text(row, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.document.title}: {answer_line(row)}"
            case RowRole.ROW:
                return row
            case RowRole.VERDICT:
                return row.verdict
            case RowRole.IS_NEAREST:
                return not row.citations
            case RowRole.SORT:
                return self._sorted_by(row, index.column())
        return None

    def roleNames(self) -> dict[int, QByteArray]:
        """Qt's roles and our own by name."""
        return super().roleNames() | {int(role): QByteArray(role.name.lower().encode()) for role in RowRole}

    def _text(self, row: DocumentRow, column: int) -> str:
        match column:
            case 0:
                return row.document.title
            case 1:
                return answer_line(row)
            case 2:
                if row.citations:
                    return place_of(row.citations[0].page_label)
                near = row.nearest
                return self.tr("near {page}").format(page=place_of(near.page_label)) if near is not None else ""
            case _:
                return verdict_name(row.verdict)

    def _sorted_by(self, row: DocumentRow, column: int) -> Any:
        """By title, by answer, by place in the file, by how well it is supported; documents of a kind by title."""
        title = row.document.title.casefold()
        match column:
            case 0:
                return title
            case 1:
                return answer_line(row).casefold()
            case 2:
                return row.citations[0].page_index if row.citations else 1 << 30
            case _:
                return f"{_VERDICTS.index(row.verdict)} {title}"
