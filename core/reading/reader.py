"""The one door to a file of any kind: chooses who reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from core.errors import UnsupportedFile
from core.reading.document_reader import DocumentReader
from core.reading.file_bytes import read_head
from core.reading.kinds import kind_of, why_unreadable
from core.reading.ocr import OcrEngine
from core.types import DocumentKind, Page, Survey

_PDF_MARK = b"%PDF-"


class Reader(Protocol):
    """An open document, read page by page.

    Attributes:
        page_count: at least one.
    """

    page_count: int

    def survey(self, *, sample: bool = True) -> Survey:
        """Title, page count, outline and kind; without `sample`, no page is looked at."""

    def read_page(self, index: int, *, alone: bool = False) -> Page:
        """One page; where it cannot be read, one that is `failed` with the reason.

        Args:
            index: of the page.
            alone: look at no other page for it.
        """

    def close(self) -> None:
        """Release the file."""


def open_document(
    path: Path,
    password: str | None = None,
    ocr: OcrEngine | None = None,
    forced_ocr: frozenset[int] = frozenset(),
) -> Reader:
    """Open a file with the reader of its kind.

    Args:
        path: the file.
        password: for one that is encrypted.
        ocr: recognises pages without text; None leaves them empty.
        forced_ocr: indices of pages that are recognised whatever text they have.

    Raises:
        NeedsPassword, UnsupportedFile, BrokenFile: with the sentence that the person sees.
    """
    # The other kinds' libraries are imported with the first such file: the window's process never needs them, and what
    # it imports it waits for at its start.
    match _kind(path):
        case DocumentKind.PDF:
            return DocumentReader(path, password, ocr, forced_ocr)
        case DocumentKind.IMAGE:
            from core.reading.image_reader import ImageReader

            return ImageReader(path, ocr)
        case DocumentKind.TEXT:
            from core.reading.text.text_reader import TextReader

            return TextReader(path)
        case None:
            raise UnsupportedFile(why_unreadable(path) or "")


def _kind(path: Path) -> DocumentKind | None:
    """What a file is: by its name, but a PDF is one under every name that is read."""
    kind = kind_of(path)
    if kind not in (None, DocumentKind.PDF) and read_head(path).startswith(_PDF_MARK):
        return DocumentKind.PDF
    return kind
