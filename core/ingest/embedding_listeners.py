"""Who hears how far the embedding of a library with another model is."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future

from core.ingest.listening import Audience
from core.types import EmbeddingProgress

EmbeddingListener = Callable[[EmbeddingProgress], None]


class EmbeddingListeners(Audience[EmbeddingListener]):
    """Passes on how far it is."""

    def progressed(self, progress: EmbeddingProgress) -> None:
        """Pass on."""
        self.tell(lambda listener: listener(progress))


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
