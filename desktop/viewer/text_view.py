"""The reading view of documents without pages: their stored text, with the cited words marked in it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from core.types import Page
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle
from desktop.viewer.anchor import READING_HEIGHT, reading_line
from desktop.viewer.page_painter import MARKER_CORNER, MARKER_PADDING, PagePainter
from desktop.viewer.part_document import PartDocument

ZOOM_STEPS = (0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
# The column of text: about seventy letters, which read best, and what stands beside it.
_COLUMN = 620
_LEFT, _RIGHT = 52, 28
_ABOVE, _BELOW = 28, 56
_LABEL_GAP = 14
# One notch of a wheel, in Qt's eighths of a degree.
_WHEEL_STEP = 120
# More than this is typeset piece by piece, around where one reads, so that opening never takes long.
MOST_CHARACTERS = 120_000
# So many parts before the end of what is typeset, more is.
_EDGE = 3
# On the dark surface the full marker would swallow light words.
_DARK_MARKER = 0.62


class TextView(QTextEdit):
    """Parts below each other in one column, their labels in its margin.

    Shows text alone and asks nothing of the file it came from. It has no links and loads no resources.

    Attributes:
        current_page: the part at reading height; -1 without any.
        shown_zoom: the size of the letters, where 1 is 100 %.

    Signals:
        page_changed: another part is at reading height (its index).
        zoom_changed: letters show at another size (1 is 100 %).
    """

    page_changed = Signal(int)
    zoom_changed = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts: tuple[Page, ...] = ()
        self._shown = range(0)
        self._set = PartDocument(self.document(), (), theme, 1.0)
        self._marks: tuple[tuple[int, int, int], ...] = ()
        self._mark_spans: tuple[tuple[int, int], ...] = ()
        self._numbered = False
        self._anchor: tuple[int, float] | None = None  # position in the document, and its height in the viewport
        self._arranging = False
        self._shows_focus = False
        self._turned = 0
        self.shown_zoom = 1.0
        self.current_page = -1

        self.setObjectName("viewerText")
        self.setAccessibleName(self.tr("Text"))
        self.setReadOnly(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(48)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme.changed.connect(self._on_theme_changed)

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────

    def set_parts(self, parts: Sequence[Page]) -> None:
        """Show these parts from the beginning; the same ones again change nothing."""
        if tuple(parts) == self._parts:
            return
        self._parts = tuple(parts)
        self._marks = ()
        self._anchor = None
        self.current_page = -1
        self._typeset(0)

    def set_highlights(self, marks: Sequence[tuple[int, int, int]], *, numbered: bool = False) -> None:
        """Mark these words, each (part, first character, last character + 1), and no others; perhaps with numbers."""
        self._marks = tuple(marks)
        self._numbered = numbered
        self._find_marks()
        self.viewport().update()

    def highlight_lines(self) -> list[QRectF]:
        """The marked lines that are typeset, in pixels of the viewport."""
        scrolled = self.verticalScrollBar().value()
        return [
            line.translated(0, -scrolled) for start, end in self._mark_spans for line in self._set.lines(start, end)
        ]

    def scroll_to(self, part: int, char: int | None = None) -> None:
        """Bring a character of a part to a third of the viewport's height, or the beginning of the part to its top."""
        if part not in self._shown:
            self._typeset(part)
        position = self._set.position(part, char or 0)
        if position is not None:
            height = self.viewport().height()
            self._anchor = (position, height * READING_HEIGHT if char is not None else float(_ABOVE))
            self._keep_place()
            self._tell_part(part)

    def set_zoom(self, zoom: float) -> None:
        """Show letters at a size (1 is 100 %), what is read staying where it is."""
        zoom = min(max(zoom, ZOOM_STEPS[0]), ZOOM_STEPS[-1])
        if abs(zoom - self.shown_zoom) > 1e-4:
            self.shown_zoom = zoom
            self._typeset_again()
            self.zoom_changed.emit(zoom)

    @Slot()
    def zoom_in(self) -> None:
        """Show letters one step larger."""
        self.set_zoom(next((step for step in ZOOM_STEPS if step > self.shown_zoom + 0.005), ZOOM_STEPS[-1]))

    @Slot()
    def zoom_out(self) -> None:
        """Show letters one step smaller."""
        self.set_zoom(next((step for step in reversed(ZOOM_STEPS) if step < self.shown_zoom - 0.005), ZOOM_STEPS[0]))

    def loadResource(self, _type: int, _name: QUrl | str) -> object:
        """Nothing: there is nothing to load in plain text, and nothing is loaded."""
        return None

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.textCursor().selectedText().replace("\u2029", "\n").replace("\u2028", "\n"))
        return data

    # ── typesetting ──────────────────────────────────────────────────────────────────────────────────────────────

    def _typeset(self, around: int) -> None:
        """Typeset all parts, or as many around one as are quickly done."""
        self._shown = _range_around(self._parts, around)
        self._arranging = True
        self._set = PartDocument(
            self.document(), self._parts[self._shown.start : self._shown.stop], self._theme, self.shown_zoom
        )
        self._set_margins()
        self._arranging = False
        self._find_marks()

    def _typeset_again(self) -> None:
        """Typeset anew in another size or look, keeping the character that is read where it is."""
        place = self._place_read()
        self._typeset(max(self.current_page, 0))
        if place is not None:
            part, char, height = place
            position = self._set.position(part, char)
            self._anchor = None if position is None else (position, height)
        self._keep_place()

    def _place_read(self) -> tuple[int, int, float] | None:
        """Part, character in it and height in the viewport of what must stay where it is."""
        if self._anchor is None:
            return None
        position, height = self._anchor
        part, char = self._set.place(position)
        return part, char, height

    def _set_margins(self) -> None:
        room = self.viewport().width()
        spare = max(room - _COLUMN * self.shown_zoom, 0.0)
        left = max(_LEFT, spare / 2)
        frame = self.document().rootFrame()
        shape = frame.frameFormat()
        shape.setLeftMargin(left)
        shape.setRightMargin(max(_RIGHT, spare - left))
        shape.setTopMargin(_ABOVE)
        shape.setBottomMargin(_BELOW)
        frame.setFrameFormat(shape)

    def _find_marks(self) -> None:
        spans = ((self._set.position(part, start), self._set.position(part, end)) for part, start, end in self._marks)
        self._mark_spans = tuple((a, b) for a, b in spans if a is not None and b is not None and a < b)
        self.setExtraSelections([self._in_full_ink(start, end) for start, end in self._mark_spans])

    def _in_full_ink(self, start: int, end: int) -> QTextEdit.ExtraSelection:
        """On the marker, words that step back elsewhere would be too faint to read."""
        selection = QTextEdit.ExtraSelection()
        selection.cursor = QTextCursor(self.document())
        selection.cursor.setPosition(start)
        selection.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        selection.format.setForeground(self._theme.color("ink"))
        return selection

    def _keep_place(self) -> None:
        """Scroll so that the anchor is at its height."""
        if self._anchor is None:
            return
        position, height = self._anchor
        self._arranging = True
        self.document().size()  # lays out what is left, so that the bar's range is the final one
        top = self._top_of(position)
        self.verticalScrollBar().setValue(round(top - height))
        self._arranging = False
        self.viewport().update()

    def _top_of(self, position: int) -> float:
        lines = self._set.lines(position, position + 1)
        if lines:
            return lines[0].top()
        return self.document().documentLayout().blockBoundingRect(self.document().findBlock(position)).top()

    def _tell_part(self, part: int) -> None:
        if part != self.current_page:
            self.current_page = part
            self.page_changed.emit(part)

    # ── events ───────────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marker(painter)
        self._paint_labels(painter)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, line in self.highlight_numbers():
            PagePainter(self._theme).paint_number(painter, number, line.topLeft())
        painter.end()
        if self._shows_focus:
            painter = QPainter(self.viewport())
            painter.setPen(QPen(self._theme.color("accent"), 2.0))
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))
            painter.end()

    def _paint_marker(self, painter: QPainter) -> None:
        """The highlighter lies under the words, so they keep their ink."""
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        across, down = MARKER_PADDING.x(), MARKER_PADDING.y()
        for line in self.highlight_lines():
            path.addRoundedRect(line.adjusted(-across, -down, across, down), MARKER_CORNER, MARKER_CORNER)
        painter.fillPath(path, self._marker_color())

    def highlight_numbers(self) -> list[tuple[int, QRectF]]:
        """The numbers of the highlights that are typeset, each with its first line in pixels of the viewport."""
        if not self._numbered:
            return []
        scrolled = self.verticalScrollBar().value()
        found = []
        for number, (part, start, end) in enumerate(self._marks, start=1):
            first, last = self._set.position(part, start), self._set.position(part, end)
            lines = self._set.lines(first, last) if first is not None and last is not None else []
            found += [(number, line.translated(0, -scrolled)) for line in lines[:1]]
        return found

    def _marker_color(self) -> QColor:
        tokens = self._theme.tokens
        return self._theme.color(
            "highlight", tokens.highlight_opacity * (_DARK_MARKER if tokens.name == "dark" else 1.0)
        )

    def _paint_labels(self, painter: QPainter) -> None:
        """The label of each part that begins in sight, beside its first line."""
        painter.setFont(self._theme.font(TextStyle.META))
        painter.setPen(self._theme.color("ink_third"))
        metrics = QFontMetricsF(painter.font())
        scrolled = self.verticalScrollBar().value()
        right = self.document().rootFrame().frameFormat().leftMargin() - _LABEL_GAP
        for index in self._parts_in_sight():
            block = self._set.first_block(index)
            if not block.isValid():
                continue
            top = self.document().documentLayout().blockBoundingRect(block).top() - scrolled
            line = block.layout().lineAt(0)
            label = metrics.elidedText(self._parts[index].label, Qt.TextElideMode.ElideRight, right - 2)
            # Both stand on one base line, whatever their sizes.
            base = top + line.y() + line.ascent()
            painter.drawText(QPointF(right - metrics.horizontalAdvance(label), base), label)

    def _parts_in_sight(self) -> range:
        if not self._parts or not len(self._shown):
            return range(0)
        first = self._set.part_at(self.cursorForPosition(self.viewport().rect().topLeft()).position())
        last = self._set.part_at(self.cursorForPosition(self.viewport().rect().bottomLeft()).position())
        return range(first, last + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arranging = True
        super().resizeEvent(event)
        self._set_margins()
        self._arranging = False
        self._keep_place()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._turned += event.angleDelta().y()
            if abs(self._turned) >= _WHEEL_STEP:  # a touch pad sends many small turns
                (self.zoom_in if self._turned > 0 else self.zoom_out)()
                self._turned = 0
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        else:
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

    # ── slots ────────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_scrolled(self) -> None:
        if self._arranging or not self._parts:
            return
        bar = self.verticalScrollBar()
        line = reading_line(bar.value(), bar.maximum(), self.viewport().height())
        height = line - bar.value()
        position = self.cursorForPosition(QPointF(self.viewport().width() / 2, height).toPoint()).position()
        self._anchor = (position, self._top_of(position) - bar.value())
        self._tell_part(self._set.part_at(position))
        self._typeset_more()

    def _typeset_more(self) -> None:
        """Near the end of what is typeset, go on around the part that is read."""
        part = self.current_page
        near_start = part - self._shown.start < _EDGE and self._shown.start > 0
        near_stop = self._shown.stop - part <= _EDGE and self._shown.stop < len(self._parts)
        if near_start or near_stop:
            self._typeset_again()

    @Slot(int, int)
    def _on_range_changed(self, least: int, most: int) -> None:
        # The style sheet draws no handle on a disabled bar.
        self.verticalScrollBar().setEnabled(most > least)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._typeset_again()
        self.viewport().update()


def _range_around(parts: Sequence[Page], around: int) -> range:
    """As many parts around one as have `MOST_CHARACTERS` together, half of them before it."""
    start = stop = min(max(around, 0), max(len(parts) - 1, 0))
    left = MOST_CHARACTERS
    while left > 0 and (start > 0 or stop < len(parts)):
        if stop < len(parts):
            left -= len(parts[stop].text)
            stop += 1
        if start > 0:
            start -= 1
            left -= len(parts[start].text)
    return range(start, stop)
