"""The text of a page, put together again from its chunks."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from chunked_page import PARAGRAPHS, chunked, pages_in, prose_pdf, squeezed, table_page
from filled_library import Filled
from stand_ins import page_of

from core.chunking.page_text import page_text
from core.index.candidates import PageChunk, PageChunks
from core.index.library import Library
from core.retrieval.page_body import PageBody, page_bodies
from core.types import Page, TextRun

WINDOWS = (15, 30, 70)


def body_of(page: Page, window: int) -> PageBody:
    (body,) = page_bodies(chunked(page, window))
    return body


def assert_true(body: PageBody, page: str) -> None:
    """Every character that has a place stands there."""
    assert body.runs
    before = 0
    for run in body.runs:
        assert run.text_start >= before
        before = run.text_start + run.length
        there = page[run.char_start : run.char_start + run.length]
        assert squeezed(there) == squeezed(body.text[run.text_start : before])


@pytest.mark.parametrize("window", WINDOWS)
def test_paragraphs_are_those_of_the_page_wherever_the_chunks_were_cut(tmp_path: Path, window: int) -> None:
    (page,) = pages_in(prose_pdf(tmp_path / "prose.pdf", *PARAGRAPHS))
    assert len(chunked(page, window).chunks) > 1
    body = body_of(page, window)
    assert body.text.split("\n") == list(PARAGRAPHS)
    assert_true(body, page.text)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", ["table.pdf", "two_columns.pdf", "outline.pdf", "long.pdf"])
def test_a_body_has_all_the_words_of_its_page_once(data: Path, name: str, window: int) -> None:
    for page in pages_in(data / name):
        for body in page_bodies(chunked(page, window)):
            assert_true(body, page.text)
            assert squeezed(body.text) == squeezed(page_text(page).text)
            spans = sorted(body.spans.values())
            assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_each_row_of_a_table_has_its_line_and_repeated_headers_are_left_out(tmp_path: Path) -> None:
    page = table_page(tmp_path / "table.pdf")
    body = body_of(page, 40)
    assert body.text == page_text(page).text
    assert body.leads
    for start, lead in body.leads.items():
        assert body.text[start - 1] == "\n"
        assert lead.strip() in body.text[:start]


def test_a_sentence_that_goes_on_in_another_place_is_not_parted() -> None:
    """A note stands between its two halves in the file; finished, it would end the paragraph."""
    for stop, border in ((",", " "), (".", "\n")):
        note = "1 See the blue book, page 12, line 4"
        page = f"The keeper climbed the steps of the{stop}\r\n{note}\r\ntower four times on every single day"
        start = page.index("tower four")
        chunks = (
            PageChunk(1, page[:36], (), (TextRun(0, 0, 36),), False),
            PageChunk(2, page[start:], (), (TextRun(0, start, len(page) - start),), False),
        )
        (body,) = page_bodies(PageChunks(page, chunks))
        assert body.text[body.spans[1][1] : body.spans[2][0]] == border


def test_values_and_comments_are_no_part_of_the_text() -> None:
    text = "The lamp was lit. By whom nobody knows. Agnes Marrow"
    runs = [TextRun(0, 0, 17), TextRun(0, 18, 21), TextRun(0, 40, 12)]
    chunks = [
        PageChunk(n, text[run.char_start : run.char_start + run.length], (), (run,), n == 3)
        for n, run in enumerate(runs, 1)
    ]
    first, second = page_bodies(PageChunks(text, tuple(chunks)))
    assert (first.text, second.text) == ("The lamp was lit. By whom nobody knows.", "Agnes Marrow")
    assert (set(first.spans), set(second.spans)) == ({1, 2}, {3})


@pytest.mark.parametrize(
    ("page", "cut", "border"),
    [
        ("灯塔的看守人每天爬四次楼梯灯塔的看守人\r\n灯塔的看守人每天爬四次楼梯灯塔的看守人", 19, ""),
        ("The keeper climbed the steps of the\r\ntower four times on every single day", 35, " "),
        ("The keeper climbed the steps of the\r\n- Lamps are cleaned on every single day", 35, "\n"),
        ("The keeper is up.\r\nThe keeper climbed them four times on every day", 17, "\n"),
        ("The keeper climbed the steps.\r\nExtraordinarily many steps they were, over", 29, " "),
        ("The keeper climbed the steps.\r\nAt the head of them was the lamp of the pier", 29, "\n"),
        ("The keeper climbed the steps of it.\n\nTower and lamp were cleaned every day.", 35, "\n"),
        ("The keeper climbed the steps | of\r\nThe tower | four times on every day", 33, "\n"),
        ("The keeper climbed | the steps of a tower", 20, " "),
    ],
    ids=[
        "no space in Chinese",
        "full line",
        "list",
        "short line",
        "no room for the word",
        "room for the word",
        "empty line",
        "row",
        "inside a row",
    ],
)
def test_what_stands_between_two_chunks(page: str, cut: int, border: str) -> None:
    start = cut + len(page[cut:]) - len(page[cut:].lstrip())
    chunks = (
        PageChunk(1, page[:cut].rstrip(), (), (TextRun(0, 0, len(page[:cut].rstrip())),), False),
        PageChunk(2, page[start:], (), (TextRun(0, start, len(page) - start),), False),
    )
    (body,) = page_bodies(PageChunks(page, chunks))
    assert body.text[body.spans[1][1] : body.spans[2][0]] == border


def test_another_heading_begins_another_paragraph() -> None:
    page = "The keeper climbed the steps of the\r\ntower four times on every single day"
    chunks = [PageChunk(1, page[:35], ("One",), (TextRun(0, 0, 35),), False)]
    chunks.append(PageChunk(2, page[37:], ("Two",), (TextRun(0, 37, len(page) - 37),), False))
    (body,) = page_bodies(PageChunks(page, tuple(chunks)))
    assert body.text.count("\n") == 1


def test_chunks_of_earlier_libraries_are_in_no_body() -> None:
    page = page_of(0, "The lamp was lit.")
    assert list(page_bodies(PageChunks(page.text, (PageChunk(1, page.text, (), (), False),)))) == []
    assert list(page_bodies(PageChunks("", ()))) == []


def test_the_library_gives_pages_with_their_chunks(library: Library, filled: Filled) -> None:
    seen = 0
    for document in filled.documents.values():
        pages = [(document.id, index) for index in range(document.page_count)]
        found = library.chunks_on_pages(pages)
        for (hash_, index), page in found.items():
            assert page.text == library.page_text(hash_, index)
            seen += len(page.chunks)
            for body in page_bodies(page):
                assert_true(body, page.text)
    assert seen == library.index_sizes()["chunks"]
    assert library.chunks_on_pages([("no such document", 0)]) == {}


def test_the_library_gives_vectors_of_chunks(library: Library, filled: Filled) -> None:
    (page,) = library.chunks_on_pages([(filled.id_of("long.pdf"), 3)]).values()
    chunk = page.chunks[0].chunk
    found = library.chunk_vectors([chunk, 10**9])
    assert set(found) == {chunk}
    (nearest, cosine), *_ = library.search_vectors(found[chunk], 1, None)
    assert nearest == chunk
    assert cosine == pytest.approx(1.0, abs=1e-2)
    assert library.chunk_vectors([]) == {}
