"""The tree that the messages of a conversation are, after damage: whatever a message answers to is there again.

Nothing here is needed while a library is sound. Numbers rise with time and a message answers to one of a lower number,
so that mending can make no circle.
"""

from __future__ import annotations

import sqlite3

from core.index.schema import CHAIN_MESSAGES, LAST_MESSAGE_AS_LEAF, WORD_INDEXES

_ORPHAN = """parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM messages p
    WHERE p.id = messages.parent AND p.conversation = messages.conversation AND p.id < messages.id)"""
_ENDLESS = """NOT EXISTS
    (SELECT 1 FROM messages m WHERE m.id = conversations.leaf AND m.conversation = conversations.id)
    AND (leaf IS NOT NULL OR EXISTS (SELECT 1 FROM messages m WHERE m.conversation = conversations.id))"""

INCONSISTENT = (
    (f"SELECT COUNT(*) FROM messages WHERE {_ORPHAN}", "messages that answer to nothing"),
    (f"SELECT COUNT(*) FROM conversations WHERE {_ENDLESS}", "chats without their last message"),
)
"""Counts, and what each says when it is not 0; `mend_messages` mends them."""


def mend_messages(db: sqlite3.Connection) -> None:
    """Let each message answer to one that is there, each conversation end in one, and each word be found.

    Args:
        db: of the newest form, inside a transaction. Harmless on a sound file.
    """
    db.execute(f"{CHAIN_MESSAGES} WHERE {_ORPHAN}")
    db.execute(f"{LAST_MESSAGE_AS_LEAF} WHERE {_ENDLESS}")
    for index in WORD_INDEXES:  # rows that took another's place went past the triggers
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")


def chain_messages(db: sqlite3.Connection) -> None:
    """Let messages of an older form, which knew no branches, each answer to the one before it."""
    db.execute(f"{CHAIN_MESSAGES} WHERE parent IS NULL")
