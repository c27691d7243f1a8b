"""The queue as a list model: jobs in their order, kept up to date by progress, and reordered by dragging."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from core.types import IngestJob, IngestProgress
from desktop.action_rows.model import ActionRow, ActionRowModel
from desktop.activity.queue_rows import job_row
from desktop.keyed_list_model import ModelIndex
from desktop.library.document_model import is_recognising


class QueueModel(ActionRowModel):
    """The jobs that are left.

    Signals:
        moved: a row was dragged: its key, and the key of the row that it stands before now, or None at the end.
    """

    moved = Signal(str, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs: dict[str, IngestJob] = {}
        self._progress: dict[str, IngestProgress] = {}
        self._recognising: set[str] = set()

    def set_jobs(self, jobs: Sequence[IngestJob]) -> None:
        """Show these jobs; what was told about them since stays."""
        self._jobs = {job.document: job for job in jobs}
        self._progress = {key: told for key, told in self._progress.items() if key in self._jobs}
        self._recognising &= self._jobs.keys()
        self.set_rows([self._row_of(job) for job in jobs])

    def update_progress(self, progress: Sequence[IngestProgress]) -> None:
        """Take over the latest word on some documents."""
        for told in progress:
            document = told.document
            before = document in self._recognising
            recognising = is_recognising(self._progress.get(document), told, before=before)
            (self._recognising.add if recognising else self._recognising.discard)(document)
            job = self._jobs.get(document)
            if job is None and told.state.is_final:
                self._progress.pop(document, None)
                continue
            self._progress[document] = told
            if job is not None:
                self.update_row(self._row_of(job))

    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        """Rows can be dragged between others, not onto them."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def supportedDropActions(self) -> Qt.DropAction:
        """Dragging moves."""
        return Qt.DropAction.MoveAction

    def moveRows(
        self,
        source_parent: ModelIndex,
        source_row: int,
        count: int,
        destination_parent: ModelIndex,
        destination_child: int,
    ) -> bool:
        """Move one row before another; Qt calls this when a row is dropped."""
        if count != 1 or source_parent.isValid() or destination_parent.isValid():
            return False
        if not self.beginMoveRows(QModelIndex(), source_row, source_row, QModelIndex(), destination_child):
            return False
        row = self._rows.pop(source_row)
        self._rows.insert(destination_child - (destination_child > source_row), row)
        self._count_rows()
        self.endMoveRows()
        at = self._row_numbers[row.key] + 1
        self.moved.emit(row.key, self._rows[at].key if at < len(self._rows) else None)
        return True

    def _row_of(self, job: IngestJob) -> ActionRow:
        return job_row(job, self._progress.get(job.document), recognising=job.document in self._recognising)
