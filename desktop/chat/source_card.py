"""One passage as a card: its number, where it stands, and its words with the quotation marked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QEnterEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractButton, QWidget

from core.reading.text.parts import is_part_label
from core.types import Passage
from desktop.chat.excerpt import Excerpt, excerpt_of
from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, TextStyle

_PADDING = 13.0
_NUMBER_SIZE = 16.0
_LINES = 3
_LINE_HEIGHT = 18.5
_ELLIPSIS = " …"


class SourceCard(QAbstractButton):
    """A button that shows a passage; `clicked` is its signal.

    Attributes:
        number: the passage's number, counted from 1.
    """

    def __init__(self, theme: Theme, number: int, passage: Passage, parent: QWidget) -> None:
        super().__init__(parent)
        self.number = number
        self._theme = theme
        self._passage = passage
        self._excerpt = Excerpt("")
        self._quote: str | None = None
        self._active = False
        self._meta_font = theme.font(TextStyle.META)
        self._number_font = theme.font(TextStyle.LABEL)
        self._text_font = theme.font(TextStyle.BODY)
        self._text_font.setPointSizeF(self._text_font.pointSizeF() * 12.5 / 13.0)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        label = passage.page_label
        page = label if is_part_label(label) else self.tr("p. {page}").format(page=label)
        self.setAccessibleName(
            self.tr("Source {number}: {title}, {page}").format(number=number, title=passage.title, page=page)
        )
        self._page = page
        self.set_quote("")
        theme.changed.connect(self._on_theme_changed)

    @property
    def is_raised(self) -> bool:
        """Whether the card stands out from the page, under the pointer."""
        return self.underMouse() and self.isEnabled()

    @property
    def excerpt(self) -> Excerpt:
        """The words shown and the span marked."""
        return self._excerpt

    def set_quote(self, quote: str) -> None:
        """Mark the words of a quotation; an empty one marks nothing."""
        if quote != self._quote:
            self._quote = quote
            self._excerpt = excerpt_of(self._passage.text, quote)
            self.setAccessibleDescription(quote or self._excerpt.text[:300])
            self.update()

    def set_active(self, active: bool) -> None:
        """Show that this passage is the one on the page."""
        if active != self._active:
            self._active = active
            self.update()

    def sizeHint(self) -> QSize:
        height = 2 * _PADDING + _NUMBER_SIZE + 6 + _LINES * _LINE_HEIGHT
        if self._passage.heading:
            height += 16
        return QSize(260, int(height))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._repaint_with_shadow()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._repaint_with_shadow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_card(painter)
        inside = QRectF(self.rect()).adjusted(_PADDING, _PADDING - 1, -_PADDING, -_PADDING)
        self._paint_meta(painter, inside)
        top = inside.top() + _NUMBER_SIZE + 6
        if self._passage.heading:
            painter.setFont(self._meta_font)
            painter.setPen(self._theme.color("ink_third"))
            metrics = QFontMetricsF(self._meta_font)
            heading = metrics.elidedText(self._passage.heading, Qt.TextElideMode.ElideMiddle, inside.width())
            painter.drawText(QPointF(inside.left(), top + metrics.ascent() - 3), heading)
            top += 16
        self._paint_excerpt(painter, QPointF(inside.left(), top), inside.width())

    def _paint_card(self, painter: QPainter) -> None:
        focused = self.hasFocus()
        pen_width = 2.0 if focused else 1.0
        token = "accent" if self._active or focused else "ink_third" if self.is_raised else "line"
        opacity = 0.55 if token == "ink_third" else 1.0
        painter.setPen(QPen(self._theme.color(token, opacity), pen_width))
        painter.setBrush(self._theme.color("surface"))
        edge = pen_width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), Radius.CARD, Radius.CARD)

    def _paint_meta(self, painter: QPainter, inside: QRectF) -> None:
        number = str(self.number)
        width = max(_NUMBER_SIZE, QFontMetricsF(self._number_font).horizontalAdvance(number) + 8)
        chip = QRectF(inside.left(), inside.top(), width, _NUMBER_SIZE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent" if self._active else "accent_ground"))
        painter.drawRoundedRect(chip, Radius.CHIP, Radius.CHIP)
        painter.setFont(self._number_font)
        painter.setPen(self._theme.color("on_accent" if self._active else "accent"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, number)
        painter.setFont(self._meta_font)
        painter.setPen(self._theme.color("ink_second"))
        metrics = QFontMetricsF(self._meta_font)
        rest = inside.adjusted(chip.width() + 7, 0, 0, 0)
        # The page must stay readable in a narrow card, so only the title gives way.
        page = f" · {self._page}"
        title = metrics.elidedText(
            self._passage.title, Qt.TextElideMode.ElideRight, rest.width() - metrics.horizontalAdvance(page)
        )
        line = QRectF(rest.left(), inside.top() - 2, rest.width(), _NUMBER_SIZE + 4)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title + page)

    def _paint_excerpt(self, painter: QPainter, origin: QPointF, width: float) -> None:
        text, marks = self._fit(self._excerpt.text, width)
        layout = self._lay_out(text, width)
        if marks:
            mark = QTextLayout.FormatRange()
            mark.start = self._excerpt.mark_start
            mark.length = min(self._excerpt.mark_end, len(text.removesuffix(_ELLIPSIS))) - mark.start
            mark.format = QTextCharFormat()
            mark.format.setBackground(self._theme.color("highlight", self._mark_opacity()))
            layout.setFormats([mark] if mark.length > 0 else [])
            layout = self._lay_out(text, width, layout.formats())
        painter.setPen(self._theme.color("ink"))
        layout.draw(painter, origin)

    def _mark_opacity(self) -> float:
        # On the dark surface the full marker would swallow light words.
        tokens = self._theme.tokens
        return tokens.highlight_opacity * (0.62 if tokens.name == "dark" else 1.0)

    def _fit(self, text: str, width: float) -> tuple[str, bool]:
        """Cut the text to the lines that fit, with an ellipsis; and whether there is something to mark."""
        marks = self._excerpt.mark_end > self._excerpt.mark_start
        text = text[:600]
        layout = self._lay_out(text, width)
        if layout.lineCount() <= _LINES:
            return text, marks
        last = layout.lineAt(_LINES - 1)
        kept = text[: last.textStart() + last.textLength()].rstrip()
        room = width - QFontMetricsF(self._text_font).horizontalAdvance(_ELLIPSIS)
        tail = kept[last.textStart() :]
        while " " in tail and QFontMetricsF(self._text_font).horizontalAdvance(tail) > room:
            tail = tail.rsplit(" ", 1)[0]
        return kept[: last.textStart()] + tail.rstrip(" ,;") + _ELLIPSIS, marks

    def _lay_out(self, text: str, width: float, formats: list[QTextLayout.FormatRange] | None = None) -> QTextLayout:
        layout = QTextLayout(text, self._text_font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(formats or [])
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y))
            y += _LINE_HEIGHT
        layout.endLayout()
        return layout

    def _repaint_with_shadow(self) -> None:
        self.update()
        parent = self.parentWidget()
        if parent is not None:
            parent.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
