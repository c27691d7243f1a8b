"""What the window shows while the library is empty: a place to drop the first files on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFontInfo, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.library.brand_mark import BrandMark
from desktop.library.drop_target import DropTarget
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_CARD_WIDTH = 560
_CARD_RADIUS = 20
_MARK_SIZE = 32
_TEXT_INSET = 20
_DASH = (3.5, 3.0)


class EmptyState(QWidget):
    """Invites the first files; the whole of it takes a drop, the card shows that it would.

    Signals:
        paths_dropped: files and folders were dropped or pasted: list[Path].
        choose_requested: the person wants to choose files in a dialog.
        sample_requested: the person wants to try the sample document.
    """

    paths_dropped = Signal(list)
    choose_requested = Signal()
    sample_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("emptyState")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._card = _DropCard(theme, self)
        self._fill_card()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._card, 1000)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.WIDE, Space.WIDE, Space.WIDE, Space.WIDE)
        layout.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(1)
        target = DropTarget(self)
        target.paths_dropped.connect(self.paths_dropped)
        target.hover_changed.connect(self._card.set_hovered)

    def _fill_card(self) -> None:
        heading = self._label(self.tr("Drop PDFs here and ask them anything"), TextStyle.TITLE, "ink")
        text = self._label(
            self.tr(
                "Files and folders, scans too. They are read on this computer and never leave it. "
                "Every answer points to the exact words on the page."
            ),
            TextStyle.ANSWER,
            "ink_second",
        )
        text.setContentsMargins(_TEXT_INSET, 0, _TEXT_INSET, 0)
        choose = QPushButton(self.tr("Choose files…"), self._card)
        choose.setProperty("kind", "primary")
        choose.clicked.connect(self._on_choose_clicked)
        sample = QPushButton(self.tr("Try the sample document"), self._card)
        sample.setProperty("kind", "link")
        sample.clicked.connect(self._on_sample_clicked)
        for button in (choose, sample):
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.WIDE)
        buttons.addStretch(1)
        buttons.addWidget(choose)
        buttons.addWidget(sample)
        buttons.addStretch(1)
        layout = QVBoxLayout(self._card)
        layout.setContentsMargins(_TEXT_INSET, 64, _TEXT_INSET, 52)
        layout.setSpacing(0)
        layout.addWidget(BrandMark(self._theme, _MARK_SIZE, self._card, bare=True), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(Space.PANE)
        layout.addWidget(heading)
        layout.addSpacing(Space.UNIT + Space.HALF)
        layout.addWidget(text)
        layout.addSpacing(Space.WIDE + Space.HALF)
        layout.addLayout(buttons)

    def _label(self, text: str, style: TextStyle, ink: str) -> QLabel:
        font = self._theme.font(style)
        # The type scale counts in font sizes, rich text in the font's line spacing; plain labels know no line height.
        line_height = style.value[2] * QFontInfo(font).pixelSize() / QFontMetricsF(font).lineSpacing()
        label = QLabel(f'<p style="line-height: {line_height:.0%}">{text}</p>', self._card)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setAccessibleName(text)
        label.setFont(font)
        label.setProperty("ink", ink)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        label.setWordWrap(True)
        return label

    @Slot()
    def _on_choose_clicked(self) -> None:
        self.choose_requested.emit()

    @Slot()
    def _on_sample_clicked(self) -> None:
        self.sample_requested.emit()


class _DropCard(QWidget):
    """The dashed card; filled with the accent's ground while files are held over it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._hovered = False
        self.setMaximumWidth(_CARD_WIDTH)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    @property
    def is_hovered(self) -> bool:
        """True while files are held over the card."""
        return self._hovered

    @Slot(bool)
    def set_hovered(self, hovered: bool) -> None:
        """Show whether files are held over the card."""
        self._hovered = hovered
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card's ground and its dashes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._theme.color("accent_ground" if self._hovered else "surface"))
        edge = self._theme.color("accent") if self._hovered else self._theme.color("ink_third", 0.4)
        pen = QPen(edge, 2)
        pen.setDashPattern(_DASH)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _CARD_RADIUS, _CARD_RADIUS)
        painter.end()
