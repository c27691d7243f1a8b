"""The passages of an answer as rows that tell why each is where it is."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.reading.text.parts import is_part_label
from core.types import Answer, Passage
from desktop.chat.searched_wording import figure, part_name, parts_line
from desktop.wording import SEPARATOR


class SearchedRole(IntEnum):
    """`RANK` int, `PLACE` str such as `p. 12`, `SCORE` str, `PARTS` str in words, `LEFT_OUT` bool, `BAR` list[float].

    The bar's numbers are the shares, 0 to 1, that the parts above 0 have of the best passage's score.
    """

    RANK = Qt.ItemDataRole.UserRole + 1
    PLACE = RANK + 1
    SCORE = RANK + 2
    PARTS = RANK + 3
    LEFT_OUT = RANK + 4
    BAR = RANK + 5


class SearchedModel(QAbstractListModel):
    """One row a passage, in the order in which they were found."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._passages: tuple[Passage, ...] = ()
        self._chooses = False
        self._most = 1.0

    def set_answer(self, answer: Answer | None) -> None:
        """Show the passages of an answer, or none."""
        self.beginResetModel()
        self._passages = answer.passages if answer else ()
        # Where none was given to a model, none was left out either: it was refused, stopped, or failed before.
        self._chooses = any(passage.used for passage in self._passages)
        self._most = max((sum(_above_nothing(passage)) for passage in self._passages), default=0.0) or 1.0
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._passages)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What `SearchedRole` promises, and the texts that Qt itself asks for."""
        if not index.isValid() or not 0 <= index.row() < len(self._passages):
            return None
        passage = self._passages[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return passage.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(passage)
            case Qt.ItemDataRole.ToolTipRole:
                # Rows are cut where there is no room; here everything is said.
                parts = "\n".join(f"{part_name(name)} {figure(value)}" for name, value in passage.parts)
                return f"{passage.title}{SEPARATOR}{self._place(passage)}\n{parts}"
            case SearchedRole.RANK:
                return passage.rank
            case SearchedRole.PLACE:
                return self._place(passage)
            case SearchedRole.SCORE:
                return figure(passage.score)
            case SearchedRole.PARTS:
                return parts_line(passage.parts)
            case SearchedRole.LEFT_OUT:
                return self._is_left_out(passage)
            case SearchedRole.BAR:
                return [value / self._most for value in _above_nothing(passage)]
        return None

    def roleNames(self) -> dict[int, QByteArray]:
        """Qt's roles and our own by name."""
        own = {int(role): QByteArray(role.name.lower().encode()) for role in SearchedRole}
        return super().roleNames() | own

    def _place(self, passage: Passage) -> str:
        label = passage.page_label
        return label if is_part_label(label) else self.tr("p. {page}").format(page=label)

    def _is_left_out(self, passage: Passage) -> bool:
        return self._chooses and not passage.used

    def _spoken(self, passage: Passage) -> str:
        score = self.tr("score {score}").format(score=figure(passage.score))
        out = [self.tr("did not fit")] if self._is_left_out(passage) else []
        return ", ".join(
            [str(passage.rank), passage.title, self._place(passage), *out, score, parts_line(passage.parts)]
        )


def _above_nothing(passage: Passage) -> list[float]:
    return [value for _, value in passage.parts if value > 0]
