"""Finds conversations again: titles, questions and answers that have all the words, as they are being typed.

Each word counts as the beginning of one (`prem` finds "premium"), without accents and capitals. Words of scripts that
are written without spaces, which an index of words knows only in whole stretches, are looked for in the text itself.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.scripts import joins_without_space
from core.types import Role

_MOST_WORDS = 12
_LEAD, _LENGTH = 40, 160
_MARKS = re.compile(r"\s*\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]|[*`#]+|^\s*(?:[>|]|[-+](?=\s))\s*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a conversation with the words looked for.

    Attributes:
        title: of the conversation.
        updated_at: when it was last spoken in, in ISO 8601.
        message: where they stand; None for the title.
        role: whose message it is; None for the title.
        snippet: some of the text, without Markdown; empty for the title.
        marks: spans of `snippet`, or of the title, with the words.
    """

    conversation: int
    title: str
    updated_at: str
    message: int | None
    role: Role | None
    snippet: str
    marks: tuple[tuple[int, int], ...]


def search(db: sqlite3.Connection, text: str, limit: int = 50) -> list[Found]:
    """Conversations whose title has all the words, then messages that have them, the newest first.

    Args:
        db: of the library, for reading.
        text: words as a person types them; nothing in them is an operator.
        limit: places at most, titles and messages together.
    """
    words = _words(text)[:_MOST_WORDS]
    if not words:
        return []
    found = [*_in_titles(db, words, limit)]
    return found + list(_in_messages(db, words, limit - len(found)))


def _words(text: str) -> list[str]:
    """Runs of letters and digits with the marks set on them, which in Hindi and Thai are vowels."""
    letters = (
        c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in unicodedata.normalize("NFC", text)
    )
    return [word for word in "".join(letters).split() if any(map(str.isalnum, word))]


def _in_titles(db: sqlite3.Connection, words: Sequence[str], limit: int) -> Iterator[Found]:
    condition, values = _condition("title_words", "c.id", "c.title", words)
    rows = db.execute(
        f"SELECT c.id, c.title, c.updated_at FROM conversations c WHERE {condition} ORDER BY c.updated_at DESC LIMIT ?",
        (*values, limit),
    )
    for row in rows:
        yield Found(row[0], row[1], row[2], None, None, "", _spans(row[1], words))


def _in_messages(db: sqlite3.Connection, words: Sequence[str], limit: int) -> Iterator[Found]:
    condition, values = _condition("message_words", "m.id", "m.text", words)
    rows = db.execute(
        f"""SELECT c.id, c.title, c.updated_at, m.id, m.role, m.text FROM messages m
        JOIN conversations c ON c.id = m.conversation WHERE {condition} ORDER BY m.id DESC LIMIT ?""",
        (*values, max(limit, 0)),
    )
    for row in rows:
        snippet, marks = _snippet(row[5], words)
        yield Found(row[0], row[1], row[2], row[3], Role(row[4]), snippet, marks)


def _condition(index: str, number: str, column: str, words: Sequence[str]) -> tuple[str, list[str]]:
    """SQL that holds for rows with all the words, and its parameters."""
    joined = [word for word in words if _is_joined(word)]
    spaced = [word for word in words if not _is_joined(word)]
    parts, values = [], []
    if spaced:
        parts.append(f"{number} IN (SELECT rowid FROM {index} WHERE {index} MATCH ?)")
        values.append(" ".join(f'"{word}"*' for word in spaced))  # in quotation marks nothing is an operator
    for word in joined:
        parts.append(f"instr({column}, ?) > 0")
        values.append(word)
    return " AND ".join(parts), values


def _is_joined(word: str) -> bool:
    return any(joins_without_space(letter, letter) for letter in word)


# ── what is shown of a text ──────────────────────────────────────────────────────────────────────────────────────


def _snippet(text: str, words: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Some of a text around its first words that were looked for, and where these stand in it."""
    plain = " ".join(_MARKS.sub(" ", text).split())
    plain = re.sub(r" (?=[.,;:!?])", "", plain)
    spans = _spans(plain, words)
    start = 0
    if spans and spans[0][0] > _LEAD:
        space = plain.find(" ", spans[0][0] - _LEAD, spans[0][0])
        start = space + 1 if space >= 0 else spans[0][0]
    end = min(len(plain), start + _LENGTH)
    if end < len(plain):
        space = plain.rfind(" ", start + _LENGTH // 2, end)
        end = space if space >= 0 else end
    lead = "… " if start else ""
    shift = len(lead) - start
    shown = lead + plain[start:end] + (" …" if end < len(plain) else "")
    return shown, tuple((a + shift, b + shift) for a, b in spans if start <= a and b <= end)


def _spans(text: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where words begin as one of these does; inside of them for scripts without spaces."""
    # Character by character, so that places stay places.
    plain = text.lower() if text.isascii() else "".join(map(_plain, text))
    found: list[tuple[int, int]] = []
    for word in words:
        wanted = "".join(map(_plain, word))
        begin = "" if _is_joined(word) else r"(?<![^\W_])"
        found += [match.span() for match in re.finditer(begin + re.escape(wanted), plain)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """One character without accent and capital, for comparing. The parts of a Korean syllable are no accents."""
    parts = unicodedata.normalize("NFD", character)
    base = parts[0] if len(parts) > 1 and unicodedata.combining(parts[1]) else character
    return base.lower()[:1]
