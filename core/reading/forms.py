"""What stands on a page without being its text: values of form fields, and the words of annotations.

They are appended to the page's text, each on a line of its own, behind the last character that PDFium counts; the
rectangle of the widget or annotation tells where to highlight it. PDFium is asked for both, as it knows what a field
inherits from its parents. Values of an XFA form, which has no places on a page, come from its data packet (XFA
Specification 3.3, "Exchanging Data Between an External Application and a Basic XFA Form").
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from core.reading.words import displayed_box
from core.types import Block, BlockKind, Page, PageSource, WordBox

_MOST_ENTRIES = 2000
_LONGEST_VALUE = 4000
_LARGEST_PACKET = 8 << 20

_COMMENTS = frozenset(
    {
        pdfium_c.FPDF_ANNOT_TEXT,
        pdfium_c.FPDF_ANNOT_FREETEXT,
        pdfium_c.FPDF_ANNOT_LINE,
        pdfium_c.FPDF_ANNOT_SQUARE,
        pdfium_c.FPDF_ANNOT_CIRCLE,
        pdfium_c.FPDF_ANNOT_POLYGON,
        pdfium_c.FPDF_ANNOT_POLYLINE,
        pdfium_c.FPDF_ANNOT_HIGHLIGHT,
        pdfium_c.FPDF_ANNOT_UNDERLINE,
        pdfium_c.FPDF_ANNOT_SQUIGGLY,
        pdfium_c.FPDF_ANNOT_STRIKEOUT,
        pdfium_c.FPDF_ANNOT_STAMP,
        pdfium_c.FPDF_ANNOT_CARET,
        pdfium_c.FPDF_ANNOT_INK,
        pdfium_c.FPDF_ANNOT_FILEATTACHMENT,
    }
)
_WRITTEN_FIELDS = frozenset(
    {pdfium_c.FPDF_FORMFIELD_TEXTFIELD, pdfium_c.FPDF_FORMFIELD_COMBOBOX, pdfium_c.FPDF_FORMFIELD_LISTBOX}
)
_TICKED_FIELDS = frozenset({pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON})
_PASSWORD_FIELD = 1 << 13  # ISO 32000-2, table 231, bit 14: its value is never shown
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
_INDEX = re.compile(r"\[\d+\]")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\ufeff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line to append to a page's text.

    Attributes:
        box: left, top, right, bottom in points from the upper left corner of the displayed page; None for no place.
    """

    kind: BlockKind
    text: str
    box: tuple[float, float, float, float] | None = None


def with_entries(page: Page, entries: Sequence[Entry]) -> Page:
    """A page with lines appended to its text, blocks and boxes."""
    if not entries:
        return page
    text, blocks, words = page.text, list(page.blocks), list(page.words)
    for entry in entries:
        text += "\n" if text else ""
        start, end = len(text), len(text) + len(entry.text)
        text += entry.text
        blocks.append(Block(entry.kind, (((start, end),),)))
        if entry.box is not None:
            words.append(WordBox(start, end, *entry.box))
    if not page.blocks and page.text.strip():
        blocks = []  # the page is read by its lines, and these are lines too
    return replace(
        page, text=text, source=_source(page), reason=_reason(page), blocks=tuple(blocks), words=tuple(words)
    )


def _source(page: Page) -> PageSource:
    return PageSource.TEXT if page.source is PageSource.EMPTY else page.source


def _reason(page: Page) -> str | None:
    return None if page.source is PageSource.EMPTY else page.reason


def field_entries(page: pdfium.PdfPage, form: pdfium.PdfFormEnv) -> list[Entry]:
    """The filled fields of a page as "Name: value"."""
    found = []
    for annotation in _annotations(page):
        if pdfium_c.FPDFAnnot_GetSubtype(annotation) == pdfium_c.FPDF_ANNOT_WIDGET:
            text = _field(annotation, form.raw)
            if text:
                found.append(Entry(BlockKind.FORM_FIELD, text, _box(page, annotation)))
    return found


def comment_entries(page: pdfium.PdfPage) -> list[Entry]:
    """What people have written on a page, with the name of who wrote it where that is known."""
    found = []
    for annotation in _annotations(page):
        if pdfium_c.FPDFAnnot_GetSubtype(annotation) in _COMMENTS:
            contents = _string(annotation, b"Contents")
            author = _string(annotation, b"T")
            if contents:
                text = f"{author}: {contents}" if author else contents
                found.append(Entry(BlockKind.ANNOTATION, text, _box(page, annotation)))
    return found


def xfa_entries(document: pdfium.PdfDocument) -> list[Entry]:
    """The values of an XFA form's data as "Name: value"; they belong to no page."""
    return [Entry(BlockKind.FORM_FIELD, f"{name}: {value}") for name, value in _xfa_values(_xfa_data(document))]


def _xfa_data(document: pdfium.PdfDocument) -> bytes:
    """The packet "datasets", or nothing."""
    for index in range(min(max(pdfium_c.FPDF_GetXFAPacketCount(document.raw), 0), 64)):
        name = ctypes.create_string_buffer(64)
        length = pdfium_c.FPDF_GetXFAPacketName(document.raw, index, name, 64)
        if not 0 < length <= 64 or name.value != b"datasets":
            continue
        size = ctypes.c_ulong()
        pdfium_c.FPDF_GetXFAPacketContent(document.raw, index, None, 0, ctypes.byref(size))
        if 0 < size.value <= _LARGEST_PACKET:
            buffer = ctypes.create_string_buffer(size.value)
            pdfium_c.FPDF_GetXFAPacketContent(document.raw, index, buffer, size.value, ctypes.byref(size))
            return buffer.raw
    return b""


def _xfa_values(data: bytes) -> Iterator[tuple[str, str]]:
    """Names and values of the leaves of XFA data; what is no XML has none."""
    if not data.strip():
        return
    from lxml import (
        etree,  # with the first such form: the window's process never needs it, and waits for what it imports
    )

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return  # a damaged form has its page text still
    count = 0
    for element in root.iter(etree.Element):
        if count >= _MOST_ENTRIES:
            return
        value = _tidy(element.text or "")
        if value and not len(element):
            count += 1
            yield etree.QName(element).localname, value


def _annotations(page: pdfium.PdfPage) -> Iterator[pdfium_c.FPDF_ANNOTATION]:
    """The annotations of a page, one open at a time."""
    for index in range(min(max(pdfium_c.FPDFPage_GetAnnotCount(page.raw), 0), _MOST_ENTRIES)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        if annotation:
            try:
                yield annotation
            finally:
                pdfium_c.FPDFPage_CloseAnnot(annotation)


def _field(annotation: pdfium_c.FPDF_ANNOTATION, form: pdfium_c.FPDF_FORMHANDLE) -> str:
    """A field as a line; nothing for one that is empty, not ticked, a button or a password."""
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation)
    if pdfium_c.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD_FIELD and kind in _WRITTEN_FIELDS:
        return ""
    if kind in _WRITTEN_FIELDS:
        value = _wide(lambda b, n: pdfium_c.FPDFAnnot_GetFormFieldValue(form, annotation, b, n))
    elif kind in _TICKED_FIELDS and pdfium_c.FPDFAnnot_IsChecked(form, annotation):
        value = _wide(lambda b, n: pdfium_c.FPDFAnnot_GetFormFieldExportValue(form, annotation, b, n))
        value = _unescaped(value) or "Yes"
    else:
        return ""
    if not value:
        return ""
    name = _wide(lambda b, n: pdfium_c.FPDFAnnot_GetFormFieldAlternateName(form, annotation, b, n))
    name = name or _last_part(_wide(lambda b, n: pdfium_c.FPDFAnnot_GetFormFieldName(form, annotation, b, n)))
    return f"{name}: {value}" if name else value


def _last_part(name: str) -> str:
    """`form1[0].Page1[0].Surname[0]` → `Surname`."""
    return _INDEX.sub("", name).rpartition(".")[2].strip() or name


def _unescaped(name: str) -> str:
    """A PDF name in which bytes of UTF-8 are written as #xx."""
    raw = _ESCAPED.sub(lambda match: bytes.fromhex(match.group(1).decode()), name.encode())
    return raw.decode("utf-8", "replace")


def _string(annotation: pdfium_c.FPDF_ANNOTATION, key: bytes) -> str:
    return _wide(lambda b, n: pdfium_c.FPDFAnnot_GetStringValue(annotation, key, b, n))


def _wide(read: Callable[[object, int], int]) -> str:
    """A string that PDFium writes as UTF-16; `read` takes a buffer and its size in bytes and tells the size needed."""
    size = read(None, 0)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    read(buffer, size)
    return _tidy(bytes(buffer)[: size - 2].decode("utf-16-le", "ignore"))


def _tidy(text: str) -> str:
    """One line without control characters, of a bounded length."""
    return " ".join(_INVISIBLE.sub(" ", text).split())[:_LONGEST_VALUE]


def _box(page: pdfium.PdfPage, annotation: pdfium_c.FPDF_ANNOTATION) -> tuple[float, float, float, float] | None:
    rectangle = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFAnnot_GetRect(annotation, rectangle):
        return None
    box = (
        min(rectangle.left, rectangle.right),
        min(rectangle.top, rectangle.bottom),
        max(rectangle.left, rectangle.right),
        max(rectangle.top, rectangle.bottom),
    )
    return displayed_box(page, box)
