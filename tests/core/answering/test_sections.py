"""Documents cut into sections: by headings of uneven worth, by pages where there are none, and never losing a chunk."""

from __future__ import annotations

import pytest
from filled_library import Filled

from core.answering.sections import HeadingPath, Section, cut, read_document, read_sections
from core.index.library import Library
from core.types import Passage


def chunk(number: int, path: HeadingPath, page: int = 0, size: int = 100) -> tuple[HeadingPath, Passage]:
    text = "x" * size
    return path, Passage(number, 0.0, "doc", "", "T", page, str(page + 1), 0, size, "", text, chunk=number)


def titles(sections: list[Section]) -> list[str]:
    return [section.title for section in sections]


def test_each_heading_is_a_section_where_there_is_room() -> None:
    read = [chunk(1, ("Sea",)), chunk(2, ("Sea",), 1), chunk(3, ("Land",), 1), chunk(4, ("Air",), 2)]
    sections = cut(read, 5)
    assert titles(sections) == ["Sea", "Land", "Air"]
    assert (sections[0].first_page, sections[0].last_page) == ("1", "2")


@pytest.mark.parametrize("wanted", [1, 2, 3, 7])
def test_no_chunk_is_lost_and_all_stay_in_order(wanted: int) -> None:
    read = [chunk(n, (f"H{n // 3}", f"S{n}"), n // 2, 50 + 37 * n % 400) for n in range(30)]
    sections = cut(read, wanted)
    assert len(sections) <= wanted
    assert [passage.chunk for section in sections for passage in section.passages] == list(range(30))


def test_small_neighbours_under_one_heading_are_joined_before_large_ones_of_different_headings() -> None:
    read = [
        chunk(1, ("Sea", "Lights"), size=100),
        chunk(2, ("Sea", "Fish"), size=100),
        chunk(3, ("Land",), size=150),
        chunk(4, ("Air",), size=150),
    ]
    assert titles(cut(read, 3)) == ["Sea", "Land", "Air"]


def test_a_section_that_joins_several_headings_is_named_by_the_largest_of_them() -> None:
    read = [chunk(1, ("Bees",), size=500), chunk(2, ("Salt",), size=400), chunk(3, ("Note",), size=20)]
    assert titles(cut(read, 1)) == ["Bees · Salt"]


def test_sections_under_one_and_the_same_heading_are_told_apart_by_what_stands_below_it() -> None:
    read = [chunk(n, ("Book", name), n, 1000) for n, name in enumerate(("Sea", "Land"))]
    assert titles(cut(read, 2)) == ["Sea", "Land"]


def test_pages_without_headings_are_grouped() -> None:
    sections = cut([chunk(n, (), n) for n in range(12)], 3)
    assert len(sections) == 3
    assert titles(sections) == ["", "", ""]
    assert sections[0].first_page == "1"
    assert sections[-1].last_page == "12"


def test_nothing_gives_nothing() -> None:
    assert cut([], 5) == []


def test_a_document_is_read_in_its_order(library: Library, filled: Filled) -> None:
    read = read_document(library, filled.id_of("outline.pdf"))
    pages = [passage.page_index for _, passage in read]
    assert pages == sorted(pages)
    assert read[0][0][0] == "1 The sea"
    assert read[-1][0][0] == "2 The land"


def test_a_document_without_text_has_no_sections(library: Library, filled: Filled) -> None:
    assert read_sections(library, filled.id_of("encrypted_user.pdf")) == []


def test_sixty_pages_become_a_readable_number_of_sections(library: Library, filled: Filled) -> None:
    assert 8 <= len(read_sections(library, filled.id_of("long.pdf"))) <= 14
