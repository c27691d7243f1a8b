"""Where QPdfView puts its pages: its private layout, computed again so that we can paint on them."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QMargins, QPoint, QPointF, QRect, QRectF, QSize, QSizeF


@dataclass(frozen=True, slots=True)
class PageLayout:
    """Pages laid out below each other, in device-independent pixels of the scrolled contents.

    Attributes:
        rects: one rectangle a page, in page order.
        page_sizes: the same pages in points.
        size: what the scroll bars range over.
    """

    rects: tuple[QRect, ...] = ()
    page_sizes: tuple[QSizeF, ...] = ()
    size: QSize = field(default_factory=QSize)

    def scales(self, page_index: int) -> tuple[float, float]:
        """Pixels a point on a page, across and down; they differ by what rounding to whole pixels makes of them."""
        rect, points = self.rects[page_index], self.page_sizes[page_index]
        return rect.width() / max(points.width(), 1e-6), rect.height() / max(points.height(), 1e-6)

    def to_contents(self, page_index: int, rect: QRectF) -> QRectF:
        """Where a rectangle of a page, given in points, is in the contents."""
        page = self.rects[page_index]
        across, down = self.scales(page_index)
        return QRectF(
            page.x() + rect.x() * across, page.y() + rect.y() * down, rect.width() * across, rect.height() * down
        )

    def to_page(self, page_index: int, position: QPointF) -> QPointF:
        """Where a position in the contents is on a page, in points."""
        page = self.rects[page_index]
        across, down = self.scales(page_index)
        return QPointF((position.x() - page.x()) / max(across, 1e-6), (position.y() - page.y()) / max(down, 1e-6))

    def page_at(self, y: float) -> int:
        """The page at height `y`, or the nearest one where `y` lies between two; -1 without pages."""
        below = bisect_left(self.rects, y, key=lambda rect: rect.y() + rect.height())
        if below >= len(self.rects):
            return len(self.rects) - 1
        if below == 0 or y >= self.rects[below].y():
            return below
        above = self.rects[below - 1]
        return below - 1 if y - (above.y() + above.height()) < self.rects[below].y() - y else below

    def pages_between(self, top: float, bottom: float) -> range:
        """The pages that show between two heights."""
        first = bisect_right(self.rects, top, key=lambda rect: rect.y() + rect.height())
        last = bisect_left(self.rects, bottom, key=lambda rect: rect.y())
        return range(first, last)


def lay_out(
    page_sizes: Sequence[QSizeF],
    *,
    resolution: float,
    zoom: float | None,
    viewport_width: int,
    margins: QMargins,
    spacing: int,
) -> PageLayout:
    """Lay pages out as `QPdfViewPrivate::calculateDocumentLayout` does in multi-page mode, rounding included.

    Args:
        page_sizes: in points, turned pages already turned.
        resolution: pixels a point at zoom 1, as QPdfView takes it from the primary screen.
        zoom: the zoom factor, or None to fit every page to the width.
        viewport_width: width of the viewport in pixels.
        margins: around all pages.
        spacing: between two pages.
    """
    room = viewport_width - margins.left() - margins.right()
    sizes = [_page_size(size, resolution, zoom, room) for size in page_sizes]
    width = max((size.width() for size in sizes), default=0) + margins.left() + margins.right()
    rects = []
    y = margins.top()
    for size in sizes:
        # C++ divides integers towards zero; `//` would differ for a page wider than the room.
        x = int((max(width, viewport_width) - size.width()) / 2)
        rects.append(QRect(QPoint(x, y), size))
        y += size.height() + spacing
    return PageLayout(tuple(rects), tuple(page_sizes), QSize(width, y + margins.bottom()))


def affordable_zoom(page_sizes: Sequence[QSizeF], resolution: float, pixels: float) -> float:
    """The largest zoom at which no page's picture has more than so many pixels."""
    largest = max((size.width() * size.height() for size in page_sizes), default=0.0)
    return math.sqrt(pixels / largest) / resolution if largest > 0 else math.inf


def can_fit_width(page_sizes: Sequence[QSizeF], resolution: float, room: int, pixels: float) -> bool:
    """Whether every page, made as wide as the room, stays under so many pixels.

    A page of a hostile document may be a hair wide and miles high; fitted to the width it would take all memory.
    """
    for size in page_sizes:
        width = _round(size.width() * resolution)
        if width < 1 or room * room * size.height() * resolution / width > pixels:
            return False
    return True


def _page_size(points: QSizeF, resolution: float, zoom: float | None, room: int) -> QSize:
    if zoom is not None:
        return QSize(_round(points.width() * resolution * zoom), _round(points.height() * resolution * zoom))
    width, height = _round(points.width() * resolution), _round(points.height() * resolution)
    if width == 0:
        return QSize(0, 0)
    factor = room / width
    return QSize(_round(width * factor), _round(height * factor))


def _round(value: float) -> int:
    """Round half away from zero, like qRound."""
    return int(value + 0.5) if value >= 0 else int(value - 0.5)
