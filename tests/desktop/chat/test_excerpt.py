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
