"""The whole library's health: what is ready, what wants something, and the way to take it all along as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.report import LibraryReport
from desktop.action_rows.model import ActionRow, ActionRowModel
from desktop.action_rows.view import ActionListView
from desktop.document_action import DocumentAction
from desktop.health.health_bar import HealthBar
from desktop.health.report_rows import report_line
from desktop.sheet import Sheet
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle
from desktop.wording import count_pages

_SIZE = QSize(660, 580)


class ReportDialog(Sheet):
    """Shows the report; it says what is wanted and does nothing itself.

    Signals:
        action_requested: a `DocumentAction`, list[str] of document ids.
        export_requested: the report is wanted as a file.
        list_requested: these documents are wanted in the library's list.
    """

    action_requested = Signal(object, list)
    export_requested = Signal()
    list_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, self.tr("Library report"), _SIZE)
        self._pages = self.label(TextStyle.BODY_MEDIUM, "ink")
        self._bar = HealthBar(theme, self)
        self._model = ActionRowModel(self)
        self._list = ActionListView(theme, self._model, self, wraps=True)
        self._list.setAccessibleName(self.tr("Documents that need attention"))
        self._list.hint = self.tr("Nothing needs attention.")
        self._list.action_triggered.connect(self._on_action_triggered)
        self.add(self._pages)
        self.add(self._bar)
        self.add_list(self._list)
        export = self.button(self.tr("Export as CSV…"))
        export.clicked.connect(self._on_export_clicked)
        self._in_list = self.button(self.tr("Show in the list"))
        self._in_list.setProperty("kind", "quiet")
        self._in_list.clicked.connect(self._on_list_clicked)
        self.foot.insertWidget(0, export)
        self.foot.insertWidget(1, self._in_list)

    def show_report(self, report: LibraryReport, rows: Sequence[ActionRow]) -> None:
        """Show the numbers, and the documents that need attention."""
        self.set_line(report_line(report))
        self._pages.setText(count_pages(report.pages))
        self._bar.set_health(report.health, report.pages)
        self._model.set_rows(rows)
        self._in_list.setVisible(bool(rows))

    @Slot(str, object)
    def _on_action_triggered(self, document: str, action: DocumentAction) -> None:
        self.action_requested.emit(action, [document])

    @Slot()
    def _on_export_clicked(self) -> None:
        self.export_requested.emit()

    @Slot()
    def _on_list_clicked(self) -> None:
        self.close()
        self.list_requested.emit()
