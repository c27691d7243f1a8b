"""Whether a model fits this machine's memory: its weights, and the cache of keys and values that its context takes.

The cache holds a key and a value of each token, layer and key-value head in 16 bits, which is what llama.cpp, and so
Ollama, allocates by default. Attention over a sliding window takes less; the estimate stays on the safe side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import psutil

# Buffers for computing beside weights and cache; llama.cpp reports 0.3 to 0.7 GB for models of laptop size.
_BUFFERS = 500_000_000
# What the system and the window need, whatever else is closed.
_RESERVED = 1_500_000_000
# Of a model that tells nothing of its layers: an 8B model with 8 key-value heads (32 · 8 · 2 · 128 · 2 bytes).
_DEFAULT_TOKEN_BYTES = 131_072
_BYTES = 2


class Fit(StrEnum):
    """How a model and the memory agree."""

    FITS = "fits"
    TIGHT = "tight"  # it fits the machine, but not what other programs leave at the moment
    TOO_LARGE = "too large"


@dataclass(frozen=True, slots=True)
class Memory:
    """This machine's memory in bytes.

    Attributes:
        total: built in.
        available: what can be had without pushing other programs out.
    """

    total: int
    available: int

    @staticmethod
    def now() -> Memory:
        """As it is at the moment."""
        measured = psutil.virtual_memory()
        return Memory(int(measured.total), int(measured.available))


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """What a model takes in bytes.

    Attributes:
        weights: of its file.
        token: of the cache, for each token of the context.
    """

    weights: int
    token: int = _DEFAULT_TOKEN_BYTES

    def with_context(self, tokens: int) -> int:
        """Everything, with a context of so many tokens."""
        return self.weights + self.token * tokens + _BUFFERS

    def fit(self, memory: Memory, tokens: int, *, is_loaded: bool = False) -> Fit:
        """How it agrees with the memory; one that is loaded has what it needs."""
        needed = self.with_context(tokens)
        if is_loaded or needed <= memory.available:
            return Fit.FITS
        return Fit.TIGHT if needed <= memory.total - _RESERVED else Fit.TOO_LARGE

    def largest_context(self, memory: Memory, most: int, least: int, *, is_loaded: bool = False) -> int:
        """The context that the available memory holds beside the weights, between `least` and `most` tokens."""
        room = memory.available + (self.weights if is_loaded else 0) - self.with_context(0)
        return max(min(least, most), min(most, room // max(1, self.token)))


def need_of(size: int, facts: Mapping[str, Any]) -> MemoryNeed:
    """What a model takes, from the size of its file and what its GGUF header says of layers and heads.

    Args:
        size: in bytes.
        facts: `model_info` of Ollama's `/api/show`, with keys such as `llama.block_count`.
    """
    known = {key.partition(".")[2]: value for key, value in facts.items()}
    layers = _number(known.get("block_count"))
    heads = _number(known.get("attention.head_count"))
    shared = _number(known.get("attention.head_count_kv")) or heads
    width = _number(known.get("embedding_length"))
    key = _number(known.get("attention.key_length")) or (width // heads if width and heads else 0)
    value = _number(known.get("attention.value_length")) or key
    token = layers * shared * (key + value) * _BYTES
    return MemoryNeed(size, token or _DEFAULT_TOKEN_BYTES)


def _number(value: Any) -> int:
    """A count, or the largest one where a header gives one for each layer."""
    if isinstance(value, list):
        return max((_number(one) for one in value), default=0)
    return int(value) if isinstance(value, int | float) and value > 0 else 0
