"""Measured speed and what follows from it: pages a second over the recent past, and the time that is left."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW_SECONDS = 20.0
_MINIMUM_SECONDS = 1.5
# How much of a cost the newest batch decides: the last ten or so count.
_NEWEST = 0.2
# Until a page of one kind was measured: a recognised page takes about this many times as long as one with text.
_SCAN_TO_TEXT = 15.0


class RateMeter:
    """Pages a second, over the last seconds of work; None until there is enough to measure."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._events: deque[tuple[float, float]] = deque()

    def restart(self) -> None:
        """Begin to measure anew, after a time without work."""
        self._started = self._clock()
        self._events.clear()

    def add(self, pages: float) -> None:
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


class WorkMeter:
    """How much work pages are, in pages with text: a page that is recognised counts for as many as it takes as long."""

    def __init__(self) -> None:
        self._text_seconds: float | None = None
        self._scan_seconds: float | None = None

    def learn(self, pages: int, text_seconds: float, scans: int, scan_seconds: float) -> None:
        """Take in a finished batch: its pages and the time they took apart from OCR; those recognised, and its time."""
        if pages:
            self._text_seconds = _blend(self._text_seconds, text_seconds / pages)
        if scans:
            self._scan_seconds = _blend(self._scan_seconds, scan_seconds / scans)

    def units(self, pages: float, scans: float) -> float:
        """The work of `pages`, of which `scans` are recognised."""
        if self._text_seconds and self._scan_seconds is not None:
            return pages + scans * self._scan_seconds / self._text_seconds
        return pages + scans * _SCAN_TO_TEXT


def _blend(known: float | None, newest: float) -> float:
    return newest if known is None else (1 - _NEWEST) * known + _NEWEST * newest
