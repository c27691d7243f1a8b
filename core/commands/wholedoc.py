"""`summarize`, `outline`, `ask-each` and `compare`: work on whole documents."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import ExitStack, aclosing, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from core import composition
from core.answering.answerer import Answerer
from core.answering.comparison import Comparer
from core.answering.every_document import DocumentRow, ask_each
from core.answering.every_document_csv import ENCODING, write_rows
from core.answering.outline import outline_of
from core.answering.progress import Progress
from core.answering.summary import Summariser
from core.commands.common import FAULT, OK, UsageError, print_json, reading
from core.commands.scoping import scope_of
from core.embedding.embedder import Embedder
from core.index.library import Library
from core.llm.chat_model import ChatModel
from core.llm.registry import choose
from core.retrieval.retriever import Retriever
from core.terminal import ProgressBar
from core.wholedoc_json import comparison_json, outline_json, row_json, summary_json
from core.wholedoc_terminal import print_comparison, print_outline, print_row, print_summary

STOPPED = 130
_LOAD_SECONDS = 120.0  # the first question would else be over before a reranker is there

Grown = TypeVar("Grown", bound="_Growing")


class _Growing(Protocol):
    """Something that comes step by step."""

    @property
    def progress(self) -> Progress: ...


@dataclass(frozen=True, slots=True)
class _Desk:
    """What work on documents needs."""

    library: Library
    embedder: Embedder
    answerer: Answerer
    model: ChatModel


def summarize(args: argparse.Namespace) -> int:
    """Summarise a document section by section, every sentence with its place."""
    return _run(args, _summarize)


def outline(args: argparse.Namespace) -> int:
    """Show a document's outline: its bookmarks, else the headings found in it."""
    with reading(args) as library:
        found = outline_of(library, library.resolve(args.document))
    if args.json:
        print_json(outline_json(found))
    else:
        print_outline(found)
    return OK


def ask_every(args: argparse.Namespace) -> int:
    """Ask one question of each document in turn: a row for each."""
    if not args.query.strip():
        raise UsageError("Give a question.")
    return _run(args, _ask_every)


def compare(args: argparse.Namespace) -> int:
    """Compare two documents: what differs, and what stands in one alone."""
    return _run(args, _compare)


async def _summarize(args: argparse.Namespace, desk: _Desk) -> int:
    document = desk.library.resolve(args.document)
    growing = Summariser(desk.library, desk.embedder).summarise(document, desk.model)
    summary, stopped = await _last(growing, "sections", args)
    if summary is None:
        return _code(None, stopped=stopped)
    if args.json:
        print_json(summary_json(summary, stopped=stopped))
    else:
        print_summary(summary)
    return _code(summary.error, stopped=stopped)


async def _compare(args: argparse.Namespace, desk: _Desk) -> int:
    left, right = (desk.library.resolve(reference) for reference in (args.left, args.right))
    if left == right:
        raise UsageError("These are one and the same document. Name two.")
    comparer = Comparer(desk.library, desk.embedder, desk.answerer)
    growing = comparer.compare(left, right, desk.model, (args.query or "").strip())
    comparison, stopped = await _last(growing, "topics", args)
    if comparison is None:
        return _code(None, stopped=stopped)
    if args.json:
        print_json(comparison_json(comparison, stopped=stopped))
    else:
        print_comparison(comparison)
    return _code(comparison.error, stopped=stopped)


async def _ask_every(args: argparse.Namespace, desk: _Desk) -> int:
    rows: list[DocumentRow] = []

    def take(row: DocumentRow) -> None:
        rows.append(row)
        if args.json:
            print_json(row_json(row))
        else:
            print_row(row)

    scope = scope_of(args, desk.library)
    asking = ask_each(args.query, scope, desk.model, desk.answerer, desk.library)
    _, stopped = await _last(asking, "documents", args, lambda found: take(found.row))
    if not rows and not stopped:
        print("There are no documents to ask.", file=sys.stderr)
    if args.csv is not None:
        _export(args.csv, rows)
    for notice in dict.fromkeys(row.answer.notice for row in rows if row.answer is not None and row.answer.notice):
        print(f"paperlamp: {notice}", file=sys.stderr)
    errors = [row.answer.error for row in rows if row.answer is not None and row.answer.error]
    return _code(errors[0] if errors else None, stopped=stopped)


def _export(file: Path, rows: list[DocumentRow]) -> None:
    try:
        with file.open("w", encoding=ENCODING, newline="") as stream:
            write_rows(rows, stream)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or 'the system refused'}.") from error
    print(f"The table is in {file}.", file=sys.stderr)


def _run(args: argparse.Namespace, work: Callable[[argparse.Namespace, _Desk], Coroutine[Any, Any, int]]) -> int:
    """Do some work with the library and a model open."""

    async def run() -> int:
        with ExitStack() as opened:
            library = opened.enter_context(reading(args))
            embedder = opened.enter_context(closing(composition.open_embedder(library)))
            reranker = composition.open_reranker(library, _LOAD_SECONDS) if "query" in args and args.query else None
            if reranker is not None:
                opened.callback(reranker.close)
            answerer = Answerer(library, Retriever(library, embedder, reranker=reranker), embedder)
            model = await choose(args.model, composition.model_access(library))
            try:
                return await work(args, _Desk(library, embedder, answerer, model))
            finally:
                await model.close()

    return asyncio.run(run())


async def _last(
    growing: AsyncGenerator[Grown, None],
    what: str,
    args: argparse.Namespace,
    each: Callable[[Grown], None] = lambda _: None,
) -> tuple[Grown | None, bool]:
    """The last that comes, if anything does, and whether Ctrl+C came before it; what is there by then counts.

    Args:
        growing: to be followed.
        what: its progress is counted in.
        args: say whether progress may be shown.
        each: is told of each.
    """
    bar = ProgressBar(sys.stderr, visible=not args.json)
    last: Grown | None = None
    try:
        async with aclosing(growing) as coming:
            async for last in coming:
                bar.close()
                each(last)
                bar.show_parts(last.progress.done, last.progress.total, what, last.progress.eta_seconds)
    except asyncio.CancelledError:
        # Ctrl+C cancels the one task there is. It has been heard; what follows is to be printed in peace.
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        return last, True
    finally:
        bar.close()
    return last, False


def _code(error: str | None, *, stopped: bool) -> int:
    if stopped:
        print("paperlamp: stopped. What is finished is above.", file=sys.stderr)
        return STOPPED
    if error:
        print(f"paperlamp: {error}", file=sys.stderr)
        return FAULT
    return OK
