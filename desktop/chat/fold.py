"""A quiet line that opens to a text of its own; closed until somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from core.answering.answer_blocks import Block
from desktop.chat.answer_view import AnswerView
from desktop.chat.flow import BLEED
from desktop.chat.quote_popover import QuotePopover
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_ICON = 12
_BUTTON_PADDING = 8
_BAR = 2


class Fold(QWidget):
    """A button and what it opens.

    What is inside is laid out when it is opened first: most folds of a conversation never are.

    Attributes:
        button: opens and closes.

    Signals:
        height_changed: it was opened or closed.
        link_activated: a link in it was chosen (its address).
    """

    height_changed = Signal()
    link_activated = Signal(str)

    def __init__(self, theme: Theme, popover: QuotePopover, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._popover = popover
        self._lay_out: Callable[[], Sequence[Block]] = tuple
        self._view: AnswerView | None = None
        self.button = QPushButton(self)
        self.button.setProperty("kind", "quiet")
        self.button.setFont(theme.font(TextStyle.META))
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.setCheckable(True)
        self.button.setIconSize(QSize(_ICON, _ICON))
        self.button.toggled.connect(self._on_toggled)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether the text is shown."""
        return self.button.isChecked()

    @property
    def last_stop(self) -> QWidget:
        """The last part that Tab reaches."""
        return self._view or self.button

    @property
    def text(self) -> str:
        """The text as it reads; empty while it was never opened."""
        return self._view.readable_text(marks=True) if self._view else ""

    def set_title(self, title: str) -> None:
        """Say on the line what is inside."""
        self.button.setText(title)

    def set_contents(self, lay_out: Callable[[], Sequence[Block]]) -> None:
        """Show what a function lays out, now where the fold is open, else when it is opened."""
        self._lay_out = lay_out
        if self._view is not None:
            self._view.show_blocks(lay_out(), calm=True)

    def arrange(self, width: int) -> int:
        """Lay the parts out in a width that includes the bleed on both sides; returns the height."""
        size = self.button.sizeHint()
        self.button.setGeometry(QRect(BLEED - _BUTTON_PADDING, 0, min(size.width(), width), size.height()))
        if self._view is None or self._view.isHidden():
            return size.height()
        left = BLEED + Space.WIDE
        inner = width - BLEED - left
        height = self._view.height_for(inner)
        self._view.setGeometry(left, size.height() + Space.HALF, inner, height)
        return size.height() + Space.HALF + height

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._view is not None and not self._view.isHidden():
            inside = self._view.geometry()
            painter = QPainter(self)
            painter.fillRect(QRect(BLEED, inside.top(), _BAR, inside.height()), self._theme.color("line"))

    @Slot(bool)
    def _on_toggled(self, shown: bool) -> None:
        if self._view is None:
            self._view = AnswerView(self._theme, self._popover, 0, self, TextStyle.BODY)
            self._view.setAccessibleName(self.button.text())
            self._view.link_activated.connect(self.link_activated)
            self._view.show_blocks(self._lay_out(), calm=True)
            QWidget.setTabOrder(self.button, self._view)
        self._view.setVisible(shown)
        self._on_theme_changed()
        self.height_changed.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.button.setIcon(self._theme.icon("chevron-down" if self.is_open else "chevron-right", "ink_second", _ICON))
