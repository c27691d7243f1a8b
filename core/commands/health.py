"""`doctor`: whether everything that Paperlamp stands on works."""

from __future__ import annotations

import argparse

from core.commands.common import FAULT, OK, print_json
from core.doctor import examine


def doctor(args: argparse.Namespace) -> int:
    """Report versions, models, processor, library and indexes, test them, and with --repair mend them."""
    report = examine(args.library, repair=args.repair)
    if args.json:
        print_json(report.as_json())
    else:
        for line in report.lines():
            print(line)
    return OK if report.healthy else FAULT
