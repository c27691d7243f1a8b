"""`doctor`: whether everything that Paperlamp stands on works."""

from __future__ import annotations

import argparse

from core.commands.common import FAULT, OK, print_json
from core.doctor import examine


def doctor(args: argparse.Namespace) -> int:
    """Report versions, models, processor, indexes, and test them."""
    report = examine(args.library)
    if args.json:
        print_json(report.as_json())
    else:
        for line in report.lines():
            print(line)
    return OK if report.healthy else FAULT
