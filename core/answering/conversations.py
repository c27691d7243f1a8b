"""Conversations and their messages in the library's database."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.answering.branches import Tree, tree_of
from core.answering.conversation_search import Found, search
from core.answering.packing import pack_answer, pack_scope, unpack_answer, unpack_scope
from core.index.database import Database
from core.index.moment import now
from core.types import Answer, Conversation, Message, Role, Scope

TITLE_LENGTH = 80
_BEGUN_LENGTH = 60
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Removed:
    """A conversation that was deleted, for as long as that can be undone: its rows, by column."""

    title: str
    conversation: dict[str, Any]
    messages: tuple[dict[str, Any], ...]


class ConversationStore:
    """Reads and writes conversations. Answers are kept whole, so that they stay checkable when a document is gone.

    A conversation is a tree of messages, of which one branch is shown; see `core.answering.branches`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    def conversations(self) -> list[Conversation]:
        """All of them, the one used last first."""
        rows = self._database.read().execute("SELECT * FROM conversations ORDER BY updated_at DESC, id DESC")
        return [_conversation(row) for row in rows]

    def messages(self, conversation: int, leaf: int | None = None) -> list[Message]:
        """The messages of one branch, in order.

        Args:
            conversation: whose.
            leaf: a message of the conversation that ends the branch; the branch that is shown where it is None.
        """
        db = self._database.read()
        tree = _tree(db, conversation)
        path = tree.path(leaf if leaf is not None else _leaf(db, conversation))
        return [_message(row, tree) for row in _rows(db, path)]

    def branches(self, conversation: int) -> list[int]:
        """The messages that end the branches of a conversation, the oldest first."""
        return _tree(self._database.read(), conversation).leaves()

    def branch_of(self, message: int) -> tuple[int, int] | None:
        """The conversation of a message, and the end of the branch through it that was written last; None without it.

        Where the message lies on the branch that is shown, that is its end.
        """
        db = self._database.read()
        row = db.execute("SELECT conversation FROM messages WHERE id = ?", (message,)).fetchone()
        if row is None:
            return None
        tree, leaf = _tree(db, row[0]), _leaf(db, row[0])
        path = tree.path(leaf)
        return (int(row[0]), path[-1] if message in path else tree.end_of(message))

    def search(self, text: str, limit: int = 50) -> list[Found]:
        """Titles, questions and answers with these words, on whatever branch; `conversation_search` says more."""
        return search(self._database.read(), text, limit)

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, question: str, scope: Scope) -> Conversation:
        """Start a conversation, named after its first question."""
        moment = now()
        title = _shortened(question, _BEGUN_LENGTH)
        with self._database.write() as db:
            cursor = db.execute(
                "INSERT INTO conversations (title, scope, created_at, updated_at) VALUES (?, ?, ?, ?)",
                (title, pack_scope(scope), moment, moment),
            )
        return Conversation(cursor.lastrowid or 0, title, moment, moment, scope)

    def append(self, conversation: int, role: Role, text: str, answer: Answer | None = None) -> Message:
        """Add a message at the end of the branch that is shown."""
        with self._database.write() as db:
            path = _tree(db, conversation).path(_leaf(db, conversation))
            return _add(db, conversation, path[-1] if path else None, role, text, answer)

    def answer_to(
        self, conversation: int, parent: int | None, role: Role, text: str, answer: Answer | None = None
    ) -> Message:
        """Add a message after `parent`, beside what may stand there already; its branch is the one shown from now on.

        Args:
            conversation: whose.
            parent: a message of this conversation; None for a message that begins it.
            role: who says it.
            text: what is said.
            answer: what an answer rests on.
        """
        with self._database.write() as db:
            if parent is not None and not _is_there(db, conversation, parent):
                parent = None  # it was removed meanwhile
            return _add(db, conversation, parent, role, text, answer)

    def show_branch(self, message: int) -> None:
        """Let the branch through a message be the one shown: of several, the one that was written last."""
        with self._database.write() as db:
            row = db.execute("SELECT conversation FROM messages WHERE id = ?", (message,)).fetchone()
            if row is not None:
                leaf = _tree(db, row[0]).end_of(message)
                db.execute("UPDATE conversations SET leaf = ? WHERE id = ?", (leaf, row[0]))

    def rename(self, conversation: int, title: str) -> None:
        """Give a conversation another title; an empty one changes nothing."""
        if title := _shortened(title, TITLE_LENGTH):
            with self._database.write() as db:
                db.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation))

    def set_scope(self, conversation: int, scope: Scope) -> None:
        """Remember where this conversation asks."""
        with self._database.write() as db:
            db.execute("UPDATE conversations SET scope = ? WHERE id = ?", (pack_scope(scope), conversation))

    def remove_message(self, message: int) -> None:
        """Delete a message with all that followed it; where it was shown, what stands beside or before it is now."""
        with self._database.write() as db:
            row = db.execute("SELECT conversation FROM messages WHERE id = ?", (message,)).fetchone()
            if row is None:
                return
            tree = _tree(db, row[0])
            gone = tree.under(message)
            left = [other for other in tree.beside(message) if other != message]
            before = tree.parents[message]
            leaf = _leaf(db, row[0])
            if leaf is None or leaf in gone:
                leaf = tree.end_of(left[-1]) if left else before
            db.executemany("DELETE FROM messages WHERE id = ?", [(one,) for one in gone])
            db.execute("UPDATE conversations SET leaf = ? WHERE id = ?", (leaf, row[0]))
            _forget_words(db)

    def remove(self, conversation: int) -> Removed | None:
        """Delete a conversation with its messages; returns what `restore` needs, or None where there was none."""
        with self._database.write() as db:
            row = db.execute("SELECT * FROM conversations WHERE id = ?", (conversation,)).fetchone()
            if row is None:
                return None
            messages = db.execute("SELECT * FROM messages WHERE conversation = ? ORDER BY id", (conversation,))
            removed = Removed(row["title"], dict(row), tuple(dict(message) for message in messages))
            db.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
            _forget_words(db)
        return removed

    def restore(self, removed: Removed) -> None:
        """Undo a removal: everything is as it was, under the same numbers."""
        with self._database.write() as db:
            _insert(db, "conversations", removed.conversation)
            for message in removed.messages:
                _insert(db, "messages", message)


def _add(
    db: sqlite3.Connection, conversation: int, parent: int | None, role: Role, text: str, answer: Answer | None
) -> Message:
    moment = now()
    cursor = db.execute(
        "INSERT INTO messages (conversation, role, text, answer, created_at, parent) VALUES (?, ?, ?, ?, ?, ?)",
        (conversation, role, text, pack_answer(answer) if answer else None, moment, parent),
    )
    number = cursor.lastrowid or 0
    db.execute("UPDATE conversations SET updated_at = ?, leaf = ? WHERE id = ?", (moment, number, conversation))
    beside = _beside(_tree(db, conversation), number)
    return Message(number, conversation, role, text, moment, answer, parent, beside)


def _tree(db: sqlite3.Connection, conversation: int) -> Tree:
    rows = db.execute("SELECT id, parent FROM messages WHERE conversation = ?", (conversation,))
    return tree_of((row[0], row[1]) for row in rows)


def _leaf(db: sqlite3.Connection, conversation: int) -> int | None:
    row = db.execute("SELECT leaf FROM conversations WHERE id = ?", (conversation,)).fetchone()
    return None if row is None else row[0]


def _is_there(db: sqlite3.Connection, conversation: int, message: int) -> bool:
    found = db.execute("SELECT 1 FROM messages WHERE id = ? AND conversation = ?", (message, conversation))
    return found.fetchone() is not None


def _rows(db: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    found: list[sqlite3.Row] = []
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        marks = ",".join("?" * len(some))
        found += db.execute(f"SELECT * FROM messages WHERE id IN ({marks}) ORDER BY id", some)
    return found


def _beside(tree: Tree, message: int) -> tuple[int, ...]:
    beside = tree.beside(message)
    return beside if len(beside) > 1 else ()


def _insert(db: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(row.values()))


def _forget_words(db: sqlite3.Connection) -> None:
    """What was removed is overwritten; an index of words drops those of removed rows only when it is merged."""
    for index in ("message_words", "title_words"):
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")


def _shortened(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rsplit(" ", 1)[0] + "…"


def _conversation(row: sqlite3.Row) -> Conversation:
    return Conversation(row["id"], row["title"], row["created_at"], row["updated_at"], unpack_scope(row["scope"]))


def _message(row: sqlite3.Row, tree: Tree) -> Message:
    return Message(
        row["id"],
        row["conversation"],
        Role(row["role"]),
        row["text"],
        row["created_at"],
        unpack_answer(row["answer"]) if row["answer"] else None,
        row["parent"],
        _beside(tree, row["id"]),
    )
