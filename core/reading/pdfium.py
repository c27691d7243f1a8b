"""Pages through PDFium: text by PDFium's own character index, labels, outline, metadata, headings.

One character of `Page.text` is one character of PDFium's text page, so that the viewer, which is PDFium too, highlights
exactly the span that was found (`FPDFText_*` indices, see PDFium's fpdf_text.h).
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from core.errors import BrokenFile, NeedsPassword, UnsupportedFile
from core.reading.continued import continue_table
from core.reading.direction import logical_spans
from core.reading.forms import Entry, comment_entries, field_entries, with_entries, xfa_entries
from core.reading.layout import Layout, body_height, lay_out
from core.reading.ocr import Picture, scale_for
from core.reading.pdf_date import iso_date
from core.reading.pieces import Pieces, find_pieces
from core.reading.running_heads import NEIGHBOURS, PageEdges, page_edges, running_starts
from core.reading.titles import is_file_name
from core.reading.words import character_boxes, read_words
from core.scripts import has_rtl
from core.types import Heading, OutlineEntry, Page, PageSource, Spans

_SOFT_HYPHEN_MARK = "\ufffe"
# It warns that XFA forms are not drawn; their values are read from their data.
logging.getLogger("pypdfium2").setLevel(logging.CRITICAL)

_MAX_OUTLINE_ENTRIES = 5000
# Of longer outlines the headings are not looked for on their pages: reading them anew would take longer than the pages.
_MAX_HEADING_ENTRIES = 1000
_FEWEST_HEADING_ENTRIES = 2
_MAX_PICTURES = 1000
_MAX_ATTACHMENTS = 1000
# Pages are kept until their neighbours have been read.
_KEPT_SHEETS = 2 * len(NEIGHBOURS)
_SURROGATE = re.compile("[\ud800-\udfff]")
# "Medi" is the bold of Nimbus Roman, which LaTeX sets Times in; "bx" that of Computer Modern.
_BOLD = re.compile(rb"bold|black|heavy|demi|-medi(?!um)|\+?(?:cm|ec|sf)(?:ss)?bx\d|-bd\b", re.IGNORECASE)
_FORCED_BOLD = 1 << 18  # ISO 32000-1, table 123


Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is on a page before its neighbours are looked at.

    Attributes:
        pieces: None where the places of its words are not known.
        order: spans in logical order of the pieces that stand otherwise.
        fields: values of form fields.
        comments: texts of annotations.
    """

    text: str
    pieces: Pieces | None
    order: dict[tuple[int, int], Spans]
    edges: PageEdges
    fields: tuple[Entry, ...]
    comments: tuple[Entry, ...]


class PdfiumReader:
    """One open PDF. Not thread-safe: PDFium is not.

    Raises:
        NeedsPassword: encrypted, and `password` does not open it.
        UnsupportedFile: encrypted in a way PDFium does not know.
        BrokenFile: PDFium cannot make a document of it.
    """

    def __init__(self, path: Path, password: str | None = None) -> None:
        try:
            self._pdf = pdfium.PdfDocument(path, password=password)
        except pdfium.PdfiumError as error:
            raise _explain(error) from error
        self.page_count = len(self._pdf)
        self._sheets: dict[int, _Sheet] = {}
        self._entries: dict[int, list[OutlineEntry]] | None = None
        self._last: tuple[int, Layout] | None = None
        self._form_kind = self._pdf.get_formtype()
        if self._form_kind != pdfium_c.FORMTYPE_NONE:
            with contextlib.suppress(pdfium.PdfiumError):  # a form that cannot be opened is a page like any other
                self._pdf.init_forms()
        if self.page_count == 0:
            self._pdf.close()
            raise BrokenFile("The file has no pages.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._pdf.close()

    def metadata_title(self) -> str:
        """The title of the document information dictionary, or nothing."""
        return str(self._pdf.get_metadata_value("Title") or "")

    def metadata_date(self) -> str:
        """When the document was made, by the document information dictionary, in ISO 8601, or nothing."""
        return iso_date(str(self._pdf.get_metadata_value("CreationDate") or ""))

    def outline(self, most: int = _MAX_OUTLINE_ENTRIES) -> tuple[OutlineEntry, ...]:
        """The first bookmarks in reading order; those without a page of this file, and file names, are left out."""
        entries: list[OutlineEntry] = []
        for bookmark in self._pdf.get_toc(max_depth=8):
            destination = bookmark.get_dest()
            page_index = destination.get_index() if destination else None
            title = " ".join((bookmark.get_title() or "").split())
            is_named = title and not is_file_name(title)
            if is_named and page_index is not None and 0 <= page_index < self.page_count:
                entries.append(OutlineEntry(title, page_index, bookmark.level + 1))
            if len(entries) >= most:
                break
        return tuple(entries)

    def label(self, index: int) -> str:
        """What is printed on the page as its number; the physical number where the file gives none."""
        return (self._pdf.get_page_label(index) or "").strip() or str(index + 1)

    def draw(self, index: int) -> tuple[Picture, float]:
        """A page's picture for OCR, shape (height, width, 3), and its pixels for each point.

        Raises:
            BrokenFile: PDFium cannot load this page.
        """
        try:
            page = self._pdf[index]
            scale = scale_for(*page.get_size())
            bitmap = page.render(scale=scale, rev_byteorder=True)
        except pdfium.PdfiumError as error:
            raise BrokenFile(f"Page {index + 1} is damaged.") from error
        picture = np.array(bitmap.to_numpy()[:, :, :3])
        bitmap.close()
        page.close()
        return picture, scale

    def pictures(self, index: int) -> tuple[list[Box], float, float]:
        """Where pictures stand on a page (left, bottom, right, top in points), and the page's width and height.

        Raises:
            BrokenFile: PDFium cannot load this page.
        """
        try:
            page = self._pdf[index]
        except pdfium.PdfiumError as error:
            raise BrokenFile(f"Page {index + 1} is damaged.") from error
        try:
            left, bottom, right, top = page.get_bbox()  # boxes that are inherited count as well
            found = islice(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3), _MAX_PICTURES)
            bounds = [picture.get_bounds() for picture in found]
            boxes = [(x0 - left, y0 - bottom, x1 - left, y1 - bottom) for x0, y0, x1, y1 in bounds]
            return boxes, right - left, top - bottom
        except pdfium.PdfiumError:
            return [], 1.0, 1.0  # a page whose objects cannot be told apart has no picture that would cover it
        finally:
            page.close()

    def attachments(self) -> tuple[str, ...]:
        """Names of the files inside the file."""
        names: list[str] = []
        for index in range(min(self._pdf.count_attachments(), _MAX_ATTACHMENTS)):
            with contextlib.suppress(pdfium.PdfiumError):  # an entry that leads nowhere
                names.append(str(self._pdf.get_attachment(index).get_name()).strip())
        return tuple(name for name in names if name)

    def has_text(self, index: int) -> bool:
        """True where PDFium finds characters on a page.

        Raises:
            BrokenFile: PDFium cannot load this page.
        """
        page, text_page = self._load(index)
        try:
            return bool(text_page.count_chars() > 0)
        finally:
            text_page.close()
            page.close()

    def read_page(self, index: int, *, alone: bool = False) -> Page:
        """Text, blocks and headings of one page, with the values of its form fields and the texts of its annotations.

        A page whose only words are annotations is empty: it may be a scan. `comments` has them.

        Args:
            index: of the page.
            alone: do not look at the pages around it for running heads: one of them may be what kills a worker.

        Raises:
            BrokenFile: PDFium cannot load this page.
        """
        sheet = self._sheet(index)
        layout = self._lay_out(index, sheet, () if alone else NEIGHBOURS)
        above: tuple[Heading, ...] = ()
        if index and not alone:
            layout, above = self._continued(index, sheet, layout)
        self._last = (index, layout)
        source = PageSource.TEXT if sheet.text.strip() else PageSource.EMPTY
        reason = None if source is PageSource.TEXT else "No text on this page: it may be a picture or blank."
        page = Page(index, self.label(index), sheet.text, source, reason, layout.headings, blocks=layout.blocks)
        page = replace(page, table_lead=layout.table_lead, above=above)
        page = with_entries(page, sheet.fields)
        return with_entries(page, sheet.comments) if page.source is PageSource.TEXT else page

    def comments(self, index: int) -> tuple[Entry, ...]:
        """The texts of a page's annotations.

        Raises:
            BrokenFile: PDFium cannot load this page.
        """
        return self._sheet(index).comments

    def _load(self, index: int) -> tuple[pdfium.PdfPage, pdfium.PdfTextPage]:
        try:
            page = self._pdf[index]
            return page, page.get_textpage()
        except pdfium.PdfiumError as error:
            raise BrokenFile(f"Page {index + 1} is damaged.") from error

    def _sheet(self, index: int) -> _Sheet:
        """What is on a page, from the last few that were read or from the file."""
        if index in self._sheets:
            return self._sheets[index]
        page, text_page = self._load(index)
        try:
            text = _text_by_character(text_page)
            words = read_words(page, text_page, text)
            pieces = find_pieces(words, text, _Boldness(text_page)) if words else None
            order = _logical_order(text_page, text, pieces) if pieces else {}
            fields, comments = self._fields(index, page), tuple(comment_entries(page))
        except pdfium.PdfiumError as error:
            raise BrokenFile(f"Page {index + 1} is damaged.") from error
        finally:
            text_page.close()
            page.close()
        edges = page_edges(pieces, text, body_height(pieces.upright)) if pieces else PageEdges()
        self._sheets[index] = sheet = _Sheet(text, pieces, order, edges, fields, comments)
        while len(self._sheets) > _KEPT_SHEETS:
            del self._sheets[next(iter(self._sheets))]
        return sheet

    def _fields(self, index: int, page: pdfium.PdfPage) -> tuple[Entry, ...]:
        """The values of a page's form fields; on the first page also those that XFA data has and no field shows."""
        if self._pdf.formenv is None:
            return ()
        fields = field_entries(page, self._pdf.formenv)
        if index == 0 and self._form_kind != pdfium_c.FORMTYPE_ACRO_FORM:
            shown = " ".join(field.text for field in fields)
            fields += [entry for entry in xfa_entries(self._pdf) if entry.text.partition(": ")[2] not in shown]
        return tuple(fields)

    def _continued(self, index: int, sheet: _Sheet, layout: Layout) -> tuple[Layout, tuple[Heading, ...]]:
        """The layout with what it goes on with from the page before, and that page's headings if it was not read."""
        was_read = self._last is not None and self._last[0] == index - 1
        try:
            sheet_before = self._sheet(index - 1)
            # Only pages that are looked at for running heads anyway.
            before = self._last[1] if was_read and self._last else self._lay_out(index - 1, sheet_before, (-1, 1, 2))
        except BrokenFile:
            return layout, ()
        return continue_table(before, sheet_before.text, layout, sheet.text), () if was_read else before.headings

    def _lay_out(self, index: int, sheet: _Sheet, neighbours: Sequence[int]) -> Layout:
        """The page's blocks; none where the places of its words are not known."""
        if sheet.pieces is None:
            return Layout((), ())
        around = {step: self._edges(index + step) for step in neighbours}
        running = running_starts(sheet.edges, around)
        spans = sheet.order
        return lay_out(
            sheet.pieces, sheet.text, running, lambda a, b: spans.get((a, b), ((a, b),)), self._leading(index)
        )

    def _leading(self, index: int) -> Sequence[OutlineEntry] | None:
        """The outline's entries that lead to a page; None where there is no outline to go by."""
        if self._entries is None:
            outline = self.outline(_MAX_HEADING_ENTRIES + 1)
            self._entries = {}
            if _FEWEST_HEADING_ENTRIES <= len(outline) <= _MAX_HEADING_ENTRIES:
                for entry in outline:
                    self._entries.setdefault(entry.page_index, []).append(entry)
        return self._entries.get(index, ()) if self._entries else None

    def _edges(self, index: int) -> PageEdges:
        """Head and foot of a page around the one that is read; nothing where there is none, or it is damaged."""
        if not 0 <= index < self.page_count:
            return PageEdges()
        try:
            return self._sheet(index).edges
        except BrokenFile:
            return PageEdges()


def _explain(error: pdfium.PdfiumError) -> NeedsPassword | UnsupportedFile | BrokenFile:
    code = getattr(error, "err_code", None)
    if code == pdfium_c.FPDF_ERR_PASSWORD:
        return NeedsPassword("This file is protected by a password.")
    if code == pdfium_c.FPDF_ERR_SECURITY:
        return UnsupportedFile(
            "This file is encrypted for certain people's certificates. Ask its sender for a copy without encryption."
        )
    return BrokenFile("The file is damaged, or it is not a PDF.")


def _text_by_character(text_page: pdfium.PdfTextPage) -> str:
    """All text of the page, one Python character for each PDFium character."""
    count = text_page.count_chars()
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    pdfium_c.FPDFText_GetText(text_page, 0, count, buffer)
    text = bytes(buffer).decode("utf-16-le", "surrogatepass")[:-1]
    if len(text) != count or "\0" in text or _SURROGATE.search(text):
        text = _text_one_by_one(text_page, count)
    return text.replace(_SOFT_HYPHEN_MARK, "\u00ad")


def _text_one_by_one(text_page: pdfium.PdfTextPage, count: int) -> str:
    """The slow, exact way for pages where PDFium's string drops or splits characters.

    A character outside the basic plane may be two of PDFium's; the second becomes a zero-width space, so that the
    indices stay in step. What is no character at all becomes one too.
    """
    codes = [pdfium_c.FPDFText_GetUnicode(text_page, i) for i in range(count)]
    characters: list[str] = []
    for i, code in enumerate(codes):
        if 0xD800 <= code < 0xDC00 and i + 1 < count and 0xDC00 <= codes[i + 1] < 0xE000:
            characters.append(chr(0x10000 + ((code - 0xD800) << 10) + (codes[i + 1] - 0xDC00)))
        elif code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            characters.append("\u200b")
        else:
            characters.append(chr(code))
    return "".join(characters)


def _logical_order(text_page: pdfium.PdfTextPage, text: str, pieces: Pieces) -> dict[tuple[int, int], Spans]:
    """Right-to-left pieces that PDFium has not put into logical order, by their span."""
    if not has_rtl(text):
        return {}
    order: dict[tuple[int, int], Spans] = {}
    for piece in (*pieces.upright, *pieces.strays):
        if has_rtl(text[piece.start : piece.end]):
            boxes = character_boxes(text_page, range(piece.start, piece.end))
            spans = logical_spans(text, piece.start, piece.end, boxes)
            if len(spans) > 1:
                order[piece.start, piece.end] = spans
    return order


class _Boldness:
    """Tells whether a character of a page is bold, by its font's name and flags; each font is judged once."""

    def __init__(self, text_page: pdfium.PdfTextPage) -> None:
        self._page = text_page.raw
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._known: dict[tuple[bytes, int], bool] = {}

    def __call__(self, index: int) -> bool:
        pdfium_c.FPDFText_GetFontInfo(self._page, index, self._name, 128, self._flags)
        font = (self._name.value, self._flags.value)
        if font not in self._known:
            self._known[font] = bool(font[1] & _FORCED_BOLD) or _BOLD.search(font[0]) is not None
        return self._known[font]
