"""The one door to a file: PDFium, then pypdf, then a sentence that says what is wrong."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from core.errors import BrokenFile, DocumentError, NeedsPassword, UnsupportedFile
from core.reading.file_bytes import read_head
from core.reading.forms import with_entries
from core.reading.layout import lay_out_recognised
from core.reading.ocr import OcrEngine
from core.reading.ocr_gate import covered_share, decide, settle
from core.reading.pdfium import PdfiumReader
from core.reading.pypdf_fallback import PypdfReader
from core.reading.titles import is_telling_name, is_title, tidy_title, title_from_file_name, title_of_headings
from core.types import Page, PageSource, Survey

# Pages that are looked at to tell how much of a file is scanned, and for how long at most.
_SAMPLE = 24
# A cover may be a picture; the title is looked for on the page behind it.
_TITLE_PAGES = 2
_SAMPLE_SECONDS = 1.0


class DocumentReader:
    """An open document, read page by page.

    Args:
        path: of the file.
        password: to open it with.
        ocr: what reads pages that are pictures; without it they stay empty.
        forced_ocr: indices of pages that the person wants recognised, whatever text they have.

    Raises:
        NeedsPassword, UnsupportedFile, BrokenFile: with the sentence that the person sees.
    """

    def __init__(
        self,
        path: Path,
        password: str | None = None,
        ocr: OcrEngine | None = None,
        forced_ocr: frozenset[int] = frozenset(),
    ) -> None:
        self._path = path
        self._ocr = ocr
        self._forced_ocr = forced_ocr
        self._password = password
        self._fallback: PypdfReader | None = None
        self._pdfium: PdfiumReader | None = None
        _require_pdf(path)
        try:
            self._pdfium = PdfiumReader(path, password)
            self.page_count = self._pdfium.page_count
        except (BrokenFile, UnsupportedFile, NeedsPassword) as error:
            self._fallback = self._open_fallback(error)
            self.page_count = self._fallback.page_count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        if self._pdfium:
            self._pdfium.close()

    def survey(self, *, sample: bool = True) -> Survey:
        """Title, page count, outline, attachments, and how much of it is scanned.

        Args:
            sample: look at some pages for the last; without, nothing is known of it, and no page can do any harm.
        """
        title = self._title()
        if self._pdfium is None:
            return Survey(title, self.page_count)
        share = scan_share(self._pdfium.has_text, self.page_count) if sample else 0.0
        attachments = self._pdfium.attachments()
        return Survey(
            title,
            self.page_count,
            self._pdfium.outline(),
            scan_share=share,
            attachments=attachments,
            created_at=self._pdfium.metadata_date(),
        )

    def read_page(self, index: int, *, alone: bool = False) -> Page:
        """One page, by whichever reader manages it; a page that none can read is `failed` with the reason.

        Args:
            index: of the page.
            alone: do not look at the pages around it, which tell what is a running head: one of them may be damaged.
        """
        try:
            if self._pdfium:
                page = self._recognised(self._pdfium, self._pdfium.read_page(index, alone=alone))
                if page.source is PageSource.OCR:
                    page = lay_out_recognised(page)
                # Text has its comments already; a scan gets them here, so that they do not pass for its text.
                return page if page.source is PageSource.TEXT else with_entries(page, self._pdfium.comments(index))
        except BrokenFile:
            pass  # pypdf is asked next; if it fails too, the page says so below
        try:
            if self._fallback is None:
                self._fallback = PypdfReader(self._path, self._password)
            if self._fallback.page_count != self.page_count:
                # pypdf leaves out pages that it does not understand: its page of this number is another one.
                raise BrokenFile(f"Page {index + 1} is damaged.")
            return self._fallback.read_page(index)
        except DocumentError as error:
            label = self._pdfium.label(index) if self._pdfium else str(index + 1)
            return Page(index, label, "", PageSource.FAILED, str(error))

    def _recognised(self, pdfium: PdfiumReader, page: Page) -> Page:
        """The page as it is, or as OCR reads its picture, where the gate lets it through and it finds more."""
        if self._ocr is None:
            return page
        decision = decide(
            page.text, lambda: covered_share(*pdfium.pictures(page.index)), page.index in self._forced_ocr
        )
        if not decision.wants_ocr:
            return page
        picture, scale = pdfium.draw(page.index)
        return settle(decision, page, self._ocr.read(picture, scale, page.index, page.label))

    def _open_fallback(self, error: DocumentError) -> PypdfReader:
        """Pypdf's opinion; where it fails too, the more telling of the two errors is raised."""
        try:
            return PypdfReader(self._path, self._password)
        except (NeedsPassword, UnsupportedFile):
            raise
        except BrokenFile as second:
            raise error from second

    def _title(self) -> str:
        """The first real title among metadata, a telling file name, and the largest heading of the first pages.

        The file name comes before the heading: first pages open with "FORM 10-Q" or a company's name far more often
        than people name a file badly.
        """
        from_metadata = self._pdfium.metadata_title() if self._pdfium else ""
        if not is_title(from_metadata):
            from_metadata = self._xmp_title()
        if is_title(from_metadata):
            return tidy_title(from_metadata)
        from_file = title_from_file_name(self._path)
        if is_telling_name(from_file):
            return tidy_title(from_file)
        for index in range(min(self.page_count, _TITLE_PAGES)):
            page = self.read_page(index, alone=True)
            if found := title_of_headings(page.headings):
                return tidy_title(found)
            if page.text.strip():
                break
        return tidy_title(from_file)

    def _xmp_title(self) -> str:
        try:
            self._fallback = self._fallback or PypdfReader(self._path, self._password)
        except DocumentError:
            return ""
        return self._fallback.metadata_title()


def scan_share(has_text: Callable[[int], bool], page_count: int) -> float:
    """The share of pages without text, from a sample spread over the file; as far as a second's look tells.

    Args:
        has_text: whether a page has text; raises BrokenFile where that cannot be told.
        page_count: of the file.
    """
    size = min(page_count, _SAMPLE)
    deadline = time.monotonic() + _SAMPLE_SECONDS
    seen = scans = 0
    for number in range(size):
        if time.monotonic() > deadline:
            break
        with contextlib.suppress(BrokenFile):
            scans += not has_text(number * page_count // size)
            seen += 1
    return scans / seen if seen else 0.0


def _require_pdf(path: Path) -> None:
    head = read_head(path)
    if b"%PDF" not in head and head[:1] in (b"<", b"{", b"P", b"\x89", b"\xff", b"G"):
        raise UnsupportedFile("This is not a PDF, although its name says so.")
