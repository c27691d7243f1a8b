"""Stands between the sheets of whole-document work and core: begins, follows, stops, remembers, exports."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.answering.answerer import Answerer
from core.answering.comparison import Comparer, Comparison
from core.answering.every_document import DocumentRow, ask_each
from core.answering.every_document_csv import ENCODING, write_rows
from core.answering.outline import outline_of
from core.answering.summary import Summariser, Summary
from core.embedding.embedder import Embedder
from core.errors import PaperlampError
from core.index.library import Library
from core.llm.chat_model import ChatModel
from core.types import Citation, Passage, Scope
from desktop.chat.cited_places import places_of, whole_passage
from desktop.chat.model_source import ModelSource
from desktop.dialogs import choose_target
from desktop.document_action import DocumentAction
from desktop.library.document_model import DocumentModel
from desktop.sheet import Sheet
from desktop.tasks import Tasks
from desktop.theme.theme import Theme
from desktop.wholedoc.comparison_sheet import ComparisonSheet
from desktop.wholedoc.every_sheet import EverySheet
from desktop.wholedoc.outline_sheet import OutlineSheet
from desktop.wholedoc.rows_model import DocumentRowsModel
from desktop.wholedoc.run_sheet import RunSheet, RunState
from desktop.wholedoc.summary_sheet import SummarySheet
from desktop.wording import format_count, title_of

logger = logging.getLogger(__name__)

_REMEMBERED = 16  # finished summaries: a model takes minutes for one


@dataclass(frozen=True, slots=True)
class _Attached:
    """An open library, and what works on its documents."""

    library: Library
    answerer: Answerer
    summariser: Summariser
    comparer: Comparer


class WholedocController(QObject):
    """Does what is asked of whole documents, each in a sheet of its own.

    Args:
        theme: of the sheets.
        window: that they stand beside.
        documents: the library's, by id.
        tasks: of the window.
        models: where chat models come from.
        model_id: tells which one the person has chosen.

    Signals:
        citation_opened: a Passage, the Places to highlight, and whether these are to be numbered.
        page_opened: a document's id and the index of a page.
        noticed: something to tell in a sentence.
    """

    citation_opened = Signal(object, list, bool)
    page_opened = Signal(str, int)
    noticed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        window: QWidget,
        documents: DocumentModel,
        tasks: Tasks,
        models: ModelSource,
        model_id: Callable[[], str | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._window = window
        self._documents = documents
        self._tasks = tasks
        self._source = models
        self._model_id = model_id
        self._attached: _Attached | None = None
        self._open: set[Sheet] = set()
        self._running: dict[RunSheet, asyncio.Task[None]] = {}
        self._summaries: dict[tuple[str, str], Summary] = {}
        self._scope = Scope()
        self._rows = DocumentRowsModel(self)
        self.every_sheet = EverySheet(theme, self._rows, window)
        self.every_sheet.question_submitted.connect(self._on_question_submitted)
        self.every_sheet.again_requested.connect(self._on_every_again_requested)
        self.every_sheet.stop_requested.connect(partial(self._stop, self.every_sheet))
        self.every_sheet.row_opened.connect(self._on_row_opened)
        self.every_sheet.export_requested.connect(self._on_export_requested)

    def attach(self, library: Library, embedder: Embedder, answerer: Answerer) -> None:
        """Begin to work with an open library."""
        summariser = Summariser(library, embedder)
        self._attached = _Attached(library, answerer, summariser, Comparer(library, embedder, answerer))

    async def close(self) -> None:
        """Stop everything; before the library is closed."""
        self._attached = None
        for sheet in (self.every_sheet, *self._open):
            sheet.close()
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # ── what is asked for ────────────────────────────────────────────────────────────────────────────────────────

    @Slot(object, list)
    def perform(self, action: DocumentAction, documents: list[str]) -> None:
        """Do what is asked of whole documents; actions of other kinds are others' business."""
        if self._attached is None:
            return
        match action:
            case DocumentAction.SUMMARISE:
                self.summarise(documents[0])
            case DocumentAction.OUTLINE:
                self._tasks.start(self._show_outline(self._attached.library, documents[0]))
            case DocumentAction.COMPARE:
                self.compare(documents[0], documents[1])
            case DocumentAction.ASK_EACH:
                count = len(documents)
                self.ask_every(
                    Scope(documents=tuple(documents)), self.tr("Asking {n} documents").format(n=format_count(count))
                )

    def summarise(self, document: str) -> SummarySheet | None:
        """Open the summary of a document: one that was finished before at once, else as it grows."""
        if self._attached is None:
            return None
        known_document = self._documents.document(document)
        sheet = SummarySheet(self._theme, self._window, title_of(known_document) if known_document else "")
        sheet.citation_opened.connect(self._on_citation_opened)
        sheet.again_requested.connect(partial(self._summarise, sheet, document))
        sheet.stop_requested.connect(partial(self._stop, sheet))
        self._present(sheet)
        known = self._summaries.get((document, self._model_id() or ""))
        if known is not None:
            sheet.show_summary(known)
        else:
            self._summarise(sheet, document)
        return sheet

    def compare(self, left: str, right: str) -> ComparisonSheet:
        """Open the comparison of two documents."""
        sheet = ComparisonSheet(self._theme, self._window)
        sheet.citation_opened.connect(self._on_citation_opened)
        sheet.question_submitted.connect(partial(self._compare, sheet, left, right))
        sheet.again_requested.connect(lambda: self._compare(sheet, left, right, sheet.field.text().strip()))
        sheet.stop_requested.connect(partial(self._stop, sheet))
        self._present(sheet)
        self._compare(sheet, left, right, "")
        return sheet

    def ask_every(self, scope: Scope, name: str) -> None:
        """Open the sheet that asks each document of a scope.

        Args:
            scope: which documents.
            name: of the scope, in words.
        """
        if self.every_sheet not in self._running:
            self._scope = scope
        self.every_sheet.present_for(name)

    # ── the work ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _show_outline(self, library: Library, document: str) -> None:
        outline = await asyncio.to_thread(outline_of, library, document)
        sheet = OutlineSheet(self._theme, self._window, document, outline.title)
        sheet.page_opened.connect(self.page_opened)
        sheet.show_outline(outline)
        self._present(sheet)

    def _summarise(self, sheet: SummarySheet, document: str) -> None:
        last: list[Summary] = []

        async def work(attached: _Attached, model: ChatModel) -> None:
            async with aclosing(attached.summariser.summarise(document, model)) as growing:
                async for summary in growing:
                    last[:] = [summary]
                    sheet.show_summary(summary)
            if last and last[0].is_finished and last[0].error is None:
                self._remember((document, self._model_id() or ""), last[0])

        sheet.begin(self.tr("Reading the document…"))
        self._start(sheet, work, lambda: sheet.show_stopped(last[0] if last else None))

    def _compare(self, sheet: ComparisonSheet, left: str, right: str, question: str) -> None:
        last: list[Comparison] = []

        async def work(attached: _Attached, model: ChatModel) -> None:
            async with aclosing(attached.comparer.compare(left, right, model, question)) as growing:
                async for comparison in growing:
                    last[:] = [comparison]
                    sheet.show_comparison(comparison)

        sheet.begin_comparison(self.tr("Comparing the documents…"))
        self._start(sheet, work, lambda: sheet.show_stopped(last[0] if last else None))

    def _ask(self, question: str) -> None:
        sheet, scope = self.every_sheet, self._scope

        async def work(attached: _Attached, model: ChatModel) -> None:
            self._rows.clear()
            asking = ask_each(question, scope, model, attached.answerer, attached.library)
            async with aclosing(asking) as rows:
                async for found in rows:
                    self._rows.append(found.row)
                    sheet.show_row(found)
            sheet.show_done()

        sheet.begin(self.tr("Asking the documents…"))
        self._start(sheet, work, sheet.show_stopped)

    def _start(
        self, sheet: RunSheet, work: Callable[[_Attached, ChatModel], Awaitable[None]], on_stopped: Callable[[], None]
    ) -> None:
        """Work for a sheet, in place of what was being worked out for it."""
        before = self._running.get(sheet)
        task = self._tasks.start(self._run(sheet, work, on_stopped, before))
        self._running[sheet] = task

    async def _run(
        self,
        sheet: RunSheet,
        work: Callable[[_Attached, ChatModel], Awaitable[None]],
        on_stopped: Callable[[], None],
        before: asyncio.Task[None] | None,
    ) -> None:
        try:
            if before is not None:
                before.cancel()
                await asyncio.gather(before, return_exceptions=True)
            if self._attached is None:
                raise asyncio.CancelledError
            model = await self._source.choose(self._model_id())
            try:
                await work(self._attached, model)
            finally:
                await model.close()
        except asyncio.CancelledError:
            if self._running.get(sheet) is asyncio.current_task():
                on_stopped()
        except PaperlampError as error:
            sheet.end(RunState.FAILED, "", str(error))
        except Exception:  # the boundary of a piece of work: it ends with a sentence, and can be tried again
            logger.exception("work on whole documents failed")
            sheet.end(RunState.FAILED, "", self.tr("Something went wrong. Try again."))
        finally:
            if self._running.get(sheet) is asyncio.current_task():
                del self._running[sheet]
                if sheet is not self.every_sheet and not sheet.isVisible():
                    sheet.deleteLater()

    def _stop(self, sheet: RunSheet) -> None:
        if (task := self._running.get(sheet)) is not None:
            task.cancel()

    def _present(self, sheet: Sheet) -> None:
        """Show a sheet that goes when it is closed and nothing is being worked out for it any more."""
        self._open.add(sheet)
        sheet.finished.connect(partial(self._drop, sheet))
        sheet.present()

    def _drop(self, sheet: Sheet, _result: int) -> None:
        self._open.discard(sheet)
        if sheet not in self._running:
            sheet.deleteLater()

    def _remember(self, key: tuple[str, str], summary: Summary) -> None:
        self._summaries.pop(key, None)
        self._summaries[key] = summary
        while len(self._summaries) > _REMEMBERED:
            del self._summaries[next(iter(self._summaries))]

    # ── what the sheets tell ─────────────────────────────────────────────────────────────────────────────────────

    @Slot(list)
    def forget(self, documents: list[str]) -> None:
        """Documents were removed: nothing of them is remembered."""
        self._summaries = {key: kept for key, kept in self._summaries.items() if key[0] not in documents}

    @Slot(str)
    def _on_question_submitted(self, question: str) -> None:
        self._ask(question)

    @Slot()
    def _on_every_again_requested(self) -> None:
        if question := self.every_sheet.field.text().strip():
            self._ask(question)

    @Slot(object, list)
    def _on_citation_opened(self, passage: Passage, citations: list[Citation]) -> None:
        """Show the words cited of a passage; where none are, all of it."""
        places = places_of(citations)
        self.citation_opened.emit(passage, places or whole_passage(passage), bool(places))

    @Slot(object)
    def _on_row_opened(self, row: DocumentRow) -> None:
        if row.answer is not None and row.citations:
            number = row.citations[0].number
            cited = [citation for citation in row.citations if citation.number == number]
            self._on_citation_opened(row.answer.passages[number - 1], cited)
        elif row.nearest is not None:
            self._on_citation_opened(row.nearest, [])
        else:
            self.page_opened.emit(row.document.id, 0)

    @Slot()
    def _on_export_requested(self) -> None:
        self._tasks.start(self._export())

    async def _export(self) -> None:
        name = f"{self.tr('answers')}.csv"
        title, kind = self.tr("Export the table"), self.tr("CSV files (*.csv)")
        if not (target := await choose_target(self.every_sheet, title, name, kind)):
            return
        try:
            await asyncio.to_thread(_write, Path(target), self._rows.rows)
        except OSError as error:
            reason = error.strerror or self.tr("the system refused")
            self.noticed.emit(self.tr("The table could not be written: {reason}.").format(reason=reason))
            return
        self.noticed.emit(self.tr("The table is in {file}.").format(file=Path(target).name))


def _write(target: Path, rows: tuple[DocumentRow, ...]) -> None:
    with target.open("w", encoding=ENCODING, newline="") as file:
        write_rows(rows, file)
