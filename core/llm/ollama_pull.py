"""Fetching a model with Ollama: progress with a measured rate; stopping keeps what has arrived, starting again goes on.

A model is several layers, each told by its digest with `completed` of `total` bytes. Ollama keeps the parts of a layer
when the connection is closed, and continues there: https://github.com/ollama/ollama/blob/main/docs/api.md#pull-a-model
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum

import httpx

from core.errors import ModelFailed
from core.llm.access import ModelAccess
from core.llm.ollama_faults import pulling_fault
from core.llm.ollama_host import connected, runs_in_cloud

_WINDOW_SECONDS = 8.0
_LEAST_SECONDS = 0.5
_SUCCESS = "success"
# Ollama says nothing while it checks the digest of a large file on a slow disk.
_TIMEOUT = httpx.Timeout(connect=3.0, read=None, write=30.0, pool=None)


class PullStage(StrEnum):
    """What is being done."""

    STARTING = "starting"
    FETCHING = "fetching"
    CHECKING = "checking"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far a model is.

    Attributes:
        done: bytes that have arrived, those of earlier attempts included.
        total: bytes of the layers that are known so far; 0 at the beginning.
        bytes_per_second: measured over the last seconds of this attempt; None while nothing is.
        eta_seconds: at that rate; None without one.
    """

    name: str
    stage: PullStage
    done: int = 0
    total: int = 0
    bytes_per_second: float | None = None
    eta_seconds: float | None = None


class Rate:
    """Bytes a second over the last seconds.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def measure(self, done: int) -> float | None:
        """The rate, now that so many bytes are there; None as long as there is too little to tell."""
        now = self._clock()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _WINDOW_SECONDS:
            self._seen.popleft()
        began, first = self._seen[0]
        if now - began < _LEAST_SECONDS or done <= first:
            return None
        return (done - first) / (now - began)


async def pull(
    name: str, access: ModelAccess, clock: Callable[[], float] = time.monotonic
) -> AsyncGenerator[PullProgress, None]:
    """Fetch a model; the last progress is `DONE`. Closing the iterator pauses: another call goes on from there.

    Raises:
        ModelMissing: Ollama is not running, or its library has no such model.
        ModelFailed: it broke off: disk full, no internet, connection lost.
    """
    if runs_in_cloud(name):
        raise ModelFailed(
            f"{name} would run on Ollama's servers, so your documents would leave this computer. Choose a model that "
            "runs here."
        )
    layers: dict[str, _Layer] = {}
    rate = Rate(clock)
    is_done = False
    yield PullProgress(name, PullStage.STARTING)
    async with connected(access.ollama_address, _TIMEOUT, access.consented) as client:
        try:
            async with aclosing(await client.pull(name, stream=True)) as parts:  # type: ignore[type-var]
                async for part in parts:
                    if part.status == _SUCCESS:
                        is_done = True  # and the rest is read, so that the connection ends by itself
                        continue
                    if part.digest and part.total:
                        completed = part.completed or 0
                        first = layers[part.digest].first if part.digest in layers else completed
                        layers[part.digest] = _Layer(first, completed, part.total)
                    yield _progress(name, layers, rate, is_layer=bool(part.digest))
        except Exception as error:
            raise pulling_fault(error, name) from error
    if not is_done:
        raise ModelFailed(f"The connection to Ollama broke off while {name} was being fetched. Resume it.")
    done = sum(layer.total for layer in layers.values())
    yield PullProgress(name, PullStage.DONE, done, done)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Bytes of a layer: those of earlier attempts, those that are there now, and all."""

    first: int
    completed: int
    total: int


def _progress(name: str, layers: dict[str, _Layer], rate: Rate, *, is_layer: bool) -> PullProgress:
    done = sum(layer.completed for layer in layers.values())
    total = sum(layer.total for layer in layers.values())
    if not is_layer:
        is_there = bool(total) and done >= total
        return PullProgress(name, PullStage.CHECKING if is_there else PullStage.STARTING, done, total)
    per_second = rate.measure(done - sum(layer.first for layer in layers.values()))
    eta = (total - done) / per_second if per_second else None
    return PullProgress(name, PullStage.FETCHING, done, total, per_second, eta)
