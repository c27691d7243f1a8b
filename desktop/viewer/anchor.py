"""What stays where it is in the viewport while the sizes around it change."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize

from desktop.viewer.page_layout import PageLayout

# The height of the viewport at which people read, and to which we bring cited words.
READING_HEIGHT = 1 / 3
# What is too wide to be centred starts this far from the left.
_INSET = 20


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point of a page, in points, and where in the viewport it belongs, as fractions of its size.

    Attributes:
        span: width of what begins at the point; it is centred there, or shown from its left where it is too wide.
        is_free: it came from the person's scrolling; otherwise its page was asked for, and counts as the current one.
    """

    page_index: int
    point: QPointF
    at: QPointF
    span: float = 0.0
    is_free: bool = False

    @classmethod
    def on_rect(cls, page_index: int, rect: QRectF) -> Anchor:
        """Hold a rectangle of a page at reading height."""
        return cls(page_index, rect.topLeft(), QPointF(0.5, READING_HEIGHT), rect.width())

    @classmethod
    def on_page(cls, page_index: int) -> Anchor:
        """Hold the upper edge of a page, with a little above it, at the top."""
        return cls(page_index, QPointF(0.0, -12.0), QPointF(0.0, 0.0))

    @classmethod
    def on_position(cls, layout: PageLayout, scrolled: QPoint, position: QPointF, viewport: QSize) -> Anchor | None:
        """Hold what is at a position of the viewport just there; None without pages."""
        contents = position + QPointF(scrolled)
        page_index = layout.page_at(contents.y())
        if page_index < 0:
            return None
        at = QPointF(position.x() / max(viewport.width(), 1), position.y() / max(viewport.height(), 1))
        return cls(page_index, layout.to_page(page_index, contents), at, is_free=True)

    def page_in(self, layout: PageLayout) -> int:
        """The page, or the nearest that exists; the layout must have pages."""
        return min(max(self.page_index, 0), len(layout.rects) - 1)

    def scroll_position(self, layout: PageLayout, viewport: QSize) -> QPoint:
        """Where to scroll to, so that the point is where it belongs; the layout must have pages."""
        spot = layout.to_contents(self.page_in(layout), QRectF(self.point.x(), self.point.y(), self.span, 0.0))
        half = min(spot.width() / 2, viewport.width() / 2 - _INSET)
        x = spot.x() + half - self.at.x() * viewport.width()
        return QPoint(round(x), round(spot.y() - self.at.y() * viewport.height()))


def reading_line(scrolled: int, furthest: int, height: int) -> float:
    """The height in the contents at which the reader is taken to be.

    A third down the viewport; but towards the ends of the document it moves to the edges, else a short first or last
    page could never be the current one.

    Args:
        scrolled: how far the contents are scrolled.
        furthest: how far they can be.
        height: of the viewport.
    """
    if furthest < height:
        return scrolled + height * scrolled / max(furthest, 1)
    above = min(height * READING_HEIGHT, scrolled)
    below = max(0.0, height * (1 - READING_HEIGHT) - (furthest - scrolled))
    return scrolled + above + below
