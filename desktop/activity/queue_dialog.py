"""What is being added, in its order: each file's stage, and the way to stop, resume and reorder it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from core.types import OverallProgress
from desktop.action_rows.model import ActionRole
from desktop.action_rows.view import ActionListView
from desktop.activity.queue_model import QueueModel
from desktop.document_action import DocumentAction
from desktop.sheet import Sheet
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle
from desktop.thin_bar import ThinBar
from desktop.wording import SEPARATOR, adding_line, rate_line

_SIZE = QSize(660, 560)
_MOVE_KEYS = {Qt.Key.Key_Up: DocumentAction.UP, Qt.Key.Key_Down: DocumentAction.DOWN}


class QueueList(ActionListView):
    """The rows of the queue; they are reordered by dragging, and with Alt and the arrows."""

    def __init__(self, theme: Theme, model: QueueModel, parent: QWidget) -> None:
        super().__init__(theme, model, parent, has_bars=True)
        self.setAccessibleName(self.tr("What is being added"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with an arrow moves the current row; Delete stops it."""
        index = self.currentIndex()
        key = str(index.data(ActionRole.KEY)) if index.isValid() else ""
        if key and event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in _MOVE_KEYS:
            self.action_triggered.emit(key, _MOVE_KEYS[Qt.Key(event.key())])
        elif key and event.key() == Qt.Key.Key_Delete:
            self.action_triggered.emit(key, DocumentAction.STOP)
        else:
            super().keyPressEvent(event)


class QueueDialog(Sheet):
    """Shows the queue and says what is wanted; it does nothing itself.

    Signals:
        action_requested: a `DocumentAction`, list[str] of ids.
        pause_requested, resume_requested: of everything.
    """

    action_requested = Signal(object, list)
    pause_requested = Signal()
    resume_requested = Signal()

    def __init__(self, theme: Theme, model: QueueModel, parent: QWidget) -> None:
        super().__init__(theme, parent, self.tr("Queue"), _SIZE)
        self._is_paused = False
        self._toggle = self.add_head_button(self.tr("Pause all"))
        self._toggle.clicked.connect(self._on_toggle_clicked)
        self._bar = ThinBar(theme, self)
        self.list = QueueList(theme, model, self)
        self.list.hint = self.tr("Nothing is being added.")
        self.list.action_triggered.connect(self._on_action_triggered)
        self.add(self._bar)
        self.add_list(self.list)
        hint = self.label(TextStyle.META, "ink_second")
        hint.setText(self.tr("Drag a file, or press Alt and an arrow, to change the order."))
        hint.setWordWrap(True)
        self.foot.insertWidget(0, hint, 1)
        self.foot.setStretch(1, 0)
        self.set_overall(OverallProgress(0, 0, 0, 0))

    def set_overall(self, overall: OverallProgress) -> None:
        """Show how far everything is together."""
        if overall.is_idle:
            self.set_line("")
            self._bar.hide()
            return
        self._set_paused(paused=False)
        self.set_line(SEPARATOR.join(text for text in (adding_line(overall), rate_line(overall)) if text))
        measured = bool(overall.pages_per_second) and overall.pages_total > 0
        self._bar.setVisible(measured)
        if measured:
            self._bar.set_fraction(overall.pages_done / overall.pages_total)

    def set_resting(self, text: str) -> None:
        """Say why nothing is being read although there is something to read; nothing with an empty text."""
        self._set_paused(paused=bool(text))
        self.set_line(text)
        self._bar.hide()

    def _set_paused(self, *, paused: bool) -> None:
        self._is_paused = paused
        self._toggle.setText(self.tr("Resume all") if paused else self.tr("Pause all"))

    @Slot()
    def _on_toggle_clicked(self) -> None:
        (self.resume_requested if self._is_paused else self.pause_requested).emit()

    @Slot(str, object)
    def _on_action_triggered(self, key: str, action: DocumentAction) -> None:
        self.action_requested.emit(action, [key])
