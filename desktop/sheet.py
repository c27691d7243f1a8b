"""A dialog beside which the window goes on: a heading, a line below it, a body, and buttons at the foot."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.action_rows.view import ActionListView
from desktop.elided_label import ElidedLabel
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_AROUND = 32
_LEAST_WIDTH = 400
_INSET = Space.WIDE + Space.UNIT


class Sheet(QDialog):
    """Never wider or higher than the window it belongs to.

    Args:
        size: that it would like to have.

    Attributes:
        foot: where its buttons go; "Close" stands at the right.
    """

    def __init__(self, theme: Theme, parent: QWidget, heading: str, size: QSize) -> None:
        super().__init__(parent)
        self._theme = theme
        self._wanted_size = size
        self._first: QWidget | None = None
        self.setWindowTitle(heading)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._heading = ElidedLabel(heading, self)
        self._heading.setFont(theme.font(TextStyle.HEADING))
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._line = self.label(TextStyle.BODY, "ink_second")
        self._line.setWordWrap(True)
        self._line.hide()
        self._close = QPushButton(self.tr("Close"), self)
        self._close.setAutoDefault(False)
        self._close.clicked.connect(self.close)
        self._head = _inset(QHBoxLayout())
        words = QVBoxLayout()
        words.setSpacing(Space.HALF)
        words.addWidget(self._heading)
        words.addWidget(self._line)
        self._head.addLayout(words, 1)
        self._body = QVBoxLayout()
        self._body.setSpacing(Space.UNIT + Space.HALF)
        self.foot = _inset(QHBoxLayout())
        self.foot.addStretch(1)
        self.foot.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, _INSET - Space.HALF, 0, _INSET - Space.HALF)
        layout.setSpacing(Space.UNIT + Space.HALF)
        layout.addLayout(self._head)
        layout.addLayout(self._body, 1)
        layout.addLayout(self.foot)

    def add(self, part: QWidget | QLayout) -> None:
        """Add a part of the body, as wide as the heading."""
        row = _inset(QHBoxLayout())
        if isinstance(part, QWidget):
            row.addWidget(part)
        else:
            row.addLayout(part)
        self._body.addLayout(row)

    def add_body(self, part: QWidget) -> None:
        """Add a part that takes the room there is; the keyboard goes there first."""
        row = _inset(QHBoxLayout())
        row.addWidget(part)
        self._body.addLayout(row, 1)
        self._first = self._first or part

    def add_list(self, rows: ActionListView) -> None:
        """Add a list, which takes the room there is; its words stand below the heading, its ground reaches further."""
        row = QHBoxLayout()
        row.setContentsMargins(_INSET - Space.WIDE, 0, _INSET - Space.WIDE, 0)
        row.addWidget(rows)
        self._body.addLayout(row, 1)
        self._first = rows

    def add_scrolling(self, page: QWidget) -> None:
        """Add a page that scrolls as a whole and brings its own margins."""
        area = QScrollArea(self)
        area.setObjectName("sheetScroll")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(page)
        self._body.addWidget(area, 1)

    def present(self) -> None:
        """Show it in the middle of its window, or bring it to the front."""
        if not self.isVisible():
            window = self.parentWidget()
            if window is not None:
                room = window.size() - QSize(_AROUND, _AROUND)
                self.resize(self._wanted_size.boundedTo(room).expandedTo(self.minimumSizeHint()))
            if self._first is not None:
                self._first.setFocus()
        self.show()
        self.raise_()
        self.activateWindow()

    def set_heading(self, text: str) -> None:
        """Name what it is about."""
        self._heading.setText(text)
        self.setWindowTitle(text)

    def set_line(self, text: str) -> None:
        """Say something below the heading; nothing with an empty text."""
        self._line.setText(text)
        self._line.setVisible(bool(text))

    @property
    def line(self) -> str:
        """What is said below the heading."""
        return self._line.text()

    def add_head_button(self, text: str) -> QPushButton:
        """Add a button beside the heading."""
        button = self.button(text)
        self._head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    def button(self, text: str) -> QPushButton:
        """Make a button that Enter does not press by itself."""
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        return button

    def label(self, style: TextStyle, ink: str) -> QLabel:
        """Make a label; words from files end up in some, and none of them may turn into markup."""
        label = QLabel(self)
        label.setFont(self._theme.font(style))
        label.setProperty("ink", ink)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label


def _inset(layout: QHBoxLayout) -> QHBoxLayout:
    layout.setContentsMargins(_INSET, 0, _INSET, 0)
    layout.setSpacing(Space.UNIT)
    return layout
