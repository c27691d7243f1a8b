"""The prompt for passwords: all files that wait for one, a field, and what came of the last try."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from core.types import Document
from desktop.action_rows.model import ActionRow, ActionRowModel
from desktop.action_rows.view import ActionListView
from desktop.sheet import Sheet
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.wording import count_files, format_count

translate = QCoreApplication.translate

_SIZE = QSize(520, 460)


class PasswordDialog(Sheet):
    """Lists the files and asks for a password that is tried on all of them; stays open until none is left.

    Attributes:
        field: where the password is typed.

    Signals:
        password_entered: a password, and whether to remember it.
    """

    password_entered = Signal(str, bool)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, self.tr("Enter the password"), _SIZE)
        self._count = 0
        self._model = ActionRowModel(self)
        self._list = ActionListView(theme, self._model, self)
        self._list.setAccessibleName(self.tr("Files that need a password"))
        self.field = QLineEdit(self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(self.tr("Password"))
        self.field.textChanged.connect(self._on_text_changed)
        self._try = self.button("")
        self._try.setProperty("kind", "primary")
        self._try.setDefault(True)
        self._try.clicked.connect(self._on_try_clicked)
        self._remember = QCheckBox(self.tr("Remember in the system’s keyring"), self)
        self._remember.hide()
        self._result = self.label(TextStyle.BODY, "ink")
        self._result.setWordWrap(True)
        self._result.hide()
        row = QHBoxLayout()
        row.setSpacing(Space.UNIT)
        row.addWidget(self.field, 1)
        row.addWidget(self._try)
        self.add_list(self._list)
        self.add(self._result)
        self.add(row)
        self.add(self._remember)
        self._on_text_changed("")

    def set_remember_offered(self, offered: bool) -> None:
        """Offer to remember passwords only where there is a keyring for them."""
        self._remember.setVisible(offered)

    @property
    def documents(self) -> list[str]:
        """The ids of the files that are listed."""
        return self._model.keys

    def set_documents(self, documents: Sequence[Document]) -> None:
        """List the files that wait."""
        self._count = len(documents)
        self._model.set_rows([_row(document) for document in documents])
        if self._count == 1:
            self._try.setText(self.tr("Unlock"))
            name = Path(documents[0].path).name
            self.set_line(
                self.tr("{name} is protected. Its password is kept in memory until Paperlamp closes.").format(name=name)
            )
        else:
            self._try.setText(self.tr("Try on all"))
            self.set_line(
                self.tr("{files} are protected. Passwords are kept in memory until Paperlamp closes.").format(
                    files=count_files(self._count)
                )
            )
        self._list.setVisible(self._count != 1)

    def set_trying(self) -> None:
        """Say that a password is being tried."""
        self._say(self.tr("Trying…"))
        self._try.setEnabled(False)

    def show_result(self, opened: int, refused: int, untried: int) -> None:
        """Say on how many files the password fitted, and ask for the next one."""
        self._say(_result(opened, refused, untried))
        self.field.clear()
        self.field.setFocus()

    def begin(self) -> None:
        """Open with an empty field and nothing said."""
        self.field.clear()
        self._result.hide()
        self.present()
        self.field.setFocus()

    def _say(self, text: str) -> None:
        self._result.setText(text)
        self._result.show()

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        self._try.setEnabled(bool(text))

    @Slot()
    def _on_try_clicked(self) -> None:
        if self.field.text():
            self.password_entered.emit(self.field.text(), self._remember.isVisible() and self._remember.isChecked())


def _row(document: Document) -> ActionRow:
    path = Path(document.path)
    return ActionRow(document.id, path.name, str(path.parent), tool_tip=document.path)


def _result(opened: int, refused: int, untried: int) -> str:
    total = opened + refused + untried
    if untried:
        return translate("passwords", "Reading is paused. Resume it, and then try the password.")
    if total == 1:
        return translate("passwords", "That password does not open it.")
    if not opened:
        return translate("passwords", "That password opens none of them.")
    rest = (
        translate("passwords", "1 still needs another password.")
        if refused == 1
        else translate("passwords", "{count} still need another password.").format(count=format_count(refused))
    )
    done = translate("passwords", "{opened} of {total} opened.").format(
        opened=format_count(opened), total=format_count(total)
    )
    return f"{done} {rest}"
