"""From a citation to the place in a document that the viewer shows: all its spans, whatever pages they stand on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.types import Passage, WordBox
from core.types import Place as Span
from desktop.viewer.history import Marks, Place


def cited_place(
    passage: Passage,
    path: str,
    spans: Sequence[Span],
    word_boxes: Callable[[int], tuple[WordBox, ...]],
    *,
    numbered: bool = False,
) -> Place:
    """The place of a passage's words; the page of the first span is the one that is opened.

    Args:
        passage: whose words they are.
        path: where the file is now.
        spans: what to highlight; empty shows the page alone.
        word_boxes: gives the places of the words of a recognised page; reads the library.
        numbered: several spans are to be told apart by numbers.
    """
    by_page: dict[int, list[tuple[int, int]]] = {}
    for span in spans or (Span(passage.page_index, 0, 0),):
        if (span.char_start, span.char_end) not in by_page.setdefault(span.page_index, []):
            by_page[span.page_index].append((span.char_start, span.char_end))
    pages = [Marks(page, tuple(found) if spans else (), word_boxes(page)) for page, found in by_page.items()]
    first, *others = pages
    return Place(
        passage.document,
        path,
        passage.title,
        first.page_index,
        passage.page_label if first.page_index == passage.page_index else "",
        first.spans,
        first.words,
        others=tuple(others),
        numbered=numbered,
    )
