"""The process of a cross-encoder: it alone imports torch, and answers until its parent goes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_QUERY = "where does the pier end"
_PASSAGE = "the pier ends where the water is deep enough for boats at low tide " * 16  # about as long as a chunk
_SAMPLES = 4


def serve(connection: Connection, folder: str, device: str | None) -> None:
    """Load the model, tell how long it takes for a passage, then answer requests.

    Sends `("ready", seconds)`, or `("failed", sentence)` and ends. A request `(query, texts)` is answered by
    the list of scores, or by a sentence.

    Args:
        connection: to the parent.
        folder: a sentence-transformers CrossEncoder; nothing is fetched.
        device: as torch names it; by default a GPU where there is one.
    """
    try:
        model = _load(Path(folder), device)
        _scores(model, _QUERY, [_PASSAGE])  # what the first call takes longer is no measure
        started = time.perf_counter()
        _scores(model, _QUERY, [_PASSAGE] * _SAMPLES)
        connection.send(("ready", (time.perf_counter() - started) / _SAMPLES))
    except Exception as error:  # the boundary of a process: whatever it is, the parent gets it as a sentence
        connection.send(("failed", _sentence(error)))
        return
    while True:
        try:
            query, texts = connection.recv()
        except (EOFError, OSError):
            return
        answer: list[float] | str
        try:
            answer = _scores(model, query, texts)
        except Exception as error:  # likewise
            answer = _sentence(error)
        connection.send(answer)


def _load(folder: Path, device: str | None) -> Any:
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "TQDM_DISABLE": "1"}
    from tqdm import tqdm  # type: ignore[import-untyped]

    tqdm.set_lock(threading.RLock())  # its own is shared by processes, and outlives one that is killed
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(folder), device=device, local_files_only=True, model_kwargs={"use_safetensors": True})
    if model.num_labels != 1:
        raise ValueError(f"it gives {model.num_labels} scores for a passage, not one")
    return model


def _scores(model: Any, query: str, texts: Sequence[str]) -> list[float]:
    pairs = [(query, text) for text in texts]
    return [float(score) for score in model.predict(pairs, show_progress_bar=False, convert_to_numpy=True)]


def _sentence(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
