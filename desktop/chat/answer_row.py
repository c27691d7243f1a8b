"""A row of the transcript with an answer: text, checks, evidence and actions, in every state it can be in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from core.answering.answer_markup import layout_answer
from core.types import Answer, AnswerSentence, Passage, Scope
from desktop.chat.answer_footer import AnswerActions, VerdictLine
from desktop.chat.answer_view import AnswerView
from desktop.chat.branch_switch import BranchSwitch
from desktop.chat.error_card import ErrorCard
from desktop.chat.flow import BLEED
from desktop.chat.fold import Fold
from desktop.chat.page_wording import printed_page
from desktop.chat.passage_reading import PassageReading
from desktop.chat.quote_popover import QuotePopover
from desktop.chat.searched_panel import SearchedPanel
from desktop.chat.source_strip import SourceStrip
from desktop.chat.status_line import StatusLine
from desktop.chat.verdict_wording import doubt_blocks
from desktop.chat.wider_row import WiderRow
from desktop.theme.theme import Theme

_Part = StatusLine | VerdictLine | Fold | WiderRow | SourceStrip | AnswerActions | SearchedPanel


class AnswerRow(QWidget):
    """An answer from the first search to the last check.

    Attributes:
        view: the text with its chips.
        strip: the evidence.
        thoughts: what a thinking model said to itself, folded away.
        doubts: the sentences that are not fully supported, with the reasons, folded away.
        replaced: what the model had said, where passages are quoted instead, folded away.
        wider: scopes in which a refused question can be asked again.

    Signals:
        citation_activated: message id, sentence index or -1, passage number from 1.
        passage_activated: message id, index of the passage.
        retry_requested: message id.
        wider_scope_requested: the question and the Scope in which it is to be asked.
        link_activated: a link was chosen (its address); nothing was opened.
        models_requested: message id, and where the models that could answer again are to be offered.
        branch_chosen: the id of another answer to the same question.
        height_changed: the row wants to be arranged again.
    """

    citation_activated = Signal(int, int, int)
    passage_activated = Signal(int, int)
    retry_requested = Signal(int)
    wider_scope_requested = Signal(str, object)
    link_activated = Signal(str)
    models_requested = Signal(int, QPoint)
    branch_chosen = Signal(int)
    height_changed = Signal()

    def __init__(
        self, theme: Theme, popover: QuotePopover, reading: PassageReading, message_id: int, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.message_id = message_id
        self._theme = theme
        self._answer: Answer | None = None
        self._passages: tuple[Passage, ...] = ()
        self._is_last = True
        self.view = AnswerView(theme, popover, message_id, self)
        self._status = StatusLine(theme, self)
        self._error = ErrorCard(theme, self)
        self._verdicts = VerdictLine(theme, self)
        self.thoughts, self.doubts, self.replaced = (Fold(theme, popover, self) for _ in range(3))
        self.replaced.set_title(self.tr("What the model had said"))
        self.wider = WiderRow(theme, self)
        self.strip = SourceStrip(theme, reading, self)
        self._actions = AnswerActions(theme, self)
        self._searched: SearchedPanel | None = None  # few are ever looked at, and a conversation has many
        for widget in (self.view, self._verdicts, self._actions):
            widget.hide()
        self.view.citation_activated.connect(self.citation_activated)
        self.view.link_activated.connect(self.link_activated)
        for fold in (self.thoughts, self.doubts, self.replaced):
            fold.height_changed.connect(self.height_changed)
            fold.link_activated.connect(self.link_activated)
        self.wider.scope_chosen.connect(self._on_scope_chosen)
        self.strip.passage_activated.connect(self._on_passage_activated)
        self.strip.height_changed.connect(self.height_changed)
        self._error.retry_requested.connect(self._on_retry_requested)
        self._actions.retry_requested.connect(self._on_retry_requested)
        self._actions.models_requested.connect(self._on_models_requested)
        self._actions.branch_chosen.connect(self.branch_chosen)
        self._actions.copy_requested.connect(self._on_copy_requested)
        self._actions.searched_toggled.connect(self._on_searched_toggled)

    @property
    def searched(self) -> SearchedPanel:
        """How the evidence was found; made when it is wanted first."""
        if self._searched is None:
            self._searched = SearchedPanel(self._theme, self)
            self._searched.hide()
            self._searched.passage_activated.connect(self._on_passage_activated)
            QWidget.setTabOrder(self._actions.last_stop, self._searched.last_stop)
            if self._answer is not None:
                self._searched.show_answer(self._answer)
        return self._searched

    @property
    def switch(self) -> BranchSwitch:
        """Between the answers to one question."""
        return self._actions.switch

    @property
    def status(self) -> str:
        """What is being done, as shown."""
        return self._status.text

    def set_status(self, text: str) -> None:
        """Say what is being done."""
        self._status.set_text(text)

    def set_thoughts(self, thoughts: str, seconds: float | None, *, thinking: bool) -> None:
        """Fold away what a thinking model says to itself.

        Args:
            thoughts: so far; empty hides the fold.
            seconds: how long it thought, where that is known.
            thinking: it has not begun to answer.
        """
        title = self.tr("Thinking") if thinking else self.tr("Thoughts")
        if seconds is not None and not thinking:
            title = self.tr("Thought for {n} s").format(n=max(1, round(seconds)))
        self.thoughts.set_title(title)
        self.thoughts.set_contents(lambda: layout_answer(thoughts))
        self.thoughts.setVisible(bool(thoughts))

    def set_text(self, text: str, sentences: Sequence[AnswerSentence], passages: Sequence[Passage]) -> None:
        """Show the words so far."""
        calm = self._answer is not None and self._answer.refused
        self.view.show_answer(text, sentences, passages, calm=calm)
        self.view.setVisible(bool(text))

    def set_evidence(
        self, passages: Sequence[Passage], sentences: Sequence[AnswerSentence], question: str = ""
    ) -> None:
        """Show the passages found for a question, the cited ones first once there are any."""
        self._passages = tuple(passages)
        self.strip.set_passages(passages, question)
        quotes: dict[int, str] = {}
        for sentence in sentences:
            for citation in sentence.citations:
                quotes.setdefault(citation.number, citation.quote)
        self.strip.set_quotes(quotes, settled=self._answer is not None)
        # Cards are new or in a new order; Qt puts what is new at the end of the whole window.
        self.strip.chain_focus(self.wider.chain_focus(self.replaced.last_stop))
        self.strip.setVisible(bool(passages))

    def set_answer(self, message_id: int, answer: Answer | None) -> None:
        """Show how the finished answer was checked, and what can be done with it."""
        self.message_id = self.view.message_id = message_id
        self._answer = answer
        self._verdicts.setVisible(answer is not None)
        self._actions.setVisible(answer is not None)
        self._error.set_sentence(answer.error or "" if answer else "")
        refused_in = answer.searched.scope if answer and answer.refused and answer.searched else None
        self.wider.show_offers(refused_in)
        if answer is None:
            return
        self._verdicts.show_answer(answer)
        doubts = () if answer.refused or answer.error else doubt_blocks(answer.sentences)
        one = len(doubts) == 1
        why = self.tr("Why 1 sentence is in doubt") if one else self.tr("Why {n} sentences are in doubt")
        self.doubts.set_title(why.format(n=len(doubts)))
        self.doubts.set_contents(lambda: doubts)
        self.doubts.setVisible(bool(doubts))
        self.replaced.set_contents(lambda: layout_answer(answer.replaced))
        self.replaced.setVisible(bool(answer.replaced))
        if self._searched is not None:
            self._searched.show_answer(answer)
        self._actions.set_copy_visible(bool(answer.text))
        self._show_retry()
        label = ""
        if answer.refused:
            label = self.tr("The nearest passages")
        elif answer.error and answer.passages:
            label = self.tr("What was found")
        self.strip.set_label(label)

    def set_branches(self, branches: Sequence[int]) -> None:
        """Offer the other answers to the same question."""
        self._actions.switch.set_branches(branches, self.message_id)

    def set_last(self, is_last: bool) -> None:
        """Only the last answer can be made again."""
        self._is_last = is_last
        self._show_retry()

    def set_active_citation(self, number: int | None, sentence: int = -1) -> None:
        """Mark what the viewer shows."""
        self.view.set_active_citation(number, sentence)
        self.strip.set_active(number)

    def chain_focus(self, previous: QWidget) -> QWidget:
        """Let Tab reach this row's parts after `previous`, from top to bottom; returns the last stop."""
        above = (self.thoughts.button, self.view, self._error.retry, self.doubts.button, self.replaced.button)
        for stop in above:
            QWidget.setTabOrder(previous, stop)
            previous = stop
        actions = self._actions.chain_focus(self.strip.chain_focus(self.wider.chain_focus(previous)))
        if self._searched is not None:
            QWidget.setTabOrder(actions, self._searched.last_stop)
        return self.last_stop

    @property
    def last_stop(self) -> QWidget:
        """The last part that Tab reaches."""
        return self._actions.last_stop if self._searched is None else self._searched.last_stop

    def arrange(self, width: int) -> int:
        """Lay the parts out from top to bottom; returns the row's height."""
        top = self._arrange_part(self.thoughts, 0, width, 12 if self.thoughts.is_open else 8)
        inner = width - 2 * BLEED
        if not self.view.isHidden():
            height = self.view.height_for(inner)
            self.view.setGeometry(BLEED, top, inner, height)
            top += height + 12
        if not self._error.isHidden():
            height = max(self._error.heightForWidth(inner), self._error.minimumSizeHint().height())
            self._error.setGeometry(QRect(BLEED, top, inner, height))
            top += height + 12
        for part, gap in (
            (self._status, 10),
            (self._verdicts, 4 if self._has_folds else 12),
            (self.doubts, 4 if not self.replaced.isHidden() else 12),
            (self.replaced, 12),
            (self.wider, 16),
            (self.strip, 0),
            (self._actions, 0),
            (self._searched, 0),
        ):
            if part is not None:
                top = self._arrange_part(part, top, width, gap)
        return top

    @property
    def _has_folds(self) -> bool:
        return not (self.doubts.isHidden() and self.replaced.isHidden())

    def _arrange_part(self, part: _Part, top: int, width: int, gap: int) -> int:
        """Place a part, if it is shown; returns where the next one begins."""
        if part.isHidden():
            return top
        part.resize(width, part.height())
        height = part.arrange(width)
        part.setGeometry(0, top, width, height + (BLEED if part is self.strip else 0))
        return top + height + gap

    def copy(self, *, sources: bool) -> None:
        """Put the answer on the clipboard, with marks and a list of its sources if wanted."""
        if self._answer is not None:
            text = self._with_sources(self._answer) if sources else self.view.readable_text(marks=False)
            QGuiApplication.clipboard().setText(text)

    @property
    def reading_end(self) -> int:
        """Where the words end, or what is said while there are none: what should be in view while they come."""
        ends = [part.geometry().bottom() for part in (self.view, self._error, self._status) if not part.isHidden()]
        return max(ends, default=0)

    def _show_retry(self) -> None:
        failed = self._answer is not None and self._answer.error is not None
        self._actions.set_retry_visible(self._is_last and not failed)

    def _with_sources(self, answer: Answer) -> str:
        lines = [self.view.readable_text(marks=True), "", self.tr("Sources")]
        quotes = {c.number: c for sentence in reversed(answer.sentences) for c in reversed(sentence.citations)}
        for number, citation in sorted(quotes.items()):
            title = answer.passages[number - 1].title if number <= len(answer.passages) else ""
            where = self.tr("{title}, {page}").format(title=title, page=printed_page(citation.page_label))
            lines.append(f"[{number}] {where}: “{citation.quote}”")
        return "\n".join(lines)

    @Slot(int)
    def _on_passage_activated(self, index: int) -> None:
        self.passage_activated.emit(self.message_id, index)

    @Slot(object)
    def _on_scope_chosen(self, scope: Scope) -> None:
        if self._answer is not None:
            self.wider_scope_requested.emit(self._answer.question, scope)

    @Slot()
    def _on_retry_requested(self) -> None:
        self.retry_requested.emit(self.message_id)

    @Slot(QPoint)
    def _on_models_requested(self, at: QPoint) -> None:
        self.models_requested.emit(self.message_id, at)

    @Slot(bool)
    def _on_copy_requested(self, sources: bool) -> None:
        self.copy(sources=sources)

    @Slot(bool)
    def _on_searched_toggled(self, shown: bool) -> None:
        self.searched.setVisible(shown)
        self.height_changed.emit()
