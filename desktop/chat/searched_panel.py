"""What was searched for an answer: the query, where, how much fitted, and each passage with its score in parts."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLabel, QListView, QStyleOptionViewItem, QWidget

from core.types import Answer, Scope
from desktop.chat.flow import BLEED
from desktop.chat.searched_delegate import SearchedDelegate
from desktop.chat.searched_model import SearchedModel
from desktop.chat.searched_wording import context_line
from desktop.scope_wording import scope_line
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_CAPTION_GAP = 14
_NARROW = 360  # below this, what is said stands under its caption


class _PassageList(QListView):
    """As high as its rows; the wheel is the conversation's."""

    entered_row = Signal(QModelIndex)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self.entered_row.emit(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            event.ignore()
        else:
            super().keyPressEvent(event)


class SearchedPanel(QWidget):
    """Facts in two columns, then the passages.

    Signals:
        passage_activated: a row was chosen; the passage's index.
    """

    passage_activated = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._facts = [
            (self._label("meta"), self._label("")) for _ in range(3)
        ]  # what was searched for, where, and what became of it
        captions = (self.tr("Searched for"), self.tr("In"), self.tr("Found"))
        for (caption, _), text in zip(self._facts, captions, strict=True):
            caption.setText(text)
        self._model = SearchedModel(self)
        self._list = _PassageList(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(SearchedDelegate(theme, self._list))
        self._list.setAccessibleName(self.tr("Passages that were found"))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setTabKeyNavigation(False)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._list.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self._list.viewport().setAutoFillBackground(False)
        self._list.clicked.connect(self._on_row_chosen)
        self._list.entered_row.connect(self._on_row_chosen)
        theme.changed.connect(self._on_theme_changed)

    @property
    def last_stop(self) -> QWidget:
        """What Tab reaches of it."""
        return self._list

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is said above the passages: caption and text."""
        return [(caption.text(), value.text()) for caption, value in self._facts]

    def show_answer(self, answer: Answer) -> None:
        """Describe how the evidence of a finished answer was found."""
        searched = answer.searched
        query = searched.query if searched else answer.standalone_question
        if searched and searched.own_words:
            query = self.tr("{question} · and in your words: {words}").format(question=query, words=searched.own_words)
        scope, titles = (searched.scope, searched.titles) if searched else (Scope(), ())
        # An answer of an earlier version does not know where it was searched.
        where = scope_line(scope, titles) if searched else ""
        for (caption, value), text in zip(self._facts, (query, where, context_line(answer)), strict=True):
            value.setText(" ".join(text.split()))
            for label in (caption, value):
                label.setVisible(bool(text))
        self._model.set_answer(answer)

    def arrange(self, width: int) -> int:
        """Lay the parts out in a width that includes the bleed on both sides; returns the height."""
        inner = width - 2 * BLEED
        shown = [(caption, value) for caption, value in self._facts if value.text()]
        metrics = QFontMetrics(self._facts[0][0].font())
        column = max(metrics.horizontalAdvance(caption.text()) for caption, _ in self._facts) + _CAPTION_GAP
        top = Space.UNIT
        for caption, value in shown:
            beside = inner >= _NARROW
            height = caption.sizeHint().height()
            caption.setGeometry(QRect(BLEED, top, column if beside else inner, height))
            left = column if beside else 0
            top += 0 if beside else height
            needed = max(height, value.heightForWidth(inner - left))
            value.setGeometry(QRect(BLEED + left, top, inner - left, needed))
            top += needed + Space.HALF
        rows = self._model.rowCount()
        row = self._list.itemDelegate().sizeHint(QStyleOptionViewItem(), QModelIndex()).height()
        self._list.setVisible(rows > 0)
        if rows:
            top += Space.HALF
            # The rows' grounds reach into the bleed, so that their words stand in line with everything else.
            self._list.setGeometry(QRect(0, top, width, rows * row))
            top += rows * row
        return top + Space.UNIT

    def _label(self, kind: str) -> QLabel:
        label = QLabel(self)
        label.setFont(self._theme.font(TextStyle.META))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        if kind:
            label.setProperty("kind", kind)
        else:
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    @Slot(QModelIndex)
    def _on_row_chosen(self, index: QModelIndex) -> None:
        self.passage_activated.emit(index.row())

    @Slot()
    def _on_theme_changed(self) -> None:
        self._list.viewport().update()
