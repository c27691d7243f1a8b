"""A conversation as a Word document: headings for questions, real footnotes for what is cited."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document as new_document
from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from core.answering.answer_blocks import Block, BlockKind, Run, Style
from core.answering.export.docx_footnotes import add_footnotes, cite_again, cite_first
from core.answering.export.plain_text import is_rtl
from core.answering.export.transcript import Transcript, Turn, is_shown

_HARD_BREAK = "\u2028"
_FONT, _CODE_FONT = "Calibri", "Consolas"
_INK, _SECOND_INK = RGBColor(0x21, 0x1E, 0x1A), RGBColor(0x63, 0x5D, 0x54)
_SIZES = {"Normal": 11.0, "Title": 20.0, "Heading 2": 14.0, "Heading 3": 12.0, "Heading 4": 11.0, "Heading 5": 11.0,
          "Heading 6": 11.0}  # fmt: skip
_INDENT = 18.0
# Word wants the properties of a paragraph in the order of their schema.
_AFTER_DIRECTION = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr")


def to_docx(transcript: Transcript) -> bytes:
    """The whole file."""
    document = new_document()
    _set_up(document, transcript)
    document.add_paragraph(transcript.title, "Title")
    _quietly(document, transcript.date)
    seen: set[int] = set()
    for turn in transcript.turns:
        _write_turn(document, turn, seen)
    add_footnotes(document, transcript.footnotes)
    for paragraph in document.paragraphs:
        if is_rtl(paragraph.text):
            properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 (python-docx knows no direction)
            properties.insert_element_before(OxmlElement("w:bidi"), *_AFTER_DIRECTION)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_up(document: Document, transcript: Transcript) -> None:
    """Fonts and colours of ours, and no word about the program that the template comes from."""
    for name, size in _SIZES.items():
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), _INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[theme]  # it would win over the name
    title = document.styles["Title"]
    border = title.element.find(f".//{{{title.element.nsmap['w']}}}pBdr")
    if border is not None:
        border.getparent().remove(border)
    about = document.core_properties
    about.author = about.comments = about.keywords = about.last_modified_by = ""
    about.title = transcript.title[:255]
    about.created = about.modified = transcript.made_at.replace(tzinfo=None)


def _write_turn(document: Document, turn: Turn, seen: set[int]) -> None:
    if turn.is_heading:
        document.add_paragraph(turn.question, "Heading 2")
    elif turn.question:
        document.add_paragraph().add_run(turn.question).bold = True
    for block in turn.blocks:
        if is_shown(block):
            _write_block(document, block, seen)
    for note in turn.notes:
        _quietly(document, note, indent=_INDENT)
    if turn.model:
        _quietly(document, f"Answered by {turn.model}")


def _write_block(document: Document, block: Block, seen: set[int]) -> None:
    if block.kind is BlockKind.TABLE:
        _write_table(document, block, seen)
        return
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    match block.kind:
        case BlockKind.HEADING:
            paragraph.style = f"Heading {min(block.level + 2, 6)}"
        case BlockKind.ITEM:
            shape.left_indent = Pt(_INDENT * block.level)
            shape.first_line_indent = Pt(-_INDENT if block.marker else 0)
            shape.tab_stops.add_tab_stop(Pt(_INDENT * block.level))
            shape.space_after = Pt(4)
            if block.marker:  # written out: the template's lists would go on counting from one to the next
                paragraph.add_run(f"{block.marker}\t")
        case BlockKind.QUOTE | BlockKind.CODE:
            shape.left_indent = Pt(_INDENT * max(block.level, 1))
        case BlockKind.RULE:
            paragraph.add_run("* * *").font.color.rgb = _SECOND_INK
        case _:
            pass
    _write_runs(paragraph, block.rows[0][0], seen)


def _write_table(document: Document, block: Block, seen: set[int]) -> None:
    width = max(len(row) for row in block.rows)
    table = document.add_table(len(block.rows), width)
    table.style = "Table Grid"
    for at, row in enumerate(block.rows):
        for column, cell in enumerate(row):
            paragraph = table.cell(at, column).paragraphs[0]
            _write_runs(paragraph, cell, seen)
            if at == 0:
                for run in paragraph.runs:
                    run.bold = True
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _write_runs(paragraph: Paragraph, runs: Sequence[Run], seen: set[int]) -> None:
    for before, run in zip((None, *runs), runs, strict=False):
        if run.number:
            if before and before.number:
                paragraph.add_run(", ").font.superscript = True
            (cite_again if run.number in seen else cite_first)(paragraph, run.number)
            seen.add(run.number)
            continue
        for at, line in enumerate(run.text.replace("\n", _HARD_BREAK).split(_HARD_BREAK)):
            if at:
                paragraph.add_run().add_break(WD_BREAK.LINE)
            written = paragraph.add_run(line)
            written.bold = True if Style.BOLD in run.style else None
            written.italic = True if Style.ITALIC in run.style else None
            written.font.strike = True if Style.STRIKE in run.style else None
            if Style.CODE in run.style:
                written.font.name = _CODE_FONT


def _quietly(document: Document, text: str, indent: float = 0.0) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Pt(indent)
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb = Pt(9), _SECOND_INK
