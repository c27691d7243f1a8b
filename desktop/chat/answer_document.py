"""The QTextDocument of an answer: writes blocks run by run and rewrites only what differs from what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
    QTextTableFormat,
)

from core.answering.answer_markup import CHIP, Block, BlockKind, Run, Style
from desktop.chat.chip_painter import CHIP_OBJECT, NUMBER_PROPERTY, SENTENCE_PROPERTY, ChipPainter
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

_INDENT = 22.0
_GLUE = "\u2060"  # a word joiner: no line may begin with a chip


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip as it stands in the document."""

    position: int
    sentence: int
    number: int


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of the document that belong to a sentence."""

    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class _Written:
    """A block that stands in the document, and what it holds."""

    block: Block
    start: int
    chips: tuple[Chip, ...]
    spans: tuple[Span, ...]


class AnswerDocument(QTextDocument):
    """An answer as it is shown.

    Attributes:
        chip_painter: draws the chips and knows which of them is active, hovered or focused.
    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._written: list[_Written] = []
        self._calm = False
        self.chip_painter = ChipPainter(theme, self)
        self.documentLayout().registerHandler(CHIP_OBJECT, self.chip_painter)
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self._read_theme()

    @property
    def chips(self) -> list[Chip]:
        """All chips from top to bottom."""
        return [chip for written in self._written for chip in written.chips]

    @property
    def spans(self) -> list[Span]:
        """Where the sentences lie."""
        return [span for written in self._written for span in written.spans]

    def show_blocks(self, blocks: Sequence[Block], *, calm: bool = False) -> None:
        """Make the document read `blocks`; what is equal from the top stays untouched.

        Args:
            blocks: what `layout_answer` returned.
            calm: set the text in the second ink, as a refusal is.
        """
        if calm != self._calm:
            self._calm = calm
            self._written.clear()
            self.clear()
        same = 0
        for written, block in zip(self._written, blocks, strict=False):
            if written.block != block:
                break
            same += 1
        if same == len(self._written) == len(blocks):
            return
        cursor = QTextCursor(self)
        cursor.beginEditBlock()
        self._cut(cursor, same)
        for block in blocks[same:]:
            self._write(cursor, block)
        cursor.endEditBlock()

    def restyle(self) -> None:
        """Write everything again in the colours of the theme in force."""
        blocks = [written.block for written in self._written]
        self._written.clear()
        self.clear()
        self._read_theme()
        self.show_blocks(blocks, calm=self._calm)

    def blocks_of(self, kind: BlockKind) -> list[int]:
        """Positions at which blocks of a kind start, for what is painted beneath them."""
        return [written.start for written in self._written if written.block.kind is kind]

    def _read_theme(self) -> None:
        theme = self._theme
        self._font = theme.font(TextStyle.ANSWER)
        self.setDefaultFont(self._font)
        pixels, _, ratio = TextStyle.ANSWER.value
        self._line_height = pixels * ratio
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self._code_families = [fixed.family()]

    def _cut(self, cursor: QTextCursor, keep: int) -> None:
        """Remove every block from number `keep` on."""
        if keep == 0:
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.removeSelectedText()
            cursor.setBlockFormat(QTextBlockFormat())
        elif keep < len(self._written):
            cursor.setPosition(self._written[keep].start - 1)
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
        del self._written[keep:]

    def _write(self, cursor: QTextCursor, block: Block) -> None:
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if self._written:
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        start = cursor.position()
        chips: list[Chip] = []
        spans: list[Span] = []
        if block.kind is BlockKind.TABLE:
            self._write_table(cursor, block, chips, spans)
        else:
            cursor.setBlockFormat(self._block_format(block))
            if block.level and block.kind is BlockKind.ITEM:
                cursor.insertText(f"{block.marker}\t" if block.marker else "", self._char_format(Run(""), block))
            for run in block.rows[0][0]:
                self._write_run(cursor, run, block, chips, spans)
        self._written.append(_Written(block, start, tuple(chips), tuple(spans)))

    def _write_run(
        self, cursor: QTextCursor, run: Run, block: Block, chips: list[Chip], spans: list[Span], bold: bool = False
    ) -> None:
        format_ = self._char_format(run, block, bold=bold)
        if run.number:
            cursor.insertText(_GLUE, format_)
            format_.setObjectType(CHIP_OBJECT)
            format_.setProperty(NUMBER_PROPERTY, run.number)
            format_.setProperty(SENTENCE_PROPERTY, run.sentence)
            chips.append(Chip(cursor.position(), run.sentence, run.number))
            cursor.insertText(CHIP, format_)
            return
        start = cursor.position()
        cursor.insertText(run.text.replace("\n", "\u2028"), format_)
        if run.sentence >= 0:
            spans.append(Span(start, cursor.position(), run.sentence))

    def _write_table(self, cursor: QTextCursor, block: Block, chips: list[Chip], spans: list[Span]) -> None:
        thin = QTextBlockFormat()
        after_item = bool(self._written) and self._written[-1].block.kind is BlockKind.ITEM
        thin.setLineHeight(12.0 if after_item else 2.0, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.setBlockFormat(thin)
        columns = max(len(row) for row in block.rows)
        table: QTextTable = cursor.insertTable(len(block.rows), columns, self._table_format(columns))
        for y, row in enumerate(block.rows):
            for x, cell in enumerate(row):
                inner = table.cellAt(y, x).firstCursorPosition()
                inner.setBlockFormat(self._line(0.0, ratio=0.9))
                if y == 0:
                    ground = QTextCharFormat()
                    ground.setBackground(self._theme.color("hover"))
                    table.cellAt(y, x).setFormat(ground)
                for run in cell:
                    self._write_run(inner, run, block, chips, spans, bold=y == 0)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        thin.setBottomMargin(6.0)
        cursor.setBlockFormat(thin)

    def _table_format(self, columns: int) -> QTextTableFormat:
        format_ = QTextTableFormat()
        format_.setBorderCollapse(True)
        format_.setBorder(1.0)
        format_.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        format_.setBorderBrush(self._theme.color("line"))
        format_.setTopMargin(4.0)
        format_.setCellPadding(6.0)
        format_.setCellSpacing(0.0)
        format_.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100.0))
        share = QTextLength(QTextLength.Type.PercentageLength, 100.0 / columns)
        format_.setColumnWidthConstraints([share] * columns)
        return format_

    def _line(self, bottom: float, *, ratio: float = 1.0) -> QTextBlockFormat:
        format_ = QTextBlockFormat()
        format_.setLineHeight(self._line_height * ratio, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        format_.setBottomMargin(bottom)
        return format_

    def _block_format(self, block: Block) -> QTextBlockFormat:
        if block.kind is BlockKind.HEADING:
            format_ = self._line(4.0)
            format_.setTopMargin(10.0 if self._written else 0.0)
        elif block.kind is BlockKind.ITEM:
            format_ = self._line(4.0)
            left = _INDENT * block.level
            format_.setLeftMargin(left)
            if block.marker:
                format_.setTextIndent(4.0 - _INDENT)
                format_.setTabPositions([QTextOption.Tab(_INDENT - 4.0, QTextOption.TabType.LeftTab)])
        elif block.kind is BlockKind.QUOTE:
            format_ = self._line(8.0)
            format_.setLeftMargin(16.0 * block.level)
        elif block.kind is BlockKind.CODE:
            format_ = self._line(20.0, ratio=0.86)
            format_.setTopMargin(18.0)
            format_.setLeftMargin(14.0)
            format_.setRightMargin(14.0)
        else:
            format_ = self._line(10.0)
        if self._written and self._written[-1].block.kind is BlockKind.ITEM and block.kind is not BlockKind.ITEM:
            format_.setTopMargin(max(format_.topMargin(), 8.0))
        return format_

    def _char_format(self, run: Run, block: Block, *, bold: bool = False) -> QTextCharFormat:
        format_ = QTextCharFormat()
        font = QFont(self._font)
        if Style.CODE in run.style:
            font.setFamilies(self._code_families)
            font.setPointSizeF(font.pointSizeF() * 0.9)
            if block.kind is not BlockKind.CODE:
                format_.setBackground(self._theme.color("side"))
        if block.kind is BlockKind.HEADING:
            font.setPointSizeF(font.pointSizeF() * (1.14 if block.level == 1 else 1.04))
        if bold or block.kind is BlockKind.HEADING or Style.BOLD in run.style:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(Style.ITALIC in run.style)
        font.setStrikeOut(Style.STRIKE in run.style)
        format_.setFont(font)
        format_.setForeground(self._ink(block))
        return format_

    def _ink(self, block: Block) -> QColor:
        return self._theme.color("ink_second" if self._calm or block.kind is BlockKind.QUOTE else "ink")


def caret_rect(document: QTextDocument, start: int, end: int) -> QRectF:
    """The rectangle of characters `start` to `end`, which lie on one line, in the document's coordinates."""
    block = document.findBlock(start)
    layout = block.layout()
    line = layout.lineForTextPosition(start - block.position())
    if not line.isValid():
        return QRectF()
    left, right = (_x_of(line, at - block.position()) for at in (start, end))
    origin = document.documentLayout().blockBoundingRect(block).topLeft()
    return QRectF(origin + QPointF(min(left, right), line.y()), QSizeF(abs(right - left), line.height()))


def line_rects(document: QTextDocument, start: int, end: int) -> list[tuple[QRectF, float]]:
    """A rectangle and the baseline for each line that characters `start` to `end` of one block take."""
    block = document.findBlock(start)
    layout = block.layout()
    origin = document.documentLayout().blockBoundingRect(block).topLeft()
    found = []
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first = max(start - block.position(), line.textStart())
        last = min(end - block.position(), line.textStart() + line.textLength())
        if first >= last:
            continue
        text = block.text()[first:last]
        last -= len(text) - len(text.rstrip())
        left, right = sorted((_x_of(line, first), _x_of(line, last)))
        rect = QRectF(origin.x() + left, origin.y() + line.y(), right - left, line.height())
        found.append((rect, origin.y() + line.y() + line.ascent()))
    return found


def _x_of(line: object, position: int) -> float:
    place = line.cursorToX(position)  # type: ignore[attr-defined]
    return float(place[0] if isinstance(place, tuple) else place)


def readable(document: QTextDocument, start: int, end: int, *, marks: bool = True) -> str:
    """The words from `start` to `end` as plain text; with `marks`, each chip as `[n]`."""
    parts: list[str] = []
    block = document.findBlock(start)
    while block.isValid() and block.position() < end:
        words: list[str] = []
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            first = max(start - fragment.position(), 0)
            last = min(end - fragment.position(), fragment.length())
            number = fragment.charFormat().property(NUMBER_PROPERTY)
            if first < last:
                mark = f"[{number}]" if marks else ""
                words.append(mark * (last - first) if number else fragment.text()[first:last])
            iterator += 1
        parts.append("".join(words).replace(_GLUE, "").replace("\u2028", "\n").replace("\t", " "))
        block = block.next()
    return "\n".join(parts)
