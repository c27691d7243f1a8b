"""What the viewer says where it has no page to show."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_ICON = 26
_TEXT_WIDTH = 320


class MessagePane(QWidget):
    """A sign, a line that says what is the matter, a line that says more, and at most one thing to do.

    Signals:
        action_triggered: the button was pressed.
    """

    action_triggered = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = "page"
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._heading = self._label(TextStyle.HEADING)
        self._heading.setObjectName("viewerMessageHeading")
        self._detail = self._label(TextStyle.BODY)
        self._detail.setObjectName("viewerMessageDetail")
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton(self)
        self._button.setProperty("kind", "primary")
        self._button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._button.clicked.connect(self.action_triggered)

        # Labels that wrap know their height only in a column of their own.
        column = QWidget(self)
        column.setMaximumWidth(_TEXT_WIDTH)
        stack = QVBoxLayout(column)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        # A little above the middle reads as the middle.
        stack.addStretch(4)
        stack.addWidget(self._icon)
        stack.addSpacing(Space.WIDE)
        stack.addWidget(self._heading)
        stack.addSpacing(Space.HALF)
        stack.addWidget(self._detail)
        stack.addSpacing(Space.WIDE)
        stack.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        stack.addStretch(5)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.PANE, Space.PANE, Space.PANE, Space.PANE)
        layout.addStretch(1)
        layout.addWidget(column, 1000)
        layout.addStretch(1)
        theme.changed.connect(self._on_theme_changed)

    def show_message(
        self, icon: str, heading: str, detail: str = "", action: str = "", *, primary: bool = True
    ) -> None:
        """Say something; without `action` there is no button."""
        self._icon_name = icon
        self._heading.setText(heading)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(heading)
        self.setAccessibleDescription(detail)
        self._on_theme_changed()

    @property
    def heading(self) -> str:
        """What is the matter."""
        return self._heading.text()

    @property
    def detail(self) -> str:
        """What more there is to say."""
        return self._detail.text()

    @property
    def button(self) -> QPushButton:
        """The one thing to do; hidden where there is none."""
        return self._button

    def _label(self, style: TextStyle) -> QLabel:
        label = QLabel(self)
        label.setFont(self._theme.font(style))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setWordWrap(True)
        return label

    @Slot()
    def _on_theme_changed(self) -> None:
        icon = self._theme.icon(self._icon_name, "ink_third", _ICON)
        self._icon.setPixmap(icon.pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))
