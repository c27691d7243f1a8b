"""Which sentences can be quoted by themselves, and how they are cited."""

from __future__ import annotations

import pytest
from passages import page_text, passages

from core.answering.statements import CitedPassages, statements_of, without_marks
from core.types import AnswerSentence, Passage, Verdict


def of(text: str) -> list[str]:
    return [statement.text for statement in statements_of(passages((text,)))]


def test_sentences_that_state_something_are_kept_in_their_order() -> None:
    first, second = "The lamp on pier 17 was lit by Agnes Marrow.", "The pier is 412 metres long at low water."
    assert of(f"{first} {second}") == [first, second]


@pytest.mark.parametrize(
    "text",
    [
        "Who lit the lamp on the seventeenth pier of the harbour?",  # a question
        "Lights and Fish of the Northern Coast",  # a heading
        "Copyright 2024 The Harbour Board, all of it and all rights reserved.",
        "Chapter one of the harbour book . . . . . . . . . . . . . . 17.",
        "1899 | 9,214 | 71 | 1900 | 8,870 | 70 | 1901 | 9,035 | 68 | 1902.",  # a row
        "Lamps of the north, by A. Marrow (https://lamps.example/north), 12 May 1902.",
        "of mercury that weighed three hundred and eighty kilograms in all.",  # the end of a sentence
        "It was lit.",
    ],
)
def test_what_states_nothing_by_itself_is_left_out_beside_what_does(text: str) -> None:
    good = "A colony of bees keeps 34 degrees in winter."
    assert of(f"{good}\n{text}") == [good]


def test_a_notice_on_every_page_comes_once() -> None:
    notice = "The harbour board accepts no liability for goods left on the quay."
    assert [s.text for s in statements_of(passages((notice, notice, notice)))] == [notice]


def test_lists_of_references_say_nothing() -> None:
    entries = "\n".join(
        f"[{n}] Marrow, A. et al. Lamps of the north. Proceedings of the Harbour Society. doi:10.1/{n}."
        for n in range(8)
    )
    assert of(entries) == []


def test_where_no_line_ends_like_a_sentence_longer_lines_are_taken() -> None:
    line = "Lamp room kept clean and in good repair by the tenant"
    assert of(line) == [line]


def test_a_sentence_of_few_characters_may_say_as_much_in_chinese() -> None:
    assert of("蜂群在冬天保持三十四度的温度。") == ["蜂群在冬天保持三十四度的温度。"]


def test_bullets_are_no_part_of_a_statement() -> None:
    text = "• The tenant shall keep the lamp room clean at all times."
    (statement,) = statements_of(passages((text,)))
    assert statement.text == text[2:]
    assert statement.passage.text[statement.start : statement.end] == statement.text


@pytest.mark.parametrize(
    ("text", "leans", "points"),
    [
        ("Additionally, the pier was closed for most of that winter.", True, False),
        ("This was the custom until the railway tunnel was opened.", True, False),
        ("The pier was closed for most of that winter.", False, False),
        ("The landings of each year are set forth below in full.", False, True),
        ("For the landings of each year, please see the table.", False, True),
        ("Figure 4: The general structure of the harbour wall.", False, True),
    ],
)
def test_what_leans_on_its_neighbours_or_points_elsewhere_is_known(text: str, leans: bool, points: bool) -> None:
    (statement,) = statements_of(passages((text,)))
    assert (statement.leans_back, statement.points_elsewhere) == (leans, points)


def test_a_quotation_cites_exactly_its_words() -> None:
    found = passages()
    cited = CitedPassages(page_text)
    statement = next(s for s in statements_of(found) if "herring" in s.text)
    sentence = cited.quote(statement)
    (citation,) = sentence.citations
    assert sentence.text == f"{statement.text} [1]"
    assert sentence.verdict is Verdict.SUPPORTED
    page = page_text(citation.document, citation.page_index)
    assert page[citation.char_start : citation.char_end] == statement.text


def test_passages_are_numbered_as_they_come_and_once() -> None:
    found = [Passage(n, 0.0, "d", "", "T", 0, "1", 0, 0, "", "", chunk=n) for n in (7, 8)]
    cited = CitedPassages(page_text)
    assert [cited.number_of(found[i]) for i in (1, 0, 1)] == [1, 2, 1]
    assert [passage.chunk for passage in cited.passages] == [8, 7]


def test_a_documents_own_reference_does_not_pass_for_a_citation() -> None:
    text = "The state has 39 letters in its oldest laws [13] and in its newest ones."
    sentence = CitedPassages(page_text).quote(statements_of(passages((text,)))[0])
    assert "[13]" not in sentence.text
    assert "(13)" in sentence.text


def test_a_checked_sentence_takes_the_numbers_of_where_it_goes() -> None:
    found = passages()
    statement = statements_of(found)[0]
    other = CitedPassages(page_text)
    there = other.quote(statement)
    cited = CitedPassages(page_text)
    cited.number_of(Passage(1, 0.0, "d", "", "T", 0, "1", 0, 0, "", "", chunk=99))
    here = cited.renumbered(there, other.passages)
    assert here == AnswerSentence(f"{statement.text} [2]", here.citations, Verdict.SUPPORTED)
    assert [citation.number for citation in here.citations] == [2]


def test_marks_can_be_taken_away() -> None:
    assert without_marks("Lit in 1874 [1][2]. Out in 1902 [3, 4].") == "Lit in 1874. Out in 1902."
