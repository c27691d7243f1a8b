"""An answer on screen: formatted text that grows with its content, chips that open the page, verdicts as underlines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, QRectF, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from core.answering.answer_markup import BlockKind, layout_answer
from core.reading.text.parts import is_part_label
from core.types import AnswerSentence, Passage, Verdict
from desktop.chat.answer_document import AnswerDocument, Chip, caret_rect, line_rects, readable
from desktop.chat.quote_popover import QuotePopover
from desktop.theme.theme import Theme

_HOVER_MS = 160


class AnswerView(QTextEdit):
    """Shows an answer as it grows.

    Attributes:
        message_id: the message shown, repeated in `citation_activated`.

    Signals:
        citation_activated: a chip was chosen: message id, sentence index (-1 where unknown yet), passage number from 1.
        chip_focused: the keyboard reached a chip; its rectangle in this widget.
    """

    citation_activated = Signal(int, int, int)
    chip_focused = Signal(QRect)

    def __init__(self, theme: Theme, popover: QuotePopover, message_id: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.message_id = message_id
        self._theme = theme
        self._popover = popover
        self._sentences: tuple[AnswerSentence, ...] = ()
        self._passages: tuple[Passage, ...] = ()
        self._pressed: Chip | None = None
        self._hover_timer = QTimer(self, singleShot=True, interval=_HOVER_MS)
        self._hover_timer.timeout.connect(self._on_hover_timeout)
        self._document = AnswerDocument(theme, self)
        self.setDocument(self._document)
        self.setObjectName("answerView")
        self.setAccessibleName(self.tr("Answer"))
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        theme.changed.connect(self._on_theme_changed)

    def show_answer(
        self, text: str, sentences: Sequence[AnswerSentence], passages: Sequence[Passage], *, calm: bool = False
    ) -> None:
        """Show an answer, whole or unfinished; only blocks that changed are written again."""
        self._sentences = tuple(sentences)
        self._passages = tuple(passages)
        self._document.show_blocks(layout_answer(text, sentences, len(passages)), calm=calm)
        self.viewport().update()

    def height_for(self, width: int) -> int:
        """The height that the whole answer takes at a width."""
        if self._document.textWidth() != width:
            self._document.setTextWidth(width)
        return int(self._document.size().height() + 0.99)

    def set_active_citation(self, number: int | None, sentence: int = -1) -> None:
        """Fill the chips of a passage; with `sentence`, only those of that sentence."""
        self._document.chip_painter.active = None if number is None else (sentence, number)
        self.viewport().update()

    def chip_rect(self, chip: Chip) -> QRect:
        """Where a chip lies in this widget."""
        return caret_rect(self._document, chip.position, chip.position + 1).toAlignedRect()

    def readable_text(self, *, marks: bool) -> str:
        """The whole answer as plain text; with `marks`, chips as `[n]`."""
        return readable(self._document, 0, self._document.characterCount(), marks=marks).strip()

    @property
    def chips(self) -> list[Chip]:
        """All chips from top to bottom."""
        return self._document.chips

    # ── Qt overrides ─────────────────────────────────────────────────────────────────────────────────────────────

    def loadResource(self, _type: int, _name: QUrl | str) -> object:
        # Documents and models are hostile: nothing that a text names is ever loaded.
        return None

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        cursor = self.textCursor()
        data.setText(readable(self._document, cursor.selectionStart(), cursor.selectionEnd()))
        return data

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        chips = self.chips
        positions = [chip.position for chip in chips]
        focused = self._document.chip_painter.focused
        at = positions.index(focused) if focused in positions else (-1 if forward else len(chips))
        at += 1 if forward else -1
        if self.hasFocus() and 0 <= at < len(chips):
            self._focus_chip(chips[at])
            return True
        self._focus_chip(None)
        return super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        chips = self.chips
        if chips and event.reason() == Qt.FocusReason.TabFocusReason:
            self._focus_chip(chips[0])
        elif chips and event.reason() == Qt.FocusReason.BacktabFocusReason:
            self._focus_chip(chips[-1])

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            # Coming back from another window, the person goes on where they were.
            self._popover.hide()
        else:
            self._focus_chip(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = next((chip for chip in self.chips if chip.position == self._document.chip_painter.focused), None)
        if focused and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._activate(focused)
        elif focused and event.key() == Qt.Key.Key_Escape and self._popover.isVisible():
            self._popover.hide()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        chip = self._chip_at(event.position())
        painter = self._document.chip_painter
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if chip else Qt.CursorShape.IBeamCursor)
        hovered = chip.position if chip else -1
        if hovered != painter.hovered:
            painter.hovered = hovered
            self.viewport().update()
        if not event.buttons():
            self._popover.hide()
            self._hover_timer.start()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover_timer.stop()
        self._popover.hide()
        self._document.chip_painter.hovered = -1
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._chip_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if self._pressed is None:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        elif pressed == self._chip_at(event.position()):
            self._activate(pressed)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._paint_grounds()
        super().paintEvent(event)
        self._paint_verdicts()

    # ── ours ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _paint_grounds(self) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        layout = self._document.documentLayout()
        painter.setPen(Qt.PenStyle.NoPen)
        for start in self._document.blocks_of(BlockKind.CODE):
            rect = layout.blockBoundingRect(self._document.findBlock(start))
            painter.setBrush(self._theme.color("side"))
            painter.drawRoundedRect(QRectF(0, rect.top() - 8, self.viewport().width(), rect.height() + 16), 8, 8)
        for start in self._document.blocks_of(BlockKind.QUOTE):
            block = self._document.findBlock(start)
            lines = [rect for rect, _ in line_rects(self._document, start, start + block.length())]
            if lines:
                painter.setBrush(self._theme.color("line"))
                bar = QRectF(0, lines[0].top(), 3, lines[-1].bottom() - lines[0].top())
                painter.drawRoundedRect(bar, 1.5, 1.5)
        for start in self._document.blocks_of(BlockKind.RULE):
            rect = layout.blockBoundingRect(self._document.findBlock(start))
            painter.fillRect(QRectF(0, rect.center().y(), self.viewport().width(), 1), self._theme.color("line"))
        painter.end()

    def _paint_verdicts(self) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for rect, baseline, verdict in self._underlines():
            missing = verdict is Verdict.UNSUPPORTED
            pen = QPen(self._theme.color("caution", 1.0 if missing else 0.8), 1.9 if missing else 1.4)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setDashPattern([0.01, 1.9] if missing else [0.01, 3.4])
            painter.setPen(pen)
            y = baseline + 4.5
            painter.drawLine(QPointF(rect.left() + 1, y), QPointF(rect.right() - 1, y))
        painter.end()

    def _underlines(self) -> list[tuple[QRectF, float, Verdict]]:
        found: list[tuple[QRectF, float, Verdict]] = []
        for span in self._document.spans:
            verdict = self._sentences[span.sentence].verdict if span.sentence < len(self._sentences) else None
            if verdict is Verdict.UNSUPPORTED or verdict is Verdict.PARTLY:
                for rect, baseline in line_rects(self._document, span.start, span.end):
                    found.append((rect, baseline, verdict))
        return found

    def _chip_at(self, point: QPointF) -> Chip | None:
        return next((chip for chip in self.chips if self.chip_rect(chip).contains(point.toPoint())), None)

    def _focus_chip(self, chip: Chip | None) -> None:
        painter = self._document.chip_painter
        position = chip.position if chip else -1
        if painter.focused == position:
            return
        painter.focused = position
        self.viewport().update()
        if chip is None:
            self._popover.hide()
        else:
            self.chip_focused.emit(self.chip_rect(chip))
            self._show_quote(chip)

    def _activate(self, chip: Chip) -> None:
        self._hover_timer.stop()
        self._popover.hide()
        self.citation_activated.emit(self.message_id, chip.sentence, chip.number)

    def _show_quote(self, chip: Chip) -> None:
        quote, label, title = "", "", ""
        if 0 < chip.number <= len(self._passages):
            passage = self._passages[chip.number - 1]
            quote, label, title = passage.text, passage.page_label, passage.title
        if 0 <= chip.sentence < len(self._sentences):
            for citation in self._sentences[chip.sentence].citations:
                if citation.number == chip.number:
                    quote, label = citation.quote or quote, citation.page_label or label
        page = self.tr("p. {page}").format(page=label) if label and not is_part_label(label) else label
        source = " · ".join(part for part in (title, page) if part)
        self._popover.show_quote(source, quote, self._global(self.chip_rect(chip)))

    def _global(self, rect: QRect) -> QRect:
        return QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())

    @Slot()
    def _on_hover_timeout(self) -> None:
        point = self.viewport().mapFromGlobal(self.cursor().pos())
        chip = self._chip_at(QPointF(point)) or self._hovered_chip()
        if chip:
            self._show_quote(chip)
            return
        note = self._note_at(point)
        if note:
            self._popover.show_note(note[0], self._global(note[1]))

    def _hovered_chip(self) -> Chip | None:
        return next((chip for chip in self.chips if chip.position == self._document.chip_painter.hovered), None)

    def _note_at(self, point: QPoint) -> tuple[str, QRect] | None:
        for rect, _, verdict in self._underlines():
            if rect.contains(QPointF(point)):
                if verdict is Verdict.UNSUPPORTED:
                    return self.tr("Not found in your documents"), rect.toAlignedRect()
                return self.tr("Only partly found in the passages"), rect.toAlignedRect()
        return None

    @Slot()
    def _on_theme_changed(self) -> None:
        self._document.restyle()
        self.viewport().update()
