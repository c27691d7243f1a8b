"""A library that was filled from tests/data and the sample, and what was told meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from core import composition
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.ingest.listening import Callbacks
from core.types import Document, IngestProgress, OverallProgress


@dataclass(slots=True)
class Watcher:
    """What an ingestor told."""

    events: list[IngestProgress] = field(default_factory=list)
    overall: list[OverallProgress] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)

    def start(self, library: Library) -> Ingestor:
        """Return an ingestor of the real embedder that reports here."""
        return composition.start_ingestor(
            library,
            Callbacks(
                self.events.append, self.overall.append, lambda path, reason: self.skipped.append((path, reason))
            ),
        )

    def of(self, document: str) -> list[IngestProgress]:
        """Return what was told about one document."""
        return [event for event in self.events if event.document == document]


@dataclass(frozen=True, slots=True)
class Filled:
    """A library that was filled from tests/data and the sample, with what was told meanwhile."""

    folder: Path
    watcher: Watcher
    documents: dict[str, Document]

    def id_of(self, name: str) -> str:
        """Return the id of a file."""
        return self.documents[name].id
