"""What each token of a text means where it stands, for several texts side by side."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import openvino

from core.embedding.embedder import TokenVectors

SHAPE_STEP = 16
"""Lengths are filled up to a multiple of this: OpenVINO prepares for each new shape, which takes milliseconds."""

_MOST_AT_ONCE = 8


class TokenStates:
    """The part of a compiled model that ends at its tokens.

    A question waits for these few texts. Each is a task of its own on a core of its own: together, the cores would wait
    for each other at every layer, and the shorter texts would be filled up to the longest.

    Args:
        model: whose second output they are.
        threads: how many cores to take; 0 takes all.
    """

    def __init__(self, model: openvino.Model, threads: int) -> None:
        cores = min(_MOST_AT_ONCE, threads or os.cpu_count() or 1)
        end = model.output(1).get_node().input_value(0)
        options = {"NUM_STREAMS": cores, "INFERENCE_NUM_THREADS": cores, "ENABLE_CPU_PINNING": False}
        part = openvino.Model([end], model.get_parameters(), "token states")
        self._model = openvino.Core().compile_model(part, "CPU", options)
        self._threads = ThreadPoolExecutor(cores, "token-states")
        self._own = threading.local()  # each thread's request

    def of(self, texts: Sequence[Sequence[int]]) -> list[TokenVectors]:
        """Token ids of texts, special ones at both ends → for each, shape (its tokens without those, dimension)."""
        return list(self._threads.map(self._infer, texts))

    def _infer(self, ids: Sequence[int]) -> TokenVectors:
        request = getattr(self._own, "request", None)
        if request is None:
            request = self._own.request = self._model.create_infer_request()
        request.infer(filled_up([ids]))
        states: TokenVectors = request.get_output_tensor(0).data[0, 1 : len(ids) - 1].astype(np.float16)
        return states


def filled_up(ids: Sequence[Sequence[int]], most: int | None = None) -> dict[str, np.ndarray]:
    """A batch of token ids as the model takes it: rows of equal length, and which of their places are real.

    Args:
        ids: of each text.
        most: the window, which is not exceeded.
    """
    length = -(-max(map(len, ids)) // SHAPE_STEP) * SHAPE_STEP
    length = min(length, most or length)
    input_ids = np.zeros((len(ids), length), np.int64)
    mask = np.zeros((len(ids), length), np.int64)
    for row, tokens in enumerate(ids):
        input_ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return {"input_ids": input_ids, "attention_mask": mask}
