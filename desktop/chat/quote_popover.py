"""The small card that shows the quotation behind a chip."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, TextStyle

_SHADOW = 10
_WIDTH = 340
_LONGEST_QUOTE = 360


class QuotePopover(QFrame):
    """Shows title, page and quotation beside a chip, or one plain line; never takes the focus."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self._theme = theme
        self.setObjectName("quotePopover")
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._source = QLabel(self)
        self._source.setObjectName("quotePopoverSource")
        self._source.setFont(theme.font(TextStyle.META, weight=500))
        self._quote = QLabel(self)
        self._quote.setFont(theme.font(TextStyle.BODY))
        self._note = QLabel(self)
        self._note.setFont(theme.font(TextStyle.META))
        self._note.setProperty("kind", "caution")
        self._labels = (self._source, self._quote, self._note)
        for label in self._labels:
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(_SHADOW + 14, _SHADOW + 10, _SHADOW + 14, _SHADOW + 12)
        layout.setSpacing(4)
        layout.addWidget(self._source)
        layout.addWidget(self._quote)
        layout.addWidget(self._note)

    def show_quote(self, source: str, quote: str, beside: QRect, note: str = "") -> None:
        """Show a quotation.

        Args:
            source: title and page, as one line.
            quote: the words cited; empty shows the source alone.
            beside: what it belongs to, in global coordinates; the card goes below it, or above where there is no room.
            note: what is in doubt about what it is cited for.
        """
        quote = " ".join(quote.split())
        if len(quote) > _LONGEST_QUOTE:
            quote = quote[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
        self._source.setText(source)
        self._source.setVisible(bool(source))
        self._quote.setText(f"“{quote}”" if source and quote else quote)
        self._quote.setVisible(bool(quote))
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._place(beside)

    @property
    def text(self) -> str:
        """What is shown: source, quotation, and a note where there is one."""
        return "\n".join(filter(None, (self._source.text(), self._quote.text(), self._note.text())))

    def show_note(self, note: str, beside: QRect) -> None:
        """Show one plain line."""
        self.show_quote("", note, beside)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(_SHADOW, 0, -1):
            painter.setBrush(self._theme.color("shadow", 0.012))
            spread = card.adjusted(-step, -step + 3, step, step).intersected(QRectF(self.rect()))
            painter.drawRoundedRect(spread, Radius.FIELD + step, Radius.FIELD + step)
        painter.setBrush(self._theme.color("surface"))
        painter.setPen(QPen(self._theme.color("line"), 1.0))
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), Radius.FIELD, Radius.FIELD)

    def _place(self, beside: QRect) -> None:
        margins = self._layout.contentsMargins()
        inside = _WIDTH - margins.left() - margins.right()
        widest = 0
        for label in self._labels:
            if not label.isHidden():
                widest = max(widest, min(inside, label.fontMetrics().horizontalAdvance(label.text()) + 4))
        width = widest + margins.left() + margins.right()
        self.setFixedSize(width, self._layout.heightForWidth(width))
        screen = QGuiApplication.screenAt(beside.center()) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        x = min(max(beside.center().x() - width // 2, room.left()), room.right() - width)
        y = beside.bottom() + 2 - _SHADOW + 4
        if y + self.height() - _SHADOW > room.bottom():
            y = beside.top() - self.height() + _SHADOW - 4
        self.move(QPoint(x, y))
        self.show()
