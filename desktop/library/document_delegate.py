"""Paints one document: its first page, its title, where it stands, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QImage, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from core.types import DocumentState
from desktop.library.document_model import DocumentRole, RowAction
from desktop.library.keyed_list_model import ModelIndex
from desktop.library.row_painting import RowDelegate, content_rect
from desktop.library.thin_bar import BAR_HEIGHT, paint_bar
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle

THUMBNAIL_SIZE = QSize(30, 40)
_THUMBNAIL_GAP = 10
_THUMBNAIL_RADIUS = 3.0
_STOP_SIZE = 20
_STOP_ICON_SIZE = 12
_ACTION_GAP = Space.UNIT

_META_TOKENS = {
    DocumentState.FAILED: "fault",
    DocumentState.NEEDS_PASSWORD: "caution",
}
_MOUSE_EVENTS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)


@dataclass(frozen=True, slots=True)
class RowParts:
    """Where the parts of a row lie; `action` and `stop` are empty where there are none."""

    thumbnail: QRect
    title: QRect
    meta: QRect
    bar: QRect
    action: QRect
    stop: QRect


class DocumentDelegate(RowDelegate):
    """Paints a document's row and turns clicks on its inline actions into a signal.

    Attributes:
        hot: the document and the inline action under the pointer, or None.

    Signals:
        action_triggered: an inline action was clicked: the document's id, the `RowAction`.
    """

    action_triggered = Signal(str, object)

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(theme, parent)
        self.hot: tuple[str, RowAction] | None = None
        self._pressed: tuple[str, RowAction] | None = None

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        """One height for every row, so that nothing jumps when a document is done."""
        words = self._title_height() + self._meta_height() + BAR_HEIGHT + Space.HALF
        return QSize(0, max(words, THUMBNAIL_SIZE.height()) + 2 * Space.UNIT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        """Paint the row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_ground(painter, option, index.row())
        shows_stop = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus))
        parts = self.parts(option.rect, index, shows_stop=shows_stop)
        self._paint_thumbnail(painter, parts.thumbnail, index.data(DocumentRole.THUMBNAIL))
        self._paint_words(painter, parts, index)
        fraction = index.data(DocumentRole.PROGRESS)
        if fraction is not None:
            paint_bar(painter, QRectF(parts.bar), fraction, self._theme)
        if not parts.stop.isEmpty():
            self._paint_stop(painter, parts.stop, index)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: ModelIndex
    ) -> bool:
        """Take presses and releases on an inline action, so that they neither choose nor open the row."""
        if event.type() not in _MOUSE_EVENTS or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        action = self.action_at(option.rect, index, event.position().toPoint())
        target = (str(index.data(DocumentRole.ID)), action) if action else None
        if event.type() != QEvent.Type.MouseButtonRelease:
            self._pressed = target
            return target is not None
        pressed, self._pressed = self._pressed, None
        if target is None or target != pressed:
            return pressed is not None
        self.action_triggered.emit(*target)
        return True

    def action_at(self, row: QRect, index: ModelIndex, position: QPoint) -> RowAction | None:
        """The inline action of the row at `row` that lies under `position`."""
        parts = self.parts(row, index, shows_stop=True)
        grip = Space.HALF
        if parts.action.adjusted(-grip, -grip, grip, grip).contains(position):
            return _action_of(index)
        return RowAction.STOP if parts.stop.contains(position) else None

    def parts(self, row: QRect, index: ModelIndex, *, shows_stop: bool) -> RowParts:
        """Lay out the row at `row`."""
        content = content_rect(row)
        thumbnail = QRect(content.topLeft() + QPoint(0, (row.height() - THUMBNAIL_SIZE.height()) // 2), THUMBNAIL_SIZE)
        left = thumbnail.right() + 1 + _THUMBNAIL_GAP
        width = content.right() + 1 - left
        words = self._title_height() + self._meta_height()
        works = index.data(DocumentRole.PROGRESS) is not None
        height = words + (BAR_HEIGHT + Space.HALF if works else 0)
        top = row.top() + (row.height() - height) // 2
        title = QRect(left, top, width, self._title_height())
        meta = QRect(left, title.bottom() + 1, width, self._meta_height())
        bar = QRect(left, meta.bottom() + 1 + Space.HALF, width, BAR_HEIGHT)
        stop = QRect()
        if shows_stop and index.data(DocumentRole.CAN_CANCEL):
            stop = QRect(content.right() + 1 - _STOP_SIZE, title.top(), _STOP_SIZE, _STOP_SIZE)
            stop.translate(Space.HALF, -1)
            title.setRight(stop.left() - Space.HALF)
        action = QRect()
        offered = _action_of(index)
        if offered is not None:
            meta, action = self._split_meta(meta, index.data(DocumentRole.META), offered)
        return RowParts(thumbnail, title, meta, bar, action, stop)

    def action_text(self, action: RowAction) -> str:
        """What an inline action is called."""
        return {
            RowAction.UNLOCK: self.tr("Unlock"),
            RowAction.RETRY: self.tr("Retry"),
            RowAction.RESUME: self.tr("Resume"),
            RowAction.STOP: self.tr("Stop"),
        }[action]

    def _split_meta(self, meta: QRect, text: str, action: RowAction) -> tuple[QRect, QRect]:
        action_width = QFontMetrics(self._action_font()).horizontalAdvance(self.action_text(action))
        needed = self._metrics(TextStyle.META).horizontalAdvance(text) + 1
        words = QRect(meta)
        words.setWidth(max(0, min(needed, meta.width() - action_width - _ACTION_GAP)))
        return words, QRect(words.right() + 1 + _ACTION_GAP, meta.top(), action_width, meta.height())

    def _paint_words(self, painter: QPainter, parts: RowParts, index: ModelIndex) -> None:
        title = self._metrics(TextStyle.BODY_MEDIUM).elidedText(
            index.data(DocumentRole.TITLE), Qt.TextElideMode.ElideMiddle, parts.title.width()
        )
        self._draw_text(painter, parts.title, title, TextStyle.BODY_MEDIUM, "ink")
        meta = self._metrics(TextStyle.META).elidedText(
            index.data(DocumentRole.META), Qt.TextElideMode.ElideRight, parts.meta.width()
        )
        token = _META_TOKENS.get(index.data(DocumentRole.STATE), "ink_second")
        self._draw_text(painter, parts.meta, meta, TextStyle.META, token)
        action = _action_of(index)
        if action is not None:
            font = self._action_font()
            font.setUnderline(self.hot == (index.data(DocumentRole.ID), action))
            painter.setFont(font)
            painter.setPen(self._theme.color("accent"))
            painter.drawText(parts.action, Qt.AlignmentFlag.AlignVCenter, self.action_text(action))

    def _paint_stop(self, painter: QPainter, rect: QRect, index: ModelIndex) -> None:
        hot = self.hot == (index.data(DocumentRole.ID), RowAction.STOP)
        if hot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("line"))
            painter.drawRoundedRect(rect, Space.HALF, Space.HALF)
        inset = (_STOP_SIZE - _STOP_ICON_SIZE) // 2
        icon = self._theme.icon("close", "ink" if hot else "ink_second", _STOP_ICON_SIZE)
        icon.paint(painter, rect.adjusted(inset, inset, -inset, -inset))

    def _paint_thumbnail(self, painter: QPainter, box: QRect, image: QImage | None) -> None:
        page = QRectF(box)
        if image is not None and not image.isNull():
            size = image.size().scaled(box.size() * 4, Qt.AspectRatioMode.KeepAspectRatio)
            page = QRectF(0, 0, size.width() / 4, size.height() / 4)
            page.moveCenter(QRectF(box).center())
        outline = QPainterPath()
        outline.addRoundedRect(page.adjusted(0.5, 0.5, -0.5, -0.5), _THUMBNAIL_RADIUS, _THUMBNAIL_RADIUS)
        painter.fillPath(outline, self._theme.color("surface"))
        if image is None or image.isNull():
            self._paint_lines(painter, page)
        else:
            painter.save()
            painter.setClipPath(outline)
            painter.drawImage(page, image)
            painter.fillPath(outline, self._theme.color("shadow", self._theme.tokens.page_dim))
            painter.restore()
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)

    def _paint_lines(self, painter: QPainter, page: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("ink_third", 0.38))
        margin, pitch, thickness = 6.0, 3.5, 1.0
        full = page.width() - 2 * margin
        painter.drawRect(QRectF(page.left() + margin, page.top() + 7, full * 0.6, thickness * 1.5))
        # Two paragraphs: the last line of each is short, as on a real page.
        for line, share in enumerate((1.0, 1.0, 0.7, 0.0, 1.0, 0.95, 0.5)):
            top = page.top() + 11.5 + line * pitch
            painter.drawRect(QRectF(page.left() + margin, top, full * share, thickness))

    def _title_height(self) -> int:
        return self._metrics(TextStyle.BODY_MEDIUM).height() + 2

    def _meta_height(self) -> int:
        return self._metrics(TextStyle.META).height() + 1

    def _action_font(self) -> QFont:
        return self._theme.font(TextStyle.META, weight=500)


def _action_of(index: ModelIndex) -> RowAction | None:
    action = index.data(DocumentRole.ACTION)
    return RowAction(action) if action else None
