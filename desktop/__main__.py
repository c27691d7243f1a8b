"""The program's entry: a verb goes to the command line, anything else opens the window."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys


def main() -> int:
    """Run Paperlamp; returns the exit code.

    Nothing heavy is imported outside this function: spawned workers import this module again.
    """
    multiprocessing.freeze_support()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    arguments = sys.argv[1:]
    if arguments and not (len(arguments) == 2 and arguments[0] == "--library"):
        from core.cli import main as run_command

        # Asked to end, it ends like Ctrl+C: workers first, with a sentence.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return run_command(arguments)
    from desktop.app import run

    return run(arguments[1] if arguments else None)


if __name__ == "__main__":
    sys.exit(main())
