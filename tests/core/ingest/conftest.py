"""What the tests of the ingestion share: a library of hash vectors whose workers are worked by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filled_library import Watcher
from hand_pool import HandPool, hand_worked
from stand_ins import DIMENSION, MODEL_ID

from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.ingest.listening import Callbacks


@pytest.fixture
def pool() -> HandPool:
    return HandPool()


@pytest.fixture
def hashed(tmp_path: Path) -> Iterator[Library]:
    """Return an empty library for vectors of the hash embedder."""
    opened = Library(tmp_path / "library", MODEL_ID, DIMENSION)
    yield opened
    opened.close()


@pytest.fixture
def watched() -> Watcher:
    """Return what the hand-worked ingestor tells."""
    return Watcher()


@pytest.fixture
def ingestor(hashed: Library, pool: HandPool, watched: Watcher) -> Iterator[Ingestor]:
    """Return an ingestor whose workers are worked by hand."""
    made = hand_worked(hashed, pool)
    made.listeners.add(
        Callbacks(watched.events.append, watched.overall.append, lambda *skip: watched.skipped.append(skip))
    )
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a file with bytes of its own, which nobody reads."""

    def write(name: str, content: str = "") -> Path:
        path = tmp_path / name
        path.write_text(content or name)
        return path

    return write
