"""The bar above a conversation: its title, what it asks, and which model answers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from desktop.chat.conversation_menu import ConversationMenu
from desktop.chat.pill_button import PillButton
from desktop.elided_label import ElidedLabel
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

HEADER_HEIGHT = 50
_PILL_WIDTH = 190
_SMALLEST_SCOPE = 90  # narrower, the chip of the composer has to do


class ChatHeader(QFrame):
    """Title, scope, model and the way to a new conversation.

    Attributes:
        conversation_menu: what can be done with the one that is open.

    Signals:
        model_selected: the id of the model that was chosen.
        models_requested: the person wants to see to the models.
        remote_details_requested: the person wants to know what goes to another computer.
        conversation_new_requested: a new conversation is wanted.
        sidebar_toggled: the sidebar is to be shown or hidden.
    """

    model_selected = Signal(str)
    models_requested = Signal()
    remote_details_requested = Signal()
    conversation_new_requested = Signal()
    sidebar_toggled = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("chatHeader")
        self.setFixedHeight(HEADER_HEIGHT)
        self._sidebar = self._tool(self.tr("Show or hide the sidebar"))
        self._sidebar.clicked.connect(self._on_sidebar_clicked)
        self._sidebar.hide()
        self._title = ElidedLabel(self)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setFont(theme.font(TextStyle.HEADING))
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._scope = ElidedLabel(self)
        self._scope.setObjectName("scopePill")
        self._scope.setTextFormat(Qt.TextFormat.PlainText)
        self._scope.setFont(theme.font(TextStyle.META, weight=500))
        self._scope.setIndent(0)
        self._scope.setFixedHeight(24)
        self._scope.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._scope.hide()
        self._model = PillButton(theme, self)
        self._model.set_look("chevron-down", tinted=False)
        self._model.setMaximumWidth(_PILL_WIDTH)
        self._model.setCursor(Qt.CursorShape.PointingHandCursor)
        self._model.hide()
        self._menu = QMenu(self._model)
        self._model.setMenu(self._menu)
        self._choices = QActionGroup(self)
        self._menu.triggered.connect(self._on_model_triggered)
        self._host = ""
        self._remote = QPushButton(self)
        self._remote.setObjectName("remotePill")
        self._remote.setFont(theme.font(TextStyle.META, weight=500))
        self._remote.setFixedHeight(26)
        self._remote.clicked.connect(self._on_remote_clicked)
        self._remote.hide()
        self._new = self._tool(self.tr("New conversation"))
        self._new.clicked.connect(self._on_new_clicked)
        self.conversation_menu = ConversationMenu(theme, self)
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.PANE, 0, Space.WIDE - 4, 1)
        layout.setSpacing(Space.UNIT)
        layout.addWidget(self._sidebar)
        layout.addWidget(self._title)
        layout.addWidget(self._scope)
        layout.addStretch(1)
        layout.addWidget(self._remote)
        layout.addWidget(self._model)
        layout.addWidget(self.conversation_menu)
        layout.addWidget(self._new)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_title(self, title: str) -> None:
        """Name the conversation."""
        self._title.setText(title)
        self._show_scope()

    def set_scope_label(self, text: str) -> None:
        """Say what is asked, for instance "Asking Benefits · 6 documents"; empty hides the pill."""
        self._scope.setText(text)
        self._show_scope()

    def set_models(self, models: Sequence[tuple[str, str, str]], current: str) -> None:
        """Offer models.

        Args:
            models: id, label ("qwen3:8b · Ollama") and detail (size, or why it cannot be used) of each.
            current: the id of the one in use; the pill shows its label.
        """
        self._menu.clear()
        self._model.setVisible(bool(models))
        for model_id, label, detail in models:
            # The column of shortcuts, after the tab, is where a menu puts what is said quietly.
            name = label.replace("&", "&&")
            action = QAction(f"{name}\t{detail}" if detail else name, self._menu)
            action.setData(model_id)
            action.setCheckable(True)
            action.setChecked(model_id == current)
            self._choices.addAction(action)
            self._menu.addAction(action)
            if model_id == current:
                self._model.setText(label)
                self._model.updateGeometry()
                self._show_scope()
                self._model.setAccessibleName(self.tr("Model: {label}").format(label=label))
                self._model.setToolTip(" · ".join(part for part in (label, detail) if part))
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Manage models…")).setData(None)

    def set_remote(self, host: str) -> None:
        """Passages may go to another computer: said here while the sidebar, which says it too, is away."""
        self._host = host
        self._remote.setText(self.tr("To {host}").format(host=host))
        words = self.tr("Passages may go to {host}").format(host=host)
        self._remote.setToolTip(words)
        self._remote.setAccessibleName(words)
        self._remote.setVisible(bool(host) and not self._sidebar.isHidden())
        self._show_scope()

    def set_sidebar_button_visible(self, visible: bool) -> None:
        """Offer the sidebar, for a window that is too narrow to show it always."""
        self._sidebar.setVisible(visible)
        self._remote.setVisible(bool(self._host) and visible)
        margins = self._layout.contentsMargins()
        margins.setLeft(Space.WIDE if visible else Space.PANE)
        self._layout.setContentsMargins(margins)
        self._show_scope()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_scope()

    def _show_scope(self) -> None:
        # The title matters more: the pill takes what title and buttons leave, or goes.
        others = (self._sidebar, self._title, self._remote, self._model, self.conversation_menu, self._new)
        taken = sum(part.sizeHint().width() + Space.UNIT for part in others if not part.isHidden())
        margins = self._layout.contentsMargins()
        room = self.width() - margins.left() - margins.right() - taken
        room = min(room, self._scope.sizeHint().width())
        self._scope.setMaximumWidth(max(room, 0))
        self._scope.setVisible(bool(self._scope.text()) and room >= _SMALLEST_SCOPE)

    def _tool(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setFixedSize(26, 26)
        button.setIconSize(QSize(16, 16))
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    @Slot(QAction)
    def _on_model_triggered(self, action: QAction) -> None:
        if action.data() is None:
            self.models_requested.emit()
        else:
            self.model_selected.emit(str(action.data()))

    @Slot()
    def _on_remote_clicked(self) -> None:
        self.remote_details_requested.emit()

    @Slot()
    def _on_new_clicked(self) -> None:
        self.conversation_new_requested.emit()

    @Slot()
    def _on_sidebar_clicked(self) -> None:
        self.sidebar_toggled.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self._sidebar.setIcon(self._theme.icon("sidebar"))
        self._new.setIcon(self._theme.icon("new-conversation"))
