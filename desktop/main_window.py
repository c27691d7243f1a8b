"""The window: arranges the panes by width, holds the actions and their shortcuts, remembers its shape. No logic."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QSettings, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QStackedWidget, QWidget

from desktop.chat.chat_panel import ChatPanel
from desktop.library.drop_target import DropTarget
from desktop.library.empty_state import EmptyState
from desktop.library.library_panel import PANE_WIDTH, LibraryPanel
from desktop.notice_bar import NoticeBar
from desktop.theme.theme import Theme
from desktop.viewer.viewer_panel import ViewerPanel

_OVERLAY_BELOW = 1000
_DRAWER_BELOW = 700
_VIEWER_WIDTH = 500
_CHAT_MINIMUM = 360
_VIEWER_MINIMUM = 320


class _Fit(Enum):
    """How much room there is."""

    THREE_PANES = 3
    VIEWER_OVER = 2
    SIDEBAR_OVER = 1


class MainWindow(QMainWindow):
    """Library, chat and viewer side by side; where it is narrow, the viewer and then the sidebar lie above the chat.

    Signals:
        close_requested: the person wants to leave; whoever owns the window shuts down in order.
        paths_dropped: files and folders dropped anywhere, as list[Path].
        add_files_requested, add_folder_requested, conversation_new_requested, ask_every_requested, models_requested: by
            keyboard.
    """

    close_requested = Signal()
    paths_dropped = Signal(list)
    add_files_requested = Signal()
    add_folder_requested = Signal()
    conversation_new_requested = Signal()
    ask_every_requested = Signal()
    models_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        library: LibraryPanel,
        chat: ChatPanel,
        viewer: ViewerPanel,
        empty: EmptyState,
        settings: QSettings,
    ) -> None:
        super().__init__()
        self.setWindowTitle("Paperlamp")
        self.setMinimumSize(480, 420)
        self._library, self._chat, self._viewer, self._empty = library, chat, viewer, empty
        self._settings = settings
        self._sidebar_wanted = True
        self._viewer_wanted = False
        self._drawer_open = False
        self._fit: _Fit | None = None
        self.notice = NoticeBar(theme, self)

        self._middle = QStackedWidget(self)
        self._middle.addWidget(chat)
        self._middle.addWidget(empty)
        self._middle.setMinimumWidth(_CHAT_MINIMUM)
        viewer.setMinimumWidth(_VIEWER_MINIMUM)
        library.setMinimumWidth(220)
        library.setMaximumWidth(460)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        for pane in (library, self._middle, viewer):
            self._splitter.addWidget(pane)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.splitterMoved.connect(self._on_splitter_moved)
        centre = QWidget(self)
        centre.setObjectName("window")
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._splitter)
        self._centre = centre
        self.setCentralWidget(centre)
        self._scrim = _Scrim(theme, centre)
        self._scrim.pressed.connect(self._on_scrim_pressed)

        # The library and the empty state take files by themselves. No target lies around another one: Ctrl+V would be
        # ambiguous there, and Qt would call neither.
        DropTarget(chat).paths_dropped.connect(self.paths_dropped)
        DropTarget(viewer).paths_dropped.connect(self.paths_dropped)
        viewer.closed.connect(self.hide_viewer)
        chat.sidebar_toggled.connect(self.toggle_sidebar)
        self._add_actions()
        self._restore()

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────

    def show_empty(self, empty: bool) -> None:
        """Show the drop target in place of the chat, or the chat."""
        self._middle.setCurrentWidget(self._empty if empty else self._chat)

    @property
    def viewer_is_shown(self) -> bool:
        """Whether the viewer is open."""
        return self._viewer_wanted

    def show_viewer(self) -> None:
        """Open the viewer beside the chat, or above it where there is no room."""
        if not self._viewer_wanted:
            self._viewer_wanted = True
            self._arrange()

    @Slot()
    def hide_viewer(self) -> None:
        """Close the viewer; its width is remembered."""
        self._viewer_wanted = False
        self._arrange()
        self._chat.focus_composer()

    @Slot()
    def toggle_sidebar(self) -> None:
        """Show or hide the library."""
        if self._fit is _Fit.SIDEBAR_OVER:
            self._drawer_open = not self._drawer_open
        else:
            self._sidebar_wanted = not self._sidebar_wanted
        self._arrange()

    def close_drawer(self) -> None:
        """Put the sidebar away where it lies above the chat."""
        if self._drawer_open:
            self._drawer_open = False
            self._arrange()

    def remember(self) -> None:
        """Keep size and place for the next start; the panes' widths are kept when they are dragged."""
        self._settings.setValue("window/geometry", self.saveGeometry())
        self._settings.setValue("window/sidebar", self._sidebar_wanted)
        self._settings.sync()

    # ── arrangement ──────────────────────────────────────────────────────────────────────────────────────────────

    def showEvent(self, event: QShowEvent) -> None:
        """Share the width, which is known from here on."""
        super().showEvent(event)
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rearrange when the window passes a threshold."""
        super().resizeEvent(event)
        self._arrange(resized=True)
        self.notice.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing takes a moment: workers end and indexes are saved first."""
        event.ignore()
        self.close_requested.emit()

    def _arrange(self, *, resized: bool = False) -> None:
        width = self.width()
        fit = (
            _Fit.SIDEBAR_OVER
            if width < _DRAWER_BELOW
            else _Fit.VIEWER_OVER
            if width < _OVERLAY_BELOW
            else _Fit.THREE_PANES
        )
        refitted = self._fit is not fit
        if refitted:
            self._fit = fit
            self._drawer_open = False
        drawer = fit is _Fit.SIDEBAR_OVER
        over = fit is not _Fit.THREE_PANES
        self._lay(self._library, 0, above=drawer)
        self._lay(self._viewer, self._splitter.count(), above=over)
        self._library.setVisible(self._drawer_open if drawer else self._sidebar_wanted)
        self._viewer.setVisible(self._viewer_wanted)
        self._chat.set_sidebar_button_visible(not self._library.isVisibleTo(self))
        self._scrim.setVisible((drawer and self._drawer_open) or (over and self._viewer_wanted))
        self._place_overlays()
        if refitted or not resized:  # a window that only grows or shrinks gives to the chat, or takes from it
            self._share_width()

    def _lay(self, pane: QWidget, position: int, *, above: bool) -> None:
        """Put a pane into the splitter, or above everything."""
        inside = pane.parent() is self._splitter
        if above and inside:
            pane.setParent(self._centre)
        elif not above and not inside:
            self._splitter.insertWidget(position, pane)

    def _place_overlays(self) -> None:
        area = self._centre.rect()
        self._scrim.setGeometry(area)
        if self._scrim.isVisibleTo(self):
            self._scrim.raise_()
        if self._viewer.parent() is self._centre:
            wide = min(max(_VIEWER_MINIMUM, area.width() - 120), 640)
            self._viewer.setGeometry(area.width() - wide, 0, wide, area.height())
            self._viewer.raise_()
        if self._library.parent() is self._centre:
            self._library.setGeometry(0, 0, min(PANE_WIDTH, area.width() - 60), area.height())
            self._library.raise_()

    def _share_width(self) -> None:
        """Give sidebar and viewer the widths they were dragged to; the chat takes the rest."""
        side = int(str(self._settings.value("window/sidebar_width", PANE_WIDTH)))
        viewer = int(str(self._settings.value("window/viewer_width", _VIEWER_WIDTH)))
        total = self._splitter.width() - self._splitter.handleWidth() * (self._splitter.count() - 1)
        side = side if self._library.isVisibleTo(self._splitter) else 0
        viewer = min(viewer, total - side - _CHAT_MINIMUM) if self._viewer_wanted else 0
        panes = [self._splitter.widget(i) for i in range(self._splitter.count())]
        own = {id(self._library): side, id(self._viewer): viewer}
        self._splitter.setSizes([own.get(id(pane), total - side - viewer) for pane in panes])

    @Slot()
    def _on_splitter_moved(self) -> None:
        for pane, key in ((self._library, "window/sidebar_width"), (self._viewer, "window/viewer_width")):
            if pane.parent() is self._splitter and pane.isVisible():
                self._settings.setValue(key, pane.width())

    def _restore(self) -> None:
        geometry = self._settings.value("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1440, 900)
        self._sidebar_wanted = str(self._settings.value("window/sidebar", "true")).lower() != "false"
        self._arrange()

    def show_library(self) -> None:
        """Show the sidebar if it is not there."""
        if not self._library.isVisibleTo(self):
            self.toggle_sidebar()

    # ── actions ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _add_actions(self) -> None:
        for text, keys, target in (
            (self.tr("Add files…"), "Ctrl+O", self.add_files_requested.emit),
            (self.tr("Add a folder…"), "Ctrl+Shift+O", self.add_folder_requested.emit),
            (self.tr("New conversation"), "Ctrl+N", self.conversation_new_requested.emit),
            (self.tr("Ask every document…"), "Ctrl+Shift+E", self.ask_every_requested.emit),
            (self.tr("Models…"), "Ctrl+Shift+M", self.models_requested.emit),
            (self.tr("Find a document"), "Ctrl+F", self._on_find_requested),
            (self.tr("Find in all conversations"), "Ctrl+Shift+F", self._on_find_conversation_requested),
            (self.tr("Show or hide the library"), "Ctrl+B", self.toggle_sidebar),
            (self.tr("Ask"), "Ctrl+L", self._chat.focus_composer),
            (self.tr("Close the document"), "Ctrl+W", self.hide_viewer),
            (self.tr("Quit"), QKeySequence(QKeySequence.StandardKey.Quit).toString() or "Ctrl+Q", self.close),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(target)
            self.addAction(action)

    @Slot()
    def _on_find_requested(self) -> None:
        self.show_library()
        self._library.focus_filter()

    @Slot()
    def _on_find_conversation_requested(self) -> None:
        self.show_library()
        self._library.focus_conversation_search()

    @Slot()
    def _on_scrim_pressed(self) -> None:
        if self._drawer_open:
            self.close_drawer()
        else:
            self.hide_viewer()


class _Scrim(QWidget):
    """Lies between the chat and what is above it; a press on it puts that away.

    Signals:
        pressed: it was pressed.
    """

    pressed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Darken what lies below."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.color("scrim", self._theme.tokens.scrim_opacity))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell of the press."""
        event.accept()
        self.pressed.emit()
