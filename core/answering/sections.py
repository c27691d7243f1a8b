"""A document cut into sections to be read one after the other: by its headings, and by pages where it has none.

Headings of real files are many and of uneven worth: an annual report of 230 pages has 300 of the first level. So the
text is cut at every heading and every page, and then neighbours are joined, the smallest and those most alike in their
headings first, until as many sections are left as a reader would want.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, takewhile

from core.index.library import Library
from core.types import Passage, Scope

HeadingPath = tuple[str, ...]
_NAMES = 2
_LEAST_SHARE = 0.15  # of a section's text that is under a heading, for the section to be named by it

# Sections by the square root of pages: 3 of a memo, 5 of 11 pages, 15 of 100, 21 of 200.
_SECTIONS_BY_ROOT = 1.5
_FEWEST, _MOST = 3, 24
# How much larger two neighbours seem for what parts them: a page, a lower heading, one of the first level.
_PAGE_BORDER, _LOWER_BORDER, _TOP_BORDER = 0.5, 1.0, 2.0


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document.

    Attributes:
        names: the heading above all of it; where it joins several, those of its largest parts; empty without any.
        passages: its chunks in reading order; never empty.
    """

    names: tuple[str, ...]
    passages: tuple[Passage, ...]

    @property
    def title(self) -> str:
        """Its names in one line; may be empty."""
        return " · ".join(self.names)

    @property
    def first_page(self) -> str:
        """Label of the page on which it begins."""
        return self.passages[0].page_label

    @property
    def last_page(self) -> str:
        """Label of the page on which it ends."""
        return self.passages[-1].page_label

    @property
    def size(self) -> int:
        """Characters."""
        return _size(self.passages)


def read_sections(library: Library, document: str) -> list[Section]:
    """The sections of a document in reading order; empty where nothing of it has been read."""
    read = read_document(library, document)
    pages = library.document(document).page_count
    return cut(read, max(_FEWEST, min(_MOST, round(_SECTIONS_BY_ROOT * math.sqrt(pages)))))


def read_document(library: Library, document: str) -> list[tuple[HeadingPath, Passage]]:
    """All chunks of a document as passages in reading order, each with the headings above it."""
    rows = library.rows_in_scope(Scope(documents=(document,)))
    chunks = [int(chunk) for chunk in library.chunk_ids(rows or [])]
    passages = library.passages([(chunk, 0.0) for chunk in chunks])
    passages.sort(key=lambda passage: (passage.page_index, passage.chunk))
    pages = library.chunks_on_pages(dict.fromkeys((document, passage.page_index) for passage in passages))
    headings = {chunk.chunk: chunk.heading_path for page in pages.values() for chunk in page.chunks}
    return [(headings.get(passage.chunk, ()), passage) for passage in passages]


def cut(read: Sequence[tuple[HeadingPath, Passage]], wanted: int) -> list[Section]:
    """Cut chunks with their headings into at most `wanted` sections."""
    pieces = [
        _Piece([_Part(heading, tuple(passage for _, passage in chunks))])
        for (heading, _), chunks in groupby(read, key=lambda item: (item[0], item[1].page_index))
    ]
    while len(pieces) > max(1, wanted):
        first = min(range(len(pieces) - 1), key=lambda i: _cost(pieces[i], pieces[i + 1]))
        pieces[first : first + 2] = [_Piece(pieces[first].parts + pieces[first + 1].parts)]
    pieces = _without_page_borders(pieces)
    shared = Counter(piece.common for piece in pieces)
    return [piece.section(is_only_one=shared[piece.common] == 1) for piece in pieces]


@dataclass(frozen=True, slots=True)
class _Part:
    """Chunks of one page under one heading."""

    heading: HeadingPath
    passages: tuple[Passage, ...]


class _Piece:
    """Neighbouring parts that were joined so far."""

    def __init__(self, parts: list[_Part]) -> None:
        self.parts = parts
        self.size = sum(_size(part.passages) for part in parts)

    @property
    def common(self) -> HeadingPath:
        """The headings above all of it."""
        levels = zip(*(part.heading for part in self.parts), strict=False)
        return tuple(level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels))

    def section(self, *, is_only_one: bool) -> Section:
        """All of it as one section; named by what is above it where it is the only one there."""
        common = self.common
        names = (common[-1:] if is_only_one else ()) or self._largest(len(common)) or common[-1:]
        return Section(names, tuple(chain.from_iterable(part.passages for part in self.parts)))

    def _largest(self, level: int) -> tuple[str, ...]:
        """The headings of a level that have most of it, in the order in which they come."""
        sizes: Counter[str] = Counter()
        for part in self.parts:
            for name in part.heading[level : level + 1]:
                sizes[name] += _size(part.passages)
        largest = [name for name, size in sizes.most_common(_NAMES) if size >= _LEAST_SHARE * self.size]
        return tuple(name for name in sizes if name in largest)


def _without_page_borders(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Pages under one and the same heading are one section even where there is room for more."""
    joined: list[_Piece] = []
    for piece in pieces:
        before, after = (joined[-1].parts[-1].heading if joined else None), piece.parts[0].heading
        if before == after and after:
            joined[-1] = _Piece(joined[-1].parts + piece.parts)
        else:
            joined.append(piece)
    return joined


def _cost(first: _Piece, second: _Piece) -> float:
    before, after = first.parts[-1].heading, second.parts[0].heading
    border = _PAGE_BORDER if before == after else _LOWER_BORDER if before[:1] == after[:1] else _TOP_BORDER
    return border * (first.size + second.size)


def _size(passages: Iterable[Passage]) -> int:
    return sum(len(passage.text) for passage in passages)
