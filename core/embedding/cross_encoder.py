"""A cross-encoder of the person's own choice: it reads question and passage together, in a process of its own.

It is better at telling which passage answers than any two vectors are, and slower by far. So it gets as many of the
first candidates as it was measured to read in a second, and a search that it keeps waiting goes on without it.
"""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from core.embedding.cross_encoder_worker import serve
from core.errors import ModelFailed, ModelMissing

# What is given to the cross-encoder is what it reads in this time on this machine.
BUDGET_SECONDS = 1.0
# After this time the search goes on without it.
LIMIT_SECONDS = 3.0
FEWEST, MOST = 3, 30
_SLOWEST = BUDGET_SECONDS / FEWEST  # seconds for a text, as far as they make a difference
_FAREWELL_SECONDS = 3.0


class CrossEncoder:
    """Scores passages for a question by a model in a child process. Safe to use from several threads.

    The child begins to load at once; nobody waits for it here.

    Args:
        folder: a sentence-transformers CrossEncoder with one score; nothing is fetched.
        device: as torch names it; by default a GPU where there is one.
        limit_seconds: the longest that a search waits for scores, and for another search that has its turn.
        load_seconds: from now on, how long a search may wait for the model to be loaded.

    Raises:
        ModelMissing: there is no such model in the folder.
    """

    def __init__(
        self,
        folder: Path,
        device: str | None = None,
        *,
        limit_seconds: float = LIMIT_SECONDS,
        load_seconds: float = 0.0,
    ) -> None:
        self._name = checked_folder(folder).name
        self._limit = limit_seconds
        self._load_until = time.monotonic() + load_seconds
        self._lock = threading.Lock()
        self._seconds_each: float | None = None  # None while it is being loaded
        self._owed = False  # an answer that nobody waits for any more
        self._broken: str | None = None
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, str(folder), device), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._name

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well the first of some texts answer, in the model's own measure: as many of them as it has time for.

        Raises:
            ModelFailed: it is not ready, broke, or is too slow. The text is a sentence for people.
        """
        if not self._lock.acquire(timeout=self._limit):
            raise self._too_slow()
        try:
            if self._broken is not None:
                raise ModelFailed(self._broken)
            seconds_each = self._loaded()
            if self._owed:
                if not self._poll(0.0):
                    raise self._too_slow()
                self._receive()
                self._owed = False
            count = max(FEWEST, min(MOST, int(BUDGET_SECONDS / seconds_each)))
            scores, self._seconds_each = self._ask(query, list(texts[:count]), seconds_each)
            return scores
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the child process; one that is busy holds nothing that could be lost."""
        self._connection.close()
        self._process.join(timeout=_FAREWELL_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _loaded(self) -> float:
        """Seconds for a passage, once the model has told them."""
        if self._seconds_each is None:
            if not self._poll(self._load_until - time.monotonic()):
                raise ModelFailed(f"The reranker {self._name} is still being loaded. This search went without it.")
            state, value = self._receive()
            if state == "failed":
                self._break(f"The reranker {self._name} cannot be used: {value}. Choose another folder, or off.")
            self._seconds_each = min(max(float(value), 1e-6), _SLOWEST)
        return self._seconds_each

    def _ask(self, query: str, texts: list[str], seconds_each: float) -> tuple[list[float], float]:
        """The scores, and what is now taken to be the time for a text: the mean of before and of this time."""
        started = time.monotonic()
        try:
            self._connection.send((query, texts))
        except OSError:
            self._end()
        if not self._poll(self._limit):
            self._owed = True
            self._seconds_each = min(2 * seconds_each, _SLOWEST)  # the next search gives half as much
            raise self._too_slow()
        answer = self._receive()
        if isinstance(answer, str):
            raise ModelFailed(f"The reranker {self._name} failed: {answer}. This search went without it.")
        took = (time.monotonic() - started) / len(texts) if texts else seconds_each
        return [float(score) for score in answer], (seconds_each + took) / 2

    def _poll(self, seconds: float) -> bool:
        try:
            return self._connection.poll(max(0.0, seconds))
        except OSError:
            self._end()

    def _receive(self) -> Any:
        try:
            return self._connection.recv()
        except (EOFError, OSError):
            self._end()

    def _end(self) -> NoReturn:
        self._break(f"The reranker {self._name} ended unexpectedly. Start Paperlamp again, or turn the reranker off.")

    def _break(self, sentence: str) -> NoReturn:
        """From now on every search hears why, and goes on without it."""
        self._broken = sentence
        raise ModelFailed(sentence)

    def _too_slow(self) -> ModelFailed:
        return ModelFailed(f"The reranker {self._name} took too long. This search went without it.")


def checked_folder(folder: Path) -> Path:
    """The folder itself, if a cross-encoder can be in it; whether it loads is seen when it is loaded.

    Raises:
        ModelMissing: it has no configuration of a model that scores texts, or no weights in safetensors.
    """
    try:
        facts = json.loads((folder / "config.json").read_text("utf-8"))
        kinds = [str(kind) for kind in facts["architectures"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelMissing(f"{folder} is not the folder of a cross-encoder: it has no usable config.json.") from error
    if not any(kind.endswith("ForSequenceClassification") for kind in kinds):
        raise ModelMissing(f"{folder} holds another kind of model. A cross-encoder scores pairs of texts.")
    if not any(folder.glob("*.safetensors")):
        raise ModelMissing(f"{folder} has no weights in safetensors.")
    return folder
