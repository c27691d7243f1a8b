"""A conversation's messages as a list model; the last one may still be growing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.types import Answer, AnswerSentence, Message, Passage, Role


class TranscriptRole(IntEnum):
    """What a row of the transcript tells."""

    MESSAGE_ID = Qt.ItemDataRole.UserRole + 1
    ROLE = Qt.ItemDataRole.UserRole + 2
    TEXT = Qt.ItemDataRole.UserRole + 3
    ANSWER = Qt.ItemDataRole.UserRole + 4
    STREAMING = Qt.ItemDataRole.UserRole + 5
    STATUS = Qt.ItemDataRole.UserRole + 6
    PASSAGES = Qt.ItemDataRole.UserRole + 7
    SENTENCES = Qt.ItemDataRole.UserRole + 8
    ERROR = Qt.ItemDataRole.UserRole + 9
    THOUGHTS = Qt.ItemDataRole.UserRole + 10


@dataclass(frozen=True, slots=True)
class _Row:
    """One message with what is known of it at the moment."""

    message_id: int
    role: Role
    text: str = ""
    answer: Answer | None = None
    streaming: bool = False
    status: str = ""
    passages: tuple[Passage, ...] = ()
    sentences: tuple[AnswerSentence, ...] = ()
    thoughts: str = ""

    @staticmethod
    def of(message: Message) -> _Row:
        answer = message.answer
        if answer is None:
            return _Row(message.id, message.role, message.text)
        return _Row(
            message.id,
            message.role,
            answer.text or message.text,
            answer,
            passages=answer.passages,
            sentences=answer.sentences,
            thoughts=answer.thoughts,
        )


class TranscriptModel(QAbstractListModel):
    """One row a message, from the oldest to the newest.

    `begin_answer` opens a row that `set_status`, `set_passages`, `append_text` and `set_sentences` fill and `finish`
    closes. Without an open row these do nothing: a late token of a stopped answer is no error.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []

    @property
    def is_answering(self) -> bool:
        """Whether the last row is still growing."""
        return bool(self._rows) and self._rows[-1].streaming

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | TranscriptRole.TEXT:
                return row.text
            case TranscriptRole.MESSAGE_ID:
                return row.message_id
            case TranscriptRole.ROLE:
                return row.role
            case TranscriptRole.ANSWER:
                return row.answer
            case TranscriptRole.STREAMING:
                return row.streaming
            case TranscriptRole.STATUS:
                return row.status
            case TranscriptRole.PASSAGES:
                return row.passages
            case TranscriptRole.SENTENCES:
                return row.sentences
            case TranscriptRole.THOUGHTS:
                return row.thoughts
            case TranscriptRole.ERROR:
                return row.answer.error if row.answer else None
            case _:
                return None

    def set_messages(self, messages: Sequence[Message]) -> None:
        """Show another conversation."""
        self.beginResetModel()
        self._rows = [_Row.of(message) for message in messages]
        self.endResetModel()

    def append(self, message: Message) -> None:
        """Add a finished message at the end."""
        self._insert(_Row.of(message))

    def begin_answer(self, message_id: int) -> None:
        """Add an assistant's row that will grow."""
        self._insert(_Row(message_id, Role.ASSISTANT, streaming=True))

    def set_status(self, text: str) -> None:
        """Say what is being done for the growing answer."""
        self._change({"status": text}, TranscriptRole.STATUS)

    def set_passages(self, passages: Sequence[Passage]) -> None:
        """Show the evidence, usually before the first word."""
        self._change({"passages": tuple(passages)}, TranscriptRole.PASSAGES)

    def append_text(self, text: str) -> None:
        """Add words to the growing answer; what is being done is plain to see from here on."""
        if self.is_answering and text:
            roles = [TranscriptRole.TEXT] + [TranscriptRole.STATUS] * bool(self._rows[-1].status)
            self._change({"text": self._rows[-1].text + text, "status": ""}, *roles)

    def append_thoughts(self, text: str) -> None:
        """Add to what the model says to itself."""
        if self.is_answering and text:
            self._change({"thoughts": self._rows[-1].thoughts + text}, TranscriptRole.THOUGHTS)

    def set_sentences(self, sentences: Sequence[AnswerSentence]) -> None:
        """Put in what is resolved so far, from the first sentence on."""
        self._change({"sentences": tuple(sentences)}, TranscriptRole.SENTENCES)

    def finish(self, message: Message) -> None:
        """Replace the growing row with the finished message; without one, add it."""
        if not self.is_answering:
            self.append(message)
            return
        self._rows[-1] = _Row.of(message)
        index = self.index(len(self._rows) - 1)
        self.dataChanged.emit(index, index, [int(role) for role in TranscriptRole])

    def clear(self) -> None:
        """Show nothing."""
        self.set_messages(())

    def _insert(self, row: _Row) -> None:
        at = len(self._rows)
        self.beginInsertRows(QModelIndex(), at, at)
        self._rows.append(row)
        self.endInsertRows()

    def _change(self, values: dict[str, Any], *roles: TranscriptRole) -> None:
        if not self.is_answering:
            return
        self._rows[-1] = replace(self._rows[-1], **values)
        index = self.index(len(self._rows) - 1)
        self.dataChanged.emit(index, index, [int(role) for role in roles])
