"""Which servers of models are asked, how long Ollama keeps a model in memory, and whether it is loaded beforehand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QMenu, QWidget

from core.settings import KEEP_ALIVE, OFF, OLLAMA_ADDRESS, ON, PRELOAD, SERVER_ADDRESS, Setting
from desktop.chat.pill_button import PillButton
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.watching.check_box import CheckBox


class AccessEditor(QWidget):
    """Edits what a library's settings say of servers of models.

    Signals:
        chosen: a `Setting` and its new value.
    """

    chosen = Signal(object, str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._values: dict[str, str] = {}
        self._ollama = self._field(self.tr("127.0.0.1:11434"), self.tr("Address of Ollama"))
        self._server = self._field(self.tr("127.0.0.1:8080 and 127.0.0.1:1234"), self.tr("Address of another server"))
        self._ollama.editingFinished.connect(self._on_ollama_edited)
        self._server.editingFinished.connect(self._on_server_edited)
        self._keep = PillButton(theme, self)
        self._keep.set_look("chevron-down", tinted=False)
        self._keep.setMenu(self._build_menu())
        self._preload = CheckBox(theme, self)
        self._preload.setText(self.tr("Load the model while the window is idle, if memory is free"))
        self._preload.clicked.connect(self._on_preload_clicked)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(Space.WIDE)
        layout.setVerticalSpacing(Space.UNIT)
        layout.setColumnStretch(1, 1)
        rows = (
            (self.tr("Ollama’s address"), self._ollama),
            (self.tr("Other server"), self._server),
            (self.tr("Keep in memory"), self._keep),
        )
        for number, (text, field) in enumerate(rows):
            layout.addWidget(self._label(theme, text, field), number, 0)
            if field is self._keep:
                layout.addWidget(field, number, 1, Qt.AlignmentFlag.AlignLeft)
            else:
                layout.addWidget(field, number, 1)
        layout.addWidget(self._preload, len(rows), 0, 1, 2)  # the longest line: beside a label it would not fit

    def show_values(self, values: dict[str, str]) -> None:
        """Show what is in force, by the settings' names; a field that is being edited stays as it is."""
        self._values = dict(values)
        for field, setting in ((self._ollama, OLLAMA_ADDRESS), (self._server, SERVER_ADDRESS)):
            if not field.hasFocus() or not field.isModified():
                value = values.get(setting.name, setting.default)
                field.setText("" if value == setting.default else value)
        keep = values.get(KEEP_ALIVE.name, KEEP_ALIVE.default)
        for action in self._keep.menu().actions():
            if action.data() == keep:
                action.setChecked(True)
                self._keep.setText(action.text())
                self._keep.setAccessibleName(self.tr("Keep in memory: {time}").format(time=action.text()))
        self._keep.updateGeometry()
        self._preload.setChecked(values.get(PRELOAD.name, PRELOAD.default) == ON)

    def _field(self, hint: str, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(hint)
        field.setAccessibleName(name)
        field.setMaxLength(200)
        return field

    def _label(self, theme: Theme, text: str, buddy: QWidget) -> QLabel:
        label = QLabel(text, self)
        label.setFont(theme.font(TextStyle.BODY))
        label.setProperty("ink", "ink_second")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(buddy)
        return label

    def _build_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        words = {
            "0": self.tr("Not at all"),
            "5m": self.tr("5 minutes after an answer"),
            "30m": self.tr("30 minutes after an answer"),
            "2h": self.tr("2 hours after an answer"),
            "always": self.tr("For good"),
        }
        for value in KEEP_ALIVE.choices():
            action = QAction(words[value], menu)
            action.setData(value)
            action.setCheckable(True)
            group.addAction(action)
            menu.addAction(action)
        menu.triggered.connect(self._on_keep_triggered)
        return menu

    def _choose(self, setting: Setting, value: str) -> None:
        if value != self._values.get(setting.name, setting.default):
            self.chosen.emit(setting, value)

    @Slot()
    def _on_ollama_edited(self) -> None:
        self._ollama.setModified(False)
        self._choose(OLLAMA_ADDRESS, self._ollama.text().strip() or OLLAMA_ADDRESS.default)

    @Slot()
    def _on_server_edited(self) -> None:
        self._server.setModified(False)
        self._choose(SERVER_ADDRESS, self._server.text().strip() or SERVER_ADDRESS.default)

    @Slot(QAction)
    def _on_keep_triggered(self, action: QAction) -> None:
        self._choose(KEEP_ALIVE, str(action.data()))

    @Slot()
    def _on_preload_clicked(self) -> None:
        self._choose(PRELOAD, ON if self._preload.isChecked() else OFF)
