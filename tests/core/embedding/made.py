"""What a process with torch made for the tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.embedding.embedder import Vectors


@dataclass(frozen=True, slots=True)
class MadeWithTorch:
    """Reference vectors of TEXTS, the token states of the fifth, the folder compiled into, and what was said."""

    vectors: Vectors
    states: Vectors
    models: Path
    said: str
