"""A document's outline: its own bookmarks, else the headings that were found in its text, as a tree of places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from core.answering.sections import HeadingPath, read_document
from core.index.library import Library
from core.types import OutlineEntry, Passage


class OutlineSource(StrEnum):
    """Where an outline is from."""

    BOOKMARKS = "bookmarks"
    HEADINGS = "headings"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class OutlineNode:
    """A heading and what stands below it.

    Attributes:
        page_index, page_label: where it begins.
    """

    title: str
    page_index: int
    page_label: str
    children: tuple[OutlineNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a document; without headings of any kind it has no nodes."""

    document: str
    title: str
    path: str
    source: OutlineSource
    nodes: tuple[OutlineNode, ...]


def outline_of(library: Library, document: str) -> Outline:
    """The outline of a document.

    A file's own bookmarks count where they are more than a single one: that is mostly the file's name.

    Raises:
        UnknownDocument: it is not in the library.
    """
    known = library.document(document)
    own = library.outline(document)
    if len(own) > 1:
        nodes = _tree(_from_bookmarks(own, _page_labels(library, document)))
        return Outline(document, known.title, known.path, OutlineSource.BOOKMARKS, nodes)
    nodes = _tree(_from_headings(read_document(library, document)))
    source = OutlineSource.HEADINGS if nodes else OutlineSource.NONE
    return Outline(document, known.title, known.path, source, nodes)


@dataclass(slots=True)
class _Growing:
    """A node in the making."""

    level: int
    node: OutlineNode
    children: list[_Growing] = field(default_factory=list)

    def finished(self) -> OutlineNode:
        """The node with all below it."""
        return replace(self.node, children=tuple(child.finished() for child in self.children))


def _from_bookmarks(entries: Iterable[OutlineEntry], labels: dict[int, str]) -> list[_Growing]:
    return [
        _Growing(entry.level, OutlineNode(entry.title, entry.page_index, labels.get(entry.page_index, "")))
        for entry in entries
    ]


def _from_headings(read: Sequence[tuple[HeadingPath, Passage]]) -> list[_Growing]:
    """Each heading where the text below it begins; one that goes on over several chunks comes once."""
    found: list[_Growing] = []
    before: HeadingPath = ()
    for path, passage in read:
        shared = next((i for i, (a, b) in enumerate(zip(before, path, strict=False)) if a != b), None)
        first_new = min(len(before), len(path)) if shared is None else shared
        for level in range(first_new, len(path)):
            node = OutlineNode(path[level], passage.page_index, passage.page_label)
            found.append(_Growing(level + 1, node))
        before = path
    return found


def _tree(flat: Iterable[_Growing]) -> tuple[OutlineNode, ...]:
    """Put each entry below the last one of a higher level; levels may be skipped, as bookmarks do."""
    roots: list[_Growing] = []
    above: list[_Growing] = []
    for entry in flat:
        while above and above[-1].level >= entry.level:
            above.pop()
        siblings = above[-1].children if above else roots
        if siblings and siblings[-1].node.title.casefold() == entry.node.title.casefold():
            entry = siblings[-1]  # a heading that is repeated on the next page
        else:
            siblings.append(entry)
        above.append(entry)
    return tuple(root.finished() for root in roots)


def _page_labels(library: Library, document: str) -> dict[int, str]:
    """Page index → what is printed on the page as its number."""
    rows = library.database.read().execute(
        "SELECT page_index, label FROM pages WHERE document = (SELECT id FROM documents WHERE hash = ?)", (document,)
    )
    return {int(row[0]): str(row[1]) for row in rows}
