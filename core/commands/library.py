"""`documents`, `tag`, `untag`, `remove` and `settings`: what is in the library, and what was chosen for it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from core.commands import embedding
from core.commands.common import OK, UsageError, controlling, print_json, reading, resolve
from core.json_contract import document_json
from core.report import summarise, write_csv
from core.settings import ALL, EMBEDDER, accepted, by_name
from core.types import Document


def documents(args: argparse.Namespace) -> int:
    """List the library."""
    with reading(args) as library:
        listing = library.documents()
        standing = embedding.standing_of(library)
    if args.csv is not None:
        return _export(args.csv, listing)
    for document in listing:
        if args.json:
            print_json(document_json(document))
        else:
            reason = f" — {document.reason}" if document.reason else ""
            tags = "".join(f"  #{tag}" for tag in document.tags)
            print(
                f"{document.id[:12]}  {document.state.value:<14}  {document.page_count:>5} p.  "
                f"{document.title}{tags}{reason}"
            )
    if not listing and not args.json:
        print("The library is empty. Add a PDF with: paperlamp add FILE")
    if standing is not None and not args.json:
        print(standing, file=sys.stderr)
    return OK


def _export(file: Path, listing: Sequence[Document]) -> int:
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as stream:  # the mark tells spreadsheets that it is UTF-8
            write_csv(listing, stream)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror or 'the system refused'}.") from error
    report = summarise(listing)
    print(f"{report.ready} of {report.documents} documents are ready. The list is in {file}.", file=sys.stderr)
    return OK


def remove(args: argparse.Namespace) -> int:
    """Remove documents from the library; the files stay where they are."""
    with controlling(args) as (library, control):
        found = resolve(library, args.documents)
        control.remove(found)
    print(f"Removed {_count(found)} from the library.", file=sys.stderr)
    return OK


def tag(args: argparse.Namespace) -> int:
    """Give documents a tag, which searches can be limited to."""
    name = " ".join(args.tag.split())
    if not name:
        raise UsageError("A tag needs a name.")
    with controlling(args) as (library, control):
        found = resolve(library, args.documents)
        control.tag(found, name)
    print(f"“{name}” is on {_count(found)}.", file=sys.stderr)
    return OK


def untag(args: argparse.Namespace) -> int:
    """Take a tag from documents."""
    with controlling(args) as (library, control):
        found = resolve(library, args.documents)
        control.untag(found, " ".join(args.tag.split()))
    print(f"“{args.tag}” is taken from {_count(found)}.", file=sys.stderr)
    return OK


def settings(args: argparse.Namespace) -> int:
    """Show what can be chosen for this library, or choose a value."""
    if args.name == EMBEDDER and args.value is not None:
        return embedding.embed_with(args)
    if args.value is not None:
        setting = by_name(args.name)
        value = accepted(setting, args.value)  # here, for a path is meant from where the person is
        with controlling(args) as (_, control):
            control.choose(setting, value)
        if setting.consequence is not None and (sentence := setting.consequence(value)):
            print(f"paperlamp: {sentence}", file=sys.stderr)
    shown = ALL if args.name is None else () if args.name == EMBEDDER else (by_name(args.name),)
    with reading(args) as library:
        values = [(setting, library.setting(setting)) for setting in shown]
    for setting, value in values:
        if args.json:
            print_json({"setting": setting.name, "value": value, "choices": list(setting.choices())})
        else:
            print(f"{setting.name:<14} {value:<12} {setting.description} ({', '.join(setting.choices())})")
    if args.name in (None, EMBEDDER):
        embedding.show_embedder(args)
    return OK


def _count(documents: Sequence[str]) -> str:
    return "1 document" if len(documents) == 1 else f"{len(documents)} documents"
