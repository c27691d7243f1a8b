"""Trying a password on documents, and hearing on which it fits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtPdf import QPdfDocument

from core.ingest.ingestor import Ingestor
from core.ingest.listening import Callbacks
from core.types import DocumentState, IngestProgress


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a password: the documents it opened, those it did not, and those it was not tried on."""

    opened: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()


async def try_password(ingestor: Ingestor, documents: Sequence[str], password: str) -> Tried:
    """Try a password on documents that wait for one; those that it opens are read from then on.

    Args:
        ingestor: that has them.
        documents: their ids.
        password: the one to try.
    """
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[IngestProgress] = asyncio.Queue()

    def hear(progress: IngestProgress) -> None:
        loop.call_soon_threadsafe(heard.put_nowait, progress)

    listener = Callbacks(hear)
    ingestor.listeners.add(listener)
    try:
        begun = await asyncio.wrap_future(ingestor.retry(documents, [password]))
        results: dict[str, bool | None] = {}
        queued: set[str] = set()
        while len(results) < len(begun):
            progress = await heard.get()
            if progress.document in begun and progress.document not in results:
                _note(progress, queued, results)
    finally:
        ingestor.listeners.remove(listener)
    return Tried(
        tuple(one for one in documents if results.get(one)),
        tuple(one for one in documents if results.get(one) is False),
        tuple(one for one in documents if results.get(one) is None),
    )


def _note(progress: IngestProgress, queued: set[str], results: dict[str, bool | None]) -> None:
    """Take in what was told: a document is queued once when it is begun, and again when it was opened."""
    document, state = progress.document, progress.state
    if state is DocumentState.PAUSED:  # everything is paused, or it was stopped meanwhile
        results[document] = None
    elif state is DocumentState.QUEUED and document not in queued:
        queued.add(document)
    elif document not in queued:  # told of an attempt before this one
        return
    elif state is DocumentState.NEEDS_PASSWORD:
        results[document] = False
    elif state is not DocumentState.QUEUED or progress.reason is None:  # a reason: it is tried again in a moment
        results[document] = True


def fits(path: Path, password: str) -> bool:
    """True if a password opens a file for the viewer."""
    document = QPdfDocument()
    document.setPassword(password)
    try:
        return document.load(str(path)) == QPdfDocument.Error.None_
    finally:
        document.close()
        document.deleteLater()
