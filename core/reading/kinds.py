"""Which files Paperlamp reads, by the end of their name, and what it says of those that it does not."""

from __future__ import annotations

from pathlib import Path

from core.types import DocumentKind

PDF_SUFFIXES = frozenset({".pdf"})
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"})
HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
PLAIN_SUFFIXES = frozenset({".txt", ".text"})
DOCX_SUFFIXES = frozenset({".docx"})
EPUB_SUFFIXES = frozenset({".epub"})
TEXT_SUFFIXES = HTML_SUFFIXES | MARKDOWN_SUFFIXES | PLAIN_SUFFIXES | DOCX_SUFFIXES | EPUB_SUFFIXES
READABLE_SUFFIXES = PDF_SUFFIXES | IMAGE_SUFFIXES | TEXT_SUFFIXES

OTHER_KIND = "Not a kind of file that Paperlamp reads."
# Documents that people expect to be read, and what to do with them.
_CONVERTIBLE = {
    ".doc": "An older Word document (.doc) cannot be read. Save it as DOCX or PDF.",
    ".docm": "A Word document with macros (.docm) cannot be read. Save it as DOCX or PDF.",
    ".odt": "An OpenDocument text (.odt) cannot be read. Save it as DOCX or PDF.",
    ".rtf": "A rich text file (.rtf) cannot be read. Save it as DOCX or PDF.",
    ".pages": "A Pages document (.pages) cannot be read. Export it as DOCX or PDF.",
    ".mobi": "A Kindle book (.mobi) cannot be read. Convert it to EPUB or PDF.",
    ".azw3": "A Kindle book (.azw3) cannot be read. Convert it to EPUB or PDF.",
    ".ppt": "A presentation (.ppt) cannot be read. Save it as PDF.",
    ".pptx": "A presentation (.pptx) cannot be read. Save it as PDF.",
    ".xls": "A spreadsheet (.xls) cannot be read. Save it as PDF.",
    ".xlsx": "A spreadsheet (.xlsx) cannot be read. Save it as PDF.",
    ".heic": "A picture in HEIC format cannot be read. Save it as JPEG or PNG.",
}
OTHER_KIND_REASONS = frozenset({OTHER_KIND, *_CONVERTIBLE.values()})


def kind_of(path: Path) -> DocumentKind | None:
    """What a file is by the end of its name; None for what is not read."""
    suffix = path.suffix.lower()
    if suffix in PDF_SUFFIXES:
        return DocumentKind.PDF
    if suffix in IMAGE_SUFFIXES:
        return DocumentKind.IMAGE
    return DocumentKind.TEXT if suffix in TEXT_SUFFIXES else None


def why_unreadable(path: Path) -> str | None:
    """The sentence for a file whose kind is not read, one of `OTHER_KIND_REASONS`; None for one that is."""
    return None if kind_of(path) else _CONVERTIBLE.get(path.suffix.lower(), OTHER_KIND)
