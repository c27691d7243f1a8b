"""One passage as a card: its number, where it stands, and the sentence that answers, with what was asked for marked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from core.types import Passage
from desktop.chat.excerpt import Excerpt
from desktop.chat.excerpt_painter import LINE_HEIGHT, LINES, ExcerptPainter
from desktop.chat.page_wording import printed_and_physical_page
from desktop.chat.passage_reading import PassageReading
from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, TextStyle

_PADDING = 13.0
_NUMBER_SIZE = 16.0
_META_LINE = 16.0


class SourceCard(QAbstractButton):
    """A button that shows a passage; `clicked` is its signal.

    What of the passage is shown is worked out when the card is first seen: most cards of a conversation never are.

    Args:
        reading: reads the passage.
        question: what it was found for.

    Attributes:
        number: the passage's number, counted from 1.
        page: where it stands, as it is shown.
    """

    def __init__(
        self, theme: Theme, number: int, passage: Passage, reading: PassageReading, question: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.number = number
        self._theme = theme
        self._passage = passage
        self._reading = reading
        self._question = question
        self._excerpt: Excerpt | None = None
        self._quote = ""
        self._active = False
        self._meta_font = theme.font(TextStyle.META)
        self._title_font = theme.font(TextStyle.META, weight=500)
        self._number_font = theme.font(TextStyle.LABEL)
        self._excerpts = ExcerptPainter(theme)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.page = printed_and_physical_page(
            passage.page_label, passage.page_index, reading.page_count(passage.document)
        )
        name = self.tr("Source {number}: {title}, {page}")
        self.setAccessibleName(name.format(number=number, title=passage.title, page=self.page))
        theme.changed.connect(self._on_theme_changed)

    @property
    def is_raised(self) -> bool:
        """Whether the card stands out from the page, under the pointer."""
        return self.underMouse() and self.isEnabled()

    @property
    def excerpt(self) -> Excerpt:
        """The words shown and what of them stands out."""
        if self._excerpt is None:
            self._excerpt = self._reading.excerpt(self._passage, self._question, self._quote)
        return self._excerpt

    def set_quote(self, quote: str) -> None:
        """Mark the words of a quotation; an empty one marks nothing."""
        if quote != self._quote:
            self._quote = quote
            self._excerpt = None
            if self.isVisible():
                self._describe()
            self.update()

    def set_active(self, active: bool) -> None:
        """Show that this passage is the one on the page."""
        if active != self._active:
            self._active = active
            self.update()

    def sizeHint(self) -> QSize:
        height = 2 * _PADDING + _NUMBER_SIZE + _META_LINE + 10 + LINES * LINE_HEIGHT
        if self._passage.heading:
            height += _META_LINE
        return QSize(260, int(height))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._describe()

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
        self._paint_title(painter, inside)
        top = inside.top() + _NUMBER_SIZE + 4
        for text, elide in (
            (self.page, Qt.TextElideMode.ElideRight),
            (self._passage.heading, Qt.TextElideMode.ElideMiddle),
        ):
            if text:
                self._paint_meta(painter, QPointF(inside.left(), top), inside.width(), text, elide)
                top += _META_LINE
        self._excerpts.paint(painter, self.excerpt, QPointF(inside.left(), top + 5), inside.width())

    def _describe(self) -> None:
        """Tell a screen reader what is read on the card."""
        excerpt = self.excerpt
        start, end = excerpt.answer
        said = self._quote or excerpt.text[start:end] or excerpt.text[:300]
        heading = self._passage.heading
        self.setAccessibleDescription(f"{heading}: {said}" if heading else said)

    def _paint_card(self, painter: QPainter) -> None:
        focused = self.hasFocus()
        pen_width = 2.0 if focused else 1.0
        token = "accent" if self._active or focused else "ink_third" if self.is_raised else "line"
        opacity = 0.55 if token == "ink_third" else 1.0
        painter.setPen(QPen(self._theme.color(token, opacity), pen_width))
        painter.setBrush(self._theme.color("surface"))
        edge = pen_width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), Radius.CARD, Radius.CARD)

    def _paint_title(self, painter: QPainter, inside: QRectF) -> None:
        number = str(self.number)
        width = max(_NUMBER_SIZE, QFontMetricsF(self._number_font).horizontalAdvance(number) + 8)
        chip = QRectF(inside.left(), inside.top(), width, _NUMBER_SIZE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent" if self._active else "accent_ground"))
        painter.drawRoundedRect(chip, Radius.CHIP, Radius.CHIP)
        painter.setFont(self._number_font)
        painter.setPen(self._theme.color("on_accent" if self._active else "accent"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, number)
        painter.setFont(self._title_font)
        painter.setPen(self._theme.color("ink"))
        rest = inside.adjusted(chip.width() + 7, 0, 0, 0)
        title = QFontMetricsF(self._title_font).elidedText(
            self._passage.title, Qt.TextElideMode.ElideRight, rest.width()
        )
        line = QRectF(rest.left(), inside.top() - 2, rest.width(), _NUMBER_SIZE + 4)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)

    def _paint_meta(self, painter: QPainter, origin: QPointF, width: float, text: str, elide: Qt.TextElideMode) -> None:
        metrics = QFontMetricsF(self._meta_font)
        painter.setFont(self._meta_font)
        painter.setPen(self._theme.color("ink_second"))
        painter.drawText(QPointF(origin.x(), origin.y() + metrics.ascent() - 1), metrics.elidedText(text, elide, width))

    def _repaint_with_shadow(self) -> None:
        self.update()
        parent = self.parentWidget()
        if parent is not None:
            parent.update()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
