"""The words about models, with figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.llm.memory import Memory, MemoryNeed
from core.llm.ollama_models import InstalledModel
from core.llm.ollama_pull import PullProgress, PullStage
from core.llm.openai_server import ServedModel
from core.llm.suggestions import Suggestion
from desktop.models.pulls import Pull, PullState
from desktop.models.wording import (
    consent_text,
    fit_words,
    format_size,
    installed_line,
    memory_line,
    pull_line,
    served_line,
    suggestion_line,
)

GIB = 1 << 30
MODEL = InstalledModel("qwen3:8b", 5_200_000_000, "qwen3", "8.2B", "Q4_K_M", 40960, MemoryNeed(5_200_000_000, 147_456))


def fit(total: float, free: float, **changes: object) -> str:
    return fit_words(replace(MODEL, **changes), Memory(int(total * GIB), int(free * GIB)))  # type: ignore[arg-type]


def test_memory_and_whether_a_model_fits_are_told_with_figures() -> None:
    assert memory_line(Memory(16 * GIB, int(9.2 * GIB))) == "16 GB of memory, 9.2 GB free"
    assert fit(16, 9) == "fits: needs 6.4 GB"
    assert fit(16, 4) == "tight: needs 6.4 GB, 4.0 GB are free"
    assert fit(6, 4) == "too large: needs 6.4 GB, this computer has 6.0 GB"
    assert fit(16, 1, is_loaded=True) == "in memory now"
    assert fit(16, 1, host="192.0.2.1:11434") == ""


def test_a_model_is_described_by_all_that_is_known() -> None:
    memory = Memory(16 * GIB, 9 * GIB)
    assert installed_line(MODEL, memory) == "5.2 GB · qwen3 · 8.2B · Q4_K_M · 40,960 tokens · fits: needs 6.4 GB"
    away = replace(MODEL, host="192.0.2.1:11434", thinks=True, context=0)
    assert installed_line(away, memory) == "5.2 GB · qwen3 · 8.2B · Q4_K_M · thinks first · on 192.0.2.1:11434"
    assert served_line(ServedModel("x", "http://127.0.0.1:8080", 8192)) == "8,192 tokens · 127.0.0.1:8080"
    assert suggestion_line(Suggestion("x", 2_500_000_000, "MIT", GIB, "quick")) == "2.5 GB · MIT · quick"


FETCHING = PullProgress("x", PullStage.FETCHING, 1_200_000_000, 5_200_000_000, 23_400_000.0, 171.0)


@pytest.mark.parametrize(
    ("pull", "line"),
    [
        (Pull(PullProgress("x", PullStage.STARTING)), "Asking Ollama’s library…"),
        (Pull(FETCHING), "1.2 of 5.2 GB · 23 MB/s · 3 min left"),
        (Pull(replace(FETCHING, bytes_per_second=None, eta_seconds=None)), "1.2 of 5.2 GB"),
        (Pull(replace(FETCHING, done=50_000_000)), "50 MB of 5.2 GB · 23 MB/s · 3 min left"),
        (Pull(replace(FETCHING, stage=PullStage.CHECKING)), "Checking what has arrived…"),
        (Pull(FETCHING, PullState.PAUSED), "Paused · 1.2 of 5.2 GB"),
        (Pull(PullProgress("x", PullStage.STARTING), PullState.PAUSED), "Paused"),
        (Pull(FETCHING, PullState.FAILED, "The disk is full."), "The disk is full."),
    ],
)
def test_a_download_says_what_was_measured_and_nothing_else(pull: Pull, line: str) -> None:
    assert pull_line(pull) == line


@pytest.mark.parametrize(("size", "text"), [(5_200_000_000, "5.2 GB"), (640_000_000, "640 MB"), (1234, "1 kB")])
def test_sizes(size: int, text: str) -> None:
    assert format_size(size) == text


def test_consent_says_what_goes_where_and_whether_it_can_be_read_on_the_way() -> None:
    plain = consent_text("192.0.2.1:11434", encrypted=False)
    assert "192.0.2.1:11434" in plain
    assert "your questions and the passages" in plain
    assert "not encrypted" in plain
    assert "withdraw" in plain
    assert "not encrypted" not in consent_text("192.0.2.1:11434", encrypted=True)
