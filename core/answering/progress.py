"""How far a long piece of work on documents is, and the time that is left, as measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

_SECONDS_TO_MEASURE = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """Parts done of all parts; `eta_seconds` is None until a rate has been measured, and at the end."""

    done: int
    total: int
    eta_seconds: float | None = None

    @property
    def is_complete(self) -> bool:
        """True when nothing is left."""
        return self.done >= self.total


class Pace:
    """Measures how long parts take that are of different sizes.

    Args:
        sizes: of the parts in their order, in any unit: what is left is reckoned by size, not by number.
        clock: in seconds.
    """

    def __init__(self, sizes: list[int], clock: Callable[[], float] = time.monotonic) -> None:
        self._sizes = sizes
        self._clock = clock
        self._started = clock()

    def after(self, done: int) -> Progress:
        """How it stands with the first `done` parts finished."""
        elapsed = self._clock() - self._started
        finished, left = sum(self._sizes[:done]), sum(self._sizes[done:])
        is_measured = bool(finished and left) and elapsed >= _SECONDS_TO_MEASURE
        return Progress(done, len(self._sizes), elapsed / finished * left if is_measured else None)
