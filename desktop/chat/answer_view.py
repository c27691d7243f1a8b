"""An answer on screen: formatted text that grows with its content, chips that open the page, verdicts as underlines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from core.answering.addresses import read_address
from core.answering.answer_blocks import Block
from core.answering.answer_markup import layout_answer
from core.types import AnswerSentence, Passage
from desktop.chat.answer_document import AnswerDocument, Chip, Link
from desktop.chat.answer_painting import Underline, paint_grounds, paint_ring, paint_verdicts, underlines
from desktop.chat.page_wording import printed_page
from desktop.chat.quote_popover import QuotePopover
from desktop.chat.text_geometry import caret_rect, line_rects, readable
from desktop.chat.verdict_wording import doubt, doubts_in_words
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

_HOVER_MS = 160


class AnswerView(QTextEdit):
    """Shows an answer as it grows.

    Attributes:
        message_id: the message shown, repeated in `citation_activated`.

    Signals:
        citation_activated: a chip was chosen: message id, sentence index (-1 where unknown yet), passage number from 1.
        chip_focused: the keyboard reached a chip or a link; its rectangle in this widget.
        link_activated: a link was chosen (its address); nothing was opened.
    """

    citation_activated = Signal(int, int, int)
    chip_focused = Signal(QRect)
    link_activated = Signal(str)

    def __init__(
        self,
        theme: Theme,
        popover: QuotePopover,
        message_id: int,
        parent: QWidget,
        style: TextStyle = TextStyle.ANSWER,
    ) -> None:
        super().__init__(parent)
        self.message_id = message_id
        self._theme = theme
        self._popover = popover
        self._sentences: tuple[AnswerSentence, ...] = ()
        self._passages: tuple[Passage, ...] = ()
        self._pointer = QPointF()
        self._pressed: Chip | Link | None = None
        self._focused: Chip | Link | None = None
        self._hover_timer = QTimer(self, singleShot=True, interval=_HOVER_MS)
        self._hover_timer.timeout.connect(self._on_hover_timeout)
        self._document = AnswerDocument(theme, self, style)
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
        if self._sentences != tuple(sentences):
            self._sentences = tuple(sentences)
            self.setAccessibleDescription(doubts_in_words(sentences))
        self._passages = tuple(passages)
        self.show_blocks(layout_answer(text, sentences, len(passages)), calm=calm)

    def show_blocks(self, blocks: Sequence[Block], *, calm: bool = False) -> None:
        """Show what is laid out already."""
        self._document.show_blocks(blocks, calm=calm)
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

    @property
    def preview(self) -> str:
        """What is shown of the chip, link or sentence under the pointer or the keyboard; empty where nothing is."""
        return self._popover.text if self._popover.isVisible() else ""

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
        stops = self._stops()
        at = stops.index(self._focused) if self._focused in stops else (-1 if forward else len(stops))
        at += 1 if forward else -1
        if self.hasFocus() and 0 <= at < len(stops):
            self._focus(stops[at])
            return True
        self._focus(None)
        return super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # A caret after a chip that was clicked would say that something can be typed there.
        self.setCursorWidth(0 if event.reason() == Qt.FocusReason.MouseFocusReason else 1)
        stops = self._stops()
        if stops and event.reason() == Qt.FocusReason.TabFocusReason:
            self._focus(stops[0])
        elif stops and event.reason() == Qt.FocusReason.BacktabFocusReason:
            self._focus(stops[-1])

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            # Coming back from another window, the person goes on where they were.
            self._popover.hide()
        else:
            self._focus(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self._focused if self._focused in self._stops() else None
        if focused and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._activate(focused)
        elif focused and event.key() == Qt.Key.Key_Escape and self._popover.isVisible():
            self._popover.hide()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Escape):
            event.ignore()
        else:
            self.setCursorWidth(1)
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        chip = self._chip_at(event.position())
        painter = self._document.chip_painter
        shape = Qt.CursorShape
        leads = chip or self._link_at(event.position())
        self.viewport().setCursor(shape.PointingHandCursor if leads else shape.IBeamCursor)
        hovered = chip.position if chip else -1
        if hovered != painter.hovered:
            painter.hovered = hovered
            self.viewport().update()
        self._pointer = event.position()
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
        self._pressed = self._stop_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if not isinstance(self._pressed, Chip):  # the words of a link can be selected like any others
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if not isinstance(pressed, Chip):
            super().mouseReleaseEvent(event)
        if pressed is None or (self.textCursor().hasSelection() and isinstance(pressed, Link)):
            return
        if pressed == self._stop_at(event.position()):
            self._activate(pressed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_grounds(painter, self._document, self._theme, self.viewport().width())
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_verdicts(painter, underlines(self._document, self._sentences), self._theme)
        if isinstance(self._focused, Link):
            paint_ring(painter, self._link_rects(self._focused), self._theme)
        painter.end()

    # ── ours ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _stops(self) -> list[Chip | Link]:
        """What Tab reaches, in the order of the text."""
        return sorted((*self.chips, *self._document.links), key=lambda stop: stop.position)

    def _stop_at(self, point: QPointF) -> Chip | Link | None:
        return self._chip_at(point) or self._link_at(point)

    def _chip_at(self, point: QPointF) -> Chip | None:
        return next((chip for chip in self.chips if self.chip_rect(chip).contains(point.toPoint())), None)

    def _link_at(self, point: QPointF) -> Link | None:
        links = self._document.links
        return next((link for link in links if any(r.contains(point) for r in self._link_rects(link))), None)

    def _link_rects(self, link: Link) -> list[QRectF]:
        return [rect for rect, _ in line_rects(self._document, link.position, link.end)]

    def _focus(self, stop: Chip | Link | None) -> None:
        if stop == self._focused:
            return
        self._focused = stop
        self._document.chip_painter.focused = stop.position if isinstance(stop, Chip) else -1
        self.viewport().update()
        if stop is None:
            self._popover.hide()
            return
        self.chip_focused.emit(self._rect_of(stop))
        self._show_preview(stop)

    def _activate(self, stop: Chip | Link) -> None:
        self._hover_timer.stop()
        self._popover.hide()
        if isinstance(stop, Chip):
            self.citation_activated.emit(self.message_id, stop.sentence, stop.number)
        else:
            self.link_activated.emit(stop.address)

    def _rect_of(self, stop: Chip | Link) -> QRect:
        return self.chip_rect(stop) if isinstance(stop, Chip) else self._link_rects(stop)[0].toAlignedRect()

    def _show_preview(self, stop: Chip | Link) -> None:
        if isinstance(stop, Chip):
            self._show_quote(stop)
        else:
            self._popover.show_note(read_address(stop.address).text, self._global(self._rect_of(stop)))

    def _show_quote(self, chip: Chip) -> None:
        quote, page, title, note = "", "", "", ""
        if 0 < chip.number <= len(self._passages):
            passage = self._passages[chip.number - 1]
            quote, title, page = passage.text, passage.title, printed_page(passage.page_label)
        if 0 <= chip.sentence < len(self._sentences):
            sentence = self._sentences[chip.sentence]
            note = doubt(sentence)
            cited = [citation for citation in sentence.citations if citation.number == chip.number]
            quote = " … ".join(dict.fromkeys(c.quote for c in cited if c.quote)) or quote
            page = ", ".join(dict.fromkeys(printed_page(c.page_label) for c in cited if c.page_label)) or page
        source = " · ".join(part for part in (title, page) if part)
        self._popover.show_quote(source, quote, self._global(self.chip_rect(chip)), note)

    def _global(self, rect: QRect) -> QRect:
        return QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())

    @Slot()
    def _on_hover_timeout(self) -> None:
        stop = self._stop_at(self._pointer)
        if stop is not None:
            self._show_preview(stop)
        elif line := self._doubted_line_at(self._pointer):
            self._popover.show_note(doubt(line.sentence), self._global(line.rect.toAlignedRect()))

    def _doubted_line_at(self, point: QPointF) -> Underline | None:
        lines = underlines(self._document, self._sentences)
        return next((line for line in lines if line.rect.contains(point)), None)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._document.restyle()
        self.viewport().update()
