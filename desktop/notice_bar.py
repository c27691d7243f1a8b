"""One sentence below the window's upper edge: what happened and needs no answer, perhaps with one thing to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop.theme.theme import Theme

_SHOWN_MS = 9000
_WIDEST = 640
_MARGIN = 24
_TOP = 64
_BESIDE_WORDS = 80


class NoticeBar(QFrame):
    """Shows a sentence for some seconds, or until it is dismissed."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self.setObjectName("noticeBar")
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)  # names of files end up here
        self._action = QPushButton(self)
        self._action.setProperty("kind", "notice")
        self._action.setCursor(Qt.CursorShape.PointingHandCursor)
        self._action.clicked.connect(self._on_action_clicked)
        self._then: Callable[[], object] | None = None
        self._close = QToolButton(self)
        self._close.setAccessibleName(self.tr("Dismiss"))
        self._close.clicked.connect(self.hide)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 8, 10)
        row.setSpacing(8)
        row.addWidget(self._label, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def tell(self, sentence: str, action: str = "", then: Callable[[], object] | None = None) -> None:
        """Show a sentence.

        Args:
            sentence: what happened.
            action: what can be done about it, for a button beside it.
            then: does it.
        """
        self._label.setText(sentence)
        self._then = then
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(sentence)
        self.show()
        self.place()
        self.raise_()
        self._timer.start()

    def place(self) -> None:
        """Keep to the middle, below the panes' headers, where nothing is typed."""
        window = self.parentWidget()
        if window is None or self.isHidden():
            return
        words = self._label.fontMetrics().horizontalAdvance(self._label.text())
        if not self._action.isHidden():
            words += self._action.sizeHint().width() + self._row.spacing()
        width = min(words + _BESIDE_WORDS, _WIDEST, window.width() - 2 * _MARGIN)
        self.setFixedWidth(width)
        height = self._row.heightForWidth(width)
        self.setGeometry((window.width() - width) // 2, _TOP, width, height)

    @Slot()
    def _on_action_clicked(self) -> None:
        then, self._then = self._then, None
        self.hide()
        if then is not None:
            then()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._close.setIcon(self._theme.icon("close", "background"))
