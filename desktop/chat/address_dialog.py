"""A link that was chosen in an answer: where it leads, in full, before anything is opened."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication, QTextOption
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.answering.addresses import Address, read_address
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

_WIDTH = 480
_SIDE = 24
_FIELD_PADDING = 8
_MOST_LINES = 6


class AddressDialog(QDialog):
    """Shows an address and offers to copy it and, where it is one of the web or of mail, to open it.

    Signals:
        address_chosen: "Open" was pressed; the QUrl that was shown.
    """

    address_chosen = Signal(QUrl)

    def __init__(self, theme: Theme, written: str, parent: QWidget) -> None:
        super().__init__(parent)
        address = read_address(written)
        self._url = QUrl(address.text, QUrl.ParsingMode.StrictMode)
        # Qt must read it as we have shown it, to the letter.
        openable = address.can_be_opened and self._url.isValid()
        openable = openable and self._url.toString(QUrl.ComponentFormattingOption.FullyEncoded) == address.text
        self.setWindowTitle(self.tr("Address of a link"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(_WIDTH)
        leads = self.tr("This link leads out of Paperlamp")
        title = QLabel(leads if openable else self.tr("This address is not opened from here"), self)
        title.setFont(theme.font(TextStyle.HEADING))
        body = self._label(self._explanation(address, openable=openable))
        body.setObjectName("dialogText")
        self.field = QPlainTextEdit(address.text, self)
        self.field.setReadOnly(True)
        self.field.setTabChangesFocus(True)
        self.field.setAccessibleName(self.tr("Address"))
        self.field.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.field.setObjectName("addressField")
        self.field.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.field.document().setDocumentMargin(0)
        self.field.setFixedHeight(self._field_height(address.text))
        self.host = self._label(self._host_line(address))
        self.host.setVisible(bool(self.host.text()))
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.copy = QPushButton(self.tr("Copy"), self)
        self.open_button = QPushButton(self.tr("Open"), self)
        self.open_button.setVisible(openable)
        self.cancel.clicked.connect(self.reject)
        self.copy.clicked.connect(self._on_copy_clicked)
        self.open_button.clicked.connect(self._on_open_clicked)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self.cancel, self.copy, self.open_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_SIDE, 20, _SIDE, 20)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(body)
        layout.addSpacing(4)
        layout.addWidget(self.field)
        layout.addWidget(self.host)
        layout.addSpacing(12)
        layout.addLayout(buttons)
        # Enter must not open what a model wrote: whoever wants that says so.
        self.cancel.setDefault(True)
        self.cancel.setFocus()

    def _explanation(self, address: Address, *, openable: bool) -> str:
        if openable and address.text.lower().startswith("mailto:"):
            return self.tr("It was written by the model or stands in a document. “Open” hands it to your mail program.")
        if openable:
            return self.tr("It was written by the model or stands in a document. “Open” hands it to your browser.")
        return self.tr("Only plain web and mail addresses are. You can copy this one.")

    def _field_height(self, text: str) -> int:
        """As high as the address is long; what is longer can be scrolled."""
        metrics = self.field.fontMetrics()
        room = _WIDTH - 2 * (_SIDE + _FIELD_PADDING + 2)
        lines = min(_MOST_LINES, 1 + metrics.horizontalAdvance(text) // room)
        return int(lines) * metrics.lineSpacing() + 2 * _FIELD_PADDING + 4

    def _host_line(self, address: Address) -> str:
        if not address.host:
            return ""
        if address.host_in_letters:
            line = self.tr("It goes to {host}, which reads “{letters}”. Letters of several scripts look alike.")
            return line.format(host=address.host, letters=address.host_in_letters)
        return self.tr("It goes to {host}.").format(host=address.host)

    def _label(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.field.toPlainText())
        self.accept()

    @Slot()
    def _on_open_clicked(self) -> None:
        self.address_chosen.emit(self._url)
        self.accept()
