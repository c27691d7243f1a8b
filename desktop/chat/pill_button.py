"""A small round-ended button with an icon after its text, as used for the model and the scope."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

_HEIGHT = 26
_PADDING = 9
_ICON = 12
_GAP = 5


class PillButton(QPushButton):
    """Paints itself: a style sheet can neither put an icon after the text nor mirror its own padding."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name = ""
        self._tinted = False
        self.setFont(theme.font(TextStyle.META, weight=500))
        self.setFixedHeight(_HEIGHT)
        theme.changed.connect(self._on_theme_changed)

    def set_look(self, icon: str, *, tinted: bool) -> None:
        """Choose the icon after the text, empty for none, and whether the pill is filled with the accent ground."""
        self._icon_name = icon
        self._tinted = tinted
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        icon = _ICON + _GAP if self._icon_name else 0
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2 + 2 * _PADDING + icon, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(56, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.underMouse() and self.isEnabled()
        ground = "accent_ground" if self._tinted else "hover" if hovered else ""
        edge = "accent" if self.hasFocus() or (self._tinted and hovered) else "" if self._tinted else "line"
        painter.setBrush(self._theme.color(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color(edge), 1.0) if edge else Qt.PenStyle.NoPen)
        inset = 0.5 if edge else 0.0
        rect = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        token = "accent" if self._tinted else "ink" if hovered else "ink_second"
        painter.setPen(self._theme.color(token))
        icon = _ICON + _GAP if self._icon_name else 0
        room = self.rect().adjusted(_PADDING, 0, -_PADDING - icon, 0)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if self._icon_name:
            at = QPoint(self.width() - _PADDING - _ICON + 2, (self.height() - _ICON) // 2)
            self._theme.icon(self._icon_name, token, _ICON).paint(painter, QRect(at, QSize(_ICON, _ICON)))

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
