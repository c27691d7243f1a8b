"""Branches in the library: kept, switched, removed, and whole after a kill."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from test_conversations import ANSWER

from core.answering.conversations import TITLE_LENGTH, ConversationStore
from core.index.database import Database
from core.index.library import Library
from core.index.schema import MIGRATIONS
from core.types import Message, Role, Scope

NAME = "library.sqlite3"


@pytest.fixture
def library(open_small: Callable[..., Library]) -> Library:
    return open_small()


@pytest.fixture
def store(library: Library) -> ConversationStore:
    return ConversationStore(library.database)


def texts(messages: list[Message]) -> list[str]:
    return [message.text for message in messages]


def begun(store: ConversationStore) -> tuple[int, list[Message]]:
    """Return a conversation of two questions with their answers."""
    talk = store.begin("One?", Scope()).id
    for role, text in ((Role.USER, "One?"), (Role.ASSISTANT, "1"), (Role.USER, "Two?"), (Role.ASSISTANT, "2")):
        store.append(talk, role, text)
    return talk, store.messages(talk)


def test_each_message_answers_to_the_one_before_it(store: ConversationStore) -> None:
    _, messages = begun(store)
    assert [message.parent for message in messages] == [None, *(message.id for message in messages[:-1])]
    assert all(message.branches == () for message in messages)


def test_an_edited_question_begins_a_branch_and_the_other_is_kept(store: ConversationStore) -> None:
    talk, (one, first, two, second) = begun(store)
    edited = store.answer_to(talk, first.id, Role.USER, "Two and a half?")
    assert edited.branches == (two.id, edited.id)
    store.append(talk, Role.ASSISTANT, "2.5")
    assert texts(store.messages(talk)) == ["One?", "1", "Two and a half?", "2.5"]
    assert texts(store.messages(talk, second.id)) == ["One?", "1", "Two?", "2"]
    assert store.branches(talk) == [second.id, edited.id + 1]
    root = store.answer_to(talk, None, Role.USER, "Instead?")
    assert root.branches == (one.id, root.id)
    assert texts(store.messages(talk)) == ["Instead?"]


def test_an_answer_made_again_stands_beside_the_first(store: ConversationStore) -> None:
    talk, (*_, two, second) = begun(store)
    again = store.answer_to(talk, two.id, Role.ASSISTANT, ANSWER.text, ANSWER)
    assert again.branches == (second.id, again.id)
    shown = store.messages(talk)
    assert shown[-1] == again
    assert shown[-1].answer == ANSWER
    assert shown[0].branches == ()


def test_a_branch_is_shown_again_to_its_end_and_stays_so(
    store: ConversationStore, library: Library, open_small: Callable[..., Library]
) -> None:
    talk, (_, first, two, _) = begun(store)
    edited = store.answer_to(talk, first.id, Role.USER, "Other?")
    store.show_branch(two.id)
    assert texts(store.messages(talk)) == ["One?", "1", "Two?", "2"]
    store.append(talk, Role.USER, "Three?")
    store.show_branch(edited.id)
    library.close()
    again = ConversationStore(open_small().database)
    assert texts(again.messages(talk)) == ["One?", "1", "Other?"]
    again.show_branch(two.id)
    assert texts(again.messages(talk)) == ["One?", "1", "Two?", "2", "Three?"]
    again.show_branch(9999)  # of a message that is gone
    assert texts(again.messages(talk))[-1] == "Three?"


def test_the_branch_of_a_message_is_the_one_shown_where_it_lies_on_that(store: ConversationStore) -> None:
    talk, (one, first, two, second) = begun(store)
    other = store.answer_to(talk, first.id, Role.USER, "Other?")
    store.show_branch(two.id)
    assert store.branch_of(one.id) == (talk, second.id)
    assert store.branch_of(other.id) == (talk, other.id)
    assert store.branch_of(9999) is None


def test_removing_a_message_takes_what_followed_and_shows_what_is_left(store: ConversationStore) -> None:
    talk, (_, first, two, second) = begun(store)
    other = store.answer_to(talk, first.id, Role.USER, "Other?")
    store.append(talk, Role.ASSISTANT, "other")
    store.remove_message(other.id)
    assert texts(store.messages(talk)) == ["One?", "1", "Two?", "2"]
    store.remove_message(second.id)
    assert texts(store.messages(talk)) == ["One?", "1", "Two?"]
    store.append(talk, Role.ASSISTANT, "2 again")
    store.remove_message(two.id)
    assert texts(store.messages(talk)) == ["One?", "1"]
    store.remove_message(9999)


def test_what_is_shown_stays_when_a_message_beside_it_goes(store: ConversationStore) -> None:
    talk, (_, first, two, _) = begun(store)
    store.answer_to(talk, first.id, Role.USER, "Other?")
    store.remove_message(two.id)
    assert texts(store.messages(talk)) == ["One?", "1", "Other?"]


def test_an_answer_to_what_was_removed_meanwhile_is_kept(store: ConversationStore) -> None:
    talk, (*_, two, _) = begun(store)
    store.remove_message(two.id)
    kept = store.answer_to(talk, two.id, Role.ASSISTANT, "late")
    assert kept.parent is None
    assert texts(store.messages(talk)) == ["late"]


def test_a_title_is_given_by_hand(store: ConversationStore) -> None:
    talk = store.begin("One?", Scope()).id
    store.rename(talk, "  Notice\n periods ")
    assert store.conversations()[0].title == "Notice periods"
    store.rename(talk, "   ")
    assert store.conversations()[0].title == "Notice periods"
    store.rename(talk, "word " * 60)
    assert len(store.conversations()[0].title) <= TITLE_LENGTH


def test_a_removal_can_be_undone(store: ConversationStore) -> None:
    talk, before = begun(store)
    store.answer_to(talk, before[1].id, Role.USER, "Other?")
    store.show_branch(before[3].id)
    listed, branches = store.conversations(), store.branches(talk)
    removed = store.remove(talk)
    assert removed is not None
    assert store.conversations() == []
    assert store.search("One") == []
    assert store.remove(talk) is None
    store.restore(removed)
    assert store.conversations() == listed
    assert store.messages(talk)[2].branches == (before[2].id, before[3].id + 1)
    assert texts(store.messages(talk)) == texts(before)
    assert store.branches(talk) == branches
    assert len(store.search("One")) == 2


def test_a_conversation_of_thousands_of_messages_can_be_removed(store: ConversationStore, library: Library) -> None:
    talk = store.begin("Long", Scope()).id
    with library.database.write() as db:  # far deeper than SQLite lets cascades go
        db.executemany(
            "INSERT INTO messages (id, conversation, role, text, created_at, parent) VALUES (?, ?, 'user', 'x', '', ?)",
            [(number, talk, number - 1 or None) for number in range(1, 3001)],
        )
    assert len(store.messages(talk)) == 3000
    store.remove_message(2)
    assert len(store.messages(talk)) == 1
    assert store.remove(talk) is not None
    assert store.messages(talk) == []


def test_the_words_of_what_was_removed_are_not_in_the_file(
    store: ConversationStore, library: Library, tmp_path: Path
) -> None:
    talk = store.begin("About xylophonists?", Scope()).id
    asked = store.append(talk, Role.USER, "About xylophonists?")
    other = store.begin("Other", Scope()).id
    store.append(other, Role.USER, "About zymurgists?")
    store.remove_message(asked.id)
    store.remove(talk)
    folder = library.folder
    library.close()
    data = (folder / NAME).read_bytes()
    assert b"zymurgist" in data
    assert b"xylophonist" not in data


# ── older libraries ──────────────────────────────────────────────────────────────────────────────────────────────


def older_library(path: Path, version: int) -> None:
    """Make a library of an earlier form with two conversations, whose messages are mixed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for statements in MIGRATIONS[:version]:
            for statement in statements:
                db.execute(statement)
        db.execute(f"PRAGMA user_version = {version}")
        for number in (1, 2):
            db.execute("INSERT INTO conversations VALUES (?, ?, '{}', '', '')", (number, f"Title {number}"))
        for number in range(1, 9):
            role = "user" if number % 4 in (1, 2) else "assistant"
            db.execute(
                "INSERT INTO messages VALUES (?, ?, ?, ?, NULL, '')", (number, 2 - number % 2, role, f"text {number}")
            )
        db.execute("DELETE FROM messages WHERE id = 3")
        db.execute("INSERT INTO conversations VALUES (3, 'Empty', '{}', '', '')")


@pytest.mark.parametrize("version", [1, 4, 5])
def test_messages_of_older_libraries_become_a_chain_that_is_found(tmp_path: Path, version: int) -> None:
    older_library(tmp_path / NAME, version)
    with closing(Database(tmp_path / NAME)) as database:
        store = ConversationStore(database)
        assert [message.id for message in store.messages(1)] == [1, 5, 7]
        assert [message.parent for message in store.messages(2)] == [None, 2, 4, 6]
        assert store.messages(3) == []
        assert [found.message for found in store.search("tex")] == [8, 7, 6, 5, 4, 2, 1]
        assert [found.title for found in store.search("title")] == ["Title 1", "Title 2"]
        added = store.append(1, Role.USER, "new")
        assert added.parent == 7
        assert store.branches(2) == [8]
        assert database.check(thorough=True) == "ok"


KILLED_WHILE_ANSWERING = """
import os, signal, sys
from contextlib import closing
from pathlib import Path
from core.answering.conversations import ConversationStore
from core.index import connection, database
from core.types import Role
real, left = connection.Connection.execute, int(sys.argv[2])
with closing(database.Database(Path(sys.argv[1]))) as opened:
    store = ConversationStore(opened)
    shown = store.messages(1)
    def execute(self, sql, parameters=(), /):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, sql, parameters)
    connection.Connection.execute = execute
    store.answer_to(1, shown[1].id, Role.USER, "edited")
    store.append(1, Role.ASSISTANT, "answered")
    store.show_branch(shown[2].id)
    store.remove_message(shown[1].id)
print("finished")
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("moment", range(1, 28, 3))
def test_a_kill_at_any_moment_leaves_a_whole_branch(tmp_path: Path, moment: int) -> None:
    path = tmp_path / NAME
    with closing(Database(path)) as database:
        begun(ConversationStore(database))
    done = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_ANSWERING, str(path), str(moment)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
    )
    assert done.returncode == -9, done.stdout + done.stderr
    with closing(Database(path)) as database:
        store = ConversationStore(database)
        assert texts(store.messages(1)) in (
            ["One?", "1", "Two?", "2"],
            ["One?", "1", "edited"],
            ["One?", "1", "edited", "answered"],
            ["One?"],
        )
        assert database.check(thorough=True) == "ok"
        assert {found.message for found in store.search("1")} <= {message.id for message in store.messages(1)}
