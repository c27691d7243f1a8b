"""`documents` and `remove`: what is in the library."""

from __future__ import annotations

import argparse
import sys

from core.commands.common import OK, controlling, print_json, reading, resolve
from core.json_contract import document_json


def documents(args: argparse.Namespace) -> int:
    """List the library."""
    with reading(args) as library:
        listing = library.documents()
    for document in listing:
        if args.json:
            print_json(document_json(document))
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
    with controlling(args) as (library, control):
        found = resolve(library, args.documents)
        control.remove(found)
    print(f"Removed {len(found)} {'document' if len(found) == 1 else 'documents'} from the library.", file=sys.stderr)
    return OK
