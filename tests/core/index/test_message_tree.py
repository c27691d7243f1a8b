"""Conversations after damage: each message answers to one that is there, and what is found is what is there."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from damaged_library import damage, make_library, open_library

from core.answering.conversations import ConversationStore
from core.index.connection import open_for_writing
from core.index.database import migrate
from core.index.faults import FILE_NAME
from core.index.repair import salvage
from core.index.salvage import make_consistent, take_over
from core.index.schema import MIGRATIONS
from core.types import Role, Scope


def branched(folder: Path) -> tuple[int, list[str]]:
    """Add a conversation with two branches, the older of which is shown; returns it and the texts shown."""
    with closing(open_library(folder)) as library:
        store = ConversationStore(library.database)
        talk = store.begin("Branches", Scope()).id
        asked = store.append(talk, Role.USER, "Whose umbrella?")
        store.append(talk, Role.ASSISTANT, "Nobody's")
        store.answer_to(talk, asked.id, Role.ASSISTANT, "Somebody's")
        store.show_branch(asked.id + 1)
        return talk, [message.text for message in store.messages(talk)]


def shown(folder: Path, talk: int) -> list[str]:
    with closing(open_library(folder)) as library:
        return [message.text for message in ConversationStore(library.database).messages(talk)]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree") / "library"
    make_library(folder, 2)
    return folder


def test_branches_outlive_a_salvage(sound: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "library")
    talk, texts = branched(folder)
    damage(folder, "scrambled header", 1)
    salvage(folder)
    assert shown(folder, talk) == texts == ["Whose umbrella?", "Nobody's"]
    with closing(open_library(folder)) as library:
        store = ConversationStore(library.database)
        assert len(store.branches(talk)) == 2
        assert [found.snippet for found in store.search("umbrel")] == ["Whose umbrella?"]
        assert store.remove(talk) is not None  # the index takes it: each word is there once
        assert store.search("umbrella") == []
        assert library.database.check(thorough=True) == "ok"


def test_a_library_of_an_older_form_is_salvaged_into_chains(tmp_path: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as old, closing(open_for_writing(tmp_path / FILE_NAME)) as new:
        for statements in MIGRATIONS[:5]:
            for statement in statements:
                old.execute(statement)
        old.execute("INSERT INTO conversations VALUES (1, 'One', '{}', '', '')")
        for number in (1, 2, 5):
            old.execute("INSERT INTO messages VALUES (?, 1, 'user', 'words', NULL, '')", (number,))
        migrate(new)
        new.execute("PRAGMA foreign_keys = OFF")
        new.execute("BEGIN")
        take_over(old, new)
        make_consistent(new)
        new.execute("COMMIT")
        rows = new.execute("SELECT id, parent FROM messages ORDER BY id").fetchall()
        assert [tuple(row) for row in rows] == [(1, None), (2, 1), (5, 2)]
        assert new.execute("SELECT leaf FROM conversations").fetchone()[0] == 5
        assert new.execute("SELECT COUNT(*) FROM message_words WHERE message_words MATCH 'words'").fetchone()[0] == 3


def test_what_answered_to_a_lost_message_follows_the_one_before(sound: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "library")
    talk, _ = branched(folder)
    with closing(open_library(folder)) as library:
        store = ConversationStore(library.database)
        ends = store.branches(talk)
        with library.database.write() as db:
            db.execute("INSERT INTO messages (id, conversation, role, text, created_at, parent) "
                       "VALUES (900, ?, 'user', 'after', '', 899)", (talk,))  # fmt: skip
            db.execute("UPDATE conversations SET leaf = 900 WHERE id = ?", (talk,))
            make_consistent(db)
        assert [message.text for message in store.messages(talk)] == ["Whose umbrella?", "Somebody's", "after"]
        assert store.branches(talk) == [ends[0], 900]
