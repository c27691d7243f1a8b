"""`search` and `ask`: one question, or a file of them."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from core import composition
from core.answering.answerer import Answerer
from core.answering.events import AnswerFinished, FirstWordsSlow, TextAdded
from core.commands.common import FAULT, OK, UsageError, lines_of, print_json, reading
from core.commands.scoping import scope_of
from core.errors import PaperlampError
from core.index.library import Library
from core.index.query_syntax import parse
from core.json_contract import answer_json, parts_json, passage_json
from core.llm.chat_model import ChatModel
from core.llm.registry import choose
from core.retrieval.reranking import Reranker
from core.retrieval.retriever import Retriever
from core.terminal import print_answer, print_passages, slow_sentence
from core.types import Answer, Scope, SearchMode

_LOAD_SECONDS = 120.0  # a single search would else be over before a reranker is there


def search(args: argparse.Namespace) -> int:
    """Search for passages; one query, or a file of them."""
    mode = SearchMode(args.mode)
    with (
        reading(args) as library,
        closing(composition.open_embedder(library)) as embedder,
        _reranker(library, mode) as reranker,
    ):
        retriever = Retriever(library, embedder, reranker=reranker)
        for query_id, query, scope in _queries(args, library):
            started = time.perf_counter()
            retrieval = retriever.retrieve_with_evidence(query, args.k, scope, mode)
            passages = retrieval.passages
            elapsed_ms = round((time.perf_counter() - started) * 1000, 2)
            if args.json or args.queries:
                results = [
                    passage_json(passage) | (parts_json(passage) if args.explain else {}) for passage in passages
                ]
                found = {"query": query, "elapsed_ms": elapsed_ms, "results": results}
                print_json(({"id": query_id} if args.queries else {}) | found)
            else:
                print_passages(passages, explain=args.explain)
                if not passages and (scope != Scope() or parse(query).filters):
                    print('Filters, “-word” and "quotation marks" rule much out. Try fewer of them.', file=sys.stderr)
            _tell(retrieval.notice)
    return OK


def ask(args: argparse.Namespace) -> int:
    """Answer questions with cited passages; one question, or a file of them."""
    return asyncio.run(_ask(args))


async def _ask(args: argparse.Namespace) -> int:
    code = OK
    with (
        reading(args) as library,
        closing(composition.open_embedder(library)) as embedder,
        _reranker(library) as reranker,
    ):
        answerer = Answerer(library, Retriever(library, embedder, reranker=reranker), embedder)
        model = await choose(args.model, composition.model_access(library))
        if model.info.host:
            _tell(f"Passages go to {model.info.host}.")
        try:
            for query_id, question, scope in _queries(args, library):
                as_json = args.json or args.queries
                answer = await _answer(answerer, question, model, scope, show_progress=not as_json)
                if as_json:
                    print_json({"id": query_id} | answer_json(answer))
                else:
                    print_answer(answer)
                _tell(answer.notice)
                if answer.error:
                    _tell(answer.error)
                    code = FAULT
        finally:
            await model.close()
    return code


@contextmanager
def _reranker(library: Library, mode: SearchMode = SearchMode.HYBRID) -> Iterator[Reranker | None]:
    """The cross-encoder chosen for the library, where the mode has use for it."""
    reranker = composition.open_reranker(library, _LOAD_SECONDS) if mode is SearchMode.HYBRID else None
    try:
        yield reranker
    finally:
        if reranker is not None:
            reranker.close()


def _tell(sentence: str | None) -> None:
    if sentence:
        print(f"paperlamp: {sentence}", file=sys.stderr)


async def _answer(answerer: Answerer, question: str, model: ChatModel, scope: Scope, *, show_progress: bool) -> Answer:
    streaming = show_progress and sys.stderr.isatty()
    async for event in answerer.answer(question, model, scope):
        if isinstance(event, TextAdded) and streaming:
            print(event.text, end="", flush=True, file=sys.stderr)
        if isinstance(event, FirstWordsSlow) and show_progress:
            print(f"paperlamp: {slow_sentence(event)}", file=sys.stderr)
        if isinstance(event, AnswerFinished):
            if streaming:
                print("\n", file=sys.stderr)
            return event.answer
    raise PaperlampError("The answer ended without a result.")


def _queries(args: argparse.Namespace, library: Library) -> Iterator[tuple[Any, str, Scope]]:
    """(id, question, scope) of the one query given, or of each line of the file."""
    if args.queries is None:
        if not args.query or not args.query.strip():
            raise UsageError("Give a question, or a file of them with --queries.")
        yield None, args.query, scope_of(args, library)
        return
    for number, line in enumerate(lines_of(args.queries), 1):
        if line.strip():
            try:
                row = json.loads(line)
                question = str(row["question"])
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(f"Line {number} of {args.queries} is not a JSON object with a question.") from error
            try:
                scope = scope_of(args, library, row)
            except UsageError as error:
                raise UsageError(f"Line {number} of {args.queries}: {error}") from error
            yield row.get("id"), question, scope
