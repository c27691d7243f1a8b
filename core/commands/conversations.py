"""`conversations` and `export`: what was asked before, found again and handed on."""

from __future__ import annotations

import argparse
from datetime import datetime

from core.answering.conversation_search import Found
from core.answering.conversations import ConversationStore
from core.answering.export.exporting import kind_of, write_file, written
from core.answering.export.plain_text import on_one_line
from core.answering.export.transcript import transcript_of
from core.commands.common import OK, UsageError, print_json, reading
from core.errors import ExportFailed
from core.json_contract import conversation_json, found_json
from core.types import Conversation


def conversations(args: argparse.Namespace) -> int:
    """List conversations, or find those in which something was said."""
    with reading(args) as library:
        store = ConversationStore(library.database)
        if args.search is not None:
            return _search(args, store)
        listing = store.conversations()
        for conversation in listing:
            branches = store.branches(conversation.id)
            if args.json:
                print_json(conversation_json(conversation, branches))
            else:
                several = f"  ({len(branches)} branches)" if len(branches) > 1 else ""
                print(
                    f"{conversation.id:>5}  {_day(conversation.updated_at)}  {on_one_line(conversation.title)}{several}"
                )
        if not listing and not args.json:
            print("There are no conversations yet. Ask something in the window.")
    return OK


def export(args: argparse.Namespace) -> int:
    """Write a conversation to a file, with numbered footnotes for what is cited."""
    try:
        kind = kind_of(args.to)
    except ExportFailed as error:
        raise UsageError(str(error)) from error
    if args.to.exists() and not args.force:
        raise UsageError(f"{args.to} is there already. Choose another name, or replace it with --force.")
    with reading(args) as library:
        store = ConversationStore(library.database)
        conversation = _resolve(store, args.conversation)
        leaf = None if args.branch is None else _end_of_branch(store, conversation, args.branch)
        transcript = transcript_of(conversation, store.messages(conversation.id, leaf))
    write_file(args.to, written(transcript, kind))
    if args.json:
        print_json({"conversation": conversation.id, "path": str(args.to), "footnotes": len(transcript.footnotes)})
    else:
        print(f"“{on_one_line(conversation.title)}” is in {args.to}.")
    return OK


def _search(args: argparse.Namespace, store: ConversationStore) -> int:
    found = store.search(args.search)
    for one in found:
        if args.json:
            print_json(found_json(one))
        else:
            print(f"{one.conversation:>5}  {_day(one.updated_at)}  {on_one_line(one.title)}{_said(one)}")
    if not found and not args.json:
        print("Nothing was found.")
    return OK


def _said(found: Found) -> str:
    """Without what a terminal would take for its own commands."""
    return f"\n                   {on_one_line(found.snippet)}" if found.snippet else ""


def _resolve(store: ConversationStore, reference: str) -> Conversation:
    """The conversation that a number or a title means."""
    listing = store.conversations()
    named = [one for one in listing if one.title.casefold() == reference.casefold()]
    numbered = [one for one in listing if str(one.id) == reference]
    found = numbered or named
    if not found:
        raise UsageError(f"There is no conversation “{reference}”. `paperlamp conversations` lists them.")
    if len(found) > 1:
        numbers = ", ".join(str(one.id) for one in found)
        raise UsageError(f"Several conversations are called “{reference}”: {numbers}. Give the number of one.")
    return found[0]


def _end_of_branch(store: ConversationStore, conversation: Conversation, message: int) -> int:
    found = store.branch_of(message)
    if found is None or found[0] != conversation.id:
        ends = ", ".join(map(str, store.branches(conversation.id)))
        raise UsageError(f"“{conversation.title}” has no message {message}. Its branches end in {ends}.")
    return found[1]


def _day(written_at: str) -> str:
    try:
        return f"{datetime.fromisoformat(written_at).astimezone():%Y-%m-%d}"
    except ValueError:  # of a row that was damaged
        return " " * 10
