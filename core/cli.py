"""The command line: the same core for a terminal and for scripts. Its verbs, options and JSON are a public contract."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from core import __version__, composition
from core.answering.answerer import Answerer
from core.answering.events import AnswerFinished, TextAdded
from core.doctor import examine
from core.errors import PaperlampError, UserError
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.json_contract import answer_json, document_json, passage_json, progress_json
from core.llm.chat_model import ChatModel
from core.llm.registry import choose
from core.paths import default_library_folder, keep_files_private
from core.reading.identity import walk
from core.reading.kinds import OTHER_KIND_REASONS
from core.retrieval.retriever import Retriever
from core.terminal import ProgressBar, print_answer, print_passages
from core.types import Answer, Document, DocumentState, IngestProgress, Scope, SearchMode

VERBS = ("add", "documents", "remove", "search", "ask", "doctor")

OK, FAULT, USAGE, NOT_ALL_READY = 0, 1, 2, 3


class UsageError(UserError):
    """Arguments that parse, and yet cannot be meant."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code."""
    args = _parser().parse_args(arguments)
    keep_files_private()
    logging.basicConfig(level=logging.ERROR, format="paperlamp: %(message)s", stream=sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    command: Callable[[argparse.Namespace], int] = args.command
    try:
        return command(args)
    except UsageError as error:
        print(f"paperlamp: {error}", file=sys.stderr)
        return USAGE
    except UserError as error:
        print(f"paperlamp: {error}", file=sys.stderr)
        return FAULT
    except PaperlampError as error:
        logging.getLogger(__name__).error("%s", error)
        return FAULT
    except BrokenPipeError:  # whoever read us has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        print("paperlamp: stopped. What is finished is kept; the same command goes on from there.", file=sys.stderr)
        return 130


# ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def add(args: argparse.Namespace) -> int:
    """Bring files into the library and wait for every one of them."""
    started = time.monotonic()
    passwords = _lines_of(args.password_file) if args.password_file else []
    final: dict[str, IngestProgress] = {}
    skipped: list[tuple[Path, str]] = []
    bar = ProgressBar(sys.stderr, visible=not args.json)

    def on_progress(progress: IngestProgress) -> None:
        final[progress.document] = progress
        if args.json:
            _print_json({"event": "progress"} | progress_json(progress))

    def on_skipped(path: Path, reason: str) -> None:
        skipped.append((path, reason))
        if args.json:
            _print_json({"event": "skipped", "path": str(path), "reason": reason})

    with _library(args) as library:
        ingestor = composition.start_ingestor(library, on_progress, bar.show, on_skipped)
        try:
            ingestor.add(args.paths, args.collection, passwords)
            if passwords:
                _unlock_waiting(library, ingestor, passwords)
            ingestor.wait()
        finally:
            ingestor.close()
            bar.close()
        documents = [library.document(document) for document in final]
    given = {path.expanduser().absolute() for path in args.paths}
    if passwords:  # what waited before and waits still is not this command's failure
        walked = {str(path) for path, _ in walk(args.paths)}
        documents = [d for d in documents if d.state is DocumentState.READY or walked.intersection(d.paths)]
    unreadable = [(path, reason) for path, reason in skipped if path in given or reason not in OTHER_KIND_REASONS]
    counts = {state: sum(d.state is state for d in documents) for state in DocumentState}
    summary = {
        "event": "summary",
        "ready": counts[DocumentState.READY],
        "failed": counts[DocumentState.FAILED] + len(unreadable),
        "needs_password": counts[DocumentState.NEEDS_PASSWORD],
        "pages": sum(d.health.pages_done for d in documents),
        "chunks": sum(d.chunk_count for d in documents),
        "seconds": round(time.monotonic() - started, 2),
    }
    if args.json:
        _print_json(summary)
    else:
        _tell_outcome(documents, skipped, summary)
    return OK if summary["ready"] == len(documents) and not unreadable else NOT_ALL_READY


def documents(args: argparse.Namespace) -> int:
    """List the library."""
    with _library(args, writable=False) as library:
        listing = library.documents()
    for document in listing:
        if args.json:
            _print_json(document_json(document))
        else:
            reason = f" — {document.reason}" if document.reason else ""
            print(
                f"{document.id[:12]}  {document.state.value:<14}  {document.page_count:>5} p.  {document.title}{reason}"
            )
    if not listing and not args.json:
        print("The library is empty. Add a PDF with: paperlamp add FILE")
    return OK


def remove(args: argparse.Namespace) -> int:
    """Remove documents from the library; the files stay where they are."""
    with _library(args) as library:
        found = [library.resolve(reference) for reference in args.documents]
        library.remove(found)
    print(f"Removed {len(found)} {'document' if len(found) == 1 else 'documents'} from the library.", file=sys.stderr)
    return OK


def search(args: argparse.Namespace) -> int:
    """Search for passages; one query, or a file of them."""
    mode = SearchMode(args.mode)
    with _library(args, writable=False) as library, closing(composition.open_embedder()) as embedder:
        retriever = Retriever(library, embedder)
        for query_id, query, scope in _queries(args, library):
            started = time.perf_counter()
            passages = retriever.retrieve(query, args.k, mode, scope)
            elapsed_ms = round((time.perf_counter() - started) * 1000, 2)
            if args.json or args.queries:
                results = [passage_json(passage) for passage in passages]
                found = {"query": query, "elapsed_ms": elapsed_ms, "results": results}
                _print_json(({"id": query_id} if args.queries else {}) | found)
            else:
                print_passages(passages)
    return OK


def ask(args: argparse.Namespace) -> int:
    """Answer questions with cited passages; one question, or a file of them."""
    return asyncio.run(_ask(args))


async def _ask(args: argparse.Namespace) -> int:
    code = OK
    with _library(args, writable=False) as library, closing(composition.open_embedder()) as embedder:
        answerer = Answerer(library, Retriever(library, embedder), embedder)
        model = await choose(args.model)
        try:
            for query_id, question, scope in _queries(args, library):
                as_json = args.json or args.queries
                answer = await _answer(answerer, question, model, scope, show_progress=not as_json)
                if as_json:
                    _print_json({"id": query_id} | answer_json(answer))
                else:
                    print_answer(answer)
                if answer.error:
                    print(f"paperlamp: {answer.error}", file=sys.stderr)
                    code = FAULT
        finally:
            await model.close()
    return code


async def _answer(answerer: Answerer, question: str, model: ChatModel, scope: Scope, *, show_progress: bool) -> Answer:
    streaming = show_progress and sys.stderr.isatty()
    async for event in answerer.answer(question, model, scope):
        if isinstance(event, TextAdded) and streaming:
            print(event.text, end="", flush=True, file=sys.stderr)
        if isinstance(event, AnswerFinished):
            if streaming:
                print("\n", file=sys.stderr)
            return event.answer
    raise PaperlampError("The answer ended without a result.")


def doctor(args: argparse.Namespace) -> int:
    """Report versions, models, processor, indexes, and test them."""
    report = examine(args.library)
    if args.json:
        _print_json(report.as_json())
    else:
        for line in report.lines():
            print(line)
    return OK if report.healthy else FAULT


# ── arguments ────────────────────────────────────────────────────────────────────────────────────────────────────


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="paperlamp", description="Ask questions of PDFs on this computer. Without a verb, the window opens."
    )
    parser.add_argument("--library", type=Path, default=default_library_folder(), help="the library's folder")
    parser.add_argument("--version", action="version", version=f"Paperlamp {__version__}")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")

    verb = _verb(verbs, "add", add)
    verb.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders")
    verb.add_argument("--collection", help="put them into this collection")
    verb.add_argument("--password-file", type=Path, help="a file with a password on each line, tried on locked files")

    _verb(verbs, "documents", documents)

    verb = _verb(verbs, "remove", remove)
    verb.add_argument("documents", nargs="+", metavar="DOC", help="id, path, file name or title")

    verb = _verb(verbs, "search", search)
    verb.add_argument("query", nargs="?")
    verb.add_argument("-k", type=_positive, default=10, metavar="N", help="passages at most (10)")
    verb.add_argument("--mode", choices=[mode.value for mode in SearchMode], default=SearchMode.HYBRID.value)
    _add_scope(verb)

    verb = _verb(verbs, "ask", ask)
    verb.add_argument("query", nargs="?", metavar="QUESTION")
    verb.add_argument("--model", help="builtin, or ollama/NAME; by default Ollama's largest, else builtin")
    _add_scope(verb)

    _verb(verbs, "doctor", doctor)
    return parser


def _verb(verbs: Any, name: str, command: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=command.__doc__, description=command.__doc__)
    verb.add_argument("--json", action="store_true", help="print JSON lines")
    # SUPPRESS: absent here, the value given before the verb stays.
    verb.add_argument("--library", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    verb.set_defaults(command=command)
    return verb


def _add_scope(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--queries", type=Path, metavar="FILE.jsonl", help='lines of {"id":…,"question":…,"documents":[…]}'
    )
    verb.add_argument(
        "--document", action="append", default=[], metavar="DOC", help="only in this document (repeatable)"
    )
    verb.add_argument("--collection", help="only in this collection")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _queries(args: argparse.Namespace, library: Library) -> Iterator[tuple[Any, str, Scope]]:
    """(id, question, scope) of the one query given, or of each line of the file."""
    if args.queries is None:
        if not args.query or not args.query.strip():
            raise UsageError("Give a question, or a file of them with --queries.")
        yield None, args.query, _scope(args, library, args.document)
        return
    for number, line in enumerate(_lines_of(args.queries), 1):
        if line.strip():
            try:
                row = json.loads(line)
                question = str(row["question"])
            except (ValueError, KeyError, TypeError) as error:
                raise UsageError(f"Line {number} of {args.queries} is not a JSON object with a question.") from error
            yield row.get("id"), question, _scope(args, library, row.get("documents") or args.document)


def _lines_of(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or 'the system refused'}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not a text file in UTF-8.") from error


def _scope(args: argparse.Namespace, library: Library, references: Sequence[str]) -> Scope:
    if args.collection and args.collection not in {name for name, _ in library.collections()}:
        raise UserError(f"There is no collection “{args.collection}”.")
    return Scope(tuple(library.resolve(reference) for reference in references), args.collection)


@contextmanager
def _library(args: argparse.Namespace, *, writable: bool = True) -> Iterator[Library]:
    if not writable and not (args.library / "library.sqlite3").exists():
        writable = True  # the first use of a new library makes it
    with closing(composition.open_library(args.library, writable=writable)) as library:
        yield library


def _unlock_waiting(library: Library, ingestor: Ingestor, passwords: Sequence[str]) -> None:
    waiting = [d.id for d in library.documents() if d.state is DocumentState.NEEDS_PASSWORD]
    if waiting:
        ingestor.retry(waiting, passwords)


# ── output ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


def _tell_outcome(documents: Sequence[Document], skipped: Sequence[tuple[Path, str]], summary: dict[str, Any]) -> None:
    for document in documents:
        if document.reason:
            print(f"{Path(document.path).name}: {document.reason}", file=sys.stderr)
    for path, reason in skipped:
        print(f"{path.name}: skipped. {reason}", file=sys.stderr)
    files = "1 document" if summary["ready"] == 1 else f"{summary['ready']} documents"
    print(f"{files} ready, {summary['pages']:,} pages, in {summary['seconds']:.1f} s", file=sys.stderr)
