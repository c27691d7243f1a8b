"""What can be done with the conversation that is open: the button at the end of the header."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from desktop.theme.theme import Theme


class ConversationMenu(QToolButton):
    """Offers nothing while there is no conversation.

    Signals:
        rename_requested, export_requested, remove_requested: chosen in the menu.
    """

    rename_requested = Signal()
    export_requested = Signal()
    remove_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        name = self.tr("This conversation")
        self.setFixedSize(26, 26)
        self.setIconSize(QSize(16, 16))
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.addAction(self.tr("Rename")).triggered.connect(self.rename_requested)
        menu.addAction(self.tr("Export…")).triggered.connect(self.export_requested)
        menu.addSeparator()
        menu.addAction(self.tr("Delete conversation")).triggered.connect(self.remove_requested)
        self.setMenu(menu)
        self.hide()
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_offered(self, offered: bool) -> None:
        """Show the button, or take it away."""
        self.setVisible(offered)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setIcon(self._theme.icon("more"))
