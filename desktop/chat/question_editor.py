"""A question that is being edited, in the place of its words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QTextOption
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

_MOST_LINES = 10
_HINT_HEIGHT = 20
_GAP = 4


class QuestionEditor(QWidget):
    """A field with the question in it; Enter asks it, Shift+Enter breaks the line, Escape leaves everything as it was.

    Signals:
        accepted: the question to ask.
        left: nothing is to be asked.
        height_changed: it wants more room, or less.
    """

    accepted = Signal(str)
    left = Signal()
    height_changed = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = _Field(self)
        self.field.setFont(theme.font(TextStyle.ANSWER))
        self.field.setPlainText(text)
        self.field.setAccessibleName(self.tr("Edit the question"))
        self._hint = QLabel(self.tr("Enter asks it again. Esc leaves it as it was."), self)
        self._hint.setFont(theme.font(TextStyle.META))
        self._hint.setProperty("kind", "meta")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._lines = 0
        self.field.accepted.connect(self._on_accepted)
        self.field.left.connect(self.left)
        self.field.document().documentLayout().documentSizeChanged.connect(self._on_document_size_changed)

    def arrange(self, width: int) -> int:
        """Lay field and hint out; returns the height."""
        self.field.setFixedWidth(width)
        height = self.field.height_of_lines(_MOST_LINES)
        self.field.setGeometry(0, 0, width, height)
        self._hint.setGeometry(0, height + _GAP, width, _HINT_HEIGHT)
        return height + _GAP + _HINT_HEIGHT

    @Slot()
    def _on_accepted(self) -> None:
        text = self.field.toPlainText().strip()
        if text:
            self.accepted.emit(text)

    @Slot()
    def _on_document_size_changed(self) -> None:
        lines = self.field.line_count
        if lines != self._lines:
            self._lines = lines
            self.height_changed.emit()


class _Field(QPlainTextEdit):
    accepted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("questionEditor")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.setAcceptDrops(False)

    @property
    def line_count(self) -> int:
        """Lines as they are wrapped."""
        return max(1, round(self.document().size().height()))

    def height_of_lines(self, most: int) -> int:
        """Room for the lines there are, up to `most`; the rest is scrolled."""
        fits = self.line_count <= most
        bar = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if fits else Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        self.setVerticalScrollBarPolicy(bar)
        frame = self.height() - self.viewport().height()
        return min(self.line_count, most) * self.fontMetrics().lineSpacing() + frame

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes, Escape leaves."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
