"""Reads what the health of a document and the library's report show, on threads, again as things change."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import UnknownDocument
from core.index.library import Library
from core.report import LibraryReport, summarise, write_csv
from core.types import Document, PageProblem
from desktop.action_rows.model import ActionRow
from desktop.dialogs import choose_target
from desktop.health.health_dialog import HealthDialog
from desktop.health.report_dialog import ReportDialog
from desktop.health.report_rows import report_rows
from desktop.tasks import Tasks


class HealthController(QObject):
    """Fills the dialogs while they are open.

    Signals:
        noticed: a sentence for the person.
    """

    noticed = Signal(str)

    def __init__(self, health: HealthDialog, report: ReportDialog, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._health = health
        self._report = report
        self._tasks = tasks
        self._library: Library | None = None
        self._reading = False
        self._read_again = False
        self._asked_for: str | None = None  # whose health is to be shown; answers come in any order
        report.export_requested.connect(self._on_export_requested)

    def attach(self, library: Library) -> None:
        """Begin to work with an open library."""
        self._library = library

    def show_health(self, document: str) -> None:
        """Open the health of a document."""
        if self._library is not None:
            self._asked_for = document
            self._tasks.start(self._show_health(self._library, document))

    @Slot()
    def show_report(self) -> None:
        """Open the library's report."""
        if self._library is not None:
            self._tasks.start(self._show_report(self._library, present=True))

    @Slot()
    def refresh(self) -> None:
        """Read again what is open; requests while that goes on are answered by one more reading."""
        if self._library is None or not (self._health.isVisible() or self._report.isVisible()):
            return
        if self._reading:
            self._read_again = True
            return
        self._reading = True
        self._tasks.start(self._refresh(self._library))

    # ── work ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _refresh(self, library: Library) -> None:
        try:
            if self._report.isVisible():
                await self._show_report(library, present=False)
            document = self._health.document
            if document is not None and self._health.isVisible():
                await self._refresh_health(library, document)
        finally:
            self._reading = False
        if self._read_again:
            self._read_again = False
            self.refresh()

    async def _show_health(self, library: Library, document: str) -> None:
        found = await asyncio.to_thread(_read_health, library, document)
        if found is not None and document == self._asked_for:
            self._health.show_document(*found)
            self._health.present()

    async def _refresh_health(self, library: Library, document: str) -> None:
        found = await asyncio.to_thread(_read_health, library, document)
        if document != self._health.document:
            return  # another one is shown by now
        if found is None:
            self._health.close()
        else:
            self._health.show_document(*found)

    async def _show_report(self, library: Library, *, present: bool) -> None:
        def read() -> tuple[LibraryReport, list[ActionRow]]:
            documents = library.documents()
            return summarise(documents), report_rows(documents)

        report, rows = await asyncio.to_thread(read)
        self._report.show_report(report, rows)
        if present:
            self._report.present()

    async def _export(self, library: Library) -> None:
        name = self.tr("Paperlamp library report") + ".csv"
        target = await choose_target(self._report, self.tr("Export the report"), name, self.tr("CSV files (*.csv)"))
        if target is not None:
            await self._write(library, Path(target))

    async def _write(self, library: Library, target: Path) -> None:
        try:
            await asyncio.to_thread(_write_csv, library, target)
        except OSError as error:
            reason = error.strerror or str(error)
            self.noticed.emit(self.tr("The report could not be written: {reason}.").format(reason=reason))
        else:
            self.noticed.emit(self.tr("The report was written to {name}.").format(name=target.name))

    @Slot()
    def _on_export_requested(self) -> None:
        if self._library is not None:
            self._tasks.start(self._export(self._library))


def _read_health(library: Library, document: str) -> tuple[Document, list[PageProblem]] | None:
    """A document and its problems; None where it has gone."""
    try:
        return library.document(document), library.problems(document)
    except UnknownDocument:
        return None


def _write_csv(library: Library, target: Path) -> None:
    # With the mark of UTF-8, without which spreadsheets take it for something else.
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        write_csv(library.documents(), file)
