"""A comparison as a table of two columns, one for each document; topics are rows that span both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.answering.comparison import Comparison
from core.answering.statements import without_marks
from core.answering.topics import Pair, PairKind, Topic
from core.types import AnswerSentence
from desktop.wholedoc.wording import kind_name, place_of

ModelIndex = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class ComparisonRole(IntEnum):
    """What the cells tell besides their text."""

    KIND = Qt.ItemDataRole.UserRole + 1
    IS_TOPIC = Qt.ItemDataRole.UserRole + 2
    DETAILS = Qt.ItemDataRole.UserRole + 3
    PAGE = Qt.ItemDataRole.UserRole + 4
    SENTENCE = Qt.ItemDataRole.UserRole + 5
    DIFFERS = Qt.ItemDataRole.UserRole + 6


@dataclass(frozen=True, slots=True)
class _Row:
    """A topic, a sentence in words, or a pair.

    Attributes:
        kind: above the sentences; empty on topics.
    """

    is_topic: bool
    kind: str
    texts: tuple[str, str]
    sentences: tuple[AnswerSentence | None, AnswerSentence | None] = (None, None)
    details: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    differs: bool = False


class ComparisonModel(QAbstractTableModel):
    """Rows are only ever added, so that nothing moves under who reads while it grows."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._topics = 0
        self._titles = ("", "")

    def clear(self) -> None:
        """Begin anew."""
        self.beginResetModel()
        self._rows, self._topics = [], 0
        self.endResetModel()

    def set_comparison(self, comparison: Comparison) -> None:
        """Show a comparison as far as it has come: the topics that are new."""
        if self._titles != (titles := (comparison.left_title, comparison.right_title)):
            self._titles = titles
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 1)
        fresh = [row for topic in comparison.topics[self._topics :] for row in self._rows_of(topic, comparison)]
        self._topics = len(comparison.topics)
        if fresh:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(fresh) - 1)
            self._rows += fresh
            self.endInsertRows()

    def is_topic(self, row: int) -> bool:
        """Whether a row is a topic's title, which spans both columns."""
        return self._rows[row].is_topic

    def rowCount(self, parent: ModelIndex = _TOP) -> int:
        """Topics and what is said of them."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: ModelIndex = _TOP) -> int:
        """One for each document."""
        return 0 if parent.isValid() else 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The documents' titles."""
        if orientation is Qt.Orientation.Horizontal and role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return self._titles[section] if 0 <= section < 2 else None
        return None

    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        """Titles of topics and empty halves are not to be chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._rows[index.row()].sentences[index.column()] is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What a cell shows and tells."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        sentence = row.sentences[column]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.texts[column]
            case Qt.ItemDataRole.AccessibleTextRole:
                return ": ".join(part for part in (row.kind, row.texts[column]) if part)
            case ComparisonRole.KIND:
                return row.kind if sentence is not None else ""
            case ComparisonRole.DIFFERS:
                return row.differs
            case ComparisonRole.IS_TOPIC:
                return row.is_topic
            case ComparisonRole.DETAILS:
                return list(row.details[column])
            case ComparisonRole.PAGE:
                return place_of(sentence.citations[0].page_label) if sentence and sentence.citations else ""
            case ComparisonRole.SENTENCE:
                return sentence
        return None

    def roleNames(self) -> dict[int, QByteArray]:
        """Qt's roles and our own by name."""
        return super().roleNames() | {int(role): QByteArray(role.name.lower().encode()) for role in ComparisonRole}

    def _rows_of(self, topic: Topic, comparison: Comparison) -> list[_Row]:
        title = topic.title or self.tr("Without a heading")
        rows = [_Row(True, "", (title, ""))]
        for sentence in topic.in_words:
            rows.append(self._in_words(sentence, comparison))
        return rows + [_row(pair) for pair in topic.pairs]

    def _in_words(self, sentence: AnswerSentence, comparison: Comparison) -> _Row:
        """What the model says of a document, in that document's column."""
        text = without_marks(sentence.text)
        kind = self.tr("In words")
        if sentence.citations and sentence.citations[0].document == comparison.right:
            return _Row(False, kind, ("", text), (None, sentence))
        return _Row(False, kind, (text, ""), (sentence, None))


def _row(pair: Pair) -> _Row:
    texts = tuple("" if side is None else without_marks(side.text) for side in (pair.left, pair.right))
    differs = pair.kind is PairKind.CHANGED
    details = (pair.left_details, pair.right_details)
    if not differs:  # sentences that are only near each other have other names anyway
        details = (_figures(pair.left_details), _figures(pair.right_details))
    return _Row(False, kind_name(pair.kind), (texts[0], texts[1]), (pair.left, pair.right), details, differs)


def _figures(details: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(detail for detail in details if any(map(str.isdigit, detail)))
