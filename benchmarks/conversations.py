"""How long it takes to find conversations again: `python -m benchmarks.conversations [MESSAGES]`.

Makes a library of conversations of twenty messages each, in words as frequent as those of a language (Zipf's law), and
times what the window asks of it. Figures are milliseconds of this machine; docs/decisions/022 quotes them.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from core.answering.conversations import ConversationStore
from core.index.database import Database

MESSAGES, EACH = 5000, 20
VOCABULARY, QUESTION_WORDS, ANSWER_WORDS = 20_000, 12, 160
QUERIES = 50


def main(messages: int = MESSAGES) -> None:
    """Print sizes and times."""
    choice = random.Random(1)
    words = ["".join(choice.choices("abcdefghiklmnoprstu", k=choice.randint(3, 10))) for _ in range(VOCABULARY)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.sqlite3"
        with closing(Database(path)) as database:
            store = ConversationStore(database)
            letters = fill(database, words, messages, choice)
            rows = database.read().execute("SELECT sum(length(block)) FROM message_words_data").fetchone()[0]
            print(f"{messages} messages, {letters / 1e6:.1f} MB of text, {rows / 1e6:.1f} MB of their words' index")
            queries = [
                "a",
                "pr",
                "pre",
                words[0],
                f"{words[5]} {words[9]}",
                f"{words[3]} {words[700][:3]}",
                "zzzz",
                "保険",
            ]
            queries += [choice.choice(words)[:3] for _ in range(QUERIES)]
            times = sorted(timed(partial(store.search, query)) for query in queries)
            print(f"search: {statistics.median(times):.1f} ms at the median, {times[-1]:.1f} ms at most")
            print(f"open a conversation: {timed(lambda: store.messages(1)):.1f} ms")
            print(f"remove a conversation: {timed(lambda: store.remove(1)):.0f} ms")


def fill(database: Database, words: list[str], messages: int, choice: random.Random) -> int:
    """Write conversations; returns the letters in them."""
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    letters = 0
    with database.write() as db:
        for number in range(1, messages + 1):
            conversation, place = (number - 1) // EACH + 1, (number - 1) % EACH
            if not place:
                title = " ".join(choice.choices(words, weights, k=6))
                db.execute(
                    "INSERT INTO conversations (id, title, scope, created_at, updated_at, leaf)"
                    " VALUES (?, ?, '{}', '', '2024', ?)",
                    (conversation, title, number + EACH - 1),
                )
            length = ANSWER_WORDS if place % 2 else QUESTION_WORDS
            text = " ".join(choice.choices(words, weights, k=length))
            letters += len(text)
            db.execute(
                "INSERT INTO messages (id, conversation, role, text, created_at, parent) VALUES (?, ?, ?, ?, '', ?)",
                (number, conversation, "assistant" if place % 2 else "user", text, number - 1 if place else None),
            )
    return letters


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
