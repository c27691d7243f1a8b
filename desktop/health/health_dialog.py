"""One document's health: how its pages were read, where its file lies, and what helps where something is amiss."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from core.types import Document, DocumentState, PageProblem, PageSource
from desktop.action_rows.model import ActionRowModel
from desktop.action_rows.view import ActionListView
from desktop.document_action import DocumentAction
from desktop.elided_label import ElidedLabel
from desktop.health.health_bar import HealthBar
from desktop.health.health_rows import WHOLE, ProblemRun, health_rows, runs
from desktop.sheet import Sheet
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.wording import count_places, recognition_line, title_of

_SIZE = QSize(640, 560)
_PLACES_SHOWN = 3
_OF_FAILED_PAGES = (DocumentAction.RETRY, DocumentAction.RECOGNISE, DocumentAction.SKIP)


class HealthDialog(Sheet):
    """Shows what is known about one document; it says what is wanted and does nothing itself.

    Attributes:
        document: the id of the one shown, or None.

    Signals:
        action_requested: of the whole document: a `DocumentAction`, list[str] with its id.
        pages_action_requested: of some pages: a `DocumentAction`, the document's id, list[int] of page indices.
    """

    action_requested = Signal(object, list)
    pages_action_requested = Signal(object, str, list)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, self.tr("Details"), _SIZE)
        self._shown: Document | None = None
        self._runs: dict[str, ProblemRun] = {}
        self._facts_shown: list[tuple[str, list[str]]] = []
        self._bar = HealthBar(theme, self)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(Space.WIDE)
        self._facts.setVerticalSpacing(Space.HALF)
        self._facts.setColumnStretch(1, 1)
        self._model = ActionRowModel(self)
        self._list = ActionListView(theme, self._model, self, wraps=True)
        self._list.setAccessibleName(self.tr("What could not be read"))
        self._list.action_triggered.connect(self._on_action_triggered)
        self.add(self._bar)
        self.add(self._facts)
        self.add_list(self._list)

    @property
    def document(self) -> str | None:
        """The id of the document shown."""
        return self._shown.id if self._shown else None

    def show_document(self, document: Document, problems: Sequence[PageProblem]) -> None:
        """Show a document, its state, and the pages that gave no text or are in doubt."""
        self._shown = document
        found = runs(problems)
        self._runs = {run.key: run for run in found}
        self.set_heading(title_of(document))
        self.set_line(count_places(document.kind, document.page_count) if document.page_count else "")
        self._bar.setVisible(document.page_count > 0)
        self._bar.set_health(document.health, document.page_count)
        self._show_facts(document)
        self._model.set_rows(health_rows(document, found))
        done = document.page_count and document.health.pages_done >= document.page_count
        self._list.hint = self.tr("Every page was read.") if done else self.tr("It is not read yet.")

    def _show_facts(self, document: Document) -> None:
        places = list(document.paths[:_PLACES_SHOWN])
        if len(document.paths) > _PLACES_SHOWN:
            more = len(document.paths) - _PLACES_SHOWN
            places.append(self.tr("and {count} more places").format(count=more))
        facts = [
            (self.tr("File"), places),
            (self.tr("Attachments"), [", ".join(document.attachments)] if document.attachments else []),
            (self.tr("Recognition"), [recognition_line(document)] if document.confidence is not None else []),
            (self.tr("Collections"), [", ".join(document.collections)] if document.collections else []),
        ]
        if facts == self._facts_shown:
            return
        self._facts_shown = facts
        while (item := self._facts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for name, values in facts:
            self._add_fact(name, values)

    def _add_fact(self, name: str, values: Sequence[str]) -> None:
        for number, value in enumerate(values):
            row = self._facts.rowCount()
            if number == 0:
                label = self.label(TextStyle.META, "ink_second")
                label.setText(name)
                self._facts.addWidget(label, row, 0)
            text = ElidedLabel(value, self)
            text.mode = Qt.TextElideMode.ElideMiddle
            text.setFont(self._theme.font(TextStyle.META))
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(text, row, 1)

    @Slot(str, object)
    def _on_action_triggered(self, key: str, action: DocumentAction) -> None:
        if self._shown is None:
            return
        document = self._shown.id
        run = self._runs.get(key)
        pages = list(run.pages) if run else []
        if key == WHOLE and action in _OF_FAILED_PAGES and self._shown.state is DocumentState.READY:
            pages = self._pages_at_fault()
        if pages:
            self.pages_action_requested.emit(action, document, pages)
        else:
            self.action_requested.emit(action, [document])

    def _pages_at_fault(self) -> list[int]:
        """All pages that failed, or where none did, all that gave no text."""
        failed = [page for run in self._runs.values() if run.source is PageSource.FAILED for page in run.pages]
        return failed or [page for run in self._runs.values() for page in run.pages]
