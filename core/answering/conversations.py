"""Conversations and their messages in the library's database."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from typing import Any

from core.index.database import Database
from core.index.moment import now
from core.types import (
    Answer,
    AnswerSentence,
    Citation,
    ContextUse,
    Conversation,
    Message,
    PageRange,
    Passage,
    Place,
    Role,
    Scope,
    Searched,
    TextRun,
    Timings,
    Verdict,
)

_TITLE_LENGTH = 60


class ConversationStore:
    """Reads and writes conversations. Answers are kept whole, so that they stay checkable when a document is gone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def conversations(self) -> list[Conversation]:
        """All of them, the one used last first."""
        rows = self._database.read().execute("SELECT * FROM conversations ORDER BY updated_at DESC, id DESC")
        return [_conversation(row) for row in rows]

    def messages(self, conversation: int) -> list[Message]:
        """The messages of one, in order."""
        rows = self._database.read().execute(
            "SELECT * FROM messages WHERE conversation = ? ORDER BY id", (conversation,)
        )
        return [_message(row) for row in rows]

    def begin(self, question: str, scope: Scope) -> Conversation:
        """Start a conversation, named after its first question."""
        moment = now()
        with self._database.write() as db:
            cursor = db.execute(
                "INSERT INTO conversations (title, scope, created_at, updated_at) VALUES (?, ?, ?, ?)",
                (_title(question), json.dumps(dataclasses.asdict(scope)), moment, moment),
            )
        return Conversation(cursor.lastrowid or 0, _title(question), moment, moment, scope)

    def append(self, conversation: int, role: Role, text: str, answer: Answer | None = None) -> Message:
        """Add a message."""
        moment = now()
        packed = json.dumps(dataclasses.asdict(answer), ensure_ascii=False) if answer else None
        with self._database.write() as db:
            cursor = db.execute(
                "INSERT INTO messages (conversation, role, text, answer, created_at) VALUES (?, ?, ?, ?, ?)",
                (conversation, role, text, packed, moment),
            )
            db.execute("UPDATE conversations SET updated_at = ? WHERE id = ?", (moment, conversation))
        return Message(cursor.lastrowid or 0, conversation, role, text, moment, answer)

    def set_scope(self, conversation: int, scope: Scope) -> None:
        """Remember where this conversation asks."""
        with self._database.write() as db:
            packed = json.dumps(dataclasses.asdict(scope))
            db.execute("UPDATE conversations SET scope = ? WHERE id = ?", (packed, conversation))

    def remove_message(self, message: int) -> None:
        """Delete one message, to answer its question anew."""
        with self._database.write() as db:
            db.execute("DELETE FROM messages WHERE id = ?", (message,))

    def remove(self, conversation: int) -> None:
        """Delete a conversation with its messages."""
        with self._database.write() as db:
            db.execute("DELETE FROM conversations WHERE id = ?", (conversation,))


def _title(question: str) -> str:
    line = " ".join(question.split())
    return line if len(line) <= _TITLE_LENGTH else line[: _TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def _conversation(row: sqlite3.Row) -> Conversation:
    scope = _scope(json.loads(row["scope"]))
    return Conversation(row["id"], row["title"], row["created_at"], row["updated_at"], scope)


def _message(row: sqlite3.Row) -> Message:
    answer = _answer(json.loads(row["answer"])) if row["answer"] else None
    return Message(row["id"], row["conversation"], Role(row["role"]), row["text"], row["created_at"], answer)


def _answer(packed: dict[str, Any]) -> Answer:
    sentences = tuple(
        AnswerSentence(
            s["text"], tuple(_citation(c) for c in s["citations"]), Verdict(s["verdict"]), s.get("reason", "")
        )
        for s in packed["sentences"]
    )
    return Answer(
        **packed
        | {
            "sentences": sentences,
            "passages": tuple(_passage(p) for p in packed["passages"]),
            "context": ContextUse(**packed["context"]),
            "timings": Timings(**packed["timings"]),
            "searched": _searched(packed.get("searched")),
        }
    )


def _scope(packed: dict[str, Any]) -> Scope:
    """A scope; earlier versions knew one collection only."""
    earlier = packed.get("collection")
    return Scope(
        documents=tuple(packed.get("documents", ())),
        collections=tuple(packed.get("collections", (earlier,) if earlier else ())),
        tags=tuple(packed.get("tags", ())),
        pages=tuple(PageRange(**pages) for pages in packed.get("pages", ())),
        since=packed.get("since", ""),
        until=packed.get("until", ""),
    )


def _searched(packed: dict[str, Any] | None) -> Searched | None:
    if packed is None:
        return None
    return Searched(packed["query"], _scope(packed["scope"]), tuple(packed["titles"]), packed.get("own_words", ""))


def _citation(packed: dict[str, Any]) -> Citation:
    return Citation(**packed | {"places": tuple(Place(*place) for place in packed.get("places", ()))})


def _passage(packed: dict[str, Any]) -> Passage:
    runs = tuple(TextRun(*run) for run in packed.get("runs", ()))
    parts = tuple((str(name), float(value)) for name, value in packed.get("parts", ()))
    answering = packed.get("answering")
    start_end = (int(answering[0]), int(answering[1])) if answering else None
    return Passage(**packed | {"runs": runs, "parts": parts, "answering": start_end})
