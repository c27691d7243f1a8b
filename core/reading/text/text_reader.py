"""A document without pages as a reader: its parts stand for pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from core.errors import UnsupportedFile
from core.reading.file_bytes import read_head
from core.reading.kinds import DOCX_SUFFIXES, EPUB_SUFFIXES, HTML_SUFFIXES, MARKDOWN_SUFFIXES, PLAIN_SUFFIXES
from core.reading.text.blocks import TextContent
from core.reading.text.docx import read_docx
from core.reading.text.epub import read_epub
from core.reading.text.parts import cut_into_parts, outline_of
from core.reading.text.plain import read_html, read_markdown, read_plain
from core.reading.titles import is_telling_name, is_title, tidy_title, title_from_file_name
from core.types import DocumentKind, Page, Survey

_READERS: tuple[tuple[frozenset[str], Callable[[Path], TextContent]], ...] = (
    (DOCX_SUFFIXES, read_docx),
    (EPUB_SUFFIXES, read_epub),
    (HTML_SUFFIXES, read_html),
    (MARKDOWN_SUFFIXES, read_markdown),
    (PLAIN_SUFFIXES, read_plain),
)


class TextReader:
    """An open document without pages.

    Attributes:
        page_count: how many parts it has, at least one.

    Raises:
        BrokenFile, UnsupportedFile: with the sentence that the person sees.
    """

    def __init__(self, path: Path) -> None:
        read_head(path)
        self._path = path
        status = path.stat()
        self._title, self._parts = _read(path, status.st_size, status.st_mtime_ns)
        self.page_count = len(self._parts)

    def close(self) -> None:
        """Nothing is held open."""

    def survey(self, *, sample: bool = True) -> Survey:
        """Title, number of parts and headings."""
        return Survey(self._best_title(), self.page_count, outline_of(self._parts), DocumentKind.TEXT)

    def read_page(self, index: int, *, alone: bool = False) -> Page:
        """One part."""
        return self._parts[index]

    def _best_title(self) -> str:
        """What the document calls itself, else its first heading, else a telling file name.

        The heading comes before the name, other than with PDFs: here a heading is one, and not merely large print.
        """
        if is_title(self._title):
            return tidy_title(self._title)
        first = next((heading for part in self._parts[:2] for heading in part.headings), None)
        if first and first.level <= 2 and is_title(first.text):
            return tidy_title(first.text)
        from_file = title_from_file_name(self._path)
        if first and not is_telling_name(from_file):
            return tidy_title(first.text)
        return tidy_title(from_file)


# A worker gets a document in batches of parts and opens it anew for each: it must not parse all of it every time.
@lru_cache(maxsize=1)
def _read(path: Path, _size: int, _modified: int) -> tuple[str, tuple[Page, ...]]:
    """Title and parts of a file as it is now."""
    for suffixes, read in _READERS:
        if path.suffix.lower() in suffixes:
            content = read(path)
            return content.title, cut_into_parts(content.sections)
    raise UnsupportedFile("This is not a kind of file that Paperlamp reads.")
