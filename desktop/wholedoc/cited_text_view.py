"""An answer's text in a scrolling column of its own, whose chips open the page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from core.types import AnswerSentence, Passage
from desktop.chat.answer_view import AnswerView
from desktop.chat.quote_popover import QuotePopover
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space

_WIDEST = 720
_MARGIN = 48  # pixels kept around a chip that the keyboard reaches


class CitedTextView(QScrollArea):
    """Shows a text that grows.

    Signals:
        citation_opened: a Passage, and the Citations of it that are to be seen: list.
    """

    citation_opened = Signal(object, list)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._sentences: tuple[AnswerSentence, ...] = ()
        self._passages: tuple[Passage, ...] = ()
        self.setObjectName("citedText")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._column = QWidget(self)
        self._column.setObjectName("citedTextColumn")
        self.text = AnswerView(theme, QuotePopover(theme, self), 0, self._column)
        self.text.citation_activated.connect(self._on_citation_activated)
        self.text.chip_focused.connect(self._on_chip_focused)
        self.setWidget(self._column)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(24)

    def show_text(self, markdown: str, sentences: Sequence[AnswerSentence], passages: Sequence[Passage]) -> None:
        """Show a text, whole or as far as it has come."""
        self._sentences, self._passages = tuple(sentences), tuple(passages)
        self.text.show_answer(markdown, sentences, passages)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The text's height depends on the width."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        room = self.viewport().width()
        width = min(room - Space.UNIT, _WIDEST)
        height = self.text.height_for(width)
        self.text.setGeometry(0, Space.UNIT, width, height)
        self._column.resize(room, height + 3 * Space.UNIT)

    @Slot(int, int, int)
    def _on_citation_activated(self, _message: int, sentence: int, number: int) -> None:
        if not 1 <= number <= len(self._passages):
            return
        self.text.set_active_citation(number, sentence)
        chosen = self._sentences[sentence : sentence + 1] if sentence >= 0 else self._sentences
        citations = [citation for s in chosen for citation in s.citations if citation.number == number]
        self.citation_opened.emit(self._passages[number - 1], citations)

    @Slot(QRect)
    def _on_chip_focused(self, chip: QRect) -> None:
        centre = chip.center() + self.text.pos()
        self.ensureVisible(centre.x(), centre.y(), _MARGIN, _MARGIN)
