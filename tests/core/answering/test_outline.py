"""Outlines: a file's own bookmarks, else the headings found, each with its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from filled_library import Filled
from stand_ins import hash_vector, page_of

from core.answering.outline import OutlineNode, OutlineSource, outline_of
from core.index.library import Library
from core.types import Chunk, OutlineEntry, Survey


def shape(nodes: Sequence[OutlineNode]) -> list[object]:
    return [(node.title, node.page_label, shape(node.children)) for node in nodes]


def filled_with(library: Library, paths: Sequence[tuple[str, ...]], outline: tuple[OutlineEntry, ...] = ()) -> str:
    pages = [page_of(index, f"Page {index}") for index in range(len(paths))]
    chunks = [
        (Chunk(page.index, 0, len(page.text), page.text, path, 2), "") for page, path in zip(pages, paths, strict=True)
    ]
    library.add_file("d" * 64, library.folder / "d.pdf", "D")
    library.set_survey("d" * 64, Survey("D", len(pages), outline))
    library.commit_pages("d" * 64, pages, chunks, np.stack([hash_vector(page.text) for page in pages]))
    return "d" * 64


def test_bookmarks_come_with_the_labels_of_their_pages(library: Library, filled: Filled) -> None:
    outline = outline_of(library, filled.id_of("outline.pdf"))
    assert outline.source is OutlineSource.BOOKMARKS
    assert [(node.title, node.page_label) for node in outline.nodes] == [("1 The sea", "1"), ("2 The land", "2")]
    assert [child.title for child in outline.nodes[0].children] == ["1.1 Lights", "1.2 Fish"]
    assert outline.nodes[0].children[0].children[0].title == "1.1.1 The keeper"


def test_a_document_without_text_or_bookmarks_has_none(library: Library, filled: Filled) -> None:
    outline = outline_of(library, filled.id_of("encrypted_user.pdf"))
    assert (outline.source, outline.nodes) == (OutlineSource.NONE, ())


def test_headings_found_are_a_tree_in_reading_order(open_small: Callable[..., Library]) -> None:
    library = open_small()
    paths = [("Sea", "Lights"), ("Sea", "Lights"), ("Sea", "Fish"), ("Land",), ("Land", "Bees")]
    outline = outline_of(library, filled_with(library, paths))
    assert outline.source is OutlineSource.HEADINGS
    assert shape(outline.nodes) == [
        ("Sea", "1", [("Lights", "1", []), ("Fish", "3", [])]),
        ("Land", "4", [("Bees", "5", [])]),
    ]


def test_a_single_bookmark_is_no_outline(open_small: Callable[..., Library]) -> None:
    library = open_small()
    document = filled_with(library, [("Sea",), ("Land",)], (OutlineEntry("Submission Data File", 0, 1),))
    assert [node.title for node in outline_of(library, document).nodes] == ["Sea", "Land"]


def test_bookmarks_that_skip_levels_or_repeat_themselves_stay_a_tree(open_small: Callable[..., Library]) -> None:
    library = open_small()
    entries = (
        OutlineEntry("A", 0, 2),
        OutlineEntry("B", 0, 5),
        OutlineEntry("C", 1, 1),
        OutlineEntry("C", 1, 1),
        OutlineEntry("D", 1, 3),
    )
    outline = outline_of(library, filled_with(library, [(), ()], entries))
    assert shape(outline.nodes) == [("A", "1", [("B", "1", [])]), ("C", "2", [("D", "2", [])])]
