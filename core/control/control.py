"""What can be asked of a library's owner, by itself or from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from core.ingest.following import IngestEvent, follow
from core.ingest.ingestor import Begun, Ingestor


class Control(Protocol):
    """Requests to the ingestion; those that begin work give its events until that work is at its end."""

    def add(self, paths: Sequence[Path], collection: str | None, passwords: Sequence[str]) -> Iterator[IngestEvent]:
        """Add files and folders."""
        ...

    def retry(self, documents: Sequence[str], passwords: Sequence[str]) -> Iterator[IngestEvent]:
        """Try documents again."""
        ...

    def resume(self, documents: Sequence[str] | None) -> Iterator[IngestEvent]:
        """Go on with some documents, or with everything."""
        ...

    def pause(self, documents: Sequence[str] | None) -> None:
        """Stop some documents, or everything, until resumed."""
        ...

    def cancel(self, documents: Sequence[str]) -> None:
        """Stop documents until they are asked for again."""
        ...

    def remove(self, documents: Sequence[str]) -> None:
        """Remove documents from the library."""
        ...

    def move(self, documents: Sequence[str], *, last: bool) -> None:
        """Put documents at the head of the queue, or at its end."""
        ...


class LocalControl:
    """The owner's own: passes requests to the ingestor of this process."""

    def __init__(self, ingestor: Ingestor) -> None:
        self._ingestor = ingestor

    def add(self, paths: Sequence[Path], collection: str | None, passwords: Sequence[str]) -> Iterator[IngestEvent]:
        """Add files and folders; the passwords are tried on all that waits for one."""
        return self._follow(lambda: self._ingestor.add(paths, collection, passwords))

    def retry(self, documents: Sequence[str], passwords: Sequence[str]) -> Iterator[IngestEvent]:
        """Try documents again."""
        return self._follow(lambda: self._ingestor.retry(documents, passwords))

    def resume(self, documents: Sequence[str] | None) -> Iterator[IngestEvent]:
        """Go on with some documents, or with everything."""
        return self._follow(lambda: self._ingestor.resume(documents))

    def pause(self, documents: Sequence[str] | None) -> None:
        """Stop some documents, or everything, until resumed."""
        self._ingestor.pause(documents).result()

    def cancel(self, documents: Sequence[str]) -> None:
        """Stop documents until they are asked for again."""
        self._ingestor.cancel(documents).result()

    def remove(self, documents: Sequence[str]) -> None:
        """Remove documents from the library."""
        self._ingestor.remove(documents).result()

    def move(self, documents: Sequence[str], *, last: bool) -> None:
        """Put documents at the head of the queue, or at its end."""
        self._ingestor.move(documents, last=last).result()

    def _follow(self, request: Callable[[], Begun]) -> Iterator[IngestEvent]:
        return follow(self._ingestor.listeners, request)
