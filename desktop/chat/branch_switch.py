"""Between the messages that stand in one place of a conversation: "2 of 3" with a way to either side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_BUTTON = 20
_HEIGHT = 24


class BranchSwitch(QWidget):
    """Takes no room where there is but one message.

    Signals:
        branch_chosen: the id of the message beside that is to be shown.
    """

    branch_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._branches: tuple[int, ...] = ()
        self._at = 0
        self._before = self._button(self.tr("The version before"))
        self._before.clicked.connect(self._on_before_clicked)
        self._after = self._button(self.tr("The next version"))
        self._after.clicked.connect(self._on_after_clicked)
        self._label = QLabel(self)
        self._label.setFont(theme.font(TextStyle.META))
        self._label.setProperty("kind", "meta")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return self._label.text() if self._branches else ""

    @property
    def stops(self) -> tuple[QWidget, QWidget]:
        """What Tab reaches, in order."""
        return self._before, self._after

    def set_branches(self, branches: Sequence[int], shown: int) -> None:
        """Offer messages, of which one is shown; nothing to choose hides the switch."""
        self._branches = tuple(branches) if shown in branches and len(branches) > 1 else ()
        self.setVisible(bool(self._branches))
        if not self._branches:
            return
        self._at = self._branches.index(shown)
        text = self.tr("{n} of {count}").format(n=self._at + 1, count=len(self._branches))
        self._label.setText(text)
        self.setAccessibleName(self.tr("Version {which}").format(which=text))
        self._before.setEnabled(self._at > 0)
        self._after.setEnabled(self._at < len(self._branches) - 1)
        self._place()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(2 * _BUTTON + self._label_width(), _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go to either side."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and 0 <= self._at + step < len(self._branches):
            self._choose(step)
        else:
            super().keyPressEvent(event)

    def _label_width(self) -> int:
        return self._label.fontMetrics().horizontalAdvance(self._label.text()) + Space.HALF

    def _place(self) -> None:
        width, top = self._label_width(), (_HEIGHT - _BUTTON) // 2
        self._before.setGeometry(0, top, _BUTTON, _BUTTON)
        self._label.setGeometry(_BUTTON, 0, width, _HEIGHT)
        self._after.setGeometry(_BUTTON + width, top, _BUTTON, _BUTTON)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setIconSize(QSize(12, 12))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _choose(self, step: int) -> None:
        self.branch_chosen.emit(self._branches[self._at + step])

    @Slot()
    def _on_before_clicked(self) -> None:
        self._choose(-1)

    @Slot()
    def _on_after_clicked(self) -> None:
        self._choose(1)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._before.setIcon(self._theme.icon("chevron-left", "ink_second", 12))
        self._after.setIcon(self._theme.icon("chevron-right", "ink_second", 12))
