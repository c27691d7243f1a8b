"""What we add to a page that QPdfView has painted: its edge and shadow, the marker, the dimming at night."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QRegion

from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius, TextStyle

CORNER = 3.0
MARKER_CORNER = 2.0
MARKER_PADDING = QPointF(2.0, 1.5)
_SHADOW_REACH = 8
_SHADOW_DROP = 2
_SHADOW_OPACITY = 0.008
_NUMBER_SIZE = 13.0
_NUMBER_SCALE = 9.5 / 11.0


class PagePainter:
    """Paints around and over one page after another; coordinates are those of the painter it is given."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def paint_stand_in(self, painter: QPainter, page: QRect, image: QImage) -> None:
        """Show an earlier picture of the page, so that a new size does not flash white while it is being drawn."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(page, image)
        painter.restore()

    def paint_surroundings(self, painter: QPainter, page: QRect) -> None:
        """Paint a soft shadow and a hairline around the page, and round its corners."""
        edge = QRectF(page)
        painter.save()
        reach = page.adjusted(-_SHADOW_REACH, -_SHADOW_REACH, _SHADOW_REACH, _SHADOW_REACH + _SHADOW_DROP)
        painter.setClipRegion(QRegion(reach) - QRegion(page), Qt.ClipOperation.IntersectClip)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("shadow", _SHADOW_OPACITY))
        for step in range(_SHADOW_REACH, 0, -1):
            grown = edge.adjusted(-step, _SHADOW_DROP - step, step, _SHADOW_DROP + step)
            painter.drawRoundedRect(grown, CORNER + step, CORNER + step)
        painter.restore()

        corners = QPainterPath()
        corners.addRect(edge)
        rounded = QPainterPath()
        rounded.addRoundedRect(edge, CORNER, CORNER)
        painter.fillPath(corners.subtracted(rounded), self._theme.color("side"))
        painter.setPen(QPen(self._theme.color("line"), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(edge.adjusted(-0.5, -0.5, 0.5, 0.5), CORNER, CORNER)

    def paint_dimming(self, painter: QPainter, page: QRect) -> None:
        """Take the glare off white paper, as much as the theme asks for."""
        if self._theme.tokens.page_dim > 0:
            painter.fillRect(page, self._theme.color("shadow", self._theme.tokens.page_dim))

    def paint_marker(self, painter: QPainter, lines: Sequence[QRectF]) -> None:
        """Mark lines with the highlighter; it multiplies, so the words under it keep their ink."""
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        across, down = MARKER_PADDING.x(), MARKER_PADDING.y()
        for line in lines:
            path.addRoundedRect(line.adjusted(-across, -down, across, down), MARKER_CORNER, MARKER_CORNER)
        painter.save()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.fillPath(path, self._theme.color("highlight", self._theme.tokens.highlight_opacity))
        painter.restore()

    def paint_number(self, painter: QPainter, number: int, corner: QPointF) -> None:
        """Put a highlight's number on its first corner, small enough to leave the words around it readable."""
        font = self._theme.font(TextStyle.LABEL)
        font.setPointSizeF(font.pointSizeF() * _NUMBER_SCALE)
        text = str(number)
        width = max(_NUMBER_SIZE, QFontMetricsF(font).horizontalAdvance(text) + 6.0)
        badge = QRectF(0, 0, width, _NUMBER_SIZE)
        badge.moveCenter(corner - QPointF(width / 2 + 1, 3))
        painter.save()
        painter.setPen(QPen(self._theme.color("surface"), 1.0))
        painter.setBrush(self._theme.color("accent"))
        painter.drawRoundedRect(badge, Radius.CHIP, Radius.CHIP)
        painter.setFont(font)
        painter.setPen(self._theme.color("on_accent"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def paint_focus(self, painter: QPainter, viewport: QRect) -> None:
        """Show that the keyboard scrolls these pages."""
        painter.setPen(QPen(self._theme.color("accent"), 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(viewport).adjusted(1, 1, -1, -1))
