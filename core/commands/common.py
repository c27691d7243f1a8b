"""What all verbs share: exit codes, the library they work on, and JSON lines."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from core import composition
from core.control.client import RemoteControl
from core.control.control import Control, LocalControl
from core.control.server import ControlServer
from core.errors import LibraryInUse, LibraryOutdated, UserError
from core.index.faults import FILE_NAME
from core.index.library import Library

OK, FAULT, USAGE, NOT_ALL_READY = 0, 1, 2, 3


class UsageError(UserError):
    """Arguments that parse, and yet cannot be meant."""


@contextmanager
def reading(args: argparse.Namespace) -> Iterator[Library]:
    """The library, for looking only: beside its owner, if there is one."""
    is_new = not (args.library / FILE_NAME).exists()  # the first use of a new library makes it
    try:
        library = composition.open_library(args.library, writable=is_new)
    except LibraryOutdated:  # nobody has opened it with this Paperlamp so far
        library = composition.open_library(args.library)
    with closing(library):
        yield library


@contextmanager
def controlling(args: argparse.Namespace) -> Iterator[tuple[Library, Control]]:
    """The library and its ingestion: as its owner, or by asking the Paperlamp that owns it.

    Raises:
        LibraryInUse: somebody owns it who does not answer.
    """
    try:
        library = composition.open_library(args.library)
    except LibraryInUse:
        remote = RemoteControl(args.library)
        remote.wait_until_there()
        with reading(args) as library:
            yield library, remote
        return
    with closing(library):
        ingestor = composition.start_ingestor(library)
        control = LocalControl(library, ingestor)
        try:
            with closing(ControlServer(args.library, control)):
                yield library, control
        finally:
            ingestor.close()


def resolve(library: Library, references: Sequence[str]) -> list[str]:
    """The ids of the documents that are meant."""
    return [library.resolve(reference) for reference in references]


def lines_of(file: Path) -> list[str]:
    """The lines of a text file.

    Raises:
        UsageError: it is none, or cannot be read.
    """
    try:
        return file.read_text("utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or 'the system refused'}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not a text file in UTF-8.") from error


def print_json(value: dict[str, Any]) -> None:
    """One JSON line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)
