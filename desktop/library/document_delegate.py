"""Paints one document: its first page, its title, where it stands, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QImage, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from core.types import DocumentState
from desktop.document_action import DocumentAction, action_text
from desktop.keyed_list_model import ModelIndex
from desktop.library.document_model import DocumentRole
from desktop.row_painting import RowDelegate, content_rect
from desktop.theme.theme import Theme
from desktop.theme.tokens import Space, TextStyle
from desktop.thin_bar import BAR_HEIGHT, paint_bar

THUMBNAIL_SIZE = QSize(30, 40)
_THUMBNAIL_GAP = 10
_THUMBNAIL_RADIUS = 3.0
_ICON_BOX = 20
_ICON_SIZE = 12
_ACTION_GAP = Space.UNIT

_META_TOKENS = {
    DocumentState.FAILED: "fault",
    DocumentState.NEEDS_PASSWORD: "caution",
}
_MOUSE_EVENTS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick)


@dataclass(frozen=True, slots=True)
class RowParts:
    """Where the parts of a row lie; `action`, `pause` and `stop` are empty where there are none."""

    thumbnail: QRect
    title: QRect
    meta: QRect
    bar: QRect
    action: QRect
    pause: QRect
    stop: QRect


class DocumentDelegate(RowDelegate):
    """Paints a document's row and turns clicks on its inline actions into a signal.

    Attributes:
        hot: the document and the inline action under the pointer, or None.

    Signals:
        action_triggered: an inline action was clicked: the document's id, the `DocumentAction`.
    """

    action_triggered = Signal(str, object)

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(theme, parent)
        self.hot: tuple[str, DocumentAction] | None = None
        self._pressed: tuple[str, DocumentAction] | None = None

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
        shows_icons = bool(option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus))
        parts = self.parts(option.rect, index, shows_icons=shows_icons)
        self._paint_thumbnail(painter, parts.thumbnail, index.data(DocumentRole.THUMBNAIL))
        self._paint_words(painter, parts, index)
        fraction = index.data(DocumentRole.PROGRESS)
        if fraction is not None:
            paint_bar(painter, QRectF(parts.bar), fraction, self._theme)
        for box, action, icon in (
            (parts.pause, DocumentAction.PAUSE, "pause"),
            (parts.stop, DocumentAction.STOP, "close"),
        ):
            if not box.isEmpty():
                self._paint_icon(painter, box, icon, hot=self.hot == (index.data(DocumentRole.ID), action))
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

    def action_at(self, row: QRect, index: ModelIndex, position: QPoint) -> DocumentAction | None:
        """The inline action of the row at `row` that lies under `position`."""
        parts = self.parts(row, index, shows_icons=True)
        grip = Space.HALF
        if parts.action.adjusted(-grip, -grip, grip, grip).contains(position):
            return _action_of(index)
        if parts.stop.contains(position):
            return DocumentAction.STOP
        if parts.pause.contains(position):
            return DocumentAction.PAUSE
        # What the line has no room for is a click away.
        told = parts.meta.contains(position) and index.data(DocumentRole.HAS_DETAILS)
        return DocumentAction.DETAILS if told else None

    def parts(self, row: QRect, index: ModelIndex, *, shows_icons: bool) -> RowParts:
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
        pause = stop = QRect()
        if shows_icons and index.data(DocumentRole.CAN_CANCEL):
            stop = QRect(content.right() + 1 - _ICON_BOX + Space.HALF, title.top() - 1, _ICON_BOX, _ICON_BOX)
            pause = stop.translated(-_ICON_BOX, 0)
            title.setRight(pause.left() - Space.HALF)
        action = QRect()
        offered = _action_of(index)
        if offered is not None:
            meta, action = self._split_meta(meta, index, offered)
        return RowParts(thumbnail, title, meta, bar, action, pause, stop)

    def _split_meta(self, meta: QRect, index: ModelIndex, action: DocumentAction) -> tuple[QRect, QRect]:
        action_width = QFontMetrics(self._action_font()).horizontalAdvance(action_text(action))
        room = max(0, meta.width() - action_width - _ACTION_GAP)
        words = QRect(meta)
        words.setWidth(min(self._metrics(TextStyle.META).horizontalAdvance(self._meta_text(index, room)) + 1, room))
        return words, QRect(words.right() + 1 + _ACTION_GAP, meta.top(), action_width, meta.height())

    def _meta_text(self, index: ModelIndex, room: int) -> str:
        """As much as there is room for: all, or what matters most."""
        text = str(index.data(DocumentRole.META))
        fits = self._metrics(TextStyle.META).horizontalAdvance(text) <= room
        return text if fits else str(index.data(DocumentRole.META_BRIEF))

    def _paint_words(self, painter: QPainter, parts: RowParts, index: ModelIndex) -> None:
        title = self._metrics(TextStyle.BODY_MEDIUM).elidedText(
            index.data(DocumentRole.TITLE), Qt.TextElideMode.ElideMiddle, parts.title.width()
        )
        self._draw_text(painter, parts.title, title, TextStyle.BODY_MEDIUM, "ink")
        metrics = self._metrics(TextStyle.META)
        words = self._meta_text(index, parts.meta.width())
        meta = metrics.elidedText(words, Qt.TextElideMode.ElideRight, parts.meta.width())
        self._draw_text(painter, parts.meta, meta, TextStyle.META, _meta_token(index))
        if self.hot == (index.data(DocumentRole.ID), DocumentAction.DETAILS):
            self._underline(painter, parts.meta, min(metrics.horizontalAdvance(meta), parts.meta.width()))
        action = _action_of(index)
        if action is not None:
            font = self._action_font()
            font.setUnderline(self.hot == (index.data(DocumentRole.ID), action))
            painter.setFont(font)
            painter.setPen(self._theme.color("accent"))
            painter.drawText(parts.action, Qt.AlignmentFlag.AlignVCenter, action_text(action))

    def _underline(self, painter: QPainter, rect: QRect, width: int) -> None:
        baseline = rect.center().y() + self._metrics(TextStyle.META).ascent() // 2
        painter.drawLine(rect.left(), baseline + 1, rect.left() + width, baseline + 1)

    def _paint_icon(self, painter: QPainter, rect: QRect, name: str, *, hot: bool) -> None:
        if hot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("line"))
            painter.drawRoundedRect(rect, Space.HALF, Space.HALF)
        inset = (_ICON_BOX - _ICON_SIZE) // 2
        icon = self._theme.icon(name, "ink" if hot else "ink_second", _ICON_SIZE)
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


def _meta_token(index: ModelIndex) -> str:
    if index.data(DocumentRole.MISSING):
        return "caution"
    return _META_TOKENS.get(index.data(DocumentRole.STATE), "ink_second")


def _action_of(index: ModelIndex) -> DocumentAction | None:
    action = index.data(DocumentRole.ACTION)
    return DocumentAction(action) if action else None
