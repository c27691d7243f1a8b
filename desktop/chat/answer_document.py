"""The QTextDocument of an answer: writes blocks run by run and rewrites only what differs from what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject
from PySide6.QtGui import (
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

from core.answering.answer_blocks import CHIP, Block, BlockKind, Run, Style
from desktop.chat.chip_painter import CHIP_OBJECT, NUMBER_PROPERTY, SENTENCE_PROPERTY, ChipPainter
from desktop.chat.text_geometry import GLUE
from desktop.theme.theme import Theme
from desktop.theme.tokens import TextStyle

_INDENT = 22.0


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
class Link:
    """Characters `position` to `end` that lead to an address."""

    position: int
    end: int
    address: str


@dataclass(slots=True)
class _Contents:
    """What a block holds, in order."""

    chips: list[Chip] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def add_link(self, start: int, end: int, address: str) -> None:
        """Add a run of a link; the runs of one link, set in several styles, are one."""
        before = self.links[-1] if self.links else None
        if before is not None and before.end == start and before.address == address:
            self.links[-1] = Link(before.position, end, address)
        else:
            self.links.append(Link(start, end, address))


@dataclass(frozen=True, slots=True)
class _Written:
    """A block that stands in the document, and what it holds."""

    block: Block
    start: int
    contents: _Contents


class AnswerDocument(QTextDocument):
    """An answer as it is shown.

    Args:
        style: of its words.

    Attributes:
        chip_painter: draws the chips and knows which of them is active, hovered or focused.
    """

    def __init__(self, theme: Theme, parent: QObject, style: TextStyle = TextStyle.ANSWER) -> None:
        super().__init__(parent)
        self._theme = theme
        self._style = style
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
        return [chip for written in self._written for chip in written.contents.chips]

    @property
    def spans(self) -> list[Span]:
        """Where the sentences lie."""
        return [span for written in self._written for span in written.contents.spans]

    @property
    def links(self) -> list[Link]:
        """All links and pictures from top to bottom."""
        return [link for written in self._written for link in written.contents.links]

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
        self._font = theme.font(self._style)
        self.setDefaultFont(self._font)
        pixels, _, ratio = self._style.value
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
        contents = _Contents()
        if block.kind is BlockKind.TABLE:
            self._write_table(cursor, block, contents)
        else:
            cursor.setBlockFormat(self._block_format(block))
            if block.level and block.kind is BlockKind.ITEM:
                cursor.insertText(f"{block.marker}\t" if block.marker else "", self._char_format(Run(""), block))
            for run in block.rows[0][0]:
                self._write_run(cursor, run, block, contents)
        self._written.append(_Written(block, start, contents))

    def _write_run(self, cursor: QTextCursor, run: Run, block: Block, contents: _Contents, bold: bool = False) -> None:
        format_ = self._char_format(run, block, bold=bold)
        if run.number:
            cursor.insertText(GLUE, format_)
            format_.setObjectType(CHIP_OBJECT)
            format_.setProperty(NUMBER_PROPERTY, run.number)
            format_.setProperty(SENTENCE_PROPERTY, run.sentence)
            contents.chips.append(Chip(cursor.position(), run.sentence, run.number))
            cursor.insertText(CHIP, format_)
            return
        start = cursor.position()
        cursor.insertText(run.text.replace("\n", "\u2028"), format_)
        if run.sentence >= 0:
            contents.spans.append(Span(start, cursor.position(), run.sentence))
        if run.address:
            contents.add_link(start, cursor.position(), run.address)

    def _write_table(self, cursor: QTextCursor, block: Block, contents: _Contents) -> None:
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
                    self._write_run(inner, run, block, contents, bold=y == 0)
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
        calm = self._calm or block.kind is BlockKind.QUOTE or Style.ADDRESS in run.style
        format_.setForeground(self._theme.color("ink_second" if calm else "ink"))
        return format_
