"""What is told about some documents, as a stream that ends when each of them has come to its end or to a stop."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from pathlib import Path

from core.ingest.ingestor import Begun
from core.ingest.listening import Listeners
from core.types import IngestProgress, OverallProgress


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path that cannot become a document."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Concerned:
    """The documents that a request concerns, told once they are known."""

    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Removed:
    """Documents that nobody needs to wait for any more."""

    documents: tuple[str, ...]


IngestEvent = IngestProgress | OverallProgress | Skipped | Concerned


class _Ears:
    """A listener that puts everything into a queue."""

    def __init__(self) -> None:
        self.heard: queue.SimpleQueue[IngestEvent | _Removed | Begun | None] = queue.SimpleQueue()

    def progressed(self, progress: IngestProgress) -> None:
        self.heard.put(progress)

    def overall_progressed(self, overall: OverallProgress) -> None:
        self.heard.put(overall)

    def skipped(self, path: Path, reason: str) -> None:
        self.heard.put(Skipped(path, reason))

    def removed(self, documents: Sequence[str]) -> None:
        self.heard.put(_Removed(tuple(documents)))

    def end(self) -> None:
        self.heard.put(None)


def follow(listeners: Listeners, request: Callable[[], Begun]) -> Iterator[IngestEvent]:
    """Make a request and give what is told, until the documents that it concerns have come to an end.

    Before these are known, everything is given that is told: it may be of another request.

    Args:
        listeners: of the ingestor.
        request: what begins the work; its future gives the documents' ids.

    Raises:
        Exception: what the request raised, and `CancelledError` when the ingestor closes before.
    """
    ears = _Ears()
    listeners.add(ears, ears.end)
    try:
        request().add_done_callback(ears.heard.put)
        at_end: dict[str, bool] = {}
        wanted: set[str] | None = None
        while wanted is None or not all(at_end.get(document, False) for document in wanted):
            event = ears.heard.get()
            if event is None:
                raise CancelledError
            if isinstance(event, _Removed):
                at_end |= dict.fromkeys(event.documents, True)
            elif isinstance(event, IngestProgress):
                at_end[event.document] = event.state.is_final
                if wanted is None or event.document in wanted:
                    yield event
            elif isinstance(event, Future):
                begun = event.result()
                wanted = set(begun)
                yield Concerned(tuple(begun))
            else:
                yield event
    finally:
        listeners.remove(ears)
