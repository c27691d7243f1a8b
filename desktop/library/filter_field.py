"""The field that narrows the list of documents, and the one that names a new collection or tag."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, Space, TextStyle

MAX_NAME_LENGTH = 80


class FilterField(QLineEdit):
    """Finds documents as one types; Down goes to the list, Escape empties the field first and leaves it then.

    Signals:
        left: the keyboard is to go to the list.
    """

    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("filterField")
        self.setPlaceholderText(self.tr("Find a document"))
        self.setAccessibleName(self.tr("Find a document"))
        # Files that are dropped here are meant for the library, not as text for the field.
        self.setAcceptDrops(False)
        self._search = self.addAction(theme.icon("search", "ink_third"), QLineEdit.ActionPosition.LeadingPosition)
        self._clear = self.addAction(theme.icon("close"), QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setToolTip(self.tr("Clear"))
        self._clear.setVisible(False)
        self._clear.triggered.connect(self.clear)
        self.textChanged.connect(self._on_text_changed)
        theme.changed.connect(self._on_theme_changed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down and Return go to the list, Escape empties or leaves."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field, and while it rests the shortcut that leads to it."""
        super().paintEvent(event)
        if self.text() or self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(TextStyle.LABEL, weight=400))
        keys = QKeySequence(QKeySequence.StandardKey.Find).toString(QKeySequence.SequenceFormat.NativeText)
        keys = keys.replace("+", " ")
        metrics = QFontMetrics(painter.font())
        height = metrics.height() + 2
        width = metrics.horizontalAdvance(keys) + 10
        box = QRectF(self.width() - width - Space.UNIT - 2, (self.height() - height) / 2, width, height)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), Radius.CHIP, Radius.CHIP)
        painter.setPen(self._theme.color("ink_third"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, keys)
        painter.end()

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._search.setIcon(self._theme.icon("search", "ink_third"))
        self._clear.setIcon(self._theme.icon("close"))


class NameField(QLineEdit):
    """Asks for the name of something new in place; Return takes it, Escape and leaving the field take it back.

    Args:
        placeholder: what the empty field says.
        name: what the field is called for those who do not see it.

    Signals:
        named: a name was given.
        closed: the field has gone, with a name or without.
    """

    named = Signal(str)
    closed = Signal()

    def __init__(self, placeholder: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setMaxLength(MAX_NAME_LENGTH)
        self.setAcceptDrops(False)
        self.hide()

    def open(self) -> None:
        """Show the field, empty, with the keyboard in it."""
        self.clear()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return names, Escape takes back."""
        name = " ".join(self.text().split())
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if name:
                self.named.emit(name)
                self._close()
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take back, except while the window or a menu has the keyboard for a moment."""
        super().focusOutEvent(event)
        passing = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        if event.reason() not in passing and self.isVisible():
            self._close()

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
