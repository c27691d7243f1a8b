"""Measured speed and what follows from it: pages a second over the recent past, and the time that is left."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW_SECONDS = 20.0
_MINIMUM_SECONDS = 1.5


class RateMeter:
    """Pages a second, over the last seconds of work; None until there is enough to measure."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._events: deque[tuple[float, int]] = deque()

    def restart(self) -> None:
        """Begin to measure anew, after a time without work."""
        self._started = self._clock()
        self._events.clear()

    def add(self, pages: int) -> None:
        """Count pages that were finished just now."""
        self._events.append((self._clock(), pages))

    def rate(self) -> float | None:
        """Pages a second."""
        now = self._clock()
        while self._events and now - self._events[0][0] > _WINDOW_SECONDS:
            self._started = self._events.popleft()[0]
        elapsed = now - self._started
        pages = sum(n for _, n in self._events)
        return pages / elapsed if pages and elapsed >= _MINIMUM_SECONDS else None


def seconds_left(pages: int, rate: float | None) -> float | None:
    """Time for `pages` at a measured rate."""
    return pages / rate if rate else None
