"""The pages of a document, with the cited words marked on them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtPdf import QPdfDocument, QPdfLink, QPdfLinkModel, QPdfPageRenderer
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QAbstractSlider, QFrame, QWidget

from desktop.theme.theme import Theme
from desktop.viewer.anchor import READING_HEIGHT, Anchor, reading_line
from desktop.viewer.highlights import Highlight, Mark, find_marks
from desktop.viewer.page_layout import PageLayout, affordable_zoom, can_fit_width, lay_out
from desktop.viewer.page_painter import PagePainter
from desktop.viewer.page_pictures import LARGEST_PAGE_PIXELS, PagePictures

PAGE_SPACING = 16
PAGE_MARGIN = 20
SCROLL_BAR = 12
ZOOM_STEPS = (0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)


class PdfView(QPdfView):
    """All pages below each other, fitted to the width or at a chosen zoom, with cited words highlighted.

    What is read stays where it is when the pane is resized or zoomed. Of links, those within the document work;
    addresses are left alone, because nothing leaves.

    Attributes:
        fits_width: True while pages follow the width of the pane.
        current_page: the page at reading height; -1 without a document.

    Signals:
        page_changed: another page is at reading height (its index).
        zoom_changed: pages show at another zoom (1 is 100 %).
        link_activated: a link within the document was clicked (page index, point on it in points).
    """

    page_changed = Signal(int)
    zoom_changed = Signal(float)
    link_activated = Signal(int, QPointF)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._painter = PagePainter(theme)
        # QPdfView reads this once, when it is made, and never again; so do we.
        self._resolution = QGuiApplication.primaryScreen().logicalDotsPerInch() / 72.0
        self._links = QPdfLinkModel(self)
        self._sizes: tuple[QSizeF, ...] = ()
        self._loads = 0
        self._layout_key: tuple[object, ...] = ()
        self._layout = PageLayout()
        self._highlights: tuple[Highlight, ...] = ()
        self._marks: dict[int, list[Mark]] = {}
        self._fit = True
        self._zoom = 1.0
        self._anchor: Anchor | None = None
        self._arranging = False
        self._page = -1
        self._told_zoom = 0.0
        self._pictures = PagePictures()
        self._shows_focus = False

        self.setPageMode(QPdfView.PageMode.MultiPage)
        self.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.setPageSpacing(PAGE_SPACING)
        # The left strip balances the scroll bar on the right, so that pages stand in the middle of the pane.
        self.setViewportMargins(SCROLL_BAR, 0, 0, 0)
        side = PAGE_MARGIN - SCROLL_BAR
        self.setDocumentMargins(QMargins(side, PAGE_MARGIN, side, PAGE_MARGIN))
        # Left to itself the bar would come and go for ever where a page just fits without it.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Pages"))
        self.setObjectName("viewerPages")
        self.verticalScrollBar().setSingleStep(48)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)

        self.documentChanged.connect(self._on_document_changed)
        renderer = self.findChild(QPdfPageRenderer)
        if renderer is not None:
            renderer.pageRendered.connect(self._on_page_rendered)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def fits_width(self) -> bool:
        """True while pages follow the width of the pane."""
        return self._fit

    @property
    def current_page(self) -> int:
        """The page at reading height; -1 without a document."""
        return self._page

    @property
    def shown_zoom(self) -> float:
        """The zoom of the page at reading height, where 1 is 100 %."""
        rects = self.page_layout().rects
        if not 0 <= self._page < len(rects) or self._sizes[self._page].width() <= 0:
            return 1.0
        return rects[self._page].width() / (self._sizes[self._page].width() * self._resolution)

    def set_highlights(self, highlights: Sequence[Highlight]) -> None:
        """Mark these words, and no others; spans that are not in the document are left out."""
        self._highlights = tuple(highlights)
        self._find_marks()
        self.viewport().update()

    def highlight_lines(self, page_index: int) -> list[QRectF]:
        """The marked lines of a page, in points, one rectangle a line."""
        return [line for mark in self._marks.get(page_index, ()) for line in mark.lines]

    def highlight_numbers(self, page_index: int) -> list[tuple[int, QRectF]]:
        """The numbers of a page's highlights, each with the line at whose beginning it stands."""
        return [(mark.number, mark.lines[0]) for mark in self._marks.get(page_index, ()) if mark.number]

    def scroll_to(self, page_index: int, rect: QRectF | None = None) -> None:
        """Bring a rectangle of a page (in points) to a third of the viewport's height, or the top of the page.

        Also before the view has its size: the place is kept until the person scrolls.
        """
        self._anchor = Anchor.on_page(page_index) if rect is None else Anchor.on_rect(page_index, rect)
        self._keep_place()

    def fit_width(self) -> None:
        """Let pages follow the width of the pane."""
        self._fit = True
        self._rearrange()

    def set_zoom(self, zoom: float, at: QPointF | None = None) -> None:
        """Show pages at a zoom (1 is 100 %), keeping the point `at` of the viewport where it is."""
        self._fit = False
        self._zoom = min(max(zoom, ZOOM_STEPS[0]), ZOOM_STEPS[-1])
        if at is not None:
            self._anchor = self._anchor_at(at)
        self._rearrange()

    def zoom_in(self) -> None:
        """Show pages one step larger."""
        self.set_zoom(next((step for step in ZOOM_STEPS if step > self.shown_zoom + 0.005), ZOOM_STEPS[-1]))

    def zoom_out(self) -> None:
        """Show pages one step smaller."""
        self.set_zoom(next((step for step in reversed(ZOOM_STEPS) if step < self.shown_zoom - 0.005), ZOOM_STEPS[0]))

    # ── geometry ─────────────────────────────────────────────────────────────────────────────────────────────────

    def page_layout(self) -> PageLayout:
        """Where the pages are, in pixels of the scrolled contents."""
        zoom = self.zoomFactor() if self.zoomMode() == QPdfView.ZoomMode.Custom else None
        key = (self._loads, self.viewport().width(), zoom)
        if key != self._layout_key:
            self._layout_key = key
            self._layout = lay_out(
                self._sizes,
                resolution=self._resolution,
                zoom=zoom,
                viewport_width=self.viewport().width(),
                margins=self.documentMargins(),
                spacing=self.pageSpacing(),
            )
        return self._layout

    def page_rect(self, page_index: int) -> QRect:
        """Where a page is in the viewport; empty for a page that does not exist."""
        rects = self.page_layout().rects
        if not 0 <= page_index < len(rects):
            return QRect()
        return rects[page_index].translated(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())

    def to_viewport(self, page_index: int, rect: QRectF) -> QRectF:
        """A rectangle of a page, in points, as pixels of the viewport; empty for a page that does not exist."""
        layout = self.page_layout()
        if not 0 <= page_index < len(layout.rects):
            return QRectF()
        return layout.to_contents(page_index, rect).translated(-QPointF(self._scrolled()))

    def is_rendered(self, page_index: int) -> bool:
        """Whether the picture of a page at its present size is there."""
        return self._pictures.is_fresh(page_index)

    def _scrolled(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _anchor_at(self, position: QPointF) -> Anchor | None:
        return Anchor.on_position(self.page_layout(), self._scrolled(), position, self.viewport().size())

    def _keep_place(self) -> None:
        """Scroll so that the anchor is where it belongs."""
        layout = self.page_layout()
        if self._anchor is None or not layout.rects:
            self._tell_position()
            return
        target = self._anchor.scroll_position(layout, self.viewport().size())
        self._arranging = True
        self.horizontalScrollBar().setValue(target.x())
        self.verticalScrollBar().setValue(target.y())
        self._arranging = False
        self._tell_position(None if self._anchor.is_free else self._anchor.page_in(layout))

    def _rearrange(self) -> None:
        """Put the wanted zoom, as far as memory allows it, into force and keep the place."""
        self._arranging = True
        scale = self.devicePixelRatioF() ** 2
        pixels = LARGEST_PAGE_PIXELS / scale
        margins = self.documentMargins()
        room = self.viewport().width() - margins.left() - margins.right()
        if self._fit and can_fit_width(self._sizes, self._resolution, room, pixels):
            self.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        else:
            self.setZoomFactor(min(self._zoom, affordable_zoom(self._sizes, self._resolution, pixels)))
            self.setZoomMode(QPdfView.ZoomMode.Custom)
        size = self.viewport().size() if self.zoomMode() == QPdfView.ZoomMode.FitToWidth else None
        self._pictures.follow((self._loads, self.zoomMode(), self.zoomFactor(), size))
        self._arranging = False
        self._keep_place()
        self.viewport().update()

    def _tell_position(self, page_index: int | None = None) -> None:
        if page_index is None:
            bar = self.verticalScrollBar()
            line = reading_line(bar.value(), bar.maximum(), self.viewport().height())
            page_index = self.page_layout().page_at(line)
        if page_index != self._page:
            self._page = page_index
            self.page_changed.emit(page_index)
        zoom = self.shown_zoom
        if abs(zoom - self._told_zoom) > 1e-4:
            self._told_zoom = zoom
            self.zoom_changed.emit(zoom)

    def _find_marks(self) -> None:
        document = self.document()
        self._marks = find_marks(document, self._sizes, self._highlights) if document is not None else {}

    # ── events ───────────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self.verticalScrollBar().value()
        for page_index in self.page_layout().pages_between(top - PAGE_SPACING, top + self.viewport().height()):
            page = self.page_rect(page_index)
            stand_in = self._pictures.stand_in(page_index)
            if stand_in is not None:
                self._painter.paint_stand_in(painter, page, stand_in)
            self._painter.paint_dimming(painter, page)
            lines = [self.to_viewport(page_index, line) for line in self.highlight_lines(page_index)]
            self._painter.paint_marker(painter, lines)
            for number, line in self.highlight_numbers(page_index):
                self._painter.paint_number(painter, number, self.to_viewport(page_index, line).topLeft())
            self._painter.paint_surroundings(painter, page)
        if self._shows_focus:
            self._painter.paint_focus(painter, self.viewport().rect())
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Without this the scroll bars, clamped to the new size, would take the place with them.
        self._arranging = True
        super().resizeEvent(event)
        self._rearrange()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self._arranging:
            return
        view = self.viewport()
        self._anchor = self._anchor_at(QPointF(view.width() / 2, view.height() * READING_HEIGHT))
        self._tell_position()
        self._drop_heavy_pictures()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self.shown_zoom * 1.0015 ** event.angleDelta().y(), event.position())
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Home:
                bar.triggerAction(QAbstractSlider.SliderAction.SliderToMinimum)
            case Qt.Key.Key_End:
                bar.triggerAction(QAbstractSlider.SliderAction.SliderToMaximum)
            case Qt.Key.Key_Space:
                action = QAbstractSlider.SliderAction
                bar.triggerAction(action.SliderPageStepSub if back else action.SliderPageStepAdd)
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
        self._shows_focus = event.reason() in keys
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._shows_focus = False
        super().focusOutEvent(event)
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        # Not the base class: it looks for links where they were before the first scrolling.
        link = self._link_at(event.position())
        cursor = Qt.CursorShape.ArrowCursor if link is None else Qt.CursorShape.PointingHandCursor
        self.viewport().setCursor(cursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        link = self._link_at(event.position())
        if link is not None and event.button() == Qt.MouseButton.LeftButton:
            self.link_activated.emit(link.page(), link.location())

    def _link_at(self, position: QPointF) -> QPdfLink | None:
        layout = self.page_layout()
        contents = position + QPointF(self._scrolled())
        page_index = layout.page_at(contents.y())
        if page_index < 0 or not layout.rects[page_index].contains(contents.toPoint()):
            return None
        if self._links.page() != page_index:
            self._links.setPage(page_index)
        link = self._links.linkAt(layout.to_page(page_index, contents))
        return link if 0 <= link.page() < len(self._sizes) else None

    # ── slots ────────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot(QPdfDocument)
    def _on_document_changed(self, document: QPdfDocument | None) -> None:
        if document is not None:
            document.statusChanged.connect(self._on_status_changed)
            self._links.setDocument(document)
            self._on_status_changed(document.status())

    @Slot(QPdfDocument.Status)
    def _on_status_changed(self, status: QPdfDocument.Status) -> None:
        document = self.document()
        ready = status == QPdfDocument.Status.Ready and document is not None
        self._sizes = tuple(document.pagePointSize(page) for page in range(document.pageCount())) if ready else ()
        self._loads += 1
        self._pictures.clear()
        self._page = -1
        if not ready:
            self._anchor = None
        self._find_marks()
        self._rearrange()

    @Slot(int, QSize, QImage)
    def _on_page_rendered(self, page_index: int, _size: QSize, image: QImage) -> None:
        rect = self.page_rect(page_index)
        if image.size() != rect.size() * self.devicePixelRatioF():
            return
        self._pictures.add(page_index, image)

    @Slot(int, int)
    def _on_range_changed(self, least: int, most: int) -> None:
        # The style sheet draws no handle on a disabled bar.
        self.verticalScrollBar().setEnabled(most > least)

    @Slot()
    def _on_theme_changed(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Dark, self._theme.color("side"))
        self.setPalette(palette)
        self.viewport().update()

    def _drop_heavy_pictures(self) -> None:
        """Make QPdfView forget the pages it has drawn once they take too much memory."""
        if not self._pictures.are_heavy:
            return
        # It offers no call for this, but any change of layout does it.
        self._arranging = True
        self.setPageSpacing(PAGE_SPACING + 1)
        self.setPageSpacing(PAGE_SPACING)
        self._arranging = False
        self._pictures.age()
