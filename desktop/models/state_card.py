"""What stands in the way of Ollama, or that passages leave this computer, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle


class StateCard(QFrame):
    """A sentence and a button; hidden where all is well.

    Signals:
        pressed: the button was pressed.
    """

    pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("modelState")
        self._heading = self._label(theme, TextStyle.BODY_MEDIUM, "caution")
        self._sentence = self._label(theme, TextStyle.META, "ink")
        self._button = QPushButton(self)
        self._button.setAutoDefault(False)
        self._button.clicked.connect(self._on_clicked)
        words = QVBoxLayout()
        words.setSpacing(Space.HALF)
        words.addWidget(self._heading)
        words.addWidget(self._sentence)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.WIDE, Space.UNIT + Space.HALF, Space.WIDE, Space.UNIT + Space.HALF)
        layout.setSpacing(Space.WIDE)
        layout.addLayout(words, 1)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def text(self) -> str:
        """Heading and sentence as shown."""
        return f"{self._heading.text()} {self._sentence.text()}".strip()

    @property
    def button(self) -> QPushButton:
        """The one button."""
        return self._button

    def show_state(self, heading: str, sentence: str, button: str) -> None:
        """Say what is the matter; without a heading nothing is."""
        self._heading.setText(heading)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setVisible(bool(heading))

    def _label(self, theme: Theme, style: TextStyle, ink: str) -> QLabel:
        label = QLabel(self)
        label.setFont(theme.font(style))
        label.setProperty("ink", ink)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)  # addresses end up here
        return label

    @Slot()
    def _on_clicked(self) -> None:
        self.pressed.emit()
