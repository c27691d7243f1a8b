"""Who hears how far the embedding of a library with another model is."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future

from core.types import EmbeddingProgress

logger = logging.getLogger(__name__)

EmbeddingListener = Callable[[EmbeddingProgress], None]


class EmbeddingListeners:
    """Passes on to all who listen, on the thread that tells. Safe to use from several threads."""

    def __init__(self) -> None:
        self._listeners: tuple[EmbeddingListener, ...] = ()
        self._at_end: dict[EmbeddingListener, Callable[[], None]] = {}
        self._is_closed = False
        self._lock = threading.Lock()

    def add(self, listener: EmbeddingListener, at_end: Callable[[], None] = lambda: None) -> None:
        """Tell `listener` from now on; `at_end` is called when there will be nothing more to tell."""
        with self._lock:
            self._listeners = (*self._listeners, listener)
            self._at_end[listener] = at_end
            is_closed = self._is_closed
        if is_closed:
            at_end()

    def remove(self, listener: EmbeddingListener) -> None:
        """Tell it no more."""
        with self._lock:
            self._listeners = tuple(other for other in self._listeners if other != listener)
            self._at_end.pop(listener, None)

    def progressed(self, progress: EmbeddingProgress) -> None:
        """Pass on."""
        for listener in self._listeners:
            try:
                listener(progress)
            except Exception:  # who listens is not known here; what it does must not stop the work
                logger.exception("a listener failed")

    def close(self) -> None:
        """There is nothing more to tell: whoever waits for something need not."""
        with self._lock:
            self._is_closed = True
            ends = list(self._at_end.values())
        for end in ends:
            end()


def follow_embedding(listeners: EmbeddingListeners, request: Callable[[], Future[None]]) -> Iterator[EmbeddingProgress]:
    """Make a request and give what is told, until the work is done, stopped or paused.

    Raises:
        Exception: what the request raised, and `CancelledError` when the ingestor closes before.
    """
    heard: queue.SimpleQueue[EmbeddingProgress | Future[None] | None] = queue.SimpleQueue()
    listeners.add(heard.put, lambda: heard.put(None))
    begun = False
    last: EmbeddingProgress | None = None
    try:
        request().add_done_callback(heard.put)
        while not (begun and last is not None and last.state.is_final):
            event = heard.get()
            if event is None:
                raise CancelledError
            if isinstance(event, Future):
                event.result()
                begun = True
            else:
                last = event
                yield event
    finally:
        listeners.remove(heard.put)
