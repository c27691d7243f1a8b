"""Which words of a passage a card shows and marks."""

from __future__ import annotations

from desktop.chat.excerpt import excerpt_of


def marked(passage: str, quote: str) -> str:
    excerpt = excerpt_of(passage, quote)
    return excerpt.text[excerpt.mark_start : excerpt.mark_end]


def test_a_quote_is_found_across_line_breaks() -> None:
    assert (
        marked("Care from\nout-of-network\nproviders costs.", "out-of-network providers") == "out-of-network providers"
    )


def test_case_and_punctuation_do_not_matter() -> None:
    assert marked("The fee — $ 20 — is due.", "the fee, 20, is DUE") == "The fee — $ 20 — is due"


def test_without_the_quote_the_nearest_sentence_is_marked() -> None:
    passage = "Dogs bark. Emergency services are not covered by this plan. Cats sleep."
    expected = "Emergency services are not covered by this plan."
    assert marked(passage, "the plan covers no emergency services") == expected


def test_nothing_shared_marks_nothing() -> None:
    assert marked("Dogs bark.", "zebra") == ""
    assert marked("Dogs bark.", "") == ""


def test_a_late_quote_is_brought_forward() -> None:
    passage = "Filler words stand here for a while. " * 10 + "The deductible is high. End."
    excerpt = excerpt_of(passage, "deductible is high")
    assert excerpt.text.startswith("… The deductible")
    assert excerpt.text[excerpt.mark_start : excerpt.mark_end] == "deductible is high"


def test_the_answering_span_is_found_again_on_one_line() -> None:
    passage = "Head\n\nFiller  words stand here. " + "More of them. " * 9 + "The\nde\ufffeductible  is high. End."
    start = passage.index("The\nde")
    excerpt = excerpt_of(passage, answering=(start, passage.index(" End.")))
    first, end = excerpt.answer
    assert excerpt.text[first:end] == "The deductible is high."
    assert excerpt.text.startswith("… The deductible")
    assert excerpt.mark_start == excerpt.mark_end


def test_without_a_known_answer_the_preferred_sentence_is_shown() -> None:
    text = "Filler words stand here for a while. " * 10 + "Cats sleep. End."

    def find(text: str) -> tuple[int, int]:
        return text.index("Cats"), text.index(" End.")

    excerpt = excerpt_of(text, find_sentence=find)
    assert excerpt.text[slice(*excerpt.answer)] == "Cats sleep."
    assert excerpt.text.startswith("… Cats")


def test_a_quotation_comes_before_the_sentence_that_answers() -> None:
    text = "Dogs bark at night. " + "Filler words stand here for a while. " * 10 + "Cats sleep all day."
    excerpt = excerpt_of(text, "Cats sleep", answering=(0, 19))
    assert excerpt.text == "… Cats sleep all day."
    assert excerpt.answer == (0, 0)  # it is not shown


def test_words_are_marked_in_what_is_shown() -> None:
    excerpt = excerpt_of(
        "Dogs bark.\nCats sleep.", find_words=lambda text: [(text.index("Cats"), text.index(" sleep"))]
    )
    assert [excerpt.text[slice(*span)] for span in excerpt.words] == ["Cats"]


def test_spans_beyond_the_passage_are_cut() -> None:
    assert excerpt_of("Dogs bark.", answering=(5, 99)).answer == (5, 10)
    assert excerpt_of("Dogs bark.", answering=(50, 99)).answer == (0, 0)
    assert excerpt_of("", answering=(0, 4)).text == ""
