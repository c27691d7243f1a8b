"""Whether weights and context fit, with figures worked out by hand."""

from __future__ import annotations

import pytest

from core.llm.memory import Fit, Memory, MemoryNeed, need_of

GB = 1_000_000_000
# llama3.2:3b as Ollama shows it: 28 layers, 8 key-value heads of 128.
LLAMA = {
    "general.architecture": "llama",
    "llama.block_count": 28,
    "llama.attention.head_count": 24,
    "llama.attention.head_count_kv": 8,
    "llama.attention.key_length": 128,
    "llama.attention.value_length": 128,
    "llama.embedding_length": 3072,
}


def test_the_cache_is_counted_from_the_header() -> None:
    need = need_of(2 * GB, LLAMA)
    assert need == MemoryNeed(2 * GB, 28 * 8 * (128 + 128) * 2)
    assert need.with_context(8192) == 2 * GB + 114_688 * 8192 + 500_000_000


@pytest.mark.parametrize(
    ("facts", "token"),
    [
        ({}, 131_072),
        ({"llama.block_count": 28}, 131_072),
        ({"llama.block_count": 10, "llama.attention.head_count": 4, "llama.embedding_length": 256}, 10 * 4 * 128 * 2),
        (LLAMA | {"llama.attention.head_count_kv": [8, 0, 4]}, 114_688),
        (LLAMA | {"llama.attention.head_count_kv": None}, 28 * 24 * 256 * 2),
    ],
)
def test_what_a_header_leaves_out_is_estimated_on_the_safe_side(facts: dict[str, object], token: int) -> None:
    assert need_of(GB, facts).token == token


@pytest.mark.parametrize(
    ("total", "available", "loaded", "fit"),
    [
        (16, 8, False, Fit.FITS),
        (16, 3, False, Fit.TIGHT),
        (4, 3, False, Fit.TOO_LARGE),
        (4, 1, True, Fit.FITS),
    ],
)
def test_fits_tight_and_too_large(total: int, available: int, loaded: bool, fit: Fit) -> None:
    need = need_of(2 * GB, LLAMA)  # 3.44 GB with 8,192 tokens
    assert need.fit(Memory(total * GB, available * GB), 8192, is_loaded=loaded) is fit


@pytest.mark.parametrize(
    ("available", "loaded", "context"),
    [
        (100.0, False, 32768),
        (3.5, False, (3_500_000_000 - 2_500_000_000) // 114_688),
        (1.0, False, 2048),
        (1.5, True, (1_500_000_000 + 2_000_000_000 - 2_500_000_000) // 114_688),
    ],
)
def test_the_context_is_what_the_memory_holds(available: float, loaded: bool, context: int) -> None:
    memory = Memory(200 * GB, int(available * GB))
    assert need_of(2 * GB, LLAMA).largest_context(memory, 32768, 2048, is_loaded=loaded) == context


def test_a_small_window_is_never_widened() -> None:
    assert need_of(2 * GB, LLAMA).largest_context(Memory(GB, GB), 1024, 2048) == 1024


def test_this_machine_has_memory() -> None:
    memory = Memory.now()
    assert 0 < memory.available <= memory.total
