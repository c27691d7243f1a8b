"""`add`, `jobs`, `retry`, `pause`, `resume`, `cancel`, `first`, `last`: the queue, from a terminal or a script.

They work beside an open window too: then its process does the work, and tells this one how it goes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.commands.common import NOT_ALL_READY, OK, controlling, lines_of, print_json, reading, resolve
from core.index.library import Library
from core.ingest.following import Concerned, IngestEvent, Skipped
from core.json_contract import job_json, progress_json
from core.reading.identity import walk
from core.reading.kinds import OTHER_KIND_REASONS
from core.terminal import ProgressBar
from core.types import Document, DocumentState, IngestJob, IngestProgress, JobState


def add(args: argparse.Namespace) -> int:
    """Bring files into the library and wait for every one of them."""
    passwords = lines_of(args.password_file) if args.password_file else []
    with controlling(args) as (library, control):
        ended = _follow(args, control.add(args.paths, args.collection, passwords), library)
    documents = ended.documents
    if passwords:  # what waited before and waits still is not this command's failure
        walked = {str(path) for path, _ in walk(args.paths)}
        documents = [d for d in documents if d.state is DocumentState.READY or walked.intersection(d.paths)]
    given = {path.expanduser().absolute() for path in args.paths}
    ended.skipped = [skip for skip in ended.skipped if given.intersection((skip.path, *skip.path.parents))]
    unreadable = [skip for skip in ended.skipped if skip.path in given or skip.reason not in OTHER_KIND_REASONS]
    return _summarise(args, ended, documents, unreadable)


def retry(args: argparse.Namespace) -> int:
    """Try failed, stopped or locked documents again, and wait for them."""
    passwords = lines_of(args.password_file) if args.password_file else []
    with controlling(args) as (library, control):
        ended = _follow(args, control.retry(resolve(library, args.documents), passwords), library)
    return _summarise(args, ended, ended.documents)


def resume(args: argparse.Namespace) -> int:
    """Go on with some documents, or with all that is unfinished, and wait for them."""
    with controlling(args) as (library, control):
        wanted = resolve(library, args.documents) or None
        ended = _follow(args, control.resume(wanted), library)
    return _summarise(args, ended, ended.documents)


def pause(args: argparse.Namespace) -> int:
    """Stop some documents, or all work, until it is resumed."""
    with controlling(args) as (library, control):
        control.pause(resolve(library, args.documents) or None)
    _say("Paused. `paperlamp resume` goes on.")
    return OK


def cancel(args: argparse.Namespace) -> int:
    """Stop working on documents; the pages that are finished stay."""
    with controlling(args) as (library, control):
        control.cancel(resolve(library, args.documents))
    _say("Stopped. `paperlamp retry` begins again where it stopped.")
    return OK


def first(args: argparse.Namespace) -> int:
    """Put documents at the head of the queue, in the order given."""
    with controlling(args) as (library, control):
        control.move(resolve(library, args.documents), last=False)
    return OK


def last(args: argparse.Namespace) -> int:
    """Put documents at the end of the queue, in the order given."""
    with controlling(args) as (library, control):
        control.move(resolve(library, args.documents), last=True)
    return OK


def jobs(args: argparse.Namespace) -> int:
    """List the work that is left, in its order; with --all, what has come to an end too."""
    with reading(args) as library:
        listing = library.jobs(finished=args.all)
        paused = library.is_paused()
    for job in listing:
        if args.json:
            print_json(job_json(job))
        else:
            print(_job_line(job))
    if not args.json:
        if paused:
            print("Everything is paused. `paperlamp resume` goes on.")
        elif not listing:
            print("Nothing is waiting.")
    return OK


# ── following ────────────────────────────────────────────────────────────────────────────────────────────────────


class _Ended:
    """What was told about the work, and what came of it."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.documents: list[Document] = []
        self.skipped: list[Skipped] = []


def _follow(args: argparse.Namespace, events: Iterator[IngestEvent], library: Library) -> _Ended:
    """Show events as they come, until the work is at its end."""
    ended = _Ended()
    concerned: tuple[str, ...] = ()
    bar = ProgressBar(sys.stderr, visible=not args.json)
    try:
        for event in events:
            if isinstance(event, IngestProgress):
                if args.json:
                    print_json({"event": "progress"} | progress_json(event))
            elif isinstance(event, Concerned):
                concerned = event.documents
            elif isinstance(event, Skipped):
                ended.skipped.append(event)
                if args.json:
                    print_json({"event": "skipped", "path": str(event.path), "reason": event.reason})
            else:
                bar.show(event)
    finally:
        bar.close()
    present = {document.id: document for document in library.documents()} if concerned else {}
    ended.documents = [present[document] for document in concerned if document in present]
    return ended


def _summarise(
    args: argparse.Namespace, ended: _Ended, documents: Sequence[Document], unreadable: Sequence[Skipped] = ()
) -> int:
    counts = {state: sum(d.state is state for d in documents) for state in DocumentState}
    summary = {
        "event": "summary",
        "ready": counts[DocumentState.READY],
        "failed": counts[DocumentState.FAILED] + len(unreadable),
        "needs_password": counts[DocumentState.NEEDS_PASSWORD],
        "pages": sum(d.health.pages_done for d in documents),
        "chunks": sum(d.chunk_count for d in documents),
        "seconds": round(time.monotonic() - ended.started, 2),
    }
    if args.json:
        print_json(summary)
    else:
        for document in documents:
            if document.reason:
                _say(f"{Path(document.path).name}: {document.reason}")
        for skip in ended.skipped:
            _say(f"{skip.path.name}: skipped. {skip.reason}")
        if summary["needs_password"]:
            _say(
                "Write their passwords into a file, one on each line, and name it: paperlamp add --password-file FILE …"
            )
        files = "1 document" if summary["ready"] == 1 else f"{summary['ready']} documents"
        _say(f"{files} ready, {summary['pages']:,} pages, in {summary['seconds']:.1f} s")
    return OK if summary["ready"] == len(documents) and not unreadable else NOT_ALL_READY


def _job_line(job: IngestJob) -> str:
    pages = f"{job.pages_done} of {job.pages_total} pages" if job.pages_total else "not opened yet"
    reason = f" — {job.reason}" if job.reason and job.state is not JobState.PAUSED else ""
    return f"{job.document[:12]}  {job.state.value:<14}  {pages:<22}  {job.title}{reason}"


def _say(text: str) -> None:
    print(text, file=sys.stderr)
