"""The list view of rows that offer actions: by pointer, and by keyboard with the arrows and Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QWidget

from desktop.action_rows.delegate import ActionDelegate, Target
from desktop.action_rows.model import ActionRole, ActionRow, ActionRowModel
from desktop.document_action import action_text
from desktop.keyed_list_model import ModelIndex
from desktop.row_painting import SCROLL_BAR_WIDTH, content_rect
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

_PRESS_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ActionListView(QListView):
    """Shows rows; Left and Right go through a row's buttons, Enter presses one, the menu key offers all.

    Args:
        wraps: show long details in full, on several lines.
        has_bars: leave room for progress bars.

    Attributes:
        hint: what the list says while it is empty.

    Signals:
        action_triggered: a row's key, the `DocumentAction`.
    """

    action_triggered = Signal(str, object)

    def __init__(
        self, theme: Theme, model: ActionRowModel, parent: QWidget, *, wraps: bool = False, has_bars: bool = False
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = model
        self._delegate = ActionDelegate(theme, self, wraps=wraps, has_bars=has_bars)
        self.hint = ""
        self.setObjectName("actionList")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(not wraps)
        if wraps:
            self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        self._delegate.action_triggered.connect(self.action_triggered)
        self._delegate.menu_requested.connect(self._on_menu_requested)
        self.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        self._on_scroll_range_changed(0, 0)
        theme.changed.connect(self._on_theme_changed)

    @property
    def delegate(self) -> ActionDelegate:
        """What paints the rows."""
        return self._delegate

    def menu_for(self, key: str) -> QMenu:
        """All actions of a row; the caller shows the menu."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self._rows.row(key)
        if row is not None:
            self._fill(menu, row)
        return menu

    def sizeHint(self) -> QSize:
        """Tall enough for a handful of rows."""
        return QSize(560, 320)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right choose a button of the current row, Enter and Space press it."""
        index = self.currentIndex()
        targets = self._targets(index)
        key = event.key()
        if targets and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key == Qt.Key.Key_Right else -1
            focused = min(self._delegate.focused, len(targets) - 1)
            self._delegate.focused = max(0, min(focused + step, len(targets) - 1))
            self.viewport().update()
        elif targets and key in _PRESS_KEYS:
            self._delegate.trigger(targets[min(self._delegate.focused, len(targets) - 1)])
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: ModelIndex, previous: ModelIndex) -> None:
        """Another row's first button is the next one to press."""
        self._delegate.focused = 0
        super().currentChanged(current, previous)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Show the menu of the row under the pointer, or of the current one for the keyboard."""
        by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_keyboard else self.indexAt(event.pos())
        if index.isValid():
            position = self.visualRect(index).center() if by_keyboard else event.pos()
            self._pop_up(str(index.data(ActionRole.KEY)), position)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which button lies under the pointer."""
        super().mouseMoveEvent(event)
        position = event.position().toPoint()
        index = self.indexAt(position)
        self._set_hot(self._delegate.target_at(self.visualRect(index), index, position) if index.isValid() else None)

    def leaveEvent(self, event: QEvent) -> None:
        """No button lies under a pointer that is gone."""
        super().leaveEvent(event)
        self._set_hot(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or the hint where there are none."""
        super().paintEvent(event)
        if self.hint and not self._rows.rowCount():
            painter = QPainter(self.viewport())
            painter.setFont(self._theme.font(TextStyle.BODY))
            painter.setPen(self._theme.color("ink_second"))
            area = content_rect(self.viewport().rect()).adjusted(0, Space.UNIT, 0, 0)
            flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
            painter.drawText(area, int(flags), self.hint)
            painter.end()

    def _fill(self, menu: QMenu, row: ActionRow) -> None:
        for action in (*row.actions, *row.more):
            menu.addAction(action_text(action)).triggered.connect(
                lambda _checked=False, action=action: self.action_triggered.emit(row.key, action)
            )

    def _targets(self, index: QModelIndex) -> list[Target]:
        row = self._rows.row(str(index.data(ActionRole.KEY))) if index.isValid() else None
        if row is None:
            return []
        return [(row.key, button.action) for button in self._delegate.buttons(self.visualRect(index), row)]

    def _set_hot(self, hot: Target | None) -> None:
        if hot != self._delegate.hot:
            self._delegate.hot = hot
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hot else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def _pop_up(self, key: str, position: QPoint) -> None:
        menu = self.menu_for(key)
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(self.viewport().mapToGlobal(position))

    @Slot(str)
    def _on_menu_requested(self, key: str) -> None:
        index = self._rows.index_of(key)
        row = self._rows.row(key)
        if row is not None:
            button = self._delegate.buttons(self.visualRect(index), row)[-1]
            self._pop_up(key, button.rect.bottomLeft())

    @Slot(int, int)
    def _on_scroll_range_changed(self, minimum: int, maximum: int) -> None:
        # The scroll bar stands where there is air otherwise, so that rows keep their width when it comes.
        self.setViewportMargins(0, 0, SCROLL_BAR_WIDTH if minimum == maximum else 0, 0)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.viewport().update()
