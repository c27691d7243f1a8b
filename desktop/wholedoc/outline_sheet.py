"""The outline of a document; a heading opens its page."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QTreeView, QWidget

from core.answering.outline import Outline, OutlineSource
from desktop.sheet import Sheet
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle
from desktop.wholedoc.body_stack import BodyStack
from desktop.wholedoc.outline_model import COL_PAGE, COL_TITLE, OutlineModel, OutlineRole

_SIZE = QSize(560, 640)
_OPEN_LEVELS = 1
_ALL_OPEN_TO = 40  # headings; of a longer outline only the first levels are open


class OutlineTree(QTreeView):
    """The headings; Enter, a click or a double click opens the page.

    Signals:
        heading_opened: the index of its page.
    """

    heading_opened = Signal(int)

    def __init__(self, model: OutlineModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setObjectName("outlineTree")
        self.setAccessibleName(self.tr("Outline"))
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformRowHeights(True)
        self.setIndentation(18)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAllColumnsShowFocus(True)
        self.setExpandsOnDoubleClick(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(COL_TITLE, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(COL_PAGE, QHeaderView.ResizeMode.ResizeToContents)
        self.clicked.connect(self._on_clicked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the page of the current heading."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._on_clicked(self.currentIndex())
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.heading_opened.emit(int(index.data(OutlineRole.PAGE_INDEX)))


class OutlineSheet(Sheet):
    """Shows one outline.

    Signals:
        page_opened: a document's id and the index of a page.
    """

    page_opened = Signal(str, int)

    def __init__(self, theme: Theme, parent: QWidget, document: str, title: str) -> None:
        super().__init__(theme, parent, self.tr("Outline of “{title}”").format(title=title), _SIZE)
        self.setObjectName("outlineSheet")
        self._document = document
        self._model = OutlineModel(self)
        self.tree = OutlineTree(self._model, self)
        self.tree.setFont(theme.font(TextStyle.BODY))
        self.tree.heading_opened.connect(self._on_heading_opened)
        self.body = BodyStack(theme, self.tree, self)
        self.add_body(self.body)

    def show_outline(self, outline: Outline) -> None:
        """Show an outline, short ones with all of their levels."""
        self._model.set_outline(outline)
        match outline.source:
            case OutlineSource.BOOKMARKS:
                self.set_line(self.tr("The document’s own bookmarks."))
            case OutlineSource.HEADINGS:
                self.set_line(self.tr("The headings found in its text."))
            case OutlineSource.NONE:
                self.set_line("")
                self.body.show_words(self.tr("Neither bookmarks nor headings were found in this document."))
        if _count(outline) <= _ALL_OPEN_TO:
            self.tree.expandAll()
        else:
            self.tree.expandToDepth(_OPEN_LEVELS - 1)
        if outline.nodes:
            self.tree.setCurrentIndex(self._model.index(0, 0))

    @Slot(int)
    def _on_heading_opened(self, page_index: int) -> None:
        self.page_opened.emit(self._document, page_index)


def _count(outline: Outline) -> int:
    waiting, count = list(outline.nodes), 0
    while waiting:
        count += 1
        waiting += waiting.pop().children
    return count
