"""What is said of sentences in doubt."""

from __future__ import annotations

from dataclasses import replace

from core.types import Answer, AnswerSentence, Verdict
from desktop.chat.verdict_wording import doubt, doubt_blocks, doubts_in_words, plain_words


def test_a_doubt_says_what_and_why() -> None:
    sentence = AnswerSentence("x", (), Verdict.UNSUPPORTED, "The number 14 is not in the passages.")
    assert doubt(sentence) == "Not found in your documents. The number 14 is not in the passages."
    assert doubt(replace(sentence, verdict=Verdict.PARTLY, reason="")) == "Only partly found in the passages."
    assert doubt(replace(sentence, verdict=Verdict.SUPPORTED)) == ""


def test_sentences_are_told_without_marks_and_markup() -> None:
    assert (
        plain_words(AnswerSentence("You will **pay** [1] _more_ [2, 3].", (), Verdict.PARTLY)) == "You will pay more."
    )


def test_all_doubts_of_an_answer_in_words(answer: Answer) -> None:
    assert doubts_in_words(answer.sentences) == (
        "“Cleaning is included.” Not found in your documents. "
        "“Choose a near provider.” Only partly found in the passages."
    )
    assert doubts_in_words(answer.sentences[:2]) == ""


def test_two_kinds_of_doubt_have_two_signs(answer: Answer) -> None:
    blocks = doubt_blocks(answer.sentences)
    assert [block.marker for block in blocks] == ["?", "~"]
    assert "Cleaning" in blocks[0].rows[0][0][0].text
