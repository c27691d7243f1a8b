from __future__ import annotations

import pytest
from PySide6.QtCore import QMargins, QPoint, QPointF, QRectF, QSize, QSizeF

from desktop.viewer.anchor import Anchor, reading_line
from desktop.viewer.page_layout import PageLayout, lay_out

VIEWPORT = QSize(300, 300)


def layout(zoom: float) -> PageLayout:
    return lay_out(
        [QSizeF(200, 400)] * 3,
        resolution=1.0,
        zoom=zoom,
        viewport_width=300,
        margins=QMargins(10, 20, 10, 20),
        spacing=16,
    )


def test_a_rectangle_is_held_at_a_third_and_centred() -> None:
    anchor = Anchor.on_rect(1, QRectF(20, 100, 60, 10))
    assert anchor.scroll_position(layout(1.0), VIEWPORT) == QPoint(50 + 50 - 150, 436 + 100 - 100)


def test_what_is_too_wide_is_shown_from_its_left() -> None:
    anchor = Anchor.on_rect(0, QRectF(20, 100, 160, 10))
    assert anchor.scroll_position(layout(3.0), VIEWPORT).x() == 10 + 60 - 20


def test_a_free_anchor_holds_its_point_through_a_zoom() -> None:
    near, far = layout(1.0), layout(2.0)
    scrolled, position = QPoint(0, 500), QPointF(120, 80)
    anchor = Anchor.on_position(near, scrolled, position, VIEWPORT)
    assert anchor is not None
    point = near.to_page(1, position + QPointF(scrolled))
    then = far.to_page(1, position + QPointF(anchor.scroll_position(far, VIEWPORT)))
    assert (then - point).manhattanLength() == pytest.approx(0, abs=1)
    assert Anchor.on_position(PageLayout(), scrolled, position, VIEWPORT) is None


def test_reading_line_reaches_both_ends() -> None:
    assert reading_line(0, 1000, 300) == 0
    assert reading_line(500, 1000, 300) == 600
    assert reading_line(1000, 1000, 300) == 1300
    assert reading_line(0, 0, 300) == 0
    assert reading_line(60, 60, 300) == 360
    lines = [reading_line(value, 1000, 300) for value in range(1001)]
    assert lines == sorted(lines)
