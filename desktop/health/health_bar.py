"""Pages by how their text was obtained, as one bar with its legend."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.types import Health
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.wording import format_count

translate = QCoreApplication.translate

_BAR_HEIGHT = 8
_DOT = 8
_LEAST_SHARE = 4.0  # pixels of what there is little of, so that it can be seen at all


@dataclass(frozen=True, slots=True)
class Share:
    """A kind of pages: how many, what they are called, and the colour token they are painted in."""

    count: int
    name: str
    token: str


def shares(health: Health, waiting: int = 0) -> list[Share]:
    """The kinds that there are; `waiting` pages were not looked at yet."""
    every = [
        Share(health.text, translate("health", "text"), "supported"),
        Share(health.ocr, translate("health", "by OCR"), "accent"),
        Share(health.empty, translate("health", "without text"), "ink_third"),
        Share(health.failed, translate("health", "could not be read"), "fault"),
        Share(waiting, translate("health", "not read yet"), "line"),
    ]
    return [share for share in every if share.count]


class HealthBar(QWidget):
    """Paints the shares side by side, and below what each colour stands for."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shares: list[Share] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_health(self, health: Health, pages: int) -> None:
        """Show the pages of one document, or of all."""
        self._shares = shares(health, max(0, pages - health.pages_done))
        self.setAccessibleName(", ".join(_words(share) for share in self._shares))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The bar and as many lines of legend as this width wants."""
        lines = len(self._lines(max(1, self.width())))
        return QSize(280, _BAR_HEIGHT + (Space.UNIT + lines * self._line_height() if lines else 0))

    def minimumSizeHint(self) -> QSize:
        """No lower than it wants to be."""
        return QSize(120, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may want another number of lines."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bar and legend."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_bar(painter)
        painter.setFont(self._theme.font(TextStyle.META))
        metrics = QFontMetrics(painter.font())
        top = _BAR_HEIGHT + Space.UNIT
        for line in self._lines(self.width()):
            left = 0
            for share in line:
                dot = QRectF(left, top + (self._line_height() - _DOT) / 2, _DOT, _DOT)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.color(share.token))
                painter.drawEllipse(dot)
                painter.setPen(self._theme.color("ink_second"))
                words = _words(share)
                left += _DOT + 6
                area = QRectF(left, top, metrics.horizontalAdvance(words) + 2, self._line_height())
                painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
                left += metrics.horizontalAdvance(words) + Space.WIDE
            top += self._line_height()
        painter.end()

    def _paint_bar(self, painter: QPainter) -> None:
        whole = QRectF(0, 0, self.width(), _BAR_HEIGHT)
        outline = QPainterPath()
        outline.addRoundedRect(whole, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(whole, self._theme.color("line"))
        left = 0.0
        for share, width in zip(self._shares, self._widths(), strict=True):
            painter.fillRect(QRectF(left, 0, width, _BAR_HEIGHT), self._theme.color(share.token))
            left += width
        painter.restore()

    def _widths(self) -> list[float]:
        total = sum(share.count for share in self._shares)
        wanted = [max(_LEAST_SHARE, self.width() * share.count / total) for share in self._shares]
        return [width * self.width() / sum(wanted) for width in wanted]

    def _lines(self, width: int) -> list[list[Share]]:
        metrics = QFontMetrics(self._theme.font(TextStyle.META))
        lines: list[list[Share]] = []
        left = width
        for share in self._shares:
            needed = _DOT + 6 + metrics.horizontalAdvance(_words(share)) + Space.WIDE
            if not lines or left < needed - Space.WIDE:
                lines.append([])
                left = width
            lines[-1].append(share)
            left -= needed
        return lines

    def _line_height(self) -> int:
        return QFontMetrics(self._theme.font(TextStyle.META)).height() + 2


def _words(share: Share) -> str:
    return f"{format_count(share.count)} {share.name}"
