"""Why there is no answer, in one sentence."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

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


class ErrorCard(QFrame):
    """Says in one sentence why there is no answer, and offers another try.

    Signals:
        retry_requested: the question is to be asked again.
    """

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
