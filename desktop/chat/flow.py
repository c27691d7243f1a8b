"""Arranging widgets by hand: left to right with wrapping. The transcript lays itself out, see `transcript_view.py`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

BLEED = 8
"""Pixels on either side of a row that belong to shadows and focus rings, not to the text column."""


def flow(widgets: Sequence[QWidget], origin: QPoint, width: int, gap: int, line_gap: int = 4) -> int:
    """Place widgets in lines and return the height they take; hidden ones take no room."""
    x, y, line_height = 0, 0, 0
    line: list[QWidget] = []
    placed = False
    for widget in widgets:
        if widget.isHidden():
            continue
        size = widget.sizeHint().boundedTo(widget.maximumSize()).expandedTo(widget.minimumSize())
        across = min(size.width(), width)
        if line and x + across > width:
            _centre(line, origin.y() + y, line_height)
            x, y, line_height, line = 0, y + line_height + line_gap, 0, []
        widget.setGeometry(QRect(origin + QPoint(x, y), size).adjusted(0, 0, across - size.width(), 0))
        line.append(widget)
        x += across + gap
        line_height = max(line_height, size.height())
        placed = True
    _centre(line, origin.y() + y, line_height)
    return y + line_height if placed else 0


def _centre(line: Sequence[QWidget], top: int, height: int) -> None:
    for widget in line:
        widget.move(widget.x(), top + (height - widget.height()) // 2)
