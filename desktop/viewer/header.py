"""The viewer's header: where one is, the way back, the zoom."""

from __future__ import annotations

import sys

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

HEIGHT = 50
_BUTTON = 26
_SIDE = 10
# Where the title would have less than this, the zoom buttons and the page's position give way, in this order.
_TITLE_BESIDE_ZOOM = 120
_TITLE_BESIDE_POSITION = 90
_LEAST_WIDTH = 280
_LONGEST_LABEL = 8


class ElidedLabel(QWidget):
    """One line of plain text that ends in an ellipsis where it has no room.

    Attributes:
        text: the whole text, which is also the tool tip once it is cut.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.update)

    def set_text(self, text: str) -> None:
        """Show another text; line breaks become spaces."""
        self.text = " ".join(text.split())
        self.setAccessibleName(self.text)
        self._refresh_tool_tip()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text) + 2, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refresh_tool_tip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._theme.color("ink"))
        text = self.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, self.width())
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), align, text)
        painter.end()

    def _refresh_tool_tip(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self.text) > self.width()
        # A tool tip guesses whether it is HTML; a title from a stranger's file must not be.
        self.setToolTip(self.text.replace("<", "‹") if cut else "")


class ViewerHeader(QWidget):
    """Back and forward, title, page, zoom, close.

    Signals:
        back_clicked, forward_clicked: the arrows.
        zoom_in_clicked, zoom_out_clicked: plus and minus.
        zoom_toggled: the percentage was clicked.
        close_clicked: the cross.
    """

    back_clicked = Signal()
    forward_clicked = Signal()
    zoom_in_clicked = Signal()
    zoom_out_clicked = Signal()
    zoom_toggled = Signal()
    close_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._has_pages = False
        self.setObjectName("viewerHeader")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)

        self._icons: list[tuple[QToolButton, str]] = []
        back, forward = (_as_written(keys[-1]) for keys in direction_keys(sys.platform))
        self.back = self._button("chevron-left", self.tr("Back"), self.tr("Back ({keys})").format(keys=back))
        self.forward = self._button(
            "chevron-right", self.tr("Forward"), self.tr("Forward ({keys})").format(keys=forward)
        )
        self.title = ElidedLabel(theme, self)
        self.title.setFont(theme.font(TextStyle.BODY_MEDIUM))
        self._label = self._text("viewerPageLabel")
        self._position = self._text("viewerPagePosition")
        self.minus = self._button("minus", self.tr("Zoom out"), self.tr("Zoom out (Ctrl+−)"))
        self.percent = self._button("", self.tr("Zoom"), self.tr("Fit to width (Ctrl+0)"))
        self.percent.setObjectName("viewerZoom")
        self.percent.setFont(theme.font(TextStyle.BODY))
        self.plus = self._button("plus", self.tr("Zoom in"), self.tr("Zoom in (Ctrl++)"))
        self.close_button = self._button("close", self.tr("Close"), self.tr("Close the page"))
        width = self.percent.fontMetrics().horizontalAdvance("888 %") + 12
        self.percent.setFixedSize(width, _BUTTON)

        layout = QHBoxLayout(self)
        layout.setContentsMargins(_SIDE, 0, _SIDE, 0)
        layout.setSpacing(0)
        layout.addWidget(self.back)
        layout.addWidget(self.forward)
        layout.addSpacing(Space.UNIT)
        layout.addWidget(self.title, 1)
        layout.addSpacing(Space.WIDE)
        layout.addWidget(self._label)
        layout.addWidget(self._position)
        layout.addSpacing(Space.UNIT)
        layout.addWidget(self.minus)
        layout.addWidget(self.percent)
        layout.addWidget(self.plus)
        layout.addSpacing(Space.HALF)
        layout.addWidget(self.close_button)

        self.back.clicked.connect(self.back_clicked)
        self.forward.clicked.connect(self.forward_clicked)
        self.minus.clicked.connect(self.zoom_out_clicked)
        self.percent.clicked.connect(self.zoom_toggled)
        self.plus.clicked.connect(self.zoom_in_clicked)
        self.close_button.clicked.connect(self.close_clicked)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.set_directions(back=False, forward=False)
        self.clear_pages()

    def set_directions(self, *, back: bool, forward: bool) -> None:
        """Say which way one can go."""
        self.back.setEnabled(back)
        self.forward.setEnabled(forward)

    def set_page(self, page_index: int, page_count: int, label: str) -> None:
        """Say which page is shown: what is printed on it, where that differs from its number, and its number."""
        number = self.tr("{0} of {1}").format(page_index + 1, page_count)
        label = " ".join(label.split())
        if len(label) > _LONGEST_LABEL:
            label = label[: _LONGEST_LABEL - 1] + "…"
        if label and label != str(page_index + 1):
            self._label.setText(self.tr("p. {0}").format(label))
            self._position.setText(f" ({number})")
        else:
            self._label.setText("")
            self._position.setText(number)
        for text in (self._label, self._position):
            text.setToolTip(self.tr("Page {0}").format(number))
        self._has_pages = True
        self._arrange()

    def set_part(self, label: str, part_count: int) -> None:
        """Say which part of a document without pages is shown."""
        self._label.setText("")
        self._position.setText(self.tr("{0} of {1}").format(" ".join(label.split()), part_count))
        self._position.setToolTip(self.tr("Part {0}").format(self._position.text()))
        self._has_pages = True
        self._arrange()

    def set_zoom(self, zoom: float, *, fits_width: bool) -> None:
        """Say how large pages show, where 1 is 100 %."""
        self.percent.setText(self.tr("{0} %").format(round(zoom * 100)))
        self.percent.setToolTip(self.tr("Actual size") if fits_width else self.tr("Fit to width (Ctrl+0)"))
        self.percent.setAccessibleName(self.tr("Zoom, {0} percent").format(round(zoom * 100)))

    def clear_pages(self) -> None:
        """Take page and zoom away, where there is no page to speak of."""
        self._has_pages = False
        self._arrange()

    @property
    def page_text(self) -> str:
        """What the header says of the page, as one line."""
        return self._label.text() + self._position.text() if self._has_pages else ""

    def minimumSizeHint(self) -> QSize:
        # Not the layout's, which counts what is about to give way.
        return QSize(_LEAST_WIDTH, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        has_label = bool(self._label.text())
        gaps = 2 * _SIDE + 2 * Space.UNIT + Space.WIDE + Space.HALF
        room = self.width() - gaps - 3 * _BUTTON - self.percent.width() - self._label.sizeHint().width() * has_label
        position = self._position.sizeHint().width()
        shows_position = not has_label or room - position >= _TITLE_BESIDE_POSITION
        shows_zoom = room - position - 2 * _BUTTON >= _TITLE_BESIDE_ZOOM
        for widget in (self.minus, self.plus):
            widget.setVisible(self._has_pages and shows_zoom)
        self.percent.setVisible(self._has_pages)
        self._label.setVisible(self._has_pages and has_label)
        self._position.setVisible(self._has_pages and shows_position)

    def _button(self, icon: str, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if icon:
            button.setFixedSize(_BUTTON, _BUTTON)
            button.setIconSize(QSize(16, 16))
            self._icons.append((button, icon))
        return button

    def _text(self, name: str) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setFont(self._theme.font(TextStyle.BODY))
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    @Slot()
    def _on_theme_changed(self) -> None:
        for button, name in self._icons:
            button.setIcon(self._theme.icon(name))


def direction_keys(platform: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys that go back and forward, the most usual of the system last.

    Args:
        platform: as `sys.platform` names it. On macOS Qt's "Ctrl" is the Command key, and Option with an arrow moves
            by words in a text, which takes it first.
    """
    if platform == "darwin":
        return ("Alt+Left", "Ctrl+["), ("Alt+Right", "Ctrl+]")
    return ("Alt+Left",), ("Alt+Right",)


def _as_written(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
