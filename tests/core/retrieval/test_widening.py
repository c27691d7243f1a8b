"""Chunks become whole paragraphs and tables, in one piece, nothing twice, each character with its place."""

from __future__ import annotations

import pytest
from chunked_page import PARAGRAPHS, chunked, pages_in, passage, prose_pdf, squeezed, table_page

from core.answering.grounding import cite
from core.index.candidates import PageChunk, PageChunks
from core.retrieval.widening import Bodies, joined, pages_of, whole_paragraphs
from core.types import Passage, TextRun


@pytest.fixture(scope="module")
def prose(tmp_path_factory: pytest.TempPathFactory) -> PageChunks:
    """Return a page of three paragraphs in nine chunks or so, none of which is a whole paragraph."""
    (page,) = pages_in(prose_pdf(tmp_path_factory.mktemp("prose") / "prose.pdf", *PARAGRAPHS))
    return chunked(page, 22)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> PageChunks:
    """Return a page with a table in several chunks, of which all but the first repeat its caption and header."""
    return chunked(table_page(tmp_path_factory.mktemp("table") / "table.pdf"), 40)


def bodies_of(page: PageChunks) -> Bodies:
    return Bodies({("doc", 0): page})


def holding(page: PageChunks, words: str) -> int:
    return next(c.chunk for c in page.chunks if words in c.text)


def assert_in_place(made: Passage, page: PageChunks) -> None:
    """Runs and span are those of exactly these words; borders of cells stand nowhere."""
    for run in made.runs:
        there = page.text[run.char_start : run.char_start + run.length]
        assert squeezed(there) == squeezed(made.text[run.text_start : run.text_start + run.length])
    assert squeezed(page.text[made.char_start : made.char_end]) in squeezed(made.text).replace("|", "")


def test_a_chunk_is_widened_to_its_paragraphs(prose: PageChunks) -> None:
    chunk = holding(prose, "only one was lost")
    (made,) = joined([passage(prose, chunk)], bodies_of(prose), 1)
    assert made.text == PARAGRAPHS[1]
    assert_in_place(made, prose)
    start = made.text.index("Nobody")
    citation = cite(1, made, start, len(made.text), lambda *_: prose.text)
    cited = prose.text[citation.char_start : citation.char_end]
    assert squeezed(cited) == squeezed("Nobody knows what the sea did on that night.")


def test_only_the_first_are_widened(prose: PageChunks) -> None:
    found = [passage(prose, holding(prose, "1867")), passage(prose, holding(prose, "came back"), rank=2)]
    first, second = joined(found, bodies_of(prose), 1)
    assert first.text == PARAGRAPHS[0]
    assert second == found[1]
    assert joined(found, bodies_of(prose)) == tuple(found)


def test_chunks_that_follow_each_other_are_one_passage_with_one_span(prose: PageChunks) -> None:
    found = [passage(prose, chunk, rank=rank) for rank, chunk in enumerate((3, 1, 2), 1)]
    (made,) = joined(found, bodies_of(prose))
    assert (made.rank, made.score, made.chunk) == (1, found[0].score, 3)
    texts = [c.text for c in prose.chunks[:3]]
    assert squeezed(made.text) == squeezed("".join(texts))
    assert made.char_start == min(p.char_start for p in found)
    assert made.char_end == max(p.char_end for p in found)
    assert_in_place(made, prose)


def test_nothing_is_there_twice(prose: PageChunks) -> None:
    ends, begins = holding(prose, "380 kilograms"), holding(prose, "1867")
    assert ends != begins
    for order in ([ends, begins], [begins, ends], [begins, ends, begins]):
        (made,) = joined([passage(prose, chunk) for chunk in order], bodies_of(prose), 3)
        assert made.text == PARAGRAPHS[0]
    everything = [passage(prose, c.chunk) for c in reversed(prose.chunks)]
    (made,) = joined(everything, bodies_of(prose), len(everything))
    assert made.text.split("\n") == list(PARAGRAPHS)


def test_passages_are_ranked_by_their_best_chunk(prose: PageChunks) -> None:
    chunks = [holding(prose, "came back"), holding(prose, "1867"), holding(prose, "112 barrels")]
    found = [passage(prose, chunk, rank=rank) for rank, chunk in enumerate(chunks, 1)]
    made = joined(found, bodies_of(prose), 3)
    assert [(p.rank, p.text) for p in made] == [(1, PARAGRAPHS[2]), (2, PARAGRAPHS[0])]


def test_a_copy_of_the_page_is_not_widened_by_what_is_there_already(prose: PageChunks) -> None:
    """Two chunks of one paragraph, each from another copy of the document."""
    ends, begins = holding(prose, "380 kilograms"), holding(prose, "1867")
    found = [passage(prose, ends, "doc"), passage(prose, begins, "copy", rank=2)]
    made = joined(found, Bodies(dict.fromkeys([("doc", 0), ("copy", 0)], prose)), 2)
    assert made == tuple(found)


def test_pages_and_documents_are_never_joined(prose: PageChunks) -> None:
    places = [("doc", 0), ("doc", 1), ("other", 0)]
    found = [passage(prose, 1 + n, document, index) for n, (document, index) in enumerate(places)]
    made = joined(found, Bodies(dict.fromkeys(places, prose)), 0)
    assert [(p.document, p.page_index) for p in made] == places
    assert pages_of([*found, *found]) == places


def test_rows_come_with_the_header_of_their_table(table: PageChunks) -> None:
    parted = [c for c in table.chunks if c.runs[0].text_start]
    assert parted
    header = parted[0].text[: parted[0].runs[0].text_start]
    (made,) = joined([passage(table, parted[0].chunk), passage(table, parted[0].chunk + 1)], bodies_of(table), 2)
    assert made.text.startswith(header)
    assert made.text.count(header.strip()) == 1
    assert_in_place(made, table)


def row_page(*rows: str) -> PageChunks:
    """Make a page of which each row is a chunk, without a repeated header."""
    text, chunks = "\r\n".join(rows), []
    for number, row in enumerate(rows, 1):
        run = TextRun(0, text.index(row), len(row))
        chunks.append(PageChunk(number, row, (), (run,), False))
    return PageChunks(text, tuple(chunks))


def test_a_header_that_no_chunk_repeats_is_fetched_from_its_place() -> None:
    page = row_page("Landings of the harbour", "Year | Barrels", "1901 | 9,004", "1902 | 112", "1903 | 430")
    (made,) = joined([passage(page, 4)], bodies_of(page), 1)
    assert made.text == "Year | Barrels\n1902 | 112"
    assert page.text[made.char_start : made.char_end] == "1902 | 112"
    for run in made.runs:
        there = page.text[run.char_start : run.char_start + run.length]
        assert there == made.text[run.text_start : run.text_start + run.length]
    (first,) = joined([passage(page, 2)], bodies_of(page), 1)
    assert first.text == "Year | Barrels"
    (whole,) = joined([passage(page, n) for n in (4, 3, 2)], bodies_of(page), 3)
    assert whole.text == "Year | Barrels\n1901 | 9,004\n1902 | 112"


def test_a_header_that_is_too_long_is_left_where_it_is() -> None:
    page = row_page("Year | " + "Barrels of herring " * 30, "1901 | 9,004", "1902 | 112")
    assert joined([passage(page, 3)], bodies_of(page), 1)[0].text == "1902 | 112"


def test_a_row_that_was_cut_in_the_middle_is_whole_again() -> None:
    text = "Year | Barrels\r\n1902 | 112, for the herring stayed away"
    runs = [TextRun(0, 0, 14), TextRun(0, 16, 11), TextRun(0, 28, len(text) - 28)]
    chunks = [
        PageChunk(n, text[r.char_start : r.char_start + r.length], (), (r,), False) for n, r in enumerate(runs, 1)
    ]
    page = PageChunks(text, tuple(chunks))
    (made,) = joined([passage(page, 3)], bodies_of(page), 1)
    assert made.text == "Year | Barrels\n1902 | 112, for the herring stayed away"


def test_a_chunk_that_does_not_know_its_place_stays_as_it_is() -> None:
    page = PageChunks("The lamp was lit.", (PageChunk(1, "The lamp was lit.", (), (), False),))
    found = passage(page, 1)
    assert joined([found], bodies_of(page), 1) == (found,)
    assert joined([found], Bodies({}), 1) == (found,)
    assert joined([], Bodies({})) == ()


def test_values_of_forms_are_not_joined_with_the_text() -> None:
    text = "The keeper signs here.\r\nAgnes Marrow"
    chunks = (
        PageChunk(1, text[:22], (), (TextRun(0, 0, 22),), False),
        PageChunk(2, text[24:], (), (TextRun(0, 24, 12),), True),
    )
    page = PageChunks(text, chunks)
    made = joined([passage(page, 1), passage(page, 2)], bodies_of(page), 2)
    assert [p.text for p in made] == ["The keeper signs here.", "Agnes Marrow"]


def test_of_a_very_long_paragraph_whole_sentences_within_reach_are_taken() -> None:
    sentences = [f"The keeper wrote the tide of day {n} into the blue book." for n in range(100)]
    text = " ".join(sentences)
    start = text.index(sentences[50])
    first, after = whole_paragraphs(text, start, start + len(sentences[50]))
    taken = text[first:after]
    assert taken.startswith("The keeper wrote")
    assert taken.endswith("the blue book.")
    assert 900 < start - first <= 1000
    assert 900 < after - start - len(sentences[50]) <= 1000
    endless = "tide " * 1000
    assert whole_paragraphs(endless, 2500, 2600) == (2500, 2600)
