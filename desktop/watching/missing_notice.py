"""Documents whose file is gone: nothing is forgotten before the person says so."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.index.locations import MissingDocument
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.watching.wording import missing_explanation, missing_heading, missing_names


class MissingNotice(QFrame):
    """Says which files are no longer where they were; hidden while there are none.

    Signals:
        forgotten: the documents are to be removed from the library: list[str] of ids.
        kept: the documents stay as they are: list[str] of ids.
    """

    forgotten = Signal(list)
    kept = Signal(list)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("missingNotice")
        self._missing: list[MissingDocument] = []
        self._heading = self._label(theme, TextStyle.BODY_MEDIUM, "ink")
        self._names = self._label(theme, TextStyle.META, "ink")
        self._explanation = self._label(theme, TextStyle.META, "ink_second")
        keep = QPushButton(self.tr("Keep"), self)
        keep.clicked.connect(self._on_keep_clicked)
        forget = QPushButton(self.tr("Forget"), self)
        forget.clicked.connect(self._on_forget_clicked)
        for button in (keep, forget):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.UNIT)
        buttons.addStretch(1)
        buttons.addWidget(keep)
        buttons.addWidget(forget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.WIDE, Space.UNIT + Space.HALF, Space.WIDE, Space.UNIT + Space.HALF)
        layout.setSpacing(Space.HALF)
        for label in (self._heading, self._names, self._explanation):
            layout.addWidget(label)
        layout.addSpacing(Space.HALF)
        layout.addLayout(buttons)
        self.hide()

    def set_missing(self, missing: Sequence[MissingDocument]) -> None:
        """Show these; hide where there are none."""
        self._missing = list(missing)
        self._heading.setText(missing_heading(missing))
        self._names.setText(missing_names(missing))
        self._names.setToolTip("\n".join(one.path or one.title for one in missing[:20]))
        self._explanation.setText(missing_explanation(missing))
        self.setVisible(bool(missing))

    def _label(self, theme: Theme, style: TextStyle, ink: str) -> QLabel:
        label = QLabel(self)
        label.setFont(theme.font(style))
        label.setProperty("ink", ink)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)  # names of files end up here
        return label

    def _ids(self) -> list[str]:
        return [one.document for one in self._missing]

    @Slot()
    def _on_keep_clicked(self) -> None:
        self.hide()
        self.kept.emit(self._ids())

    @Slot()
    def _on_forget_clicked(self) -> None:
        self.forgotten.emit(self._ids())
