"""The list view that the sections of the left pane share."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy, QStyleOptionViewItem, QWidget

from desktop.row_painting import SCROLL_BAR_WIDTH, RowDelegate, content_rect
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

# What a list without a cap asks for, and what a capped one keeps, where the window is low.
_FREE_ROWS = 3
_LEAST_ROWS = 2


class SideList(QListView):
    """A list without a frame on the pane's ground; with `max_rows` it is as high as its rows, up to that many.

    Attributes:
        hint: what the list says while it is empty.
    """

    def __init__(
        self,
        theme: Theme,
        model: QAbstractItemModel,
        delegate: RowDelegate,
        parent: QWidget,
        max_rows: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._max_rows = max_rows
        self.hint = ""
        delegate.setParent(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(delegate)
        self.verticalScrollBar().rangeChanged.connect(self._on_scroll_range_changed)
        self._on_scroll_range_changed(0, 0)
        # Connected before the view and its selection are, so that it is known in time why rows are being unselected.
        model.rowsAboutToBeRemoved.connect(self._on_rows_about_to_be_removed)
        self.setModel(model)
        if max_rows is not None:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
            for signal in (model.rowsInserted, model.rowsRemoved, model.modelReset):
                signal.connect(self._on_row_count_changed)
        else:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        """As high as the rows that are to be seen without scrolling."""
        rows = _FREE_ROWS if self._max_rows is None else min(self.model().rowCount(), self._max_rows)
        return QSize(0, self._rows_height(rows))

    def minimumSizeHint(self) -> QSize:
        """In a low window a list scrolls rather than take the place of another."""
        return QSize(0, self._rows_height(1 if self._max_rows is None else min(self.model().rowCount(), _LEAST_ROWS)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or the hint where there are none."""
        super().paintEvent(event)
        if self.hint and not self.model().rowCount():
            painter = QPainter(self.viewport())
            painter.setFont(self._theme.font(TextStyle.META))
            painter.setPen(self._theme.color("ink_second"))
            flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
            area = content_rect(self.viewport().rect()).adjusted(0, Space.HALF, 0, 0)
            painter.drawText(area, int(flags), self.hint)
            painter.end()

    def _rows_height(self, rows: int) -> int:
        return rows * self.itemDelegate().sizeHint(QStyleOptionViewItem(), QModelIndex()).height()

    @Slot()
    def _on_rows_about_to_be_removed(self) -> None:
        """For lists that tell rows that go from rows that are unchosen."""

    @Slot(int, int)
    def _on_scroll_range_changed(self, minimum: int, maximum: int) -> None:
        # The scroll bar stands where there is air otherwise, so that rows keep their width when it comes.
        self.setViewportMargins(0, 0, SCROLL_BAR_WIDTH if minimum == maximum else 0, 0)

    @Slot()
    def _on_row_count_changed(self) -> None:
        self.updateGeometry()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.viewport().update()
