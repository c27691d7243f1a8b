"""The summary of a document as it grows, section by section."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from core.answering.summary import Summary
from desktop.theme.theme import Theme
from desktop.wholedoc.body_stack import BodyStack
from desktop.wholedoc.cited_text_view import CitedTextView
from desktop.wholedoc.run_sheet import RunSheet, RunState
from desktop.wholedoc.summary_text import summary_text
from desktop.wholedoc.wording import sections_line

_SIZE = QSize(720, 680)


class SummarySheet(RunSheet):
    """Shows one summary; it works nothing out itself.

    Signals:
        citation_opened: a Passage, and the Citations of it that are to be seen: list.
    """

    citation_opened = Signal(object, list)

    def __init__(self, theme: Theme, parent: QWidget, title: str) -> None:
        super().__init__(theme, parent, self.tr("Summary of “{title}”").format(title=title), _SIZE)
        self.offer_again(self.tr("Summarise again"))
        self.setObjectName("summarySheet")
        self.view = CitedTextView(theme, self)
        self.view.text.setAccessibleName(self.tr("Summary"))
        self.view.citation_opened.connect(self.citation_opened)
        self.body = BodyStack(theme, self.view, self)
        self._copy = self.button(self.tr("Copy"))
        self._copy.clicked.connect(self._on_copy_clicked)
        self._copy.setEnabled(False)
        self.add_body(self.body)
        self.foot.insertWidget(0, self._copy)

    def show_summary(self, summary: Summary) -> None:
        """Show a summary as far as it has come."""
        text = summary_text(summary)
        self.view.show_text(text.markdown, text.sentences, summary.passages)
        self._copy.setEnabled(bool(text.sentences))
        if summary.is_finished and not text.sentences and summary.error is None:
            self.body.show_words(self.tr("There is no text in this document that could be summarised."))
        else:
            self.body.show_view()
        if not summary.is_finished:
            self.show_progress(summary.progress, sections_line(summary.progress))
        elif summary.error is not None:
            self.end(RunState.FAILED, sections_line(summary.progress), summary.error)
        else:
            self.end(RunState.DONE, self._made_line(summary))

    def show_stopped(self, summary: Summary | None) -> None:
        """It was stopped; what is there stays."""
        line = sections_line(summary.progress) if summary is not None and summary.progress.total else ""
        self.end(RunState.STOPPED, line, self.tr("Stopped. What is finished stays here."))

    def _made_line(self, summary: Summary) -> str:
        if not summary.sections:
            return ""
        if all(section.quoted for section in summary.sections):
            return self.tr("In the document’s own sentences. Every number opens the page.")
        return self.tr("Every sentence was checked against the page that its number opens.")

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.view.text.readable_text(marks=True))
