"""What a follow-up was searched as, under the person's own words: readable, and to be put right in place."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_PENCIL = 24
_ICON = 12
_GAP = 2
_FIELD_HEIGHT = 32
_LONGEST = 400
_ENDLESS = 100_000


class _Field(QLineEdit):
    """A line whose Escape is its own, and that is left unchanged when the keyboard goes elsewhere.

    Signals:
        left: nothing is to be changed.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.isModified() and event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self.left.emit()


class SearchedFor(QWidget):
    """Searched for “What was the revenue in 2022?”, with a pencil that opens the question for editing.

    Signals:
        edited: another question is to be searched; its text.
        height_changed: it wants to be arranged again.
    """

    edited = Signal(str)
    height_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setFont(theme.font(TextStyle.META))
        self._label.setProperty("kind", "meta")
        self._label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.pencil = QToolButton(self)
        self.pencil.setIconSize(QSize(_ICON, _ICON))
        self.pencil.setToolTip(self.tr("Edit what is searched for"))
        self.pencil.setCursor(Qt.CursorShape.PointingHandCursor)
        self.pencil.clicked.connect(self._on_pencil_clicked)
        self.field = _Field(self)
        self.field.setFont(theme.font(TextStyle.META))
        self.field.setMaxLength(_LONGEST)
        self.field.setAccessibleName(self.tr("Search for"))
        self.field.returnPressed.connect(self._on_return_pressed)
        self.field.left.connect(self._on_left)
        self._hint = QLabel(self.tr("Enter searches again · Esc leaves it"), self)
        self._hint.setFont(theme.font(TextStyle.META))
        self._hint.setProperty("kind", "meta")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setAccessibleDescription(self._hint.text())
        for part in (self.field, self._hint, self):
            part.hide()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """The question that was searched; empty where nothing is shown."""
        return self._text

    def show_text(self, text: str) -> None:
        """Show what was searched; an empty text hides the line."""
        self._text = text
        said = self.tr("Searched for “{question}”").format(question=text)
        self._label.setText(said)
        self.pencil.setAccessibleName(self.tr("{said}. Edit it").format(said=said))
        self._set_editing(False)
        self.setVisible(bool(text))

    def set_editable(self, editable: bool) -> None:
        """Offer the pencil."""
        self.pencil.setVisible(editable and self.field.isHidden())
        if not editable:
            self._set_editing(False)

    def arrange(self, width: int) -> int:
        """Lay the parts out, all to the right; returns the height, with or without pencil the same."""
        if not self.field.isHidden():
            self.field.setGeometry(QRect(0, Space.HALF, width, _FIELD_HEIGHT))
            below = Space.HALF + _FIELD_HEIGHT + Space.HALF
            height = self._hint.sizeHint().height()
            self._hint.setGeometry(QRect(0, below, width, height))
            return below + height
        room = width - _PENCIL - _GAP
        metrics = QFontMetrics(self._label.font())
        lines = metrics.boundingRect(0, 0, room, _ENDLESS, Qt.TextFlag.TextWordWrap, self._label.text())
        across = min(lines.width() + 4, room)
        top = max(0, (_PENCIL - metrics.height()) // 2)  # the first line stands beside the pencil
        height = self._label.heightForWidth(across)
        self._label.setGeometry(QRect(width - across, top, across, height))
        self.pencil.setGeometry(QRect(width - across - _GAP - _PENCIL, 0, _PENCIL, _PENCIL))
        return max(_PENCIL, top + height)

    def _set_editing(self, editing: bool) -> None:
        self.field.setVisible(editing)
        self._hint.setVisible(editing)
        self._label.setVisible(not editing)

    def _leave(self) -> None:
        had_focus = self.field.hasFocus()
        self._set_editing(False)
        self.pencil.show()
        self.height_changed.emit()
        if had_focus:
            self.pencil.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_pencil_clicked(self) -> None:
        self.field.setText(self._text)
        self.field.setModified(False)
        self.pencil.hide()
        self._set_editing(True)
        self.height_changed.emit()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_return_pressed(self) -> None:
        text = " ".join(self.field.text().split())
        changed = bool(text) and text != self._text
        self._leave()
        if changed:
            self.edited.emit(text)

    @Slot()
    def _on_left(self) -> None:
        if not self.field.isHidden():
            self._leave()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.pencil.setIcon(self._theme.icon("edit", "ink_second", _ICON))
