"""A list that is as high as its rows, for a page that scrolls as a whole."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyleOptionViewItem, QWidget

from desktop.action_rows.model import ActionRowModel
from desktop.action_rows.view import ActionListView
from desktop.theme.theme import Theme


class GrownList(ActionListView):
    """Shows all rows and never scrolls by itself; hidden while it has none."""

    def __init__(self, theme: Theme, model: ActionRowModel, parent: QWidget, *, has_bars: bool = False) -> None:
        super().__init__(theme, model, parent, wraps=True, has_bars=has_bars)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for signal in (model.rowsInserted, model.rowsRemoved, model.dataChanged, model.layoutChanged, model.modelReset):
            signal.connect(self._on_rows_changed)
        self._on_rows_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words break elsewhere in another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._on_rows_changed()

    def sizeHint(self) -> QSize:
        """As high as the rows."""
        option = QStyleOptionViewItem()
        option.rect = QRect(0, 0, self.viewport().width(), 0)
        count = self.model().rowCount()
        height = sum(self.delegate.sizeHint(option, self.model().index(row, 0)).height() for row in range(count))
        return QSize(super().sizeHint().width(), height)

    @Slot()
    def _on_rows_changed(self) -> None:
        self.setVisible(self.model().rowCount() > 0)
        self.setFixedHeight(self.sizeHint().height())
