"""`watch`: which folders bring their files in by themselves, while the window is open."""

from __future__ import annotations

import argparse
import sys

from core.commands.common import OK, UsageError, controlling, print_json, reading
from core.control.control import WatchWish
from core.watching.command import folder_json
from core.watching.folders import read_folders


def watch(args: argparse.Namespace) -> int:
    """List the watched folders, watch more, or (--remove) fewer; files come in while the window is open."""
    wish = WatchWish(args.collection, args.ignore, args.poll)
    if not args.folders:
        if args.remove or wish != WatchWish():
            raise UsageError("Name the folder that is meant.")
        return _list(args)
    with controlling(args) as (_, control):
        if args.remove:
            control.unwatch(args.folders)
        else:
            control.watch(args.folders, wish)
    return _list(args)


def _list(args: argparse.Namespace) -> int:
    with reading(args) as library:
        folders = read_folders(library.database.read())
    for folder in folders:
        if args.json:
            print_json(folder_json(folder))
        else:
            ignored = f" · without {', '.join(folder.ignore)}" if folder.ignore else ""
            print(f"{folder.path}{f' → {folder.collection}' if folder.collection else ''}{ignored}")
    if not folders and not args.json:
        print("No folder is watched. Watch one with: paperlamp watch FOLDER", file=sys.stderr)
    return OK
