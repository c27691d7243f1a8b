"""A conversation as a PDF: laid out by Qt in the window's own face, with sources at the end and numbered pages.

Blocks are written run by run into a QTextDocument, never as HTML, so that nothing that was said becomes markup.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
)

from core.answering.answer_blocks import Block, BlockKind, Run, Style
from core.answering.export.plain_text import is_rtl
from core.answering.export.transcript import Footnote, Transcript, Turn, is_shown
from desktop.theme.tokens import LIGHT

_FAMILY = "Inter"
_DPI = 72  # so that all measures are points
_MARGIN_MM = 22.0
_FOOTER = 28.0  # points below the text for the number of the page
_BODY, _SMALL, _TITLE, _QUESTION = 10.5, 8.5, 19.0, 13.0
_INDENT = 16.0
_AFTER_MARKER = "\u2002"
_LINE = 145.0  # per cent
# Glyphs that stand for characters in some neighbourhoods only: words copied from the file would read "llama3.2)3b".
_FEATURES_OFF = ("calt", "liga", "clig")


def to_pdf(transcript: Transcript) -> bytes:
    """The whole file. It may be made on any thread, once the theme has loaded the fonts."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setTitle(transcript.title)
    writer.setCreator("Paperlamp")
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM),
        QPageLayout.Unit.Millimeter,
    )
    writer.setPageLayout(layout)
    area = layout.paintRect(QPageLayout.Unit.Point)
    page = QSizeF(area.width(), area.height() - _FOOTER)
    document = _laid_out(transcript, writer, page)
    painter = QPainter(writer)
    count = document.pageCount()
    for number in range(count):
        if number:
            writer.newPage()
        _paint_page(painter, document, page, number, count)
    painter.end()
    buffer.close()
    return bytes(data.data())


def _paint_page(painter: QPainter, document: QTextDocument, page: QSizeF, number: int, count: int) -> None:
    painter.save()
    painter.translate(0, -number * page.height())
    view = QRectF(0, number * page.height(), page.width(), page.height())
    painter.setClipRect(view)
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = view
    context.palette.setColor(QPalette.ColorRole.Text, QColor(LIGHT.ink))
    document.documentLayout().draw(painter, context)
    painter.restore()
    painter.setFont(_font(_SMALL))
    painter.setPen(QColor(LIGHT.ink_second))
    foot = QRectF(0, page.height(), page.width(), _FOOTER)
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, f"{number + 1} / {count}")


# ── the document ─────────────────────────────────────────────────────────────────────────────────────────────────


def _laid_out(transcript: Transcript, writer: QPdfWriter, page: QSizeF) -> QTextDocument:
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)  # the screen has no say in a file
    document.setUseDesignMetrics(True)
    document.setPageSize(page)
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(_BODY))
    document.setUndoRedoEnabled(False)
    cursor = QTextCursor(document)
    _paragraph(cursor, after=2, is_first=True)
    cursor.insertText(transcript.title, _format(_TITLE, weight=QFont.Weight.DemiBold))
    _paragraph(cursor, after=10)
    cursor.insertText(transcript.date, _format(_SMALL, LIGHT.ink_second))
    for turn in transcript.turns:
        _write_turn(cursor, turn)
    if transcript.footnotes:
        _paragraph(cursor, before=26, after=6, is_heading=True)
        cursor.insertText("Sources", _format(_QUESTION, weight=QFont.Weight.DemiBold))
        for footnote in transcript.footnotes:
            _write_footnote(cursor, footnote)
    _keep_headings_with_text(document, page.height())
    return document


def _keep_headings_with_text(document: QTextDocument, page: float) -> None:
    """Let no heading stand alone at the end of a page."""
    layout = document.documentLayout()
    block = document.begin()
    while block.isValid() and block.next().isValid():
        is_heading = block.blockFormat().headingLevel() > 0
        if is_heading and _page_of(block, layout, page) != _page_of(block.next(), layout, page):
            first = block
            while first.previous().isValid() and first.previous().blockFormat().headingLevel():
                first = first.previous()
            shape = first.blockFormat()
            shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            QTextCursor(first).setBlockFormat(shape)
        block = block.next()


def _page_of(block: QTextBlock, layout: QAbstractTextDocumentLayout, page: float) -> int:
    """The page of a block's first line; the block itself begins where the one before it ended."""
    first = block.layout().lineAt(0)
    return int((layout.blockBoundingRect(block).top() + (first.y() if first.isValid() else 0)) // page)


def _write_turn(cursor: QTextCursor, turn: Turn) -> None:
    if turn.question:
        _paragraph(cursor, before=20, after=7, is_heading=True, text=turn.question)
        size = _QUESTION if turn.is_heading else _BODY
        cursor.insertText(turn.question, _format(size, weight=QFont.Weight.DemiBold))
    for block in turn.blocks:
        if is_shown(block):
            _write_block(cursor, block)
    for note in turn.notes:
        _paragraph(cursor, before=2, after=3, left=_INDENT, text=note)
        cursor.insertText(note, _format(_SMALL, LIGHT.caution))
    if turn.model:
        _paragraph(cursor, before=2, after=4)
        cursor.insertText(f"Answered by {turn.model}", _format(_SMALL, LIGHT.ink_second))


def _write_block(cursor: QTextCursor, block: Block) -> None:
    if block.kind is BlockKind.TABLE:
        _write_table(cursor, block)
        return
    runs = block.rows[0][0]
    text = "".join(run.text for run in runs)
    match block.kind:
        case BlockKind.HEADING:
            _paragraph(cursor, before=10, after=4, is_heading=True, text=text)
            _write_runs(cursor, runs, weight=QFont.Weight.DemiBold)
        case BlockKind.ITEM:
            mark = _format(_BODY, LIGHT.ink_second)
            _paragraph(cursor, after=3, left=_INDENT * block.level, text=text, marker=block.marker, mark=mark)
            _write_runs(cursor, runs)
        case BlockKind.RULE:
            _paragraph(cursor, before=4, after=8)
            cursor.insertText("———", _format(_BODY, LIGHT.line))
        case BlockKind.QUOTE | BlockKind.CODE:
            _paragraph(cursor, after=7, left=_INDENT * max(block.level, 1), text=text)
            _write_runs(cursor, runs)
        case _:
            _paragraph(cursor, after=7, text=text)
            _write_runs(cursor, runs)


def _write_table(cursor: QTextCursor, block: Block) -> None:
    width = max(len(row) for row in block.rows)
    shape = QTextTableFormat()
    shape.setCellPadding(4)
    shape.setCellSpacing(0)
    shape.setBorder(1)
    shape.setTopMargin(2)
    shape.setBottomMargin(8)
    shape.setBorderCollapse(True)
    shape.setBorderBrush(QColor(LIGHT.line))
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setHeaderRowCount(1)
    table = cursor.insertTable(len(block.rows), width, shape)
    for at, row in enumerate(block.rows):
        for column, cell in enumerate(row):
            inside = table.cellAt(at, column).firstCursorPosition()
            _write_runs(inside, cell, weight=QFont.Weight.DemiBold if at == 0 else QFont.Weight.Normal)
    cursor.movePosition(QTextCursor.MoveOperation.End)


def _write_runs(cursor: QTextCursor, runs: Sequence[Run], weight: QFont.Weight = QFont.Weight.Normal) -> None:
    for before, run in zip((None, *runs), runs, strict=False):
        if run.number:
            mark = _format(_BODY, LIGHT.accent, QFont.Weight.DemiBold)
            mark.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
            cursor.insertText((", " if before and before.number else "\u2009") + str(run.number), mark)
            continue
        style = _format(_BODY, weight=QFont.Weight.DemiBold if Style.BOLD in run.style else weight)
        style.setFontItalic(Style.ITALIC in run.style)
        style.setFontStrikeOut(Style.STRIKE in run.style)
        if Style.CODE in run.style:
            style.setFontFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()])
        cursor.insertText(run.text.replace("\n", "\u2028"), style)


def _write_footnote(cursor: QTextCursor, footnote: Footnote) -> None:
    mark = _format(_SMALL, LIGHT.accent, QFont.Weight.DemiBold)
    _paragraph(cursor, after=4, left=_INDENT + 4, text=footnote.title, marker=str(footnote.number), mark=mark)
    cursor.insertText(footnote.title, _format(_SMALL, weight=QFont.Weight.Medium))
    cursor.insertText(f", {footnote.place}: ", _format(_SMALL, LIGHT.ink_second))
    cursor.insertText(f"“{footnote.quote}”", _format(_SMALL))


def _paragraph(
    cursor: QTextCursor,
    *,
    before: float = 0,
    after: float = 0,
    left: float = 0,
    is_heading: bool = False,
    text: str = "",
    marker: str = "",
    mark: QTextCharFormat | None = None,
    is_first: bool = False,
) -> None:
    """Begin a paragraph; distances in points.

    Args:
        cursor: at the end of the document.
        before: above it.
        after: below it.
        left: of its lines.
        is_heading: it stays on the page of what follows.
        text: that will stand in it, for its direction.
        marker: hangs out to the left of the lines.
        mark: how the marker is set.
        is_first: it is the document's own first one.
    """
    shape = QTextBlockFormat()
    shape.setTopMargin(before)
    shape.setBottomMargin(after)
    shape.setLeftMargin(left)
    shape.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if marker and mark is not None:
        # Measured, not tabbed: Qt takes tabs, and nothing else, for pixels of the screen.
        device = cursor.document().documentLayout().paintDevice()
        metrics = QFontMetricsF(mark.font(), device)
        shape.setTextIndent(-metrics.horizontalAdvance(marker + _AFTER_MARKER))
    shape.setHeadingLevel(1 if is_heading else 0)
    if is_rtl(text):
        shape.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    if is_first:
        cursor.setBlockFormat(shape)
    else:
        cursor.insertBlock(shape)
    if marker and mark is not None:
        cursor.insertText(marker + _AFTER_MARKER, mark)


def _format(size: float, color: str = LIGHT.ink, weight: QFont.Weight = QFont.Weight.Normal) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setFont(_font(size, weight))
    style.setForeground(QColor(color))
    return style


def _font(size: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(_FAMILY)
    font.setPointSizeF(size)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for feature in _FEATURES_OFF:
        font.setFeature(QFont.Tag(feature), 0)
    return font
