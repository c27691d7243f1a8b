"""Offers embedding models in the library's menu, and says how the embedding with another one goes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.embedding.choice import BUILTIN_CHOICE, OLLAMA, choice_from, choice_of
from core.errors import ModelError
from core.index.library import Library
from core.ingest.ingestor import Ingestor
from core.types import EmbeddingProgress, EmbeddingState
from desktop.dialogs import choose_folder
from desktop.library.library_panel import LibraryPanel
from desktop.library.pane_parts import EmbedderEntry
from desktop.tasks import Tasks
from desktop.wording import format_count


@dataclass(frozen=True, slots=True)
class _Known:
    """Models by value, each with its label, and the value of the one in force."""

    labels: dict[str, str]
    in_force: str


class EmbeddingController(QObject):
    """Between the menu of the library's pane and the ingestor.

    Signals:
        noticed: a sentence for the person.
        changed: another model is in force.
    """

    noticed = Signal(str)
    changed = Signal()
    _told = Signal(object)

    def __init__(self, panel: LibraryPanel, window: QWidget, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._window = window
        self._tasks = tasks
        self._library: Library | None = None
        self._ingestor: Ingestor | None = None
        self._known = _Known({}, "")
        self._progress: EmbeddingProgress | None = None
        self._told.connect(self._on_told)
        panel.embedder_selected.connect(self._on_selected)
        panel.embedder_folder_requested.connect(self._on_folder_requested)

    async def attach(self, library: Library, ingestor: Ingestor) -> None:
        """Begin to work with an open library."""
        self._library, self._ingestor = library, ingestor
        ingestor.embedding.add(self._tell)
        await self.refresh()

    async def refresh(self) -> None:
        """Look again at what there is to choose from."""
        if self._library is not None:
            self._known = await asyncio.to_thread(_look, self._library)
            self._show()

    def _tell(self, progress: EmbeddingProgress) -> None:
        """From the writer thread."""
        self._told.emit(progress)

    @Slot(object)
    def _on_told(self, progress: EmbeddingProgress) -> None:
        earlier, self._progress = self._progress, progress
        label = self._known.labels.get(progress.embedder, progress.embedder)
        match progress.state:
            case EmbeddingState.EMBEDDING:
                if earlier is None or (earlier.embedder, earlier.state) != (progress.embedder, progress.state):
                    sentence = self.tr("{name} is reading the library. Until that is done, the present model answers.")
                    self.noticed.emit(sentence.format(name=label))
                self._show()
                return
            case EmbeddingState.IN_FORCE:
                self.noticed.emit(self.tr("{name} finds your passages now.").format(name=label))
                self.changed.emit()
            case EmbeddingState.CANCELLED:
                self.noticed.emit(self.tr("The present embedding model stays."))
            case EmbeddingState.PAUSED | EmbeddingState.STOPPED:
                self.noticed.emit(progress.reason or self.tr("The embedding has stopped."))
        self._tasks.start(self.refresh())

    @Slot(str)
    def _on_selected(self, value: str) -> None:
        self._tasks.start(self._choose(value))

    @Slot()
    def _on_folder_requested(self) -> None:
        self._tasks.start(self._choose_folder())

    async def _choose_folder(self) -> None:
        if chosen := await choose_folder(self._window, self.tr("Choose a model folder")):
            await self._choose(chosen[0])

    async def _choose(self, value: str) -> None:
        if self._ingestor is None:
            return
        try:
            choice = await asyncio.to_thread(choice_of, value)
            await asyncio.wrap_future(self._ingestor.embed_with(choice))
        finally:
            self._show()  # the mark goes back to the model in force

    def _show(self) -> None:
        entries = [
            EmbedderEntry(value, label + self._standing(value), value == self._known.in_force)
            for value, label in self._known.labels.items()
        ]
        self._panel.set_embedders(entries)

    def _standing(self, value: str) -> str:
        progress = self._progress
        if progress is None or progress.embedder != value or progress.state is not EmbeddingState.EMBEDDING:
            return ""
        return " · " + self.tr("{done} of {total} passages").format(
            done=format_count(progress.passages_done), total=format_count(progress.passages_total)
        )


def _look(library: Library) -> _Known:
    """The built-in model, the one in force, the one that is under way, and Ollama's."""
    record, shadow = library.embedder(), library.shadow.state()
    choices = [BUILTIN_CHOICE]
    choices += [choice_from(found) for found in (record, shadow.embedder if shadow else None) if found and found.value]
    labels = {choice.value: choice.label for choice in choices}
    labels |= {OLLAMA + name: f"{name} · Ollama" for name in _ollama_models()}
    return _Known(labels, record.value if record and record.value else BUILTIN_CHOICE.value)


def _ollama_models() -> list[str]:
    from core.embedding.ollama_embedder import list_embedding_models

    try:
        return list_embedding_models()
    except ModelError:  # it is not running; what is chosen from the rest works without
        return []
