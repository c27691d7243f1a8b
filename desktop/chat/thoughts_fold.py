"""What a thinking model said to itself, folded away above its answer."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop.chat.flow import BLEED
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_ICON_SIZE = 12


class ThoughtsFold(QWidget):
    """One line that opens; hidden where a model did not think.

    Signals:
        height_changed: it was opened or closed.
    """

    height_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.toggle = QPushButton(self.tr("Thoughts"), self)
        self.toggle.setObjectName("thoughtsToggle")
        self.toggle.setFont(theme.font(TextStyle.META, weight=500))
        self.toggle.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
        self.toggle.setCheckable(True)
        self.toggle.setAutoDefault(False)
        self.toggle.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggle.setToolTip(self.tr("What the model said to itself. It is neither checked nor part of the answer."))
        self.toggle.toggled.connect(self._on_toggled)
        self._words = QLabel(self)
        self._words.setFont(theme.font(TextStyle.META))
        self._words.setProperty("kind", "meta")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.hide()
        self.hide()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """The thoughts."""
        return self._words.text()

    def set_thoughts(self, text: str) -> None:
        """Show these; nothing hides the line."""
        self._words.setText(text.strip())
        self.setVisible(bool(text.strip()))

    def arrange(self, width: int) -> int:
        """Place line and words; returns the height."""
        inner = width - 2 * BLEED
        size = self.toggle.sizeHint()
        # The icon stands where the words of the answer begin.
        self.toggle.setGeometry(BLEED - Space.HALF, 0, min(size.width(), inner), size.height())
        if self._words.isHidden():
            return size.height()
        indent = _ICON_SIZE + Space.HALF
        height = self._words.heightForWidth(inner - indent)
        self._words.setGeometry(QRect(BLEED + indent, size.height() + Space.HALF, inner - indent, height))
        return size.height() + Space.HALF + height + Space.HALF

    @Slot(bool)
    def _on_toggled(self, opened: bool) -> None:
        self._words.setVisible(opened)
        self._on_theme_changed()
        self.height_changed.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        name = "chevron-down" if self.toggle.isChecked() else "chevron-right"
        self.toggle.setIcon(self._theme.icon(name, "ink_second", _ICON_SIZE))
