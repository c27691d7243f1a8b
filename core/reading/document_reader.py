"""The one door to a file: PDFium, then pypdf, then a sentence that says what is wrong."""

from __future__ import annotations

import contextlib
import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from core.errors import BrokenFile, DocumentError, NeedsPassword, UnsupportedFile
from core.reading.forms import with_entries
from core.reading.layout import lay_out_recognised
from core.reading.ocr import OcrEngine
from core.reading.pdfium import PdfiumReader
from core.reading.pypdf_fallback import PypdfReader
from core.types import Page, PageSource, Survey

# Titles that programs write by themselves and that name nothing.
_NO_TITLE = re.compile(
    r"^(untitled|(annual|quarterly|interim) report$|form 10.*|(table of )?contents$|united states$"
    r"|microsoft (word|powerpoint|excel)|document\d*$|slide ?\d*$|title$|.*[\\/].*"
    r"|.*\.(pdf|docx?|pptx?|xlsx?|indd|tex|dvi|qxd|ps|eps)$)",
    re.IGNORECASE,
)
# File names that scanners, cameras, downloads and content systems give.
_NO_NAME = re.compile(
    r"^(scan|img|image|dsc|doc|document|file|untitled|download|print|fax|page|unknown)[ \d()]*$", re.IGNORECASE
)
_HEX = re.compile(r"^[0-9a-f]{8,}$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
_TITLE_LIMIT = 160
_STRANGE_SHARE = 0.3
# Pages that are looked at to tell how much of a file is scanned, and for how long at most.
_SAMPLE = 24
_SAMPLE_SECONDS = 1.0


class DocumentReader:
    """An open document, read page by page.

    Raises:
        NeedsPassword, UnsupportedFile, BrokenFile: with the sentence that the person sees.
    """

    def __init__(self, path: Path, password: str | None = None, ocr: OcrEngine | None = None) -> None:
        self._path = path
        self._ocr = ocr
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
        return Survey(title, self.page_count, self._pdfium.outline(), scan_share=share, attachments=attachments)

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
        """The page as it is, or as OCR reads its picture where it has no text, or none that is one."""
        if self._ocr is None or not needs_ocr(page.text):
            return page
        picture, scale = pdfium.draw(page.index)
        return self._ocr.read(picture, scale, page.index, page.label)

    def _open_fallback(self, error: DocumentError) -> PypdfReader:
        """Pypdf's opinion; where it fails too, the more telling of the two errors is raised."""
        try:
            return PypdfReader(self._path, self._password)
        except (NeedsPassword, UnsupportedFile):
            raise
        except BrokenFile as second:
            raise error from second

    def _title(self) -> str:
        """The first real title among metadata, a telling file name, and the largest heading of the first page.

        The file name comes before the heading: first pages open with "FORM 10-Q" or a company's name far more often
        than people name a file badly.
        """
        from_metadata = self._pdfium.metadata_title() if self._pdfium else ""
        if not _is_title(from_metadata):
            from_metadata = self._xmp_title()
        if _is_title(from_metadata):
            return _tidy_title(from_metadata)
        from_file = title_from_file_name(self._path)
        if _WORD.search(from_file) and not _NO_NAME.match(from_file) and not _HEX.match(from_file):
            return _tidy_title(from_file)
        first = self.read_page(0)
        largest = min(first.headings, key=lambda heading: heading.level, default=None)
        if largest and largest.level <= 2 and _is_title(largest.text):
            return _tidy_title(largest.text)
        return _tidy_title(from_file)

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


def needs_ocr(text: str) -> bool:
    """True for a page without text, or with a text layer of characters that mean nothing (fonts without a mapping)."""
    visible = [character for character in text if not character.isspace()]
    if not visible:
        return True
    strange = sum(
        unicodedata.category(character) in ("Co", "Cn", "Cc") or character == "\ufffd" for character in visible
    )
    return strange > _STRANGE_SHARE * len(visible)


def title_from_file_name(path: Path) -> str:
    """`Standard_benefits-details.pdf` → `Standard benefits details`."""
    title = " ".join(re.sub(r"[_\-]+", " ", path.stem).split()) or path.name
    return title[:1].upper() + title[1:] if title.islower() else title


def _is_title(text: str) -> bool:
    text = text.strip()
    return len(text) >= 4 and not _NO_TITLE.match(text) and sum(c.isalpha() for c in text) >= 0.5 * len(text)


def _tidy_title(text: str) -> str:
    return " ".join(text.split())[:_TITLE_LIMIT]


def _require_pdf(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError as error:
        raise BrokenFile("The file is no longer there. It may have been moved or deleted.") from error
    except OSError as error:
        raise BrokenFile(f"The file cannot be opened: {error.strerror or 'the system refused'}.") from error
    if not head:
        raise BrokenFile("The file is empty (0 bytes). Copy it again from where it came from.")
    if b"%PDF" not in head and head[:1] in (b"<", b"{", b"P", b"\x89", b"\xff", b"G"):
        raise UnsupportedFile("This is not a PDF, although its name says so.")
