"""Every place of cited words, in reading order: columns, rows under their heads, and over a page break."""

from __future__ import annotations

from dataclasses import replace

from core.answering.citing import cite
from core.answering.grounding import GroundingCheck
from core.answering.page_breaks import continuation
from core.answering.quantities import numbers_in
from core.answering.windows import statements_of
from core.index.analysis import comparable_words
from core.types import Passage, Place, TextRun, Verdict

FIRST = "The Harbour Book\r\nThe keeper of the lamp was Agnes Marrow, who came\r\nto the island with her\r\n12"
SECOND = "The Harbour Book\r\nthree sisters in the year 1870. They stayed.\r\n13"
TABLE = "Landings in barrels\r\nYear Herring Cod\r\n1901 9,000 300\r\n1902 112 280"


def passage(text: str, start: int, *runs: TextRun, end: int = 0) -> Passage:
    last = end or start + len(text) + text.count(" ")
    return Passage(1, 1.0, "doc", "/d.pdf", "Book", 0, "1", start, last, "", text, runs=runs)


def no_page(_document: str, _index: int) -> str:
    return ""


def test_a_sentence_that_goes_on_in_the_next_column_has_both_places() -> None:
    """The page's second column comes first by the character index."""
    two = passage("the end of one column and the next", 0, TextRun(0, 300, 21), TextRun(21, 50, 13), end=900)
    found = cite(1, two, 0, 34, no_page)
    assert found.places == (Place(0, 300, 321), Place(0, 50, 63))
    assert (found.char_start, found.char_end) == (300, 321)


def book() -> Passage:
    start = FIRST.index("The keeper")
    end = FIRST.index("\r\n12")
    return passage(" ".join(FIRST[start:end].split()), start, end=end)


def book_page(_document: str, index: int) -> str:
    return (FIRST, SECOND)[index] if index < 2 else ""


def test_a_sentence_that_a_page_break_divides_is_cited_on_both_pages() -> None:
    check = GroundingCheck([book()], comparable_words, book_page)
    (found,) = check.check("Agnes Marrow came to the island with her three sisters in 1870 [1].")
    assert found.verdict is Verdict.SUPPORTED
    (citation,) = found.citations
    here, there = citation.places
    assert (here.page_index, there.page_index) == (0, 1)
    assert SECOND[there.char_start : there.char_end] == "three sisters in the year 1870."
    assert citation.quote.endswith("with her three sisters in the year 1870.")
    assert FIRST[citation.char_start : citation.char_end].startswith("The keeper")


def test_where_it_goes_on_is_left_open_unless_it_is_known() -> None:
    whole = replace(book(), text="The keeper was Agnes Marrow.")
    assert continuation(whole, book_page) is None
    in_the_middle = replace(book(), char_end=20)
    long_foot = FIRST.replace("\r\n12", "\r\n" + "More text of this page stands here. " * 5)
    assert continuation(in_the_middle, lambda _, i: (long_foot, SECOND)[i]) is None
    new_sentence = SECOND.replace("three sisters", "Three sisters")
    assert continuation(book(), lambda _, i: (FIRST, new_sentence)[i]) is None
    assert continuation(book(), lambda _, i: (FIRST, "")[i]) is None
    assert continuation(book(), lambda _, i: (FIRST, "three sisters without an end")[i]) is None


def table() -> Passage:
    """The second row's chunk repeats the heads, which stand nowhere in it."""
    text = "Landings in barrels\nYear | Herring | Cod\n1901 | 9,000 | 300\n1902 | 112 | 280"
    runs = []
    for row in ("1901 | 9,000 | 300", "1902 | 112 | 280"):
        for cell in row.split(" | "):
            inside = text.index(cell, text.index(row))
            runs.append(TextRun(inside, TABLE.index(cell, TABLE.index(row[:4])), len(cell)))
    return passage(text, 0, *runs, end=len(TABLE))


def test_a_row_is_cited_with_its_heads() -> None:
    check = GroundingCheck([table()], comparable_words, lambda *_: TABLE)
    (found,) = check.check("Herring landings in 1902 were 112 barrels [1].")
    assert found.verdict is Verdict.SUPPORTED
    (citation,) = found.citations
    assert TABLE[citation.char_start : citation.char_end] == "1902 112 280"
    assert [TABLE[place.char_start : place.char_end] for place in citation.places] == [
        "Landings in barrels",
        "Year Herring Cod",
        "1902 112 280",
    ]


def test_heads_put_together_of_several_lines_are_cited_word_by_word() -> None:
    page = TABLE.replace("Year Herring Cod", "Herring\r\nYear in all of the harbours of the land of Skell, salted Cod")
    shifted = len(page) - len(TABLE)
    runs = tuple(TextRun(run.text_start, run.char_start + shifted, run.length) for run in table().runs)
    moved = replace(table(), runs=runs, char_end=len(page))
    found = cite(1, moved, moved.text.index("1902"), len(moved.text), lambda *_: page, heads=[(20, 40)])
    words = [page[place.char_start : place.char_end] for place in found.places]
    assert words == ["Herring\r\nYear", "Cod", "1902 112 280"]


def test_a_number_of_another_column_or_row_is_not_supported() -> None:
    check = GroundingCheck([table()], comparable_words, lambda *_: TABLE)
    for claim in ("Cod landings in 1902 were 112 barrels.", "Herring landings in 1902 were 9,000 barrels."):
        (found,) = check.check(claim)
        assert found.verdict is not Verdict.SUPPORTED
        assert found.reason


def test_the_heads_of_a_table_are_known_to_its_rows() -> None:
    *_, last = statements_of(table().text)
    assert last.header == "Landings in barrels\nYear | Herring | Cod"
    assert numbers_in(last.text) == {"1902", "112", "280"}


LIST = (
    "Rent is due monthly until May 1, 2016,\r\nas follows:\r\n• In 2010 it was 40 marks;\r\n• In 2014 it was 64 marks."
)


def list_page(_document: str, _index: int) -> str:
    return LIST


def going_on() -> Passage:
    """The end of a list, with the list's lead repeated above it, as chunks have it."""
    lead, item = "Rent is due monthly until May 1, 2016, as follows:", "• In 2014 it was 64 marks."
    at = LIST.index("• In 2014")
    return passage(f"{lead}\n{item}", at, TextRun(len(lead) + 1, at, len(item)), end=len(LIST))


def test_a_lead_that_is_repeated_is_cited_where_it_stands() -> None:
    text = going_on().text
    found = cite(1, going_on(), 0, text.index("\n"), list_page)
    assert LIST[found.char_start : found.char_end] == LIST[: LIST.index("\r\n•")]
    assert found.places == (Place(0, found.char_start, found.char_end),)
    check = GroundingCheck([going_on()], comparable_words, list_page)
    (sentence,) = check.check("Rent is due monthly until May 1, 2016 [1].")
    assert sentence.verdict is Verdict.SUPPORTED
    (citation,) = sentence.citations
    assert "May 1, 2016" in LIST[citation.char_start : citation.char_end]


def test_what_begins_in_a_repeated_lead_is_cited_in_both_places() -> None:
    text = going_on().text
    found = cite(1, going_on(), 0, len(text), list_page)
    assert [LIST[place.char_start : place.char_end] for place in found.places] == [
        LIST[: LIST.index("\r\n•")],
        "• In 2014 it was 64 marks.",
    ]


def test_a_lead_that_stands_nowhere_is_cited_with_its_passage() -> None:
    text = going_on().text
    found = cite(1, going_on(), 0, text.index("\n"), no_page)
    assert (found.char_start, found.char_end) == (going_on().char_start, going_on().char_end)
