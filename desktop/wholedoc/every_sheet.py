"""One question to every document: the field, the table that fills, and the way to take it along as CSV."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from core.answering.every_document import RowFound, RowVerdict
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space
from desktop.wholedoc.body_stack import BodyStack
from desktop.wholedoc.rows_model import DocumentRowsModel
from desktop.wholedoc.rows_table import RowsTable
from desktop.wholedoc.run_sheet import RunSheet, RunState
from desktop.wholedoc.wording import documents_line, outcome_line

_SIZE = QSize(900, 660)
_ANSWERING = (RowVerdict.SUPPORTED, RowVerdict.PARTLY, RowVerdict.UNSUPPORTED)


class EverySheet(RunSheet):
    """Asks for a question and shows what each document answers; it works nothing out itself.

    Signals:
        question_submitted: a question for each document.
        row_opened: a `DocumentRow` whose page is wanted.
        export_requested: the table is wanted as a file.
    """

    question_submitted = Signal(str)
    row_opened = Signal(object)
    export_requested = Signal()

    def __init__(self, theme: Theme, model: DocumentRowsModel, parent: QWidget) -> None:
        super().__init__(theme, parent, self.tr("Ask every document"), _SIZE)
        self.setObjectName("everySheet")
        self._model = model
        self._scope = ""
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("One question for each document"))
        self.field.setAccessibleName(self.tr("Question for each document"))
        self.field.returnPressed.connect(self._on_question_entered)
        self.field.textChanged.connect(self._on_text_changed)
        self._ask = self.button(self.tr("Ask"))
        self._ask.setProperty("kind", "primary")
        self._ask.clicked.connect(self._on_question_entered)
        self._ask.setEnabled(False)
        row = QHBoxLayout()
        row.setSpacing(Space.UNIT)
        row.addWidget(self.field, 1)
        row.addWidget(self._ask)
        self.add(row)
        self.table = RowsTable(theme, model, self)
        self.table.row_opened.connect(self.row_opened)
        self.body = BodyStack(theme, self.table, self)
        self.add_body(self.body)
        self._export = self.button(self.tr("Export as CSV…"))
        self._export.clicked.connect(self._on_export_clicked)
        self.foot.insertWidget(0, self._export)
        model.rowsInserted.connect(self._on_rows_changed)
        model.modelReset.connect(self._on_rows_changed)
        self._on_rows_changed()

    def present_for(self, scope: str) -> None:
        """Show it, ready for a question.

        Args:
            scope: which documents are asked, in words.
        """
        if self.state is not RunState.RUNNING:
            self._scope = scope
            if not self._model.rowCount():
                self.set_line(scope)
            self._on_rows_changed()
        self.present()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def show_row(self, found: RowFound) -> None:
        """A document was asked; its row is in the model."""
        self.show_progress(found.progress, documents_line(found.progress))

    def show_done(self) -> None:
        """All documents were asked."""
        rows = self._model.rows
        found = sum(row.verdict in _ANSWERING for row in rows)
        self.end(RunState.DONE, outcome_line(len(rows), found) if rows else "")
        if not rows:
            self.body.show_words(self.tr("There are no documents to ask here."))

    def show_stopped(self) -> None:
        """It was stopped; the rows stay."""
        self.end(RunState.STOPPED, self._outcome(), self.tr("Stopped. The rows so far stay."))

    def show_failed(self, sentence: str) -> None:
        """It broke off; the rows stay."""
        self.end(RunState.FAILED, self._outcome(), sentence)

    def _outcome(self) -> str:
        rows = self._model.rows
        return outcome_line(len(rows), sum(row.verdict in _ANSWERING for row in rows)) if rows else self._scope

    @Slot()
    def _on_rows_changed(self) -> None:
        has_rows = self._model.rowCount() > 0
        self._export.setEnabled(has_rows)
        if has_rows:
            self.body.show_view()
        elif self.state is RunState.RUNNING:
            self.body.show_words(self.tr("Asking the first document…"))
        else:
            self.body.show_words(self.tr("Each document gets a row: what it answers, and the page."))

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._ask.setEnabled(bool(text.strip()))

    @Slot()
    def _on_question_entered(self) -> None:
        if question := self.field.text().strip():
            self.question_submitted.emit(question)

    @Slot()
    def _on_export_clicked(self) -> None:
        self.export_requested.emit()
