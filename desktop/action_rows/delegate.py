"""Paints rows that offer actions: words at the left, buttons at the right, what has no room behind "…"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from desktop.action_rows.model import ActionRole, ActionRow
from desktop.document_action import DocumentAction, action_text
from desktop.keyed_list_model import ModelIndex
from desktop.row_painting import RowDelegate, content_rect
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.thin_bar import BAR_HEIGHT, paint_bar

# The words keep this much of a row's width; buttons that would take it go behind "…".
_WORDS_LEAST = 220
_BUTTON_HEIGHT = 26
_BUTTON_PADDING = 10
_BUTTON_GAP = 6
_BUTTON_RADIUS = 6
_MORE_WIDTH = 28
_MORE_ICON = 14
_ROW_PADDING = 10
_DETAIL_LINES = 3
_MOUSE_EVENTS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)


@dataclass(frozen=True, slots=True)
class RowButton:
    """A button of a row; without an action it opens the menu of all."""

    rect: QRect
    action: DocumentAction | None


Target = tuple[str, DocumentAction | None]


class ActionDelegate(RowDelegate):
    """Paints an `ActionRow`, and turns clicks on its buttons into signals.

    Args:
        wraps: break long details into lines; rows have heights of their own then.
        has_bars: leave room for a progress bar in every row.

    Attributes:
        hot: the row's key and the button under the pointer, or None.
        focused: which button of the current row the keyboard is on.

    Signals:
        action_triggered: a button was pressed: the row's key, the action.
        menu_requested: "…" was pressed: the row's key.
    """

    action_triggered = Signal(str, object)
    menu_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QObject, *, wraps: bool = False, has_bars: bool = False) -> None:
        super().__init__(theme, parent)
        self.hot: Target | None = None
        self.focused = 0
        self._wraps = wraps
        self._has_bars = has_bars
        self._pressed: Target | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        """As high as the title, the detail's lines, and the bar where there are bars."""
        detail = self._metrics(TextStyle.META).height() + 2
        row = self._row(index)
        if self._wraps and row is not None and option.rect.width() > 0:
            detail = self._detail_height(row, self._words_width(option.rect, row))
        bar = BAR_HEIGHT + Space.HALF if self._has_bars else 0
        height = self._title_height() + detail + bar + 2 * _ROW_PADDING
        return QSize(0, max(height, _BUTTON_HEIGHT + 2 * Space.UNIT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """Paint the row."""
        row = self._row(index)
        if row is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, index.row())
        has_keyboard = bool(option.state & QStyle.StateFlag.State_HasFocus)
        is_met = has_keyboard or bool(option.state & QStyle.StateFlag.State_MouseOver)
        buttons = self.buttons(option.rect, row) if is_met or not row.is_quiet else []
        self._paint_words(painter, option.rect, row, beside_buttons=bool(buttons))
        for number, button in enumerate(buttons):
            self._paint_button(
                painter,
                button,
                hot=self.hot == (row.key, button.action),
                focused=has_keyboard and number == min(self.focused, len(buttons) - 1),
            )
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: ModelIndex
    ) -> bool:
        """Take presses and releases on a button, so that they do not drag the row."""
        if event.type() not in _MOUSE_EVENTS or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        target = self.target_at(option.rect, index, event.position().toPoint())
        if event.type() != QEvent.Type.MouseButtonRelease:
            self._pressed = target
            return target is not None
        pressed, self._pressed = self._pressed, None
        if target is None or target != pressed:
            return pressed is not None
        self.trigger(target)
        return True

    def trigger(self, target: Target) -> None:
        """Tell that a button was pressed."""
        key, action = target
        if action is None:
            self.menu_requested.emit(key)
        else:
            self.action_triggered.emit(key, action)

    def target_at(self, rect: QRect, index: ModelIndex, position: QPoint) -> Target | None:
        """The button of the row at `rect` that lies under `position`."""
        row = self._row(index)
        if row is None:
            return None
        under = next((button for button in self.buttons(rect, row) if button.rect.contains(position)), None)
        return (row.key, under.action) if under else None

    def buttons(self, rect: QRect, row: ActionRow) -> list[RowButton]:
        """The buttons of a row from left to right."""
        content = content_rect(rect)
        shown, hidden = self._fitting(row.actions, content.width() - _WORDS_LEAST)
        sizes: list[tuple[DocumentAction | None, int]] = [(action, self._width(action)) for action in shown]
        if hidden or row.more:
            sizes.append((None, _MORE_WIDTH))
        left = content.right() + 1 - sum(width for _, width in sizes) - _BUTTON_GAP * max(0, len(sizes) - 1)
        top = rect.center().y() - _BUTTON_HEIGHT // 2
        buttons = []
        for action, width in sizes:
            buttons.append(RowButton(QRect(left, top, width, _BUTTON_HEIGHT), action))
            left += width + _BUTTON_GAP
        return buttons

    def _fitting(
        self, actions: Sequence[DocumentAction], room: int
    ) -> tuple[Sequence[DocumentAction], Sequence[DocumentAction]]:
        """The actions that have room as buttons, the first one always, and the others."""
        used = 0
        for number, action in enumerate(actions):
            used += self._width(action) + _BUTTON_GAP
            more = _MORE_WIDTH + _BUTTON_GAP if number + 1 < len(actions) else 0
            if number and used + more > room:
                return actions[:number], actions[number:]
        return actions, ()

    def _width(self, action: DocumentAction) -> int:
        return self._metrics(TextStyle.META).horizontalAdvance(action_text(action)) + 2 * _BUTTON_PADDING

    def _words_width(self, rect: QRect, row: ActionRow) -> int:
        content = content_rect(rect)
        buttons = self.buttons(rect, row)
        right = buttons[0].rect.left() - Space.WIDE if buttons else content.right() + 1
        return max(1, right - content.left())

    def _paint_words(self, painter: QPainter, rect: QRect, row: ActionRow, *, beside_buttons: bool) -> None:
        content = content_rect(rect)
        beside = self._words_width(rect, row)  # the bar keeps this width, so that it does not jump under the pointer
        width = beside if beside_buttons else content.width()
        detail_height = self._detail_height(row, width) if self._wraps else self._metrics(TextStyle.META).height() + 2
        bar = BAR_HEIGHT + Space.HALF if row.fraction is not None else 0
        top = rect.top() + (rect.height() - self._title_height() - detail_height - bar) // 2
        title = QRect(content.left(), top, width, self._title_height())
        words = self._metrics(TextStyle.BODY_MEDIUM).elidedText(row.title, Qt.TextElideMode.ElideMiddle, width)
        self._draw_text(painter, title, words, TextStyle.BODY_MEDIUM, "ink")
        detail = QRect(content.left(), title.bottom() + 1, width, detail_height)
        if self._wraps:
            painter.setFont(self._font(TextStyle.META))
            painter.setPen(self._theme.color(row.tone))
            painter.drawText(detail, int(_WRAPPED), row.detail)
        else:
            words = self._metrics(TextStyle.META).elidedText(row.detail, Qt.TextElideMode.ElideRight, width)
            self._draw_text(painter, detail, words, TextStyle.META, row.tone)
        if row.fraction is not None:
            line = QRectF(content.left(), detail.bottom() + 1 + Space.HALF, beside, BAR_HEIGHT)
            paint_bar(painter, line, row.fraction, self._theme)

    def _paint_button(self, painter: QPainter, button: RowButton, *, hot: bool, focused: bool) -> None:
        rect = QRectF(button.rect).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._theme.color("accent" if focused else "line"), 1))
        painter.setBrush(self._theme.color("hover" if hot else "surface"))
        painter.drawRoundedRect(rect, _BUTTON_RADIUS, _BUTTON_RADIUS)
        if button.action is None:
            box = QRect(0, 0, _MORE_ICON, _MORE_ICON)
            box.moveCenter(button.rect.center())
            self._theme.icon("more", "ink_second", _MORE_ICON).paint(painter, box)
            return
        painter.setFont(self._font(TextStyle.META))
        painter.setPen(self._theme.color("ink"))
        painter.drawText(button.rect, Qt.AlignmentFlag.AlignCenter, action_text(button.action))

    def _detail_height(self, row: ActionRow, width: int) -> int:
        metrics = self._metrics(TextStyle.META)
        needed = metrics.boundingRect(QRect(0, 0, width, 10_000), int(_WRAPPED), row.detail).height()
        return min(max(needed, metrics.height()), _DETAIL_LINES * metrics.lineSpacing()) + 2

    def _title_height(self) -> int:
        return QFontMetrics(self._font(TextStyle.BODY_MEDIUM)).height() + 2

    def _row(self, index: ModelIndex) -> ActionRow | None:
        row = index.data(ActionRole.ROW) if index.isValid() else None
        return row if isinstance(row, ActionRow) else None


_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
