"""What an empty conversation shows: one line of help and a few questions to begin with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_MOST_SUGGESTIONS = 3
_WIDTH = 460


class StartHint(QWidget):
    """A calm beginning.

    Signals:
        suggestion_chosen: the question of the button that was pressed.
    """

    suggestion_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        title = QLabel(self.tr("Ask in your own words"), self)
        title.setObjectName("startTitle")
        title.setFont(theme.font(TextStyle.TITLE))
        text = QLabel(self.tr("Every answer points to the exact words on the page."), self)
        text.setObjectName("startText")
        text.setFont(theme.font(TextStyle.ANSWER))
        for label in (title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
        self._column = QWidget(self)
        self._column.setMaximumWidth(_WIDTH)
        self._list = QVBoxLayout(self._column)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(Space.UNIT)
        self._buttons: list[QPushButton] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.PANE, Space.PANE, Space.PANE, Space.PANE)
        layout.setSpacing(0)
        layout.addStretch(5)
        layout.addWidget(title)
        layout.addSpacing(6)
        layout.addWidget(text)
        layout.addSpacing(24)
        layout.addWidget(self._column, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(6)

    def set_suggestions(self, questions: Sequence[str]) -> None:
        """Offer up to three questions."""
        for button in self._buttons:
            self._list.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for question in list(questions)[:_MOST_SUGGESTIONS]:
            button = QPushButton(self._column)
            button.setObjectName("suggestion")
            button.setFont(self._theme.font(TextStyle.BODY))
            button.setAccessibleName(question)
            button.setProperty("question", question)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            # A button does not wrap: a long question is cut, and whole in its tooltip.
            room = button.fontMetrics().elidedText(question, Qt.TextElideMode.ElideRight, _WIDTH - 48)
            button.setText(room.replace("&", "&&"))
            button.setToolTip(question if room != question else "")
            button.clicked.connect(self._on_clicked)
            self._list.addWidget(button)
            button.show()
            self._buttons.append(button)

    @property
    def suggestions(self) -> list[str]:
        """The questions on offer."""
        return [str(button.property("question")) for button in self._buttons]

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.suggestion_chosen.emit(str(button.property("question")))
