"""The command line: the same core for a terminal and for scripts. Its verbs, options and JSON are a public contract."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core import __version__
from core.commands import conversations, health, ingestion, library, models, questions, watching, wholedoc
from core.commands.common import FAULT, OK, USAGE, UsageError
from core.commands.scoping import add_filters
from core.errors import PaperlampError, UserError
from core.paths import default_library_folder, keep_files_private
from core.types import SearchMode

_DOCUMENT = "id, path, file name or title"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code."""
    args = _parser().parse_args(arguments)
    keep_files_private()
    logging.basicConfig(level=logging.ERROR, format="paperlamp: %(message)s", stream=sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # file names may be no valid text
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


# ── arguments ────────────────────────────────────────────────────────────────────────────────────────────────────


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="paperlamp", description="Ask questions of PDFs on this computer. Without a verb, the window opens."
    )
    parser.add_argument("--library", type=Path, default=default_library_folder(), help="the library's folder")
    parser.add_argument("--version", action="version", version=f"Paperlamp {__version__}")
    verbs = parser.add_subparsers(title="verbs", required=True, metavar="VERB")

    verb = _verb(verbs, "add", ingestion.add)
    verb.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders")
    verb.add_argument("--collection", help="put them into this collection")
    _add_passwords(verb)

    verb = _verb(verbs, "jobs", ingestion.jobs)
    verb.add_argument("--all", action="store_true", help="what has come to an end too")

    verb = _verb(verbs, "retry", ingestion.retry)
    _add_documents(verb, "+")
    _add_passwords(verb)

    _add_documents(_verb(verbs, "pause", ingestion.pause), "*")
    _add_documents(_verb(verbs, "resume", ingestion.resume), "*")
    _add_documents(_verb(verbs, "cancel", ingestion.cancel), "+")
    _add_documents(_verb(verbs, "first", ingestion.first), "+")
    _add_documents(_verb(verbs, "last", ingestion.last), "+")

    verb = _verb(verbs, "watch", watching.watch)
    verb.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    verb.add_argument("--remove", action="store_true", help="watch them no longer; their documents stay")
    verb.add_argument("--ignore", action="append", metavar="PATTERN", help="leave out, like drafts/* (repeatable)")
    verb.add_argument("--collection", metavar="NAME", help="put what is found into this collection")
    verb.add_argument(
        "--poll", action=argparse.BooleanOptionalAction, default=None, help="look every 30 s, for network drives"
    )

    verb = _verb(verbs, "documents", library.documents)
    verb.add_argument("--csv", type=Path, metavar="FILE", help="write the list to a file for a spreadsheet")
    _add_documents(_verb(verbs, "remove", library.remove), "+")

    for name, command in (("tag", library.tag), ("untag", library.untag)):
        verb = _verb(verbs, name, command)
        _add_documents(verb, "+")
        verb.add_argument("tag", metavar="TAG")

    verb = _verb(verbs, "settings", library.settings)
    verb.add_argument("name", nargs="?", metavar="SETTING")
    verb.add_argument("value", nargs="?", metavar="VALUE")

    verb = _verb(verbs, "search", questions.search)
    verb.add_argument("query", nargs="?")
    verb.add_argument("-k", type=_positive, default=10, metavar="N", help="passages at most (10)")
    verb.add_argument("--mode", choices=[mode.value for mode in SearchMode], default=SearchMode.HYBRID.value)
    verb.add_argument("--explain", action="store_true", help="show what each signal added to the scores")
    _add_scope(verb)

    verb = _verb(verbs, "ask", questions.ask)
    verb.add_argument("query", nargs="?", metavar="QUESTION")
    _add_model(verb)
    _add_scope(verb)

    verb = _verb(verbs, "summarize", wholedoc.summarize)
    verb.add_argument("document", metavar="DOC", help=_DOCUMENT)
    _add_model(verb)

    _verb(verbs, "outline", wholedoc.outline).add_argument("document", metavar="DOC", help=_DOCUMENT)

    verb = _verb(verbs, "ask-each", wholedoc.ask_every)
    verb.add_argument("query", metavar="QUESTION")
    verb.add_argument("--csv", type=Path, metavar="FILE", help="write the table to a file for a spreadsheet")
    _add_model(verb)
    add_filters(verb)

    verb = _verb(verbs, "compare", wholedoc.compare)
    verb.add_argument("left", metavar="DOC", help=_DOCUMENT)
    verb.add_argument("right", metavar="DOC", help="the other one")
    verb.add_argument("query", nargs="?", metavar="QUESTION", help="what to compare them in; everything without it")
    _add_model(verb)

    verb = _verb(verbs, "conversations", conversations.conversations)
    verb.add_argument("--search", metavar="TEXT", help="only where all these words were said")

    verb = _verb(verbs, "export", conversations.export)
    verb.add_argument("conversation", metavar="CONVERSATION", help="number or title")
    verb.add_argument(
        "--to", type=Path, required=True, metavar="FILE", help="a file that ends with .md, .html or .docx"
    )
    verb.add_argument("--branch", type=_positive, metavar="MESSAGE", help="the branch through this message")
    verb.add_argument("--force", action="store_true", help="replace the file if it is there")

    verb = _verb(verbs, "models", models.models)
    verb.add_argument("action", nargs="?", choices=("list", "pull", "remove"), default="list", help="list (default)")
    verb.add_argument("name", nargs="?", metavar="NAME", help="of a model, as Ollama names it")

    verb = _verb(verbs, "doctor", health.doctor)
    verb.add_argument("--repair", action="store_true", help="mend what can be mended; restores a damaged library")
    return parser


def _verb(verbs: Any, name: str, command: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=command.__doc__, description=command.__doc__)
    verb.add_argument("--json", action="store_true", help="print JSON lines")
    # SUPPRESS: absent here, the value given before the verb stays.
    verb.add_argument("--library", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    verb.set_defaults(command=command)
    return verb


def _add_documents(verb: argparse.ArgumentParser, number: str) -> None:
    verb.add_argument("documents", nargs=number, metavar="DOC", help=_DOCUMENT)


def _add_model(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--model", help="builtin, or ollama/NAME; by default Ollama's largest, else builtin")


def _add_passwords(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--password-file", type=Path, help="a file with a password on each line, tried on locked files")


def _add_scope(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--queries",
        type=Path,
        metavar="FILE.jsonl",
        help='lines of {"id":…,"question":…}, each perhaps with "documents", "collections", "tags", "pages", "since" '
        'or "until", which stand in place of the filters below',
    )
    add_filters(verb)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
