"""The dialog of watched folders: which ones, how each is watched, and what became of files that are gone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.index.locations import MissingDocument
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.watching.folder_editor import FolderEditor
from desktop.watching.missing_notice import MissingNotice
from desktop.watching.watched_folder_list import WatchedFolderList
from desktop.watching.watched_folder_model import WatchedFolderModel

_WIDTH = 560
_LEAST_WIDTH = 420
# What a window manager puts around a dialog, at most; the list scrolls where the screen is lower.
_FRAME_HEIGHT = 64


class WatchingDialog(QDialog):
    """Shows the folders of `model` and asks for changes; who owns the library makes them.

    Open it with `open()`, or `desktop.dialogs.answered`.

    Signals:
        folder_added: a folder was chosen: Path.
        folder_removed: a folder is to be watched no longer: its path.
        folder_edited: a folder is to be watched in another way: WatchedFolder.
        missing_forgotten: documents whose file is gone are to be removed: list[str] of ids.
        missing_kept: they are to stay: list[str] of ids.
    """

    folder_added = Signal(Path)
    folder_removed = Signal(str)
    folder_edited = Signal(object)
    missing_forgotten = Signal(list)
    missing_kept = Signal(list)

    def __init__(self, theme: Theme, model: WatchedFolderModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self.setObjectName("watchingDialog")
        self.setWindowTitle(self.tr("Watched folders"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._missing = MissingNotice(theme, self)
        self._missing.forgotten.connect(self.missing_forgotten)
        self._missing.kept.connect(self.missing_kept)
        self._card = QFrame(self)
        self._card.setObjectName("watchedFolders")
        self._list = WatchedFolderList(theme, model, self._card)
        self._list.folder_selected.connect(self._on_folder_selected)
        self._list.remove_requested.connect(self.folder_removed)
        self._empty = self._label(
            self.tr("No folder is watched yet. Add one, and its files come in by themselves."), "ink_second"
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._problem = self._label("", "caution")
        self._problem.hide()
        self._add = QPushButton(self.tr("Add folder…"), self)
        self._add.clicked.connect(self._on_add_clicked)
        self._remove = QPushButton(self.tr("Remove"), self)
        self._remove.setAccessibleName(self.tr("Watch the chosen folder no longer"))
        self._remove.setToolTip(self.tr("Its documents stay in the library."))
        self._remove.clicked.connect(self._on_remove_clicked)
        self._editor = FolderEditor(theme, self)
        self._editor.edited.connect(self.folder_edited)
        self._done = QPushButton(self.tr("Done"), self)
        self._done.setProperty("kind", "primary")
        self._done.setDefault(True)
        self._done.clicked.connect(self.accept)
        self._inside = QVBoxLayout(self._card)
        self._outer = QVBoxLayout(self)
        self._lay_out()
        for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            signal.connect(self._on_rows_changed)
        model.dataChanged.connect(self._on_data_changed)
        self.finished.connect(self._editor.commit)
        self._on_rows_changed()
        self.resize(_WIDTH, 0)

    def set_collections(self, names: Sequence[str]) -> None:
        """The collections that new files can be put into."""
        self._editor.set_collections(names)

    def set_missing(self, missing: Sequence[MissingDocument]) -> None:
        """Ask about these documents, whose file is gone."""
        self._missing.set_missing(missing)

    def show_problem(self, sentence: str) -> None:
        """Say why what was asked for could not be done; an empty sentence takes it back."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def choose(self, path: str) -> None:
        """Choose a folder of the list; unknown ones are passed over."""
        index = self._model.index_of(path)
        if index.isValid():
            self._list.setCurrentIndex(index)

    def event(self, event: QEvent) -> bool:
        """Grow with what is shown; never shrink, so that nothing jumps under the pointer."""
        handled = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            room = self.screen().availableGeometry().height() - _FRAME_HEIGHT
            wanted = min(self._outer.totalHeightForWidth(self.width()), room)
            if wanted > self.height():
                self.resize(self.width(), wanted)
        return handled

    @property
    def chosen(self) -> str:
        """The path of the chosen folder; empty for none."""
        return self._list.chosen

    def _lay_out(self) -> None:
        title = self._label(self.tr("Watched folders"), "ink", TextStyle.HEADING)
        text = self._label(
            self.tr("New and changed files in these folders are added by themselves."),
            "ink_second",
        )
        self._inside.addWidget(self._list)
        self._inside.addWidget(self._empty)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.UNIT)
        buttons.addWidget(self._add)
        buttons.addWidget(self._remove)
        buttons.addStretch(1)
        end = QHBoxLayout()
        end.addStretch(1)
        end.addWidget(self._done)
        layout = self._outer
        layout.setContentsMargins(Space.PANE - Space.HALF, 20, Space.PANE - Space.HALF, 20)
        layout.setSpacing(Space.UNIT)
        layout.addWidget(title)
        layout.addWidget(text)
        layout.addSpacing(Space.HALF)
        layout.addWidget(self._missing)
        layout.addWidget(self._card)
        layout.addLayout(buttons)
        layout.addWidget(self._problem)
        layout.addSpacing(Space.UNIT)
        layout.addWidget(self._editor)
        layout.addStretch(1)
        layout.addSpacing(Space.UNIT)
        layout.addLayout(end)

    def _label(self, text: str, ink: str, style: TextStyle = TextStyle.BODY) -> QLabel:
        label = QLabel(text, self)
        label.setFont(self._theme.font(style))
        label.setProperty("ink", ink)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)  # paths end up here
        return label

    @Slot()
    def _on_rows_changed(self) -> None:
        has_rows = self._model.rowCount() > 0
        self._list.setVisible(has_rows)
        self._empty.setVisible(not has_rows)
        self._editor.setVisible(has_rows)
        self._remove.setVisible(has_rows)
        if has_rows:
            self._inside.setContentsMargins(0, Space.HALF, 0, Space.HALF)
        else:
            self._inside.setContentsMargins(Space.WIDE, Space.PANE, Space.WIDE, Space.PANE)
        if has_rows and not self._list.chosen:
            self._list.setCurrentIndex(self._model.index(0))
        elif not has_rows:
            self._on_folder_selected("")

    @Slot(QModelIndex, QModelIndex)
    def _on_data_changed(self, _first: QModelIndex, _last: QModelIndex) -> None:
        folder = self._model.folder(self._list.chosen)
        if folder is not None:
            self._editor.refresh(folder, self._model.state(folder.path))

    @Slot(str)
    def _on_folder_selected(self, path: str) -> None:
        self.show_problem("")
        self._remove.setEnabled(bool(path))
        self._editor.show_folder(self._model.folder(path), self._model.state(path))

    @Slot()
    def _on_add_clicked(self) -> None:
        self.show_problem("")
        dialog = QFileDialog(self, self.tr("Watch a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._on_folder_chosen)
        dialog.open()

    @Slot(str)
    def _on_folder_chosen(self, path: str) -> None:
        self.folder_added.emit(Path(path))

    @Slot()
    def _on_remove_clicked(self) -> None:
        if self._list.chosen:
            self.folder_removed.emit(self._list.chosen)
