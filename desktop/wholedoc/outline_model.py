"""A document's outline as a tree model: headings and their pages."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.answering.outline import Outline, OutlineNode
from desktop.wholedoc.wording import place_of

ModelIndex = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()

COL_TITLE, COL_PAGE = 0, 1


class OutlineRole(IntEnum):
    """What the rows tell besides their text."""

    PAGE_INDEX = Qt.ItemDataRole.UserRole + 1


class OutlineModel(QAbstractItemModel):
    """Headings in two columns, title and page.

    Rows are numbered as the tree is walked: an index carries a number, never an object, for one that carries an
    object can crash.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._nodes: list[OutlineNode] = []
        self._parents: list[int] = []  # -1 for the top level
        self._children: list[list[int]] = []
        self._roots: list[int] = []

    def set_outline(self, outline: Outline) -> None:
        """Show an outline."""
        self.beginResetModel()
        self._nodes, self._parents, self._children = [], [], []
        self._roots = [self._take(node, -1) for node in outline.nodes]
        self.endResetModel()

    def _take(self, node: OutlineNode, parent: int) -> int:
        number = len(self._nodes)
        self._nodes.append(node)
        self._parents.append(parent)
        self._children.append([])
        self._children[number] = [self._take(child, number) for child in node.children]
        return number

    def index(self, row: int, column: int, parent: ModelIndex = _TOP) -> QModelIndex:
        """The index of a row below a parent."""
        rows = self._rows(parent)
        if not 0 <= row < len(rows) or not 0 <= column < self.columnCount(parent):
            return QModelIndex()
        return self.createIndex(row, column, rows[row])

    def parent(self, index: ModelIndex) -> QModelIndex:  # type: ignore[override]
        """The heading above a row."""
        above = self._parents[index.internalId()] if index.isValid() else -1
        if above < 0:
            return QModelIndex()
        siblings = self._roots if self._parents[above] < 0 else self._children[self._parents[above]]
        return self.createIndex(siblings.index(above), 0, above)

    def rowCount(self, parent: ModelIndex = _TOP) -> int:
        """How many headings stand below a row; those of the first column have all of them."""
        return len(self._rows(parent)) if parent.column() <= 0 else 0

    def columnCount(self, _parent: ModelIndex = _TOP) -> int:
        """Title and page."""
        return 2

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows."""
        if not index.isValid():
            return None
        node = self._nodes[index.internalId()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return node.title if index.column() == COL_TITLE else self._page(node)
            case Qt.ItemDataRole.ToolTipRole if index.column() == COL_TITLE:
                return node.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{node.title}, {self._page(node)}"
            case Qt.ItemDataRole.TextAlignmentRole if index.column() == COL_PAGE:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case OutlineRole.PAGE_INDEX:
                return node.page_index
        return None

    def _page(self, node: OutlineNode) -> str:
        return place_of(node.page_label or str(node.page_index + 1))

    def _rows(self, parent: ModelIndex) -> list[int]:
        return self._children[parent.internalId()] if parent.isValid() else self._roots
