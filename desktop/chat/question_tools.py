"""What can be done with a question that was asked: the button beside its bubble, and its menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidget

from desktop.theme.theme import Theme


class EditButton(QToolButton):
    """A pencil that is seen while the pointer is over the row, or the keyboard on it; Tab reaches it always."""

    def __init__(self, theme: Theme, row: QWidget) -> None:
        super().__init__(row)
        self._theme = theme
        self._row = row
        name = self.tr("Edit and ask again")
        self.setFixedSize(26, 26)
        self.setIconSize(QSize(16, 16))
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row.installEventFilter(self)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Come and go with the pointer."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button where somebody may want it."""
        if self._row.underMouse() or self.hasFocus():
            super().paintEvent(event)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setIcon(self._theme.icon("pencil"))


def question_menu(label: QLabel, button: EditButton) -> QMenu:
    """The context menu of a question; the caller shows it."""
    menu = QMenu(label)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    edit = menu.addAction(button.tr("Edit and ask again"))
    edit.triggered.connect(button.click)
    edit.setEnabled(button.isEnabled())
    menu.addSeparator()
    chosen = label.selectedText()
    copy = menu.addAction(button.tr("Copy"))
    copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(chosen or label.text()))
    return menu
