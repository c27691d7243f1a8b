"""A conversation's messages as a list model; the last one may still be growing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
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
    QUESTION = Qt.ItemDataRole.UserRole + 10
    THOUGHTS = Qt.ItemDataRole.UserRole + 11
    THOUGHT_SECONDS = Qt.ItemDataRole.UserRole + 12
    SEARCHED_FOR = Qt.ItemDataRole.UserRole + 13
    BRANCHES = Qt.ItemDataRole.UserRole + 14


@dataclass(frozen=True, slots=True)
class _Row:
    """One message with what is known of it at the moment.

    Attributes:
        question: what was searched for.
        thinking_since: when the first thought came, by the model's clock.
        thought_seconds: from the first thought to the first word; None where nobody was there to measure it.
        searched_for: of a question, what it was searched as; empty where that is what the person said.
    """

    message_id: int
    role: Role
    text: str = ""
    answer: Answer | None = None
    streaming: bool = False
    status: str = ""
    passages: tuple[Passage, ...] = ()
    sentences: tuple[AnswerSentence, ...] = ()
    question: str = ""
    thoughts: str = ""
    thinking_since: float | None = None
    thought_seconds: float | None = None
    searched_for: str = ""
    branches: tuple[int, ...] = ()

    @staticmethod
    def of(message: Message) -> _Row:
        answer = message.answer
        if answer is None:
            return _Row(message.id, message.role, message.text, branches=message.branches)
        return _Row(
            message.id,
            message.role,
            answer.text or message.text,
            answer,
            passages=answer.passages,
            sentences=answer.sentences,
            question=answer.searched.query if answer.searched else answer.standalone_question,
            thoughts=answer.thoughts,
            branches=message.branches,
        )


def searched_for(answer: Answer) -> str:
    """What a question was searched as, where that is not what the person said."""
    return "" if answer.standalone_question == answer.question else answer.standalone_question


class TranscriptModel(QAbstractListModel):
    """One row a message, from the oldest to the newest.

    `begin_answer` opens a row that `set_status`, `set_passages`, `append_thought`, `append_text` and `set_sentences`
    fill and `finish` closes. Without an open row these do nothing: a late token of a stopped answer is no error.
    """

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
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
            case TranscriptRole.QUESTION:
                return row.question
            case TranscriptRole.THOUGHTS:
                return row.thoughts
            case TranscriptRole.THOUGHT_SECONDS:
                return row.thought_seconds
            case TranscriptRole.ERROR:
                return row.answer.error if row.answer else None
            case TranscriptRole.SEARCHED_FOR:
                return row.searched_for
            case TranscriptRole.BRANCHES:
                return row.branches
            case _:
                return None

    def row_of(self, message_id: int) -> int:
        """The row of a message; -1 where it is not shown."""
        return next((at for at, row in enumerate(self._rows) if row.message_id == message_id), -1)

    def set_messages(self, messages: Sequence[Message]) -> None:
        """Show another conversation."""
        self.beginResetModel()
        self._rows = [_Row.of(message) for message in messages]
        for at, row in enumerate(self._rows[1:], 1):
            if row.answer is not None:
                self._rows[at - 1] = replace(self._rows[at - 1], searched_for=searched_for(row.answer))
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

    def set_passages(self, passages: Sequence[Passage], question: str = "") -> None:
        """Show the evidence that was found for a question, usually before the first word."""
        self._change({"passages": tuple(passages), "question": question}, TranscriptRole.PASSAGES)

    def set_searched_for(self, text: str) -> None:
        """Say what the question of the growing answer is searched as; empty where that is what the person said."""
        at = len(self._rows) - 2
        if self.is_answering and at >= 0 and self._rows[at].searched_for != text:
            self._rows[at] = replace(self._rows[at], searched_for=text)
            index = self.index(at)
            self.dataChanged.emit(index, index, [int(TranscriptRole.SEARCHED_FOR)])

    def append_text(self, text: str) -> None:
        """Add words to the growing answer; what is being done is plain to see from here on."""
        if not (self.is_answering and text):
            return
        row = self._rows[-1]
        roles = [TranscriptRole.TEXT] + [TranscriptRole.STATUS] * bool(row.status)
        values: dict[str, Any] = {"text": row.text + text, "status": ""}
        if row.thinking_since is not None and row.thought_seconds is None:
            values["thought_seconds"] = self._clock() - row.thinking_since
            roles.append(TranscriptRole.THOUGHT_SECONDS)
        self._change(values, *roles)

    def append_thought(self, text: str) -> None:
        """Add to what a thinking model says to itself before it answers."""
        if self.is_answering and text:
            row = self._rows[-1]
            since = self._clock() if row.thinking_since is None else row.thinking_since
            self._change({"thoughts": row.thoughts + text, "thinking_since": since}, TranscriptRole.THOUGHTS)

    def set_sentences(self, sentences: Sequence[AnswerSentence]) -> None:
        """Put in what is resolved so far, from the first sentence on."""
        self._change({"sentences": tuple(sentences)}, TranscriptRole.SENTENCES)

    def finish(self, message: Message) -> None:
        """Replace the growing row with the finished message; without one, add it."""
        if not self.is_answering:
            self.append(message)
            return
        if message.answer is not None:
            self.set_searched_for(searched_for(message.answer))
        self._rows[-1] = replace(_Row.of(message), thought_seconds=self._rows[-1].thought_seconds)
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
