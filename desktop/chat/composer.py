"""Where the person asks: a field that grows, the scope, and one button that sends or stops."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QTextEdit, QToolButton, QVBoxLayout, QWidget

from desktop.chat.filter_button import FilterButton
from desktop.chat.flow import BLEED
from desktop.chat.pill_button import PillButton
from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, TextStyle

_MOST_LINES = 8
_BUTTON = 30


class _Field(QTextEdit):
    """A plain-text field from one to eight lines high."""

    submitted = Signal()
    escaped = Signal()
    recalled = Signal()
    focus_changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("composerField")
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(2)
        self.textChanged.connect(self._on_text_changed)
        self.fit()

    def fit(self) -> None:
        """Take the height of the text, up to eight lines."""
        line = self.fontMetrics().lineSpacing()
        height = int(self.document().size().height() + 0.99)
        most = line * _MOST_LINES + 4
        self.setFixedHeight(min(max(height, line + 4), most))
        scrolls = height > most
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            files_are_pasted = event.matches(QKeySequence.StandardKey.Paste) and not self.canPaste()
            if files_are_pasted:  # by the pane's own shortcut
                event.ignore()
                return True
        return super().event(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        # Files dropped here belong to the window, and pasted formatting belongs nowhere.
        if source.hasText() and not source.hasUrls():
            self.insertPlainText(source.text())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() and not source.hasUrls()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.submitted.emit()
        elif enter:
            # Qt would put in a line separator, which is not a line break for anyone who reads the text.
            self.textCursor().insertText("\n")
            self.ensureCursorVisible()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif event.key() == Qt.Key.Key_Up and self.document().isEmpty():
            self.recalled.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()

    @Slot()
    def _on_text_changed(self) -> None:
        self.fit()


class Composer(QFrame):
    """A card with the question field.

    Signals:
        submitted: a question, white space trimmed.
        stop_requested: the answer in the making is to stop.
        scope_cleared: all documents are to be asked again.

    Attributes:
        filter: narrows the scope to a collection or to tags.
    """

    submitted = Signal(str)
    stop_requested = Signal()
    scope_cleared = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._answering = False
        self._last_question = ""
        self.setObjectName("composer")
        self._field = _Field(self)
        self._field.setFont(theme.font(TextStyle.ANSWER))
        self._field.setAccessibleName(self.tr("Question"))
        self._field.submitted.connect(self._on_submitted)
        self._field.escaped.connect(self._on_escaped)
        self._field.recalled.connect(self._on_recalled)
        self._field.focus_changed.connect(self.update)
        self._field.textChanged.connect(self._on_text_changed)
        self._scope = PillButton(theme, self)
        self._scope.clicked.connect(self._on_scope_clicked)
        # A long title gives way, rather than make the window wide.
        self._scope.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.filter = FilterButton(theme, self)
        self._button = QToolButton(self)
        self._button.setObjectName("sendButton")
        self._button.setFixedSize(_BUTTON, _BUTTON)
        self._button.setIconSize(QSize(16, 16))
        self._button.clicked.connect(self._on_button_clicked)
        lower = QHBoxLayout()
        lower.addWidget(self._scope)
        lower.addWidget(self.filter)
        lower.addStretch(1)
        lower.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(BLEED + 14, BLEED + 11, BLEED + 11, BLEED + 11)
        layout.setSpacing(10)
        layout.addWidget(self._field)
        layout.addLayout(lower)
        self.setFocusProxy(self._field)
        self.set_placeholder(self.tr("Ask about these documents"))
        self.set_scope(self.tr("All documents"), clearable=False)
        theme.changed.connect(self._on_theme_changed)
        self._show_button()

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self._field.toPlainText()

    def set_text(self, text: str) -> None:
        """Put words into the field, the cursor after them."""
        self._field.setPlainText(text)
        self._field.moveCursor(self._field.textCursor().MoveOperation.End)

    def set_placeholder(self, text: str) -> None:
        """Say what to do with the empty field."""
        self._field.setPlaceholderText(text)
        self._field.setAccessibleDescription(text)

    def set_answering(self, answering: bool) -> None:
        """Offer to stop instead of to send."""
        self._answering = answering
        self._show_button()

    def set_last_question(self, text: str) -> None:
        """What Up brings back in an empty field."""
        self._last_question = text

    def set_scope(self, text: str, *, clearable: bool) -> None:
        """Name what is asked; where it is clearable, the chip is a button that clears it."""
        self._scope.setText(text)
        self._scope.set_look("close" if clearable else "", tinted=clearable)
        self._scope.setEnabled(clearable)
        self._scope.setAccessibleName(self.tr("{scope}. Ask all documents").format(scope=text) if clearable else text)
        self._scope.setToolTip(self.tr("Ask all documents") if clearable else "")
        self._scope.setCursor(Qt.CursorShape.PointingHandCursor if clearable else Qt.CursorShape.ArrowCursor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(BLEED, BLEED, -BLEED, -BLEED)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("shadow", 0.012))
        for step in range(BLEED, 0, -1):
            spread = card.adjusted(-step, -step + 3, step, min(step + 2, BLEED))
            painter.drawRoundedRect(spread, Radius.COMPOSER + step, Radius.COMPOSER + step)
        painter.setBrush(self._theme.color("surface"))
        painter.setPen(QPen(self._theme.color("accent" if self._field.hasFocus() else "line"), 1.0))
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), Radius.COMPOSER, Radius.COMPOSER)

    def _show_button(self) -> None:
        ready = self._answering or bool(self._field.toPlainText().strip())
        name = self.tr("Stop") if self._answering else self.tr("Send")
        icon = "stop" if self._answering else "arrow-up"
        self._button.setIcon(self._theme.icon(icon, "on_accent" if ready else "ink_third", 16))
        self._button.setEnabled(ready)
        self._button.setAccessibleName(name)
        self._button.setToolTip(self.tr("Stop (Esc)") if self._answering else self.tr("Send (Enter)"))
        self._button.setCursor(Qt.CursorShape.PointingHandCursor)

    @Slot()
    def _on_submitted(self) -> None:
        text = self._field.toPlainText().strip()
        if text and not self._answering:
            self._last_question = text
            self._field.clear()
            self.submitted.emit(text)

    @Slot()
    def _on_escaped(self) -> None:
        if self._answering:
            self.stop_requested.emit()

    @Slot()
    def _on_recalled(self) -> None:
        self.set_text(self._last_question)

    @Slot()
    def _on_button_clicked(self) -> None:
        if self._answering:
            self.stop_requested.emit()
        else:
            self._on_submitted()

    @Slot()
    def _on_scope_clicked(self) -> None:
        self.scope_cleared.emit()

    @Slot()
    def _on_text_changed(self) -> None:
        self._show_button()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._show_button()
        self.update()
