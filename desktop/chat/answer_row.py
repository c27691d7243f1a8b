"""A row of the transcript with an answer: text, checks, evidence and actions, in every state it can be in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from core.reading.text.parts import is_part_label
from core.types import Answer, AnswerSentence, Passage
from desktop.chat.answer_footer import AnswerActions, VerdictLine
from desktop.chat.answer_view import AnswerView
from desktop.chat.flow import BLEED
from desktop.chat.quote_popover import QuotePopover
from desktop.chat.searched_panel import SearchedPanel
from desktop.chat.source_strip import SourceStrip
from desktop.chat.status_line import StatusLine
from desktop.chat.thoughts_fold import ThoughtsFold
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle


class _Dot(QWidget):
    """A dot in the colour of a token."""

    def __init__(self, theme: Theme, token: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._token = token
        self.setFixedSize(8, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._token))
        painter.drawEllipse(0, 6, 8, 8)


class _ErrorCard(QFrame):
    """Says in one sentence why there is no answer, and offers another try."""

    retry_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("answerError")
        self._sentence = QLabel(self)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setWordWrap(True)
        self._sentence.setFont(theme.font(TextStyle.BODY))
        self.retry = QPushButton(self.tr("Try again"), self)
        self.retry.clicked.connect(self._on_retry_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 10, 10, 10)
        layout.setSpacing(10)
        layout.addWidget(_Dot(theme, "fault", self), 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def set_sentence(self, text: str) -> None:
        """Show a sentence; empty hides the card."""
        self._sentence.setText(text)
        self.setVisible(bool(text))

    @Slot()
    def _on_retry_clicked(self) -> None:
        self.retry_requested.emit()


class AnswerRow(QWidget):
    """An answer from the first search to the last check.

    Attributes:
        view: the text with its chips.
        strip: the evidence.
        thoughts: what the model said to itself.

    Signals:
        citation_activated: message id, sentence index or -1, passage number from 1.
        passage_activated: message id, index of the passage.
        retry_requested: message id.
        height_changed: the row wants to be arranged again.
    """

    citation_activated = Signal(int, int, int)
    passage_activated = Signal(int, int)
    retry_requested = Signal(int)
    height_changed = Signal()

    def __init__(self, theme: Theme, popover: QuotePopover, message_id: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.message_id = message_id
        self._theme = theme
        self._answer: Answer | None = None
        self._passages: tuple[Passage, ...] = ()
        self._is_last = True
        self.view = AnswerView(theme, popover, message_id, self)
        self.thoughts = ThoughtsFold(theme, self)
        self.thoughts.height_changed.connect(self.height_changed)
        self._status = StatusLine(theme, self)
        self._error = _ErrorCard(theme, self)
        self._verdicts = VerdictLine(theme, self)
        self.strip = SourceStrip(theme, self)
        self._actions = AnswerActions(theme, self)
        self._searched: SearchedPanel | None = None  # few are ever looked at, and a conversation has many
        for widget in (self.view, self._verdicts, self._actions):
            widget.hide()
        self.view.citation_activated.connect(self.citation_activated)
        self.strip.passage_activated.connect(self._on_passage_activated)
        self.strip.height_changed.connect(self.height_changed)
        self._error.retry_requested.connect(self._on_retry_requested)
        self._actions.retry_requested.connect(self._on_retry_requested)
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
    def status(self) -> str:
        """What is being done, as shown."""
        return self._status.text

    def set_status(self, text: str) -> None:
        """Say what is being done."""
        self._status.set_text(text)

    def set_text(self, text: str, sentences: Sequence[AnswerSentence], passages: Sequence[Passage]) -> None:
        """Show the words so far."""
        calm = self._answer is not None and self._answer.refused
        self.view.show_answer(text, sentences, passages, calm=calm)
        self.view.setVisible(bool(text))

    def set_evidence(self, passages: Sequence[Passage], sentences: Sequence[AnswerSentence]) -> None:
        """Show the passages, the cited ones first once there are any."""
        self._passages = tuple(passages)
        self.strip.set_passages(passages)
        quotes: dict[int, str] = {}
        for sentence in sentences:
            for citation in sentence.citations:
                quotes.setdefault(citation.number, citation.quote)
        self.strip.set_quotes(quotes, settled=self._answer is not None)
        # Cards are new or in a new order; Qt puts what is new at the end of the whole window.
        self.strip.chain_focus(self._error.retry)
        self.strip.setVisible(bool(passages))

    def set_answer(self, message_id: int, answer: Answer | None) -> None:
        """Show how the finished answer was checked, and what can be done with it."""
        self.message_id = self.view.message_id = message_id
        self._answer = answer
        self._verdicts.setVisible(answer is not None)
        self._actions.setVisible(answer is not None)
        self._error.set_sentence(answer.error or "" if answer else "")
        if answer is None:
            return
        self._verdicts.show_answer(answer)
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
        for stop in (self.thoughts.toggle, self.view, self._error.retry):
            QWidget.setTabOrder(previous, stop)
            previous = stop
        actions = self._actions.chain_focus(self.strip.chain_focus(previous))
        if self._searched is not None:
            QWidget.setTabOrder(actions, self._searched.last_stop)
        return self.last_stop

    @property
    def last_stop(self) -> QWidget:
        """The last part that Tab reaches."""
        return self._actions.last_stop if self._searched is None else self._searched.last_stop

    def arrange(self, width: int) -> int:
        """Lay the parts out from top to bottom; returns the row's height."""
        top = 0
        inner = width - 2 * BLEED
        if not self.thoughts.isHidden():
            self.thoughts.resize(width, self.thoughts.height())
            height = self.thoughts.arrange(width)
            self.thoughts.setGeometry(0, top, width, height)
            top += height + 8
        if not self.view.isHidden():
            height = self.view.height_for(inner)
            self.view.setGeometry(BLEED, top, inner, height)
            top += height + 12
        if not self._error.isHidden():
            height = max(self._error.heightForWidth(inner), self._error.minimumSizeHint().height())
            self._error.setGeometry(QRect(BLEED, top, inner, height))
            top += height + 12
        parts = (self._status, 10), (self._verdicts, 12), (self.strip, 0), (self._actions, 0), (self._searched, 0)
        for part, gap in parts:
            if part is None or part.isHidden():
                continue
            part.resize(width, part.height())
            height = part.arrange(width)
            part.setGeometry(0, top, width, height + (BLEED if part is self.strip else 0))
            top += height + gap
        return top

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
            page = citation.page_label
            page = page if is_part_label(page) else self.tr("p. {page}").format(page=page)
            where = self.tr("{title}, {page}").format(title=title, page=page)
            lines.append(f"[{number}] {where}: “{citation.quote}”")
        return "\n".join(lines)

    @Slot(int)
    def _on_passage_activated(self, index: int) -> None:
        self.passage_activated.emit(self.message_id, index)

    @Slot()
    def _on_retry_requested(self) -> None:
        self.retry_requested.emit(self.message_id)

    @Slot(bool)
    def _on_copy_requested(self, sources: bool) -> None:
        self.copy(sources=sources)

    @Slot(bool)
    def _on_searched_toggled(self, shown: bool) -> None:
        self.searched.setVisible(shown)
        self.height_changed.emit()
