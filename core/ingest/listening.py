"""Who hears of the ingestion: any number of listeners, who come and go, and whose faults are their own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from core.types import IngestProgress, OverallProgress

logger = logging.getLogger(__name__)

Listener = TypeVar("Listener")


class IngestListener(Protocol):
    """What is told, on the ingestion's own threads; it should be taken in quickly."""

    def progressed(self, progress: IngestProgress) -> None:
        """About one document; also once for each file that needs no work."""
        ...

    def overall_progressed(self, overall: OverallProgress) -> None:
        """About everything together."""
        ...

    def skipped(self, path: Path, reason: str) -> None:
        """About a path that cannot become a document."""
        ...

    def removed(self, documents: Sequence[str]) -> None:
        """About documents that are in the library no longer."""
        ...


@dataclass(frozen=True, slots=True)
class Callbacks:
    """A listener made of functions."""

    on_progress: Callable[[IngestProgress], None]
    on_overall: Callable[[OverallProgress], None] = lambda overall: None
    on_skipped: Callable[[Path, str], None] = lambda path, reason: None
    on_removed: Callable[[Sequence[str]], None] = lambda documents: None

    def progressed(self, progress: IngestProgress) -> None:
        """Pass on."""
        self.on_progress(progress)

    def overall_progressed(self, overall: OverallProgress) -> None:
        """Pass on."""
        self.on_overall(overall)

    def skipped(self, path: Path, reason: str) -> None:
        """Pass on."""
        self.on_skipped(path, reason)

    def removed(self, documents: Sequence[str]) -> None:
        """Pass on."""
        self.on_removed(documents)


class Audience(Generic[Listener]):
    """Those who listen. Safe to use from several threads."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._at_end: dict[Listener, Callable[[], None]] = {}
        self._is_closed = False
        self._lock = threading.Lock()

    def add(self, listener: Listener, at_end: Callable[[], None] = lambda: None) -> None:
        """Tell `listener` from now on; `at_end` is called when there will be nothing more to tell."""
        with self._lock:
            self._listeners = (*self._listeners, listener)
            self._at_end[listener] = at_end
            is_closed = self._is_closed
        if is_closed:
            at_end()

    def remove(self, listener: Listener) -> None:
        """Tell it no more."""
        with self._lock:
            self._listeners = tuple(other for other in self._listeners if other != listener)
            self._at_end.pop(listener, None)

    def close(self) -> None:
        """There is nothing more to tell: whoever waits for something need not."""
        with self._lock:
            self._is_closed = True
            ends = list(self._at_end.values())
        for end in ends:
            end()

    def tell(self, tell: Callable[[Listener], object]) -> None:
        """Tell each of them, on this thread."""
        for listener in self._listeners:
            try:
                tell(listener)
            except Exception:  # who listens is not known here; what it does must not stop the work
                logger.exception("a listener failed")


class Listeners(Audience[IngestListener]):
    """Passes on what there is to say about the ingestion."""

    def progressed(self, progress: IngestProgress) -> None:
        """Pass on."""
        self.tell(lambda listener: listener.progressed(progress))

    def overall_progressed(self, overall: OverallProgress) -> None:
        """Pass on."""
        self.tell(lambda listener: listener.overall_progressed(overall))

    def skipped(self, path: Path, reason: str) -> None:
        """Pass on."""
        self.tell(lambda listener: listener.skipped(path, reason))

    def removed(self, documents: Sequence[str]) -> None:
        """Pass on."""
        self.tell(lambda listener: listener.removed(documents))
