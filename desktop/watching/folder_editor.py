"""How one watched folder is watched: its collection, what is left out, and whether it is looked at now and then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QCompleter, QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from core.watching.folders import WatchedFolder
from core.watching.patterns import tidy_patterns
from core.watching.states import FolderState, PollingCause
from desktop.library.filter_field import MAX_NAME_LENGTH
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.watching.check_box import CheckBox

_PATTERN_LINES = 3


class FolderEditor(QWidget):
    """Edits the chosen folder; a change is told when its field is left, and when another folder is chosen.

    Signals:
        edited: the folder is to be watched in another way: a WatchedFolder.
    """

    edited = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._folder: WatchedFolder | None = None
        self._is_network = False
        self._names = QStringListModel(self)
        self._collection = QLineEdit(self)
        self._collection.setPlaceholderText(self.tr("None"))
        self._collection.setAccessibleName(self.tr("Collection for new files"))
        self._collection.setMaxLength(MAX_NAME_LENGTH)
        completer = QCompleter(self._names, self._collection)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._collection.setCompleter(completer)
        self._collection.editingFinished.connect(self.commit)
        self._ignore = _PatternField(self)
        self._ignore.left.connect(self.commit)
        self._polling = CheckBox(theme, self)
        self._polling.clicked.connect(self.commit)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(Space.WIDE)
        layout.setVerticalSpacing(Space.UNIT)
        layout.setColumnStretch(1, 1)
        layout.addWidget(self._label(theme, self.tr("Collection"), self._collection), 0, 0)
        layout.addWidget(self._collection, 0, 1)
        layout.addWidget(self._label(theme, self.tr("Leave out"), self._ignore), 1, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._ignore, 1, 1)
        layout.addWidget(self._polling, 2, 1)
        self.show_folder(None, None)

    def set_collections(self, names: Sequence[str]) -> None:
        """The collections to be offered as one types."""
        self._names.setStringList(list(names))

    def show_folder(self, folder: WatchedFolder | None, state: FolderState | None) -> None:
        """Show how a folder is watched; what was typed for another one is told first."""
        self.commit()
        self._folder = folder
        self.setEnabled(folder is not None)
        self._collection.setText((folder.collection or "") if folder else "")
        self._ignore.setPlainText("\n".join(folder.ignore) if folder else "")
        self.show_state(state)

    def refresh(self, folder: WatchedFolder, state: FolderState | None) -> None:
        """The folder is another one than before in what nobody is editing at the moment."""
        before = self._folder
        self._folder = folder
        if before and self._collection.text() == (before.collection or ""):
            self._collection.setText(folder.collection or "")
        if before and tidy_patterns(self._patterns()) == before.ignore and folder.ignore != before.ignore:
            self._ignore.setPlainText("\n".join(folder.ignore))
        self.show_state(state)

    def show_state(self, state: FolderState | None) -> None:
        """A network drive is looked at now and then, whatever was chosen: the system does not tell of its changes."""
        self._is_network = state is not None and state.polling_cause is PollingCause.NETWORK
        self._polling.setText(
            self.tr("Network drive: looked at now and then")
            if self._is_network
            else self.tr("Look now and then, as on network drives")
        )
        self._polling.setEnabled(not self._is_network)
        self._polling.setChecked(self._is_network or (self._folder is not None and self._folder.polling))

    @Slot()
    def commit(self) -> None:
        """Tell what was changed, if anything was."""
        if self._folder is None:
            return
        edited = replace(
            self._folder,
            collection=" ".join(self._collection.text().split()) or None,
            ignore=tidy_patterns(self._patterns()),
            polling=self._folder.polling if self._is_network else self._polling.isChecked(),
        )
        if edited != self._folder:
            self._folder = edited
            self.edited.emit(edited)

    def _patterns(self) -> list[str]:
        return self._ignore.toPlainText().splitlines()

    def _label(self, theme: Theme, text: str, buddy: QWidget) -> QLabel:
        label = QLabel(text, self)
        label.setFont(theme.font(TextStyle.BODY))
        label.setProperty("ink", "ink_second")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(buddy)
        # On the line of the field's own words.
        label.setContentsMargins(0, Space.UNIT, 0, Space.UNIT)
        return label


class _PatternField(QPlainTextEdit):
    """A few lines, one pattern each.

    Signals:
        left: the keyboard has gone elsewhere.
    """

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("patternField")
        self.setPlaceholderText(self.tr("One pattern on each line, such as\ndrafts/*\n*-old.pdf"))
        self.setAccessibleName(self.tr("Files to leave out, one pattern on each line"))
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.document().setDocumentMargin(0)
        self.setFixedHeight(_PATTERN_LINES * self.fontMetrics().lineSpacing() + 2 * (Space.UNIT + 1))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that editing has ended, except while a menu has the keyboard for a moment."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()
