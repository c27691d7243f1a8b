"""What the person asked, as a bubble on the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop.chat.flow import BLEED
from desktop.chat.searched_for import SearchedFor
from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, TextStyle

_PAD_X, _PAD_Y = 14, 9
_SHARE = 0.78
_SMALL_CORNER = 4.0
_ABOVE_SEARCHED = 4


class QuestionBubble(QWidget):
    """A row of the transcript with the person's own words, selectable.

    Attributes:
        message_id: of the question.
        searched_for: what it was searched as, where that differs from the words.

    Signals:
        search_edited: message id, and what is to be searched for instead.
        height_changed: the row wants to be arranged again.
    """

    search_edited = Signal(int, str)
    height_changed = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget, message_id: int = 0) -> None:
        super().__init__(parent)
        self.message_id = message_id
        self._theme = theme
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setFont(theme.font(TextStyle.ANSWER))
        self._label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # Reachable with a click, but not a stop on the way of Tab: there is nothing to do here.
        self._label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._label.setCursor(Qt.CursorShape.IBeamCursor)
        self._label.setAccessibleName(self.tr("Your question"))
        self.searched_for = SearchedFor(theme, self)
        self.searched_for.edited.connect(self._on_edited)
        self.searched_for.height_changed.connect(self.height_changed)
        self.set_text(text)
        theme.changed.connect(self._on_theme_changed)

    def set_text(self, text: str) -> None:
        """Show these words."""
        self._label.setText(text)

    @property
    def last_stop(self) -> QWidget:
        """The last part that Tab reaches."""
        return self.searched_for.field

    def chain_focus(self, previous: QWidget) -> QWidget:
        """Let Tab reach this row's parts after `previous`; returns the last stop."""
        for stop in (self.searched_for.pencil, self.searched_for.field):
            QWidget.setTabOrder(previous, stop)
            previous = stop
        return previous

    def arrange(self, width: int) -> int:
        """Place the bubble at the right of the column; returns the row's height."""
        most = int((width - 2 * BLEED) * _SHARE) - 2 * _PAD_X
        size = self._text_size(most)
        left = width - BLEED - _PAD_X - size.width()
        self._label.setGeometry(left, _PAD_Y, size.width(), size.height())
        self.update()
        height = size.height() + 2 * _PAD_Y
        if self.searched_for.isHidden():
            return height
        room = width - 2 * BLEED
        below = self.searched_for.arrange(room)
        self.searched_for.setGeometry(BLEED, height + _ABOVE_SEARCHED, room, below)
        return height + _ABOVE_SEARCHED + below

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent_ground"))
        painter.drawPath(self._shape(QRectF(self._label.geometry()).adjusted(-_PAD_X, -_PAD_Y, _PAD_X, _PAD_Y)))

    def _text_size(self, most: int) -> QSize:
        natural = QFontMetrics(self._label.font()).boundingRect(
            0, 0, most, 100_000, Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere, self._label.text()
        )
        width = min(most, natural.width() + 4)
        return QSize(width, self._label.heightForWidth(width))

    def _shape(self, rect: QRectF) -> QPainterPath:
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRoundedRect(rect, Radius.COMPOSER, Radius.COMPOSER)
        half = QRectF(rect.center(), rect.bottomRight())
        path.addRoundedRect(half, _SMALL_CORNER, _SMALL_CORNER)
        return path.simplified()

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.search_edited.emit(self.message_id, text)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
