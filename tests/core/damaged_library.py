"""A library of several tables' worth of pages, and the ways in which disks and people damage its file."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
from stand_ins import DIMENSION, MODEL_ID, chunks_of, hash_vector, page_of

from core.answering.conversations import ConversationStore
from core.index.faults import FILE_NAME
from core.index.library import Library
from core.types import JobState, Role, Scope, Survey

PAGE = 4096
DOCUMENTS, PAGES, CHATS = 12, 6, 6
_WORDS = ["lamp", "pier", "keeper", "stone", "sea", "bees", "salt", "herring"]

# Each table with the column that names a row to people.
NAMED_BY = {
    "meta": "key", "documents": "hash", "locations": "path", "collections": "name", "jobs": "document",
    "tags": "document",
    "conversations": "id", "messages": "id",
}  # fmt: skip


def open_library(folder: Path, *, writable: bool = True) -> Library:
    """Return the library of the hash embedder in a folder."""
    return Library(folder, MODEL_ID, DIMENSION, writable=writable)


def token_code(text: str) -> bytes:
    """Return what stands for the code of a text's token vectors: about as long, and of this text alone."""
    return text.encode()[:1500]


def add_document(library: Library, name: str, pages: int = PAGES) -> None:
    """Add a document whose pages follow from its name, one chunk each."""
    choice = random.Random(name)
    texts = [" ".join(choice.choices(_WORDS, k=250)) for _ in range(pages)]
    library.add_file(name, Path(f"/papers/{name}.pdf"), name.title(), choice.choice(["Sea", "Land"]))
    library.set_survey(name, Survey(name.title(), pages, ()))
    made = [page_of(index, text) for index, text in enumerate(texts)]
    chunks = chunks_of(made)
    vectors = np.stack([hash_vector(chunk.text) for chunk, _ in chunks])
    library.commit_pages(name, made, chunks, vectors, tokens=[token_code(chunk.text) for chunk, _ in chunks])
    library.set_state(name, JobState.READY)
    library.tag([name], choice.choice(["dry", "wet"]))


def make_library(folder: Path, documents: int = DOCUMENTS) -> None:
    """Fill a library with documents and chats, and close it."""
    with closing(open_library(folder)) as library:
        for number in range(documents):
            add_document(library, f"paper{number:02}")
        chats = ConversationStore(library.database)
        for number in range(CHATS):
            chat = chats.begin(f"Question {number}", Scope())
            for turn in range(6):
                chats.append(chat.id, Role.USER, f"{number}-{turn} " + "and so on " * 60)


def readable(folder: Path) -> dict[str, set[object]]:
    """Return the names of all rows that SQLite still gives when each is asked for by itself."""
    found: dict[str, set[object]] = {table: set() for table in NAMED_BY}
    with closing(sqlite3.connect((folder / FILE_NAME).as_uri() + "?mode=ro", uri=True)) as db:
        db.text_factory = lambda text: text.decode("utf-8", "replace")
        for table, name in NAMED_BY.items():
            for number in range(1, 100):
                try:
                    row = db.execute(
                        f"SELECT {name} AS name, * FROM {table} NOT INDEXED WHERE rowid = ?", (number,)
                    ).fetchone()
                except sqlite3.Error:
                    continue
                if row:
                    found[table].add(row[0])
    return found


def _zero_a_page(data: bytearray, choice: random.Random) -> None:
    first = choice.randrange(len(data) // PAGE) * PAGE
    data[first : first + PAGE] = bytes(PAGE)


def _flip_bits(data: bytearray, choice: random.Random) -> None:
    for _ in range(20):
        data[choice.randrange(len(data))] ^= 1 << choice.randrange(8)


def _flip_bits_of_a_page_header(data: bytearray, choice: random.Random) -> None:
    first = choice.randrange(len(data) // PAGE) * PAGE
    for _ in range(3):
        data[first + choice.randrange(40)] ^= 1 << choice.randrange(8)


def _cut(data: bytearray, choice: random.Random) -> None:
    del data[choice.randrange(1, len(data)) :]


def _scramble_the_header(data: bytearray, choice: random.Random) -> None:
    data[:100] = choice.randbytes(100)


def _scramble_the_first_page(data: bytearray, choice: random.Random) -> None:
    data[:PAGE] = choice.randbytes(PAGE)


def _scramble_a_quarter(data: bytearray, choice: random.Random) -> None:
    pages = len(data) // PAGE
    for page in choice.sample(range(pages), pages // 4):
        data[page * PAGE : (page + 1) * PAGE] = choice.randbytes(PAGE)


def _empty(data: bytearray, choice: random.Random) -> None:
    data.clear()


DAMAGES: dict[str, Callable[[bytearray, random.Random], None]] = {
    "zeroed page": _zero_a_page,
    "flipped bits": _flip_bits,
    "flipped bits of a page's header": _flip_bits_of_a_page_header,
    "cut": _cut,
    "scrambled header": _scramble_the_header,
    "scrambled first page": _scramble_the_first_page,
    "scrambled quarter": _scramble_a_quarter,
    "emptied": _empty,
}


def damage(folder: Path, how: str, seed: int) -> bytes:
    """Damage the library's file; returns what it is now."""
    data = bytearray((folder / FILE_NAME).read_bytes())
    DAMAGES[how](data, random.Random(seed))
    (folder / FILE_NAME).write_bytes(data)
    return bytes(data)
