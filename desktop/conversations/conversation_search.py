"""The search over all conversations, in the place of their list while it is open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from core.answering.conversation_search import Found
from desktop.conversations.found_list import FoundList
from desktop.conversations.found_model import FoundModel
from desktop.library.filter_field import FilterField
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_PAUSE_MS = 80  # after a key, so that not every letter of a word is looked for


class ConversationSearch(QWidget):
    """A field and what was found; the caller searches when it is told to.

    Attributes:
        field: where words are typed.
        found: the list of what was found.

    Signals:
        searched: the words to look for; empty ones are never sent.
        found_opened: conversation id, message id or None for a title.
        open_changed: it was opened or closed.
    """

    searched = Signal(str)
    found_opened = Signal(int, object)
    open_changed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = FoundModel(self)
        self.field = _Field(theme, self)
        self.found = FoundList(theme, self._model, self)
        self._nothing = QLabel(self.tr("Nothing was found."), self)
        self._nothing.setFont(theme.font(TextStyle.META))
        self._nothing.setProperty("ink", "ink_second")
        self._nothing.setContentsMargins(Space.WIDE, 0, Space.WIDE, Space.HALF)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._on_pause_ended)
        row = QVBoxLayout()
        row.setContentsMargins(Space.WIDE, 0, Space.WIDE, 0)
        row.addWidget(self.field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Space.HALF, 0, 0)
        layout.setSpacing(Space.HALF)
        layout.addLayout(row)
        layout.addWidget(self._nothing)
        layout.addWidget(self.found)
        self.field.textChanged.connect(self._on_text_changed)
        self.field.left.connect(self._on_field_left)
        self.field.accepted.connect(self._on_accepted)
        self.field.closed.connect(self.close_search)
        self.found.left.connect(self._on_list_left)
        self.found.found_opened.connect(self.found_opened)
        self._show_found([])
        self._nothing.hide()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether it stands in the place of the list."""
        return not self.isHidden()

    @Slot()
    def open_search(self) -> None:
        """Open it with the keyboard in the field."""
        if not self.is_open:
            self.show()
            self.open_changed.emit(True)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    @Slot()
    def close_search(self) -> None:
        """Give the list its place back."""
        if self.is_open:
            self.field.clear()
            self.hide()
            self.open_changed.emit(False)

    @Slot()
    def toggle(self) -> None:
        """Open or close it."""
        if self.is_open:
            self.close_search()
        else:
            self.open_search()

    def set_found(self, text: str, found: Sequence[Found]) -> None:
        """Show what was found, unless the words are others by now."""
        if text == self._words:
            self._show_found(found)

    @property
    def _words(self) -> str:
        return self.field.text().strip()

    def _show_found(self, found: Sequence[Found]) -> None:
        self._model.set_found(found)
        self.found.setVisible(bool(found))
        self._nothing.setVisible(not found and bool(self._words))

    @Slot()
    def _on_text_changed(self) -> None:
        if self._words:
            self._pause.start()
        else:
            self._pause.stop()
            self._show_found([])

    @Slot()
    def _on_pause_ended(self) -> None:
        if self._words:
            self.searched.emit(self._words)

    @Slot()
    def _on_field_left(self) -> None:
        if self._model.rowCount():
            self.found.setCurrentIndex(self._model.index(0))
            self.found.setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _on_accepted(self) -> None:
        self.found.open(self._model.index(0))

    @Slot()
    def _on_list_left(self) -> None:
        self.field.setFocus(Qt.FocusReason.BacktabFocusReason)


class _Field(FilterField):
    """Down goes to the list, Enter opens what was found first, Escape empties the field and then closes the search."""

    accepted = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setPlaceholderText(self.tr("Find in all conversations"))
        self.setAccessibleName(self.tr("Find in all conversations"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Escape closes; the rest as in other such fields."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Escape and not self.text():
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, without the shortcut that leads to the other one."""
        QLineEdit.paintEvent(self, event)
