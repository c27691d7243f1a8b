"""Two documents compared: in everything, or in what is asked."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from core.answering.comparison import Comparison
from core.types import AnswerSentence, Passage
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space
from desktop.wholedoc.body_stack import BodyStack
from desktop.wholedoc.comparison_model import ComparisonModel
from desktop.wholedoc.comparison_table import ComparisonTable
from desktop.wholedoc.run_sheet import RunSheet, RunState
from desktop.wholedoc.wording import comparison_line, topics_line

_SIZE = QSize(960, 700)


class ComparisonSheet(RunSheet):
    """Shows one comparison; it works nothing out itself.

    Signals:
        question_submitted: what to compare the documents in; empty for everything.
        citation_opened: a Passage, and the Citations of it that are to be seen: list.
    """

    question_submitted = Signal(str)
    citation_opened = Signal(object, list)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, self.tr("Comparison"), _SIZE)
        self.setObjectName("comparisonSheet")
        self._passages: tuple[Passage, ...] = ()
        self.model = ComparisonModel(self)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Compare them in one matter: a question, or nothing for everything"))
        self.field.setAccessibleName(self.tr("What to compare them in"))
        self.field.returnPressed.connect(self._on_question_entered)
        self._compare = self.button(self.tr("Compare"))
        self._compare.clicked.connect(self._on_question_entered)
        row = QHBoxLayout()
        row.setSpacing(Space.UNIT)
        row.addWidget(self.field, 1)
        row.addWidget(self._compare)
        self.add(row)
        self.table = ComparisonTable(theme, self.model, self)
        self.table.sentence_opened.connect(self._on_sentence_opened)
        self.body = BodyStack(theme, self.table, self)
        self.add_body(self.body)

    def begin_comparison(self, line: str) -> None:
        """Another comparison begins."""
        self.model.clear()
        self.table.clearSpans()
        self.body.show_view()
        self.begin(line)

    def show_comparison(self, comparison: Comparison) -> None:
        """Show a comparison as far as it has come."""
        self._passages = comparison.passages
        self.model.set_comparison(comparison)
        if not comparison.is_finished:
            self.show_progress(comparison.progress, topics_line(comparison.progress))
            return
        if not self.model.rowCount() and comparison.error is None:
            self.body.show_words(self._nothing(comparison))
        if comparison.error is not None:
            self.end(RunState.FAILED, comparison_line(comparison), comparison.error)
        else:
            self.end(RunState.DONE, comparison_line(comparison))

    def show_stopped(self, comparison: Comparison | None) -> None:
        """It was stopped; what is there stays."""
        line = comparison_line(comparison) if comparison is not None and comparison.topics else ""
        self.end(RunState.STOPPED, line, self.tr("Stopped. What was compared stays here."))

    def _nothing(self, comparison: Comparison) -> str:
        if comparison.question:
            return self.tr("Neither of them seems to answer this.")
        if comparison.same:
            return self.tr("Nothing was found in which they differ.")
        return self.tr("There is not enough text in these documents to compare.")

    @Slot()
    def _on_question_entered(self) -> None:
        self.question_submitted.emit(self.field.text().strip())

    @Slot(object)
    def _on_sentence_opened(self, sentence: AnswerSentence) -> None:
        if sentence.citations:
            number = sentence.citations[0].number
            citations = [citation for citation in sentence.citations if citation.number == number]
            self.citation_opened.emit(self._passages[number - 1], citations)
