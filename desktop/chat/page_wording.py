"""Pages in words: the number printed on a page beside its place in the file."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.reading.text.parts import is_part_label

translate = QCoreApplication.translate


def printed_page(label: str) -> str:
    """`p. iv`; a part of a document without pages is named as it is."""
    return label if not label or is_part_label(label) else translate("page", "p. {page}").format(page=label)


def printed_and_physical_page(label: str, page_index: int, page_count: int = 0) -> str:
    """`p. iv (page 6 of 188)`; `page 6 of 188` where the printed number is the same or there is none.

    Args:
        label: what is printed on the page, or the name of a part.
        page_index: counted from 0.
        page_count: of the document; 0 where that is not known.
    """
    if is_part_label(label):
        return label
    if page_count > page_index:
        physical = translate("page", "page {number} of {count}").format(number=page_index + 1, count=page_count)
    else:
        physical = translate("page", "page {number}").format(number=page_index + 1)
    if label in ("", str(page_index + 1)):
        return physical
    return translate("page", "{printed} ({physical})").format(printed=printed_page(label), physical=physical)
