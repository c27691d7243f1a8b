"""What is painted beneath and over the words of an answer: grounds of blocks, marks of verdicts, a ring of focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from core.answering.answer_blocks import BlockKind
from core.types import AnswerSentence, Verdict
from desktop.chat.answer_document import AnswerDocument
from desktop.chat.text_geometry import line_rects
from desktop.theme.theme import Theme
from desktop.theme.tokens import Radius


class Underline(NamedTuple):
    """One line of a sentence that is in doubt."""

    rect: QRectF
    baseline: float
    sentence: AnswerSentence


def underlines(document: AnswerDocument, sentences: Sequence[AnswerSentence]) -> list[Underline]:
    """The lines of all sentences that are not fully supported."""
    found: list[Underline] = []
    for span in document.spans:
        if span.sentence < len(sentences) and sentences[span.sentence].verdict is not Verdict.SUPPORTED:
            for rect, baseline in line_rects(document, span.start, span.end):
                found.append(Underline(rect, baseline, sentences[span.sentence]))
    return found


def paint_grounds(painter: QPainter, document: AnswerDocument, theme: Theme, width: int) -> None:
    """Paint what lies beneath code, quotations and rules."""
    layout = document.documentLayout()
    painter.setPen(Qt.PenStyle.NoPen)
    for start in document.blocks_of(BlockKind.CODE):
        rect = layout.blockBoundingRect(document.findBlock(start))
        painter.setBrush(theme.color("side"))
        painter.drawRoundedRect(QRectF(0, rect.top() - 8, width, rect.height() + 16), Radius.FIELD, Radius.FIELD)
    for start in document.blocks_of(BlockKind.QUOTE):
        lines = [rect for rect, _ in line_rects(document, start, start + document.findBlock(start).length())]
        if lines:
            painter.setBrush(theme.color("line"))
            bar = QRectF(0, lines[0].top(), 3, lines[-1].bottom() - lines[0].top())
            painter.drawRoundedRect(bar, 1.5, 1.5)
    for start in document.blocks_of(BlockKind.RULE):
        rect = layout.blockBoundingRect(document.findBlock(start))
        painter.fillRect(QRectF(0, rect.center().y(), width, 1), theme.color("line"))


def paint_verdicts(painter: QPainter, lines: Sequence[Underline], theme: Theme) -> None:
    """Put dots under sentences in doubt: close ones where nothing was found, wide ones where a part was."""
    for rect, baseline, sentence in lines:
        missing = sentence.verdict is Verdict.UNSUPPORTED
        pen = QPen(theme.color("caution", 1.0 if missing else 0.8), 1.9 if missing else 1.4)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setDashPattern([0.01, 1.9] if missing else [0.01, 3.4])
        painter.setPen(pen)
        y = baseline + 4.5
        painter.drawLine(QPointF(rect.left() + 1, y), QPointF(rect.right() - 1, y))


def paint_ring(painter: QPainter, rects: Sequence[QRectF], theme: Theme) -> None:
    """Show that a link has the keyboard."""
    painter.setPen(QPen(theme.color("accent"), 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for rect in rects:
        painter.drawRoundedRect(rect.adjusted(-1, 1, 1, -1), Radius.CHIP, Radius.CHIP)
