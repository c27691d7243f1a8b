"""The viewer: one document, the cited words on its pages or in its text, and the way back to what was read before."""

from __future__ import annotations

import sys
from dataclasses import replace

from PySide6.QtCore import QBuffer, QFileInfo, QIODevice, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from core.types import DocumentKind
from desktop.theme.theme import Theme
from desktop.viewer.header import ViewerHeader, direction_keys
from desktop.viewer.highlights import Highlight
from desktop.viewer.history import History, Place
from desktop.viewer.message_pane import MessagePane
from desktop.viewer.pdf_view import PdfView
from desktop.viewer.text_view import TextView

# Opening takes milliseconds for most files; for larger ones we say that something is going on.
LARGE_FILE = 32 * 1024 * 1024


class ViewerPanel(QWidget):
    """Shows a place in a document, or says plainly why it cannot.

    Attributes:
        place: what is shown, or None.

    Signals:
        closed: the person wants the viewer away.
        password_required: "Unlock" was pressed for a document (its id).
        locate_requested: "Locate…" was pressed for a document (its id).
        place_changed: another place is shown (a Place), also by back and forward.
    """

    closed = Signal()
    password_required = Signal(str)
    locate_requested = Signal(str)
    place_changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = History()
        self._stamp: tuple[str, int, int] | None = None
        self._buffer: QBuffer | None = None
        self._passwords: dict[str, str] = {}
        self._is_locked = False
        self.setObjectName("viewerPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Document"))

        self._document = QPdfDocument(self)
        self.header = ViewerHeader(theme, self)
        body = QWidget(self)
        self.view = PdfView(theme, body)
        self.view.setDocument(self._document)
        self.text_view = TextView(theme, body)
        self.message = MessagePane(theme, body)
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self.message)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.text_view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(body, 1)
        self.setFocusProxy(self.view)

        self.header.back_clicked.connect(self.go_back)
        self.header.forward_clicked.connect(self.go_forward)
        self.header.zoom_in_clicked.connect(self._on_zoom_in)
        self.header.zoom_out_clicked.connect(self._on_zoom_out)
        self.header.zoom_toggled.connect(self._on_zoom_toggled)
        self.header.close_clicked.connect(self.closed)
        self.view.page_changed.connect(self._on_page_changed)
        self.view.zoom_changed.connect(self._on_zoom_changed)
        self.view.link_activated.connect(self._on_link_activated)
        self.text_view.page_changed.connect(self._on_part_changed)
        self.text_view.zoom_changed.connect(self._on_text_zoom_changed)
        self.message.action_triggered.connect(self._on_action_triggered)
        # Whoever has just chosen a citation still has the keyboard in the chat: these two are heard in all the window.
        for keys in direction_keys(sys.platform)[0]:
            self._add_shortcut(keys, self.go_back, everywhere=True)
        for keys in direction_keys(sys.platform)[1]:
            self._add_shortcut(keys, self.go_forward, everywhere=True)
        for keys in ("Ctrl++", "Ctrl+="):
            self._add_shortcut(keys, self._on_zoom_in)
        self._add_shortcut("Ctrl+-", self._on_zoom_out)
        self._add_shortcut("Ctrl+0", self._on_zoom_reset)
        self._say_nothing_open()

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def place(self) -> Place | None:
        """What is shown, or None."""
        return self._history.current

    def show_place(self, place: Place) -> None:
        """Open the document where it is another one, mark the words and bring them into view."""
        self._history.visit(place)
        self._show(place)

    def unlock(self, path: str, password: str) -> None:
        """Use this password for a file, now where that file is shown, else when it is opened.

        The password is kept in memory, only as long as the panel lives and only while it fits.
        """
        self._passwords[path] = password
        if self.place is not None and self.place.path == path:
            self._stamp = None
            self._show(self.place)

    def clear(self) -> None:
        """Let go of the file and forget where one has been, as when the library changes."""
        self._history.clear()
        self._let_go()
        self.header.set_directions(back=False, forward=False)
        self._say_nothing_open()

    @Slot()
    def go_back(self) -> None:
        """Show the place that was shown before this one."""
        place = self._history.back()
        if place is not None:
            self._show(place)

    @Slot()
    def go_forward(self) -> None:
        """Show the place that one came back from."""
        place = self._history.forward()
        if place is not None:
            self._show(place)

    # ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _show(self, place: Place) -> None:
        self.header.title.set_text(place.title or QFileInfo(place.path).fileName())
        self.header.set_directions(back=self._history.can_go_back, forward=self._history.can_go_forward)
        if place.kind is DocumentKind.TEXT:
            self._show_text(place)
        elif self._open(place):
            page = min(max(place.page_index, 0), self._document.pageCount() - 1)
            self.view.set_highlights(_highlights(place, page))
            lines = self.view.highlight_lines(page)
            self._bring_up(self.view)
            self.view.scroll_to(page, lines[0] if lines else None)
            self._on_page_changed(self.view.current_page)
            self._on_zoom_changed(self.view.shown_zoom)
        else:
            self.header.clear_pages()
            self._stack.setCurrentWidget(self.message)
        self.place_changed.emit(place)

    def _show_text(self, place: Place) -> None:
        """Show what was read of a document without pages; its file may be gone."""
        self._is_locked = False
        self._let_go()
        if not any(part.text for part in place.parts):
            self.header.clear_pages()
            self.message.show_message(
                "page", self.tr("There is nothing to read"), self.tr("No text was found in this document.")
            )
            self._stack.setCurrentWidget(self.message)
            return
        part = min(max(place.page_index, 0), len(place.parts) - 1)
        self.text_view.set_parts(place.parts)
        marks = [(m.page_index, start, end) for m in replace(place, page_index=part).marks for start, end in m.spans]
        self.text_view.set_highlights(marks, numbered=place.numbered and len(marks) > 1)
        self._bring_up(self.text_view)
        self.text_view.scroll_to(part, place.highlights[0][0] if place.highlights else None)
        self._on_part_changed(self.text_view.current_page)
        self._on_text_zoom_changed(self.text_view.shown_zoom)

    def _bring_up(self, view: PdfView | TextView) -> None:
        """Show a view, and give it the keyboard where the other one has it."""
        had_focus = any(one.hasFocus() for one in (self.view, self.text_view))
        self._stack.setCurrentWidget(view)
        self.setFocusProxy(view)
        if had_focus:
            view.setFocus()

    def _open_data(self, place: Place, data: bytes) -> bool:
        """Make the pictures of a file, packed as a PDF, the open document."""
        stamp = (place.document, len(data), 0)
        if stamp == self._stamp:
            return True
        self._let_go()
        self._buffer = QBuffer(self)
        self._buffer.setData(data)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(self._buffer)
        if self._document.pageCount() > 0:
            self._stamp = stamp
            return True
        self._explain(place, self._document.error())
        self._let_go()
        return False

    def _open(self, place: Place) -> bool:
        """Make the place's document the open one; where that fails, say why and return False."""
        self._is_locked = False
        if place.data is not None:
            return self._open_data(place, place.data)
        file = QFileInfo(place.path)
        if not place.path or not file.exists():
            self._let_go()
            self.message.show_message(
                "page-missing",
                self.tr("This file has moved"),
                self.tr("It was last seen at\n{0}").format(_breakable(place.path)) if place.path else "",
                self.tr("Locate…"),
            )
            return False
        if place.kind is DocumentKind.IMAGE:
            self._let_go()
            self.message.show_message(
                "page-damaged", self.tr("This file cannot be shown"), self.tr("The picture is damaged, or too large.")
            )
            return False
        stamp = (place.path, file.size(), file.lastModified().toMSecsSinceEpoch())
        if stamp == self._stamp:
            return True
        self._let_go()
        if file.size() > LARGE_FILE:
            self.message.show_message("page", self.tr("Opening the document"))
            self._stack.setCurrentWidget(self.message)
            self.message.repaint()
        self._document.setPassword(self._passwords.get(place.path, ""))
        error = self._document.load(place.path)
        if error == QPdfDocument.Error.None_ and self._document.pageCount() > 0:
            self._stamp = stamp
            return True
        self._explain(place, error)
        self._document.close()
        return False

    def _let_go(self) -> None:
        self._stamp = None
        self.view.set_highlights(())
        self._document.close()
        if self._buffer is not None:  # only once nothing reads from it
            self._buffer.deleteLater()
            self._buffer = None

    def _explain(self, place: Place, error: QPdfDocument.Error) -> None:
        if error == QPdfDocument.Error.IncorrectPassword:
            self._is_locked = True
            tried = self._passwords.pop(place.path, "") != ""
            detail = self.tr("That password does not open it.") if tried else self.tr("Unlock it to see its pages.")
            self.message.show_message("lock", self.tr("This document needs a password"), detail, self.tr("Unlock"))
            return
        reasons = {
            QPdfDocument.Error.FileNotFound: self.tr("You may not be allowed to read it."),
            QPdfDocument.Error.InvalidFileFormat: self.tr("It is damaged, or not a PDF."),
            QPdfDocument.Error.UnsupportedSecurityScheme: self.tr("It is protected in a way that is not known here."),
            QPdfDocument.Error.None_: self.tr("It has no pages."),
        }
        reason = reasons.get(error, self.tr("It is damaged."))
        self.message.show_message("page-damaged", self.tr("This file cannot be shown"), reason)

    def _say_nothing_open(self) -> None:
        self.header.title.set_text("")
        self.header.clear_pages()
        self.message.show_message(
            "page", self.tr("No page is open"), self.tr("Choose a citation to see its words on the page.")
        )
        self._stack.setCurrentWidget(self.message)

    def _label_of(self, page_index: int) -> str:
        """What is printed on a page, as far as we can tell."""
        place = self.place
        if place is None:
            return ""
        if page_index == place.page_index and place.page_label:
            return place.page_label
        # The library may know labels that the file does not declare; then the file's are not to be trusted.
        last = self._document.pageCount() - 1
        here = min(max(place.page_index, 0), last)
        if place.page_label and self._document.pageLabel(here) != place.page_label:
            return ""
        return self._document.pageLabel(min(max(page_index, 0), last))

    def _add_shortcut(self, keys: str, slot: object, *, everywhere: bool = False) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        context = Qt.ShortcutContext
        shortcut.setContext(context.WindowShortcut if everywhere else context.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)

    # ── slots ────────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot(int)
    def _on_page_changed(self, page_index: int) -> None:
        if page_index >= 0:
            self.header.set_page(page_index, self._document.pageCount(), self._label_of(page_index))

    @Slot(float)
    def _on_zoom_changed(self, zoom: float) -> None:
        self.header.set_zoom(zoom, fits_width=self.view.fits_width)

    @Slot(int)
    def _on_part_changed(self, part: int) -> None:
        place = self.place
        if place is not None and 0 <= part < len(place.parts):
            self.header.set_part(place.parts[part].label, len(place.parts))

    @Slot(float)
    def _on_text_zoom_changed(self, zoom: float) -> None:
        self.header.set_zoom(zoom, fits_width=True)  # the column always does

    @Slot()
    def _on_zoom_in(self) -> None:
        self._view_shown().zoom_in()

    @Slot()
    def _on_zoom_out(self) -> None:
        self._view_shown().zoom_out()

    @Slot()
    def _on_zoom_reset(self) -> None:
        if self._view_shown() is self.text_view:
            self.text_view.set_zoom(1.0)
        else:
            self.view.fit_width()

    def _view_shown(self) -> PdfView | TextView:
        return self.text_view if self._stack.currentWidget() is self.text_view else self.view

    @Slot()
    def _on_zoom_toggled(self) -> None:
        if self._view_shown() is self.text_view:
            self.text_view.set_zoom(1.0)
            return
        if self.view.fits_width:
            self.view.set_zoom(1.0)
        else:
            self.view.fit_width()
        self._on_zoom_changed(self.view.shown_zoom)

    @Slot(int, QPointF)
    def _on_link_activated(self, page_index: int, point: QPointF) -> None:
        place = self.place
        if place is None:
            return
        self._history.visit(Place(place.document, place.path, place.title, page_index))
        target = self._history.current
        if target is not None:
            self._show(target)
            if point.y() > 0:
                self.view.scroll_to(page_index, QRectF(point, point))

    @Slot()
    def _on_action_triggered(self) -> None:
        place = self.place
        if place is None:
            return
        if self._is_locked:
            self.password_required.emit(place.document)
        else:
            self.locate_requested.emit(place.document)


def _breakable(path: str) -> str:
    """A path that a label may break after each separator."""
    return path.replace("/", "/\u200b").replace("\\", "\\\u200b")


def _highlights(place: Place, page: int) -> list[Highlight]:
    """What to mark of a place whose page is `page`, with numbers where there are several; boxes on recognised pages."""
    found: list[Highlight] = []
    for marks in replace(place, page_index=page).marks:
        for start, end in marks.spans:
            inside = [word for word in marks.words if word.char_start < end and word.char_end > start]
            boxes = tuple((word.left, word.top, word.right, word.bottom) for word in inside)
            found.append(Highlight(marks.page_index, start, end, boxes))
    if place.numbered and len(found) > 1:
        return [replace(mark, number=number) for number, mark in enumerate(found, start=1)]
    return found
