"""The questions the window asks: passwords, confirmations. None blocks: `exec()` inside a task ends the others."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.reading.kinds import IMAGE_SUFFIXES, PDF_SUFFIXES, READABLE_SUFFIXES, TEXT_SUFFIXES
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

_WIDTH = 420
translate = QCoreApplication.translate


class QuestionDialog(QDialog):
    """A heading, a sentence, perhaps a field, and one button or two.

    Args:
        secret: offer a field for a password.
        cancel: offer a way back; without, there is only the one to take note.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        heading: str,
        text: str,
        accept: str,
        *,
        secret: bool = False,
        cancel: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(heading)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(_WIDTH)
        title = QLabel(heading, self)
        title.setFont(theme.font(TextStyle.HEADING))
        title.setWordWrap(True)
        title.setTextFormat(Qt.TextFormat.PlainText)  # titles of documents end up here
        body = QLabel(text, self)
        body.setObjectName("dialogText")
        body.setWordWrap(True)
        body.setTextFormat(Qt.TextFormat.PlainText)
        self.field = QLineEdit(self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(self.tr("Password"))
        self.field.setVisible(secret)
        back = QPushButton(self.tr("Cancel"), self)
        back.clicked.connect(self.reject)
        back.setVisible(cancel)
        confirm = QPushButton(accept, self)
        confirm.setProperty("kind", "primary")
        confirm.setDefault(True)
        confirm.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(back)
        buttons.addWidget(confirm)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(body)
        if secret:
            layout.addSpacing(4)
            layout.addWidget(self.field)
        layout.addSpacing(12)
        layout.addLayout(buttons)
        # Enter presses the button that has the keyboard, which would be the first one.
        (self.field if secret else confirm).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as the words are in this width; a dialog's own hint forgets lines of a long text."""
        super().showEvent(event)
        layout = self.layout()
        if layout is not None:
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))


async def answered(dialog: QDialog) -> bool:
    """Open a dialog and wait for it without stopping anything else; True if it was accepted."""
    outcome: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    dialog.finished.connect(lambda code: None if outcome.done() else outcome.set_result(code))
    dialog.open()
    try:
        return await outcome == QDialog.DialogCode.Accepted.value
    finally:
        dialog.deleteLater()


async def choose_files(parent: QWidget) -> list[str]:
    """Ask for documents of the kinds that are read."""
    dialog = QFileDialog(parent, translate("dialogs", "Add files"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters(
        [
            _name_filter(translate("dialogs", "Documents"), READABLE_SUFFIXES),
            _name_filter(translate("dialogs", "PDF files"), PDF_SUFFIXES),
            _name_filter(translate("dialogs", "Texts"), TEXT_SUFFIXES),
            _name_filter(translate("dialogs", "Pictures"), IMAGE_SUFFIXES),
        ]
    )
    return dialog.selectedFiles() if await answered(dialog) else []


async def choose_folder(parent: QWidget, title: str | None = None) -> list[str]:
    """Ask for a folder, by default one to be added."""
    dialog = QFileDialog(parent, title or translate("dialogs", "Add a folder"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return dialog.selectedFiles() if await answered(dialog) else []


def _name_filter(name: str, suffixes: frozenset[str]) -> str:
    """`PDF files (*.pdf *.PDF)`: some systems' dialogs tell capitals apart."""
    patterns = [f"*{spelling}" for suffix in sorted(suffixes) for spelling in (suffix, suffix.upper())]
    return f"{name} ({' '.join(patterns)})"


async def choose_target(parent: QWidget, title: str, name: str, kind: str) -> str | None:
    """Ask where to write a file.

    Args:
        parent: whose dialog it is.
        title: of the dialog.
        name: proposed for the file; its suffix is added where the person leaves it out.
        kind: of the file, as Qt's name filters have it.
    """
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(kind)
    dialog.setDefaultSuffix(name.rpartition(".")[2])
    dialog.selectFile(name)
    return dialog.selectedFiles()[0] if await answered(dialog) else None
