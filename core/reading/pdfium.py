"""Pages through PDFium: text by PDFium's own character index, labels, outline, metadata, headings.

One character of `Page.text` is one character of PDFium's text page, so that the viewer, which is PDFium too, highlights
exactly the span that was found (`FPDFText_*` indices, see PDFium's fpdf_text.h).
"""

from __future__ import annotations

import ctypes
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from core.errors import BrokenFile, NeedsPassword, UnsupportedFile
from core.reading.headings import Line, find_headings
from core.reading.ocr import Picture, scale_for
from core.types import OutlineEntry, Page, PageSource

_SOFT_HYPHEN_MARK = "\ufffe"
_MAX_OUTLINE_ENTRIES = 5000
_MAX_PICTURES = 1000

Box = tuple[float, float, float, float]


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

    def outline(self) -> tuple[OutlineEntry, ...]:
        """The bookmarks in reading order; entries without a page of this file are left out."""
        entries: list[OutlineEntry] = []
        for bookmark in self._pdf.get_toc(max_depth=8):
            destination = bookmark.get_dest()
            page_index = destination.get_index() if destination else None
            title = " ".join((bookmark.get_title() or "").split())
            if title and page_index is not None and 0 <= page_index < self.page_count:
                entries.append(OutlineEntry(title, page_index, bookmark.level + 1))
            if len(entries) >= _MAX_OUTLINE_ENTRIES:
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

    def read_page(self, index: int) -> Page:
        """Text and headings of one page.

        Raises:
            BrokenFile: PDFium cannot load this page.
        """
        try:
            page = self._pdf[index]
            text_page = page.get_textpage()
        except pdfium.PdfiumError as error:
            raise BrokenFile(f"Page {index + 1} is damaged.") from error
        try:
            text = _text_by_character(text_page)
            headings = find_headings(text, _lines(text_page, text))
        finally:
            text_page.close()
            page.close()
        source = PageSource.TEXT if text.strip() else PageSource.EMPTY
        reason = None if source is PageSource.TEXT else "No text on this page: it may be a picture or blank."
        return Page(index, self.label(index), text, source, reason, headings)


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
    if len(text) != count or "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
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


def _lines(text_page: pdfium.PdfTextPage, text: str) -> list[Line]:
    """The page's lines with the height and weight of their first visible character."""
    lines: list[Line] = []
    start = 0
    for raw in text.splitlines(keepends=True):
        content = raw.strip()
        if content:
            first = start + raw.index(content[0])
            lines.append(Line(start, start + len(raw.rstrip()), _height(text_page, first), _is_bold(text_page, first)))
        start += len(raw)
    return lines


def _height(text_page: pdfium.PdfTextPage, index: int) -> float:
    box = pdfium_c.FS_RECTF()
    if not pdfium_c.FPDFText_GetLooseCharBox(text_page, index, box):
        return 0.0
    return abs(float(box.top) - float(box.bottom))


def _is_bold(text_page: pdfium.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium_c.FPDFText_GetFontInfo(text_page, index, name, 128, flags)
    face = name.value.decode("utf-8", "ignore").lower()
    return any(word in face for word in ("bold", "black", "heavy", "demi"))
