"""Models that are being fetched, or were and wait to go on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from core.llm.ollama_pull import PullProgress


class PullState(Enum):
    """How the fetching of a model stands."""

    RUNNING = "running"
    PAUSED = "paused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Pull:
    """One of them.

    Attributes:
        progress: as last heard.
        reason: why it failed, in a sentence with a way on.
    """

    progress: PullProgress
    state: PullState = PullState.RUNNING
    reason: str = ""

    @property
    def name(self) -> str:
        """The model's name at Ollama."""
        return self.progress.name
