"""Footnotes of a Word document, which python-docx does not know: their part, and the marks that refer to them.

The part is as in ECMA-376, 17.11: two separators first, then the notes; Word numbers them in the order of their marks.
"""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph
from lxml import etree

from core.answering.export.plain_text import is_rtl
from core.answering.export.transcript import Footnote

_SEPARATORS = (("separator", -1), ("continuationSeparator", 0))


def add_footnotes(document: Document, footnotes: Sequence[Footnote]) -> None:
    """Give a document its notes, of which each is to be cited once by `cite_first`."""
    if not footnotes:
        return
    root = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
    for kind, number in _SEPARATORS:
        note = _note(root, number)
        note.set(qn("w:type"), kind)
        _run(_paragraph(note), OxmlElement(f"w:{kind}"))
    for footnote in footnotes:
        paragraph = _paragraph(_note(root, footnote.number), rtl=is_rtl(footnote.title))
        _run(paragraph, OxmlElement("w:footnoteRef"), superscript=True)
        for text, italic in ((f" {footnote.title}", True), (f", {footnote.place}: “{footnote.quote}”", False)):
            _run(paragraph, _text(text), italic=italic)
    package = document.part.package
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, data, package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    settings = document.settings.element
    listed = OxmlElement("w:footnotePr")
    for _, number in _SEPARATORS:
        separator = OxmlElement("w:footnote")
        separator.set(qn("w:id"), str(number))
        listed.append(separator)
    # The schema wants it right before the compatibility settings.
    settings.find(qn("w:compat")).addprevious(listed)


def cite_first(paragraph: Paragraph, number: int) -> None:
    """Refer to a note, with a bookmark for the other places that cite it."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), _bookmark(number))
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), str(number))
    paragraph._p.append(start)  # noqa: SLF001 (python-docx offers no other way to its XML)
    _run(paragraph._p, reference, superscript=True)  # noqa: SLF001
    paragraph._p.append(end)  # noqa: SLF001


def cite_again(paragraph: Paragraph, number: int) -> None:
    """Show the number of a note that was cited before; Word lets a note have one mark only, so it leads to that."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), _bookmark(number))
    _run(link, _text(str(number)), superscript=True)
    paragraph._p.append(link)  # noqa: SLF001


def _bookmark(number: int) -> str:
    return f"note{number}"


def _note(root: BaseOxmlElement, number: int) -> BaseOxmlElement:
    note = OxmlElement("w:footnote")
    note.set(qn("w:id"), str(number))
    root.append(note)
    return note


def _paragraph(note: BaseOxmlElement, *, rtl: bool = False) -> BaseOxmlElement:
    paragraph, properties, spacing = OxmlElement("w:p"), OxmlElement("w:pPr"), OxmlElement("w:spacing")
    if rtl:
        properties.append(OxmlElement("w:bidi"))
    spacing.set(qn("w:after"), "40")
    properties.append(spacing)
    paragraph.append(properties)
    note.append(paragraph)
    return paragraph


def _run(parent: BaseOxmlElement, content: BaseOxmlElement, *, superscript: bool = False, italic: bool = False) -> None:
    run, properties = OxmlElement("w:r"), OxmlElement("w:rPr")
    if italic:
        properties.append(OxmlElement("w:i"))
    size = OxmlElement("w:sz")
    size.set(qn("w:val"), "22" if superscript else "18")
    properties.append(size)
    if superscript:
        raised = OxmlElement("w:vertAlign")
        raised.set(qn("w:val"), "superscript")
        properties.append(raised)
    run.append(properties)
    run.append(content)
    parent.append(run)


def _text(text: str) -> BaseOxmlElement:
    element = OxmlElement("w:t")
    element.text = text
    element.set(qn("xml:space"), "preserve")
    return element
