"""How often follow-ups find their page: by the person's words, by the form that stands alone, and by both.

    .venv/bin/python benchmarks/follow_ups.py LIBRARY QUESTIONS.jsonl

A line of the file is `{"asked": [questions before], "answer": the last answer, "question": the follow-up,
"document": a file's name or null for any, "pages": [pages that answer it, from 1]}`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from core import composition
from core.answering.asking import Asked, understood
from core.llm.chat_model import ChatTurn
from core.retrieval.retriever import Retriever
from core.types import Passage, Role

_LOOKED_AT = 24  # as the answerer does


def main() -> None:
    """Print one line for each way to search."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("questions", type=Path)
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.questions.read_text("utf-8").splitlines() if line.strip()]
    with (
        closing(composition.open_library(arguments.library, writable=False)) as library,
        closing(composition.open_embedder(library)) as embedder,
    ):
        retriever = Retriever(library, embedder)
        retriever.prepare()
        search = partial(retriever.retrieve_with_evidence, k=_LOOKED_AT)
        asked = [understood(row["question"], conversation(row)) for row in rows]
        ways: dict[str, Callable[[int], Asked]] = {
            "own words": lambda i: Asked(rows[i]["question"]),
            "standalone": lambda i: Asked(asked[i].standalone),
            "both": lambda i: asked[i],
        }
        for row in rows:
            search(row["question"])  # what is read once is read now
        for name, way in ways.items():
            started, cpu = time.perf_counter(), time.process_time()
            ranks = [rank(row, way(i).retrieve(search, _LOOKED_AT).passages) for i, row in enumerate(rows)]
            wall, cpu = time.perf_counter() - started, time.process_time() - cpu
            shares = "  ".join(f"page@{k} {sum(r <= k for r in ranks) / len(ranks):.3f}" for k in (1, 5))
            print(f"{name:11} {shares}  {1e3 * wall / len(rows):.0f} ms  CPU {1e3 * cpu / len(rows):.0f} ms a question")


def conversation(row: dict[str, Any]) -> list[ChatTurn]:
    """The questions before, in the form that stands alone."""
    turns: list[ChatTurn] = []
    for question in row["asked"]:
        turns.append(ChatTurn(Role.USER, understood(question, turns).standalone))
        turns.append(ChatTurn(Role.ASSISTANT, row.get("answer", "")))
    return turns


def rank(row: dict[str, Any], passages: Sequence[Passage]) -> int:
    """The place of the first page that answers among the pages found; far behind all where none does."""
    pages = list(dict.fromkeys((Path(p.path).name, p.page_index + 1) for p in passages))
    right = [
        place
        for place, (name, page) in enumerate(pages, 1)
        if page in row["pages"] and row.get("document") in (None, name)
    ]
    return min(right, default=10**6)


if __name__ == "__main__":
    main()
