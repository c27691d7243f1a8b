"""Brings what the ingestor tells, on its own threads, to the window: at most ten times a second, newest first."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.types import IngestProgress, OverallProgress

INTERVAL_MS = 100


class IngestEvents(QObject):
    """Collects progress from any thread and gives it out on the window's.

    Signals:
        progressed: list[IngestProgress], the newest of each document.
        overall_progressed: OverallProgress.
        states_changed: list[str] of the documents that entered another state and must be read again.
        skipped: list of (Path, reason).
    """

    progressed = Signal(list)
    overall_progressed = Signal(object)
    states_changed = Signal(list)
    skipped = Signal(list)
    _arrived = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._progress: dict[str, IngestProgress] = {}
        self._states: dict[str, str] = {}
        self._overall: OverallProgress | None = None
        self._skipped: list[tuple[Path, str]] = []
        self._changed: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._on_timeout)
        self._arrived.connect(self._on_arrived)

    def tell_progress(self, progress: IngestProgress) -> None:
        """From any thread: one document."""
        with self._lock:
            if self._states.get(progress.document) != progress.state:
                self._states[progress.document] = progress.state
                self._changed.add(progress.document)
            self._progress[progress.document] = progress
        self._arrived.emit()

    def tell_overall(self, overall: OverallProgress) -> None:
        """From any thread: everything together."""
        with self._lock:
            self._overall = overall
        self._arrived.emit()

    def tell_skipped(self, path: Path, reason: str) -> None:
        """From any thread: a path that is no document."""
        with self._lock:
            self._skipped.append((path, reason))
        self._arrived.emit()

    def tell_removed(self, documents: Sequence[str]) -> None:
        """From any thread: documents that went, perhaps because another process asked for it."""
        with self._lock:
            for document in documents:
                self._states.pop(document, None)
            self._changed.update(documents)
        self._arrived.emit()

    def tell_changed(self, documents: Sequence[str]) -> None:
        """From any thread: documents of which something else changed, because another process asked for it."""
        with self._lock:
            self._changed.update(documents)
        self._arrived.emit()

    @Slot()
    def _on_arrived(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_timeout(self) -> None:
        with self._lock:
            progress, self._progress = list(self._progress.values()), {}
            overall, self._overall = self._overall, None
            skipped, self._skipped = self._skipped, []
            changed, self._changed = sorted(self._changed), set()
        if progress:
            self.progressed.emit(progress)
        if changed:
            self.states_changed.emit(changed)
        if overall is not None:
            self.overall_progressed.emit(overall)
        if skipped:
            self.skipped.emit(skipped)
