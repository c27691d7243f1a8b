"""What every export is made from: footnotes in order, each once, and nothing that deceives."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from exported_talk import CITED, FIRST, HOSTILE, TALK, messages

from core.answering.export.transcript import Transcript, transcript_of, words_of
from core.types import Message, Role


def made() -> Transcript:
    return transcript_of(TALK, messages())


def test_footnotes_are_numbered_in_the_order_of_appearance_and_each_place_has_one() -> None:
    footnotes = made().footnotes
    assert [(f.number, f.title, f.place) for f in footnotes] == [
        (1, "Piers & [Lamps]", "p. iv (page 6 of the file)"),
        (2, "Piers & [Lamps]", "p. iv (page 6 of the file)"),
        (3, "A book", "§ 3"),
        (4, "Piers & [Lamps]", "p. iv (page 6 of the file)"),
        (5, "Unread", "p. 1"),
    ]
    assert [f.quote for f in footnotes[:3]] == [
        "Agnes Marrow lit it in 1874.", "She was the first & only <keeper>.", "שלום עולם",
    ]  # fmt: skip
    assert footnotes[4].quote.endswith("…")  # a mark that was never resolved stands for its whole passage
    assert len(footnotes[4].quote) <= 600


def test_marks_in_the_answer_are_the_footnotes_numbers() -> None:
    turn = made().turns[0]
    marks = [[run.number for row in b.rows for cell in row for run in cell if run.number] for b in turn.blocks]
    assert [found for found in marks if found] == [[1, 2, 1], [3], [4], [5]]


def test_questions_and_answers_belong_together() -> None:
    turns = made().turns
    assert [turn.question[:9] for turn in turns] == ["Who lit i", "- 1. # Wh", "Long? Lon", "מי הדליק?"]
    assert [turn.is_heading for turn in turns] == [True, True, False, True]
    assert [turn.model for turn in turns] == ["llama3.2:3b · Ollama"] * 3 + [""]


def test_an_answer_without_its_question_is_kept() -> None:
    (turn,) = transcript_of(TALK, [Message(1, 7, Role.ASSISTANT, "Alone.", "")]).turns
    assert (turn.question, words_of(turn.blocks[0]), turn.is_heading) == ("", "Alone.", False)
    two = transcript_of(TALK, [*messages()[:2], replace(messages()[1], id=9)]).turns
    assert [turn.question for turn in two] == ["Who lit it, & <when>?", ""]


def test_what_was_doubted_refused_or_broken_off_is_said() -> None:
    first, second, third, _ = made().turns
    assert first.notes == (
        "Only partly found: “Twice.”",
        "Not found in the documents: “Whales sang.” “Whales” is not in the passages.",
    )
    assert second.notes == (
        "Searched for: What was it in 1875?", "The connection broke off.", "Stopped before its end.",
    )  # fmt: skip
    assert third.notes == (
        "The nearest passages: Piers & [Lamps], p. iv (page 6 of the file); A book, § 3; Unread, p. 1.",
    )
    replaced = replace(FIRST, replaced="Nonsense.", model="builtin")
    (turn,) = transcript_of(TALK, [Message(1, 7, Role.ASSISTANT, replaced.text, "", replaced)]).turns
    assert turn.notes[0].startswith("The model’s own words did not stand the check")
    assert turn.model == "the built-in model"


def test_what_xml_forbids_or_the_eye_is_deceived_by_is_nowhere() -> None:
    transcript = made()
    texts = [transcript.title, *(f.quote + f.title + f.place for f in transcript.footnotes)]
    for turn in transcript.turns:
        texts += [turn.question, turn.model, *turn.notes, *(words_of(block) for block in turn.blocks)]
    everything = "".join(texts)
    assert "evil" in everything
    for character in everything:
        assert unicodedata.category(character) not in ("Cc", "Cs", "Cn", "Co") or character in "\n\t"
        assert unicodedata.bidirectional(character) not in ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "PDI")
        assert not 0xE0000 <= ord(character) <= 0xE007F
    assert any(unicodedata.category(c) in ("Cc", "Cs", "Cn") for c in HOSTILE + CITED.quote)


def test_a_date_that_cannot_be_read_is_no_error() -> None:
    assert transcript_of(replace(TALK, updated_at="?"), []).turns == ()
    assert made().date == "2 May 2024"
