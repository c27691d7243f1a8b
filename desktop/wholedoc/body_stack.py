"""The body of a sheet: what it shows, or a sentence where there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle


class BodyStack(QStackedWidget):
    """One of two: a view, or words in its middle."""

    def __init__(self, theme: Theme, view: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._words = QLabel(self)
        self._words.setFont(theme.font(TextStyle.BODY))
        self._words.setProperty("ink", "ink_second")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setWordWrap(True)
        holder = QWidget(self)
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(Space.PANE, Space.PANE, Space.PANE, 2 * Space.PANE)
        layout.addWidget(self._words)
        self._holder = holder
        self.addWidget(view)
        self.addWidget(holder)
        self.setFocusProxy(view)

    @property
    def words(self) -> str:
        """The sentence that is shown in place of the view; empty while the view is."""
        return self._words.text() if self.currentWidget() is self._holder else ""

    def show_view(self) -> None:
        """There is something to show."""
        self.setCurrentWidget(self._view)

    def show_words(self, sentence: str) -> None:
        """There is nothing to show, and this is why."""
        self._words.setText(sentence)
        self.setCurrentWidget(self._holder)
