"""Makes a widget take files and folders, dropped on it or pasted into it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.library.drop import paths_from_mime

_DRAG_EVENTS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class DropTarget(QObject):
    """Watches one widget, children included, for drags that carry files, and for Ctrl+V.

    Signals:
        paths_dropped: files and folders arrived, as list[Path].
        hover_changed: a drag that would be taken entered (True) or left (False).
    """

    paths_dropped = Signal(list)
    hover_changed = Signal(bool)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._hovered = False
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), widget)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self._on_paste_activated)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answers the drag events of the widget; lets every other event through."""
        if event.type() == QEvent.Type.DragLeave:
            self._set_hovered(False)
            return True
        if event.type() not in _DRAG_EVENTS or not isinstance(event, QDropEvent):
            return False
        paths = paths_from_mime(event.mimeData())
        if not paths:
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        dropped = event.type() == QEvent.Type.Drop
        self._set_hovered(not dropped)
        if dropped:
            self.paths_dropped.emit(paths)
        return True

    def _set_hovered(self, hovered: bool) -> None:
        if hovered != self._hovered:
            self._hovered = hovered
            self.hover_changed.emit(hovered)

    @Slot()
    def _on_paste_activated(self) -> None:
        paths = paths_from_mime(QGuiApplication.clipboard().mimeData())
        if paths:
            self.paths_dropped.emit(paths)
