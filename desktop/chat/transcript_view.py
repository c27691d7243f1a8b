"""The conversation as a scrolling column; one widget a row, only changed rows touched.

The column lays itself out by hand instead of with Qt layouts: heights depend on widths, and asking every row for its
height on every token would make streaming slower the longer the conversation is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from core.types import Role
from desktop.chat.answer_row import AnswerRow
from desktop.chat.answer_view import AnswerView
from desktop.chat.flow import BLEED
from desktop.chat.question_bubble import QuestionBubble
from desktop.chat.quote_popover import QuotePopover
from desktop.chat.transcript_model import TranscriptModel, TranscriptRole
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space

COLUMN_WIDTH = 760
_TOP, _BOTTOM = 28, 20
_AFTER_QUESTION, _AFTER_ANSWER = 22, 34
_NEAR_END = 24
_ROWS_AT_ONCE = 8  # older rows follow one by one while nothing else happens
_READING_ROOM = 96  # pixels kept free under the newest line


def side_margin(width: int) -> int:
    """The space left and right of a centred column in a pane of this width."""
    return max(Space.PANE, (width - COLUMN_WIDTH) // 2)


class TranscriptView(QScrollArea):
    """Shows a `TranscriptModel` and follows its end while the person is there.

    Signals:
        citation_activated: message id, sentence index (-1 where not resolved yet), passage number from 1.
        passage_activated: message id, index of the passage.
        retry_requested: message id.
    """

    citation_activated = Signal(int, int, int)
    passage_activated = Signal(int, int)
    retry_requested = Signal(int)

    def __init__(self, theme: Theme, model: TranscriptModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._rows: list[QuestionBubble | AnswerRow] = []
        self._first = 0
        self._heights: list[int] = []
        self._following = True
        self._scrolling = False
        self._active: tuple[int, int, int] | None = None
        self._popover = QuotePopover(theme, self)
        self._backfill = QTimer(self, interval=0)
        self._backfill.timeout.connect(self._on_backfill_timeout)
        self._column = QWidget(self)
        self._column.setObjectName("transcriptColumn")
        self.setObjectName("transcript")
        self.setAccessibleName(self.tr("Conversation"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(self._column)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(24)
        self.verticalScrollBar().valueChanged.connect(self._on_value_changed)
        model.modelReset.connect(self._on_model_reset)
        model.rowsInserted.connect(self._on_rows_inserted)
        model.dataChanged.connect(self._on_data_changed)
        self._on_model_reset()

    @property
    def is_following(self) -> bool:
        """Whether new words scroll into view by themselves."""
        return self._following

    def row_widget(self, row: int) -> QuestionBubble | AnswerRow:
        """The widget of a row of the model."""
        while row < self._first:
            self._on_backfill_timeout()
        return self._rows[row - self._first]

    def set_active_citation(self, message_id: int, number: int | None, sentence: int = -1) -> None:
        """Mark the passage that the viewer shows; None marks nothing."""
        self._active = None if number is None else (message_id, number, sentence)
        for row in self._rows:
            if isinstance(row, AnswerRow):
                mine = row.message_id == message_id and number is not None
                row.set_active_citation(number if mine else None, sentence)

    def scroll_to_end(self) -> None:
        """Go to the newest words and follow them from here on."""
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self._following = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        anchor = self._anchor()
        super().resizeEvent(event)
        self._arrange(0, rewrap=event.size().width() != event.oldSize().width())
        self._follow()
        if not self._following and anchor is not None:
            row, offset = anchor
            self.verticalScrollBar().setValue(row.y() + min(offset, row.height()))

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _create(self, at: int) -> QuestionBubble | AnswerRow:
        index = self._model.index(at)
        message_id = index.data(TranscriptRole.MESSAGE_ID)
        if index.data(TranscriptRole.ROLE) == Role.USER:
            return QuestionBubble(self._theme, index.data(TranscriptRole.TEXT), self._column)
        row = AnswerRow(self._theme, self._popover, message_id, self._column)
        row.citation_activated.connect(self._on_citation_activated)
        row.passage_activated.connect(self._on_passage_activated)
        row.retry_requested.connect(self.retry_requested)
        row.height_changed.connect(self._on_height_changed)
        row.view.chip_focused.connect(self._on_chip_focused)
        self._fill(row, index, frozenset(TranscriptRole))
        return row

    def _fill(self, row: AnswerRow, index: QModelIndex, roles: frozenset[int]) -> None:
        def value(role: TranscriptRole) -> Any:
            return index.data(role)

        if TranscriptRole.ANSWER in roles:
            row.set_answer(value(TranscriptRole.MESSAGE_ID), value(TranscriptRole.ANSWER))
        if roles & {TranscriptRole.TEXT, TranscriptRole.SENTENCES, TranscriptRole.PASSAGES}:
            sentences, passages = value(TranscriptRole.SENTENCES), value(TranscriptRole.PASSAGES)
            row.set_text(value(TranscriptRole.TEXT), sentences, passages)
            if roles & {TranscriptRole.SENTENCES, TranscriptRole.PASSAGES}:
                row.set_evidence(passages, sentences)
        if TranscriptRole.THOUGHTS in roles:
            row.thoughts.set_thoughts(value(TranscriptRole.THOUGHTS))
        if TranscriptRole.STATUS in roles:
            row.set_status(value(TranscriptRole.STATUS))

    def _mark_last(self) -> None:
        for at, row in enumerate(self._rows):
            if isinstance(row, AnswerRow):
                row.set_last(at == len(self._rows) - 1)

    def _arrange(self, start: int, *, rewrap: bool = True) -> None:
        """Place the rows from `start` on; without `rewrap`, heights are taken as known."""
        if start > 0 and len(self._heights) < start:
            start = 0
        side = side_margin(self.width())
        width = self._row_width()
        del self._heights[len(self._rows) :]
        top = _TOP
        if start:
            before = self._rows[start - 1]
            top = before.y() + self._heights[start - 1] + self._gap(before)
        for at in range(start, len(self._rows)):
            row = self._rows[at]
            if rewrap or at >= len(self._heights):
                height = row.arrange(width)
                self._heights[at : at + 1] = [height]
            row.setGeometry(QRect(side - BLEED, top, width, self._heights[at] + BLEED))
            top += self._heights[at] + self._gap(row)
        self._column.resize(
            self.viewport().width(), max(top + _BOTTOM - _AFTER_QUESTION if self._rows else 0, self.viewport().height())
        )

    def _row_width(self) -> int:
        return self.width() - 2 * side_margin(self.width()) + 2 * BLEED

    def _chain_focus(self, start: int) -> None:
        """Keep Tab in the order of the conversation, before what comes after it in the window."""
        previous: QWidget = self
        for at, row in enumerate(self._rows):
            if isinstance(row, AnswerRow):
                previous = row.chain_focus(previous) if at >= start else row.last_stop

    def _end(self) -> int:
        """The scroll position that shows the newest words.

        Cards come before words and lie beneath them, so the end of the column is not where reading happens: the last
        question stays at the top until its answer needs the room.
        """
        most = self.verticalScrollBar().maximum()
        last = self._rows[-1] if self._rows else None
        if not isinstance(last, AnswerRow):
            return most
        asked = self._rows[-2].y() - _TOP if len(self._rows) > 1 else 0
        read = last.y() + last.reading_end + _READING_ROOM - self.viewport().height()
        return min(most, max(asked, read))

    def _follow(self) -> None:
        if self._following:
            bar = self.verticalScrollBar()
            # Never back up: the person may have scrolled on to the cards.
            self._scrolling = True
            bar.setValue(max(bar.value(), self._end()))
            self._scrolling = False

    def _gap(self, row: QWidget) -> int:
        return _AFTER_QUESTION if isinstance(row, QuestionBubble) else _AFTER_ANSWER

    def _anchor(self) -> tuple[QWidget, int] | None:
        """The row at the top of the view, and how far into it the view begins."""
        value = self.verticalScrollBar().value()
        row = next((row for row in self._rows if row.y() + row.height() > value), None)
        return None if row is None else (row, value - row.y())

    # ── slots ────────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_model_reset(self) -> None:
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._popover.hide()
        count = self._model.rowCount()
        self._first = max(0, count - _ROWS_AT_ONCE)
        self._rows = [self._create(at) for at in range(self._first, count)]
        self._heights = []
        self._active = None
        self._chain_focus(0)
        for row in self._rows:
            row.show()
        self._mark_last()
        self._arrange(0)
        self.scroll_to_end()
        if self._first:
            self._backfill.start()
        else:
            self._backfill.stop()

    @Slot()
    def _on_backfill_timeout(self) -> None:
        """Put in the next older row without moving what is on screen."""
        self._first -= 1
        row = self._create(self._first)
        self._rows.insert(0, row)
        if isinstance(row, AnswerRow):
            row.set_last(False)
            row.chain_focus(self)
            if self._active is not None and row.message_id == self._active[0]:
                row.set_active_citation(self._active[1], self._active[2])
        row.show()
        height = row.arrange(self._row_width())
        self._heights.insert(0, height)
        self._arrange(0, rewrap=False)
        bar = self.verticalScrollBar()
        self._scrolling = True
        bar.setValue(bar.value() + height + self._gap(row))
        self._scrolling = False
        if not self._first:
            self._backfill.stop()

    @Slot(QModelIndex, int, int)
    def _on_rows_inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        for at in range(first, last + 1):
            row = self._create(at)
            self._rows.insert(at - self._first, row)
            self._chain_focus(at - self._first)
            row.show()
            if isinstance(row, QuestionBubble):
                # The person has just asked: wherever they were reading, they want to see this.
                self._following = True
        self._mark_last()
        # The row before loses its "Regenerate" and may become lower.
        self._arrange(max(0, first - 1 - self._first))
        self._follow()

    @Slot(QModelIndex, QModelIndex, list)
    def _on_data_changed(self, top: QModelIndex, bottom: QModelIndex, roles: Sequence[int]) -> None:
        for at in range(max(top.row(), self._first), bottom.row() + 1):
            row = self._rows[at - self._first]
            if isinstance(row, AnswerRow):
                self._fill(row, self._model.index(at), frozenset(roles) or frozenset(TranscriptRole))
        self._arrange(max(top.row() - self._first, 0))
        self._follow()

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        self._popover.hide()
        if not self._scrolling:
            self._following = value >= self._end() - _NEAR_END

    @Slot()
    def _on_height_changed(self) -> None:
        row = self.sender()
        if isinstance(row, AnswerRow) and row in self._rows:
            # Opening something is reading: the end must not pull the view away from it.
            self._following = False
            self._arrange(self._rows.index(row))

    @Slot(QRect)
    def _on_chip_focused(self, rect: QRect) -> None:
        view = self.sender()
        if isinstance(view, AnswerView):
            centre = view.mapTo(self._column, rect.center())
            self.ensureVisible(centre.x(), centre.y(), 0, 40)

    @Slot(int, int, int)
    def _on_citation_activated(self, message_id: int, sentence: int, number: int) -> None:
        self.set_active_citation(message_id, number, sentence)
        self.citation_activated.emit(message_id, sentence, number)

    @Slot(int, int)
    def _on_passage_activated(self, message_id: int, index: int) -> None:
        self.set_active_citation(message_id, index + 1)
        self.passage_activated.emit(message_id, index)
