"""What there is to show of a document other than a PDF: its stored text, or its picture as a PDF."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.errors import DocumentError
from core.index.library import Library
from core.reading.text.parts import part_label, with_headings
from core.types import Document, DocumentKind, Page, PageSource

logger = logging.getLogger(__name__)

# Going back and forth between a few documents reads each once; a book is a megabyte, a picture a few.
_REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class Content:
    """The fields of a `Place` that its document decides."""

    kind: DocumentKind = DocumentKind.PDF
    parts: tuple[Page, ...] = ()
    data: bytes | None = None


class ContentSource:
    """Gives documents' contents, and remembers the last few.

    Args:
        library: where the text is.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._read)

    def content(self, document: Document) -> Content:
        """What the viewer needs; reads the library and picture files, so not for the window's thread."""
        if document.kind is DocumentKind.PDF:
            return Content()
        # The page count and what is done of it belong to the key: a document that is being added has less to show.
        return self._remembered(
            document.id, document.kind, document.path, document.page_count, document.health.pages_done
        )

    def _read(self, document: str, kind: DocumentKind, path: str, page_count: int, _pages_done: int) -> Content:
        if kind is DocumentKind.TEXT:
            texts = (self._library.page_text(document, index) for index in range(page_count))
            parts = (Page(i, part_label(i), text, PageSource.TEXT) for i, text in enumerate(texts))
            return Content(kind, with_headings(parts, self._library.outline(document)))
        from core.reading.image_pdf import image_as_pdf  # Pillow and pypdf: not before a picture is opened

        try:
            return Content(kind, data=image_as_pdf(Path(path)))
        except DocumentError as error:  # the viewer says so in its place
            logger.info("a picture cannot be shown: %s", error)
            return Content(kind)
