"""pypdf where PDFium fails, and for what it knows better: why an encrypted file does not open, a title from XMP."""

from __future__ import annotations

import logging
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from core.errors import BrokenFile, NeedsPassword, UnsupportedFile
from core.types import Page, PageSource

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its repairs are expected; the outcome is what we report

# pypdf raises plain built-in errors on malformed objects as well; a reader of hostile files expects all of them.
_PYPDF_FAULTS = (
    PyPdfError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    NotImplementedError,
    AssertionError,
    OverflowError,
    MemoryError,
    OSError,
)


class PypdfReader:
    """One open PDF through pypdf; slower than PDFium, and more patient with damage. No headings, no offsets to show.

    Raises:
        NeedsPassword: encrypted, and `password` does not open it.
        UnsupportedFile: encrypted for a certificate.
        BrokenFile: not even pypdf finds a page.
    """

    def __init__(self, path: Path, password: str | None = None) -> None:
        try:
            self._reader = PdfReader(path, strict=False)
            if self._reader.is_encrypted:
                self._unlock(password)
            self.page_count = len(self._reader.pages)
        except (NeedsPassword, UnsupportedFile):
            raise
        except _PYPDF_FAULTS as error:
            raise BrokenFile("The file is damaged, or it is not a PDF.") from error
        if self.page_count == 0:
            raise BrokenFile("The file has no pages.")

    def _unlock(self, password: str | None) -> None:
        encryption = self._reader.trailer["/Encrypt"].get_object()
        handler = encryption.get("/Filter") if isinstance(encryption, dict) else None
        if handler not in ("/Standard", None):
            raise UnsupportedFile(
                "This file is encrypted for certain people's certificates. "
                "Ask its sender for a copy without encryption."
            )
        if not self._reader.decrypt(password or ""):
            raise NeedsPassword("This file is protected by a password.")

    def metadata_title(self) -> str:
        """The title from XMP, which newer producers keep better, else from the information dictionary."""
        try:
            xmp = self._reader.xmp_metadata
            titles = xmp.dc_title if xmp else None
            if titles:
                return str(titles.get("x-default") or next(iter(titles.values())))
            info = self._reader.metadata
            return str(info.title or "") if info else ""
        except _PYPDF_FAULTS:
            return ""

    def labels(self) -> list[str]:
        """The printed label of every page."""
        try:
            return list(self._reader.page_labels)
        except _PYPDF_FAULTS:
            return [str(i + 1) for i in range(self.page_count)]

    def read_page(self, index: int) -> Page:
        """Text of one page.

        Raises:
            BrokenFile: the page cannot be read.
        """
        try:
            text = self._reader.pages[index].extract_text() or ""
        except _PYPDF_FAULTS as error:
            raise BrokenFile(f"Page {index + 1} is damaged.") from error
        text = text.encode("utf-8", "replace").decode("utf-8")
        source = PageSource.TEXT if text.strip() else PageSource.EMPTY
        reason = None if source is PageSource.TEXT else "No text on this page: it may be a picture or blank."
        labels = self.labels()
        return Page(index, labels[index] if index < len(labels) else str(index + 1), text, source, reason)
