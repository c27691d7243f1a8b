"""The cards of an answer's passages in equal columns, the cited ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from core.types import Passage
from desktop.chat.flow import BLEED
from desktop.chat.passage_reading import PassageReading
from desktop.chat.source_card import SourceCard
from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius

_FEWEST_SHOWN = 4
_MIN_CARD = 220
_MOST_COLUMNS = 3
_GAP = 10


class SourceStrip(QWidget):
    """Shows up to four passages, and all of them on demand.

    Signals:
        passage_activated: a card was chosen; the passage's index.
        height_changed: more or fewer cards are shown.
    """

    passage_activated = Signal(int)
    height_changed = Signal()

    def __init__(self, theme: Theme, reading: PassageReading, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._reading = reading
        self._question = ""
        self._passages: tuple[Passage, ...] = ()
        self._cards: list[SourceCard] = []
        self._order: list[int] = []
        self._cited = 0
        self._expanded = False
        self._label = QLabel(self)
        self._label.setProperty("kind", "meta")
        self._label.hide()
        self._more = QPushButton(self)
        self._more.setProperty("kind", "link")
        self._more.setCursor(Qt.CursorShape.PointingHandCursor)
        self._more.clicked.connect(self._on_more_clicked)
        theme.changed.connect(self._on_theme_changed)

    @property
    def cards(self) -> list[SourceCard]:
        """All cards in the order in which they are laid out, hidden ones too."""
        return [self._cards[index] for index in self._order]

    def set_passages(self, passages: Sequence[Passage], question: str = "") -> None:
        """Show the passages found for a question; the same ones again cost nothing."""
        if tuple(passages) == self._passages and question == self._question:
            return
        for card in self._cards:
            card.deleteLater()
        self._passages, self._question = tuple(passages), question
        self._cards = []
        for index, passage in enumerate(self._passages):
            card = SourceCard(self._theme, index + 1, passage, self._reading, question, self)
            card.clicked.connect(self._on_card_clicked)
            self._cards.append(card)
        self._order = list(range(len(self._cards)))
        self._cited = 0
        self._apply()

    def set_quotes(self, quotes: Mapping[int, str], *, settled: bool) -> None:
        """Mark the quotations, keys counting from 1; once that is settled, put the cited passages first.

        While an answer is being written the cards stay where they are: nothing may move under the pointer.
        """
        for card in self._cards:
            card.set_quote(quotes.get(card.number, ""))
        indices = range(len(self._cards))
        self._cited = 0
        if not settled:
            self._order = list(indices)
            self._apply()
            return
        self._order = sorted(indices, key=lambda index: (index + 1 not in quotes, index))
        self._cited = sum(index + 1 in quotes for index in indices)
        self._apply()

    def set_label(self, text: str) -> None:
        """Show a line above the cards; empty hides it."""
        self._label.setText(text)
        self._label.setVisible(bool(text))

    def set_active(self, number: int | None) -> None:
        """Mark the card of a passage as the one on the page."""
        for card in self._cards:
            card.set_active(card.number == number)

    def chain_focus(self, previous: QWidget) -> QWidget:
        """Let Tab reach the cards after `previous`, in the order in which they lie; returns the last stop."""
        for stop in (*self.cards, self._more):
            QWidget.setTabOrder(previous, stop)
            previous = stop
        return previous

    def arrange(self, width: int) -> int:
        """Lay the cards out in a width that includes the bleed on both sides; returns the height."""
        inner = width - 2 * BLEED
        top = 2
        if not self._label.isHidden():
            size = self._label.sizeHint()
            self._label.setGeometry(BLEED, top, inner, size.height())
            top += size.height() + 8
        shown = [card for card in self.cards if not card.isHidden()]
        columns = max(1, min(_MOST_COLUMNS, (inner + _GAP) // (_MIN_CARD + _GAP), len(shown)))
        if len(shown) == 4 and columns == 3:
            columns = 2
        across = (inner - (columns - 1) * _GAP) // columns
        for start in range(0, len(shown), columns):
            row = shown[start : start + columns]
            height = max(card.sizeHint().height() for card in row)
            for column, card in enumerate(row):
                card.setGeometry(QRect(QPoint(BLEED + column * (across + _GAP), top), row[0].sizeHint()))
                card.resize(across, height)
            top += height + _GAP
        if not self._more.isHidden():
            self._more.adjustSize()
            self._more.move(BLEED - 8, top - 4)
            top += self._more.height()
        return top if shown else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for card in self._cards:
            if card.isHidden():
                continue
            reach, strength = (8, 0.022) if card.is_raised else (4, 0.014)
            for step in range(reach, 0, -1):
                painter.setBrush(self._theme.color("shadow", strength))
                rect = QRectF(card.geometry()).adjusted(-step + 1, -step + 3, step - 1, step + 1)
                painter.drawRoundedRect(rect, Radius.CARD + step, Radius.CARD + step)

    def _apply(self) -> None:
        count = len(self._cards)
        limit = count if self._expanded else min(count, _FEWEST_SHOWN)
        if not self._expanded and self._cited:
            limit = min(self._cited, _FEWEST_SHOWN)
        for place, index in enumerate(self._order):
            self._cards[index].setVisible(place < limit)
        self._more.setVisible(count > limit or (self._expanded and count > 1))
        self._more.setText(
            self.tr("Show fewer passages") if self._expanded else self.tr("Show all {n} passages").format(n=count)
        )

    @Slot()
    def _on_card_clicked(self) -> None:
        card = self.sender()
        if isinstance(card, SourceCard):
            self.passage_activated.emit(card.number - 1)

    @Slot()
    def _on_more_clicked(self) -> None:
        self._expanded = not self._expanded
        self._apply()
        self.height_changed.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
