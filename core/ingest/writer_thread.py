"""The one thread that changes the library, and the count of what is still to come."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any

from core.errors import UserError

logger = logging.getLogger(__name__)


class WriterThread:
    """Runs functions in turn. Whoever waits for it to be idle waits for what is held as well.

    Attributes:
        is_closing: true once `close` was called; work that is found undone then is left for the next start.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, "library-writer")
        self._timers: set[threading.Timer] = set()
        self._pending = 0  # guarded by `_idle`
        self._idle = threading.Condition()
        self.is_closing = False

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Run a function in turn; cancelled when the thread is closing."""
        self.hold()
        try:
            future = self._executor.submit(function, *arguments)
        except RuntimeError:  # closing
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
        future.add_done_callback(self._settle)
        return future

    def submit_later(self, seconds: float, function: Callable[[], Any]) -> None:
        """Run a function in turn after a while; not at all if the thread closes before."""

        def ring() -> None:
            with self._idle:
                self._timers.discard(timer)
            self.submit(function)

        timer = threading.Timer(seconds, ring)
        timer.daemon = True
        with self._idle:
            if self.is_closing:
                return
            self._timers.add(timer)
        timer.start()

    def hold(self) -> None:
        """Count something that is not done yet."""
        with self._idle:
            self._pending += 1

    def release(self) -> None:
        """Count it as done."""
        with self._idle:
            self._pending -= 1
            self._idle.notify_all()

    def wait_until_idle(self) -> None:
        """Block until nothing is held, or the thread closes."""
        with self._idle:
            self._idle.wait_for(lambda: self._pending == 0 or self.is_closing)

    def begin_closing(self) -> None:
        """Take no more, and let those who wait go."""
        with self._idle:
            self.is_closing = True
            for timer in self._timers:
                timer.cancel()
            self._timers.clear()
            self._idle.notify_all()

    def close(self) -> None:
        """Finish what is being done, and end."""
        self.begin_closing()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _settle(self, done: Future[Any]) -> None:
        if not done.cancelled():
            error = done.exception()
            if error is not None and not isinstance(error, (CancelledError, UserError)):  # whoever asked says those
                logger.error("a step of the ingestion failed", exc_info=error)
        self.release()
