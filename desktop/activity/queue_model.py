"""The queue as a list model: jobs in their order, kept up to date by progress, and reordered by dragging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from core.types import DocumentState, IngestJob, IngestProgress
from desktop.action_rows.model import ActionRow, ActionRowModel
from desktop.activity.queue_rows import job_row
from desktop.keyed_list_model import ModelIndex
from desktop.library.document_model import is_recognising

_ENDS = (DocumentState.READY, DocumentState.FAILED, DocumentState.NEEDS_PASSWORD)


@dataclass(frozen=True, slots=True)
class QueueSnapshot:
    """The queue at one moment: its jobs, their rows, and what was told of them."""

    jobs: Mapping[str, IngestJob]
    shown: Mapping[str, ActionRow]
    progress: Mapping[str, IngestProgress]
    recognising: frozenset[str]

    def rows(self, jobs: Sequence[IngestJob]) -> list[ActionRow]:
        """Rows for jobs as they are now; those that are as they were keep the row they have."""
        return [self._row(job) for job in jobs]

    def _row(self, job: IngestJob) -> ActionRow:
        key = job.document
        shown = self.shown.get(key)
        if shown is not None and job == self.jobs.get(key):
            return shown
        return job_row(job, self.progress.get(key), recognising=key in self.recognising)


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

    def knows(self, document: str) -> bool:
        """True where a document's job is in the queue, as last read."""
        return document in self._jobs

    def snapshot(self) -> QueueSnapshot:
        """What rows are made of, for making them on another thread."""
        rows = dict(zip(self.keys, self._rows, strict=True))
        return QueueSnapshot(dict(self._jobs), rows, dict(self._progress), frozenset(self._recognising))

    def set_jobs(
        self, jobs: Sequence[IngestJob], made: tuple[QueueSnapshot, Sequence[ActionRow]] | None = None
    ) -> None:
        """Show these jobs; what was told about them since stays.

        Args:
            jobs: in their order.
            made: their rows, where these were made from a snapshot on another thread.
        """
        snapshot, rows = made or (self.snapshot(), None)
        self._jobs = {job.document: job for job in jobs}
        self._progress = {key: told for key, told in self._progress.items() if key in self._jobs}
        self._recognising &= self._jobs.keys()
        self.set_rows(snapshot.rows(jobs) if rows is None else rows)
        for document, told in self._progress.items():
            if snapshot.progress.get(document) is not told:  # news came while the rows were made
                self.update_row(self._row_of(self._jobs[document]))

    def update_progress(self, progress: Sequence[IngestProgress]) -> None:
        """Take over the latest word on some documents; what has come to its end leaves the queue."""
        for told in progress:
            document = told.document
            if told.state in _ENDS:
                self._drop(document)
                continue
            before = document in self._recognising
            recognising = is_recognising(self._progress.get(document), told, before=before)
            (self._recognising.add if recognising else self._recognising.discard)(document)
            self._progress[document] = told
            job = self._jobs.get(document)
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

    def _drop(self, document: str) -> None:
        self._jobs.pop(document, None)
        self._progress.pop(document, None)
        self._recognising.discard(document)
        number = self._row_number(document)
        if number is not None:
            self._remove_row(number)

    def _row_of(self, job: IngestJob) -> ActionRow:
        return job_row(job, self._progress.get(job.document), recognising=job.document in self._recognising)
