"""Each sentence is held against the passages; what they do not say is never called supported."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from passages import TEXTS, page_text, passages, words
from stand_ins import HashEmbedder

from core.answering.grounding import GroundingCheck, answer_sentences, cite, numbers_in, page_span, passage_spans
from core.chunking.tidy_text import tidy
from core.embedding.embedder import Vectors
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.index.library import Library
from core.sentences import sentence_spans
from core.types import AnswerSentence, Passage, TextRun, Verdict


def squeezed(text: str) -> str:
    return "".join(text.replace("\u00ad", "").split())


@pytest.fixture
def check() -> GroundingCheck:
    return GroundingCheck(passages(), words, page_text)


def judged(check: GroundingCheck, sentence: str) -> AnswerSentence:
    (found,) = check.check(sentence)
    return found


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("The lamp on pier 17 was lit by Agnes Marrow in 1874 [1].", 1),
        ("Agnes Marrow lit the lamp on pier 17.", 1),
        ("The harbour landed 112 barrels in the spring of 1902 [2].", 2),
        ("A common year brought 9000 barrels [2].", 2),
        ("Bees keep 34 degrees in winter.", 3),
        ("She was not the first keeper [1].", 1),
    ],
)
def test_what_a_passage_says_is_supported(check: GroundingCheck, sentence: str, passage: int) -> None:
    found = judged(check, sentence)
    assert found.verdict is Verdict.SUPPORTED
    assert found.citations[0].number == passage


@pytest.mark.parametrize(
    "sentence",
    [
        "The lamp on pier 17 was lit by Agnes Marrow in 1875 [1].",
        "The lamp on pier 18 was lit by Agnes Marrow in 1874 [1].",
        "The harbour landed 1,120 barrels [2].",
        "A colony of bees keeps 43 degrees in winter [3].",
    ],
)
def test_a_wrong_number_is_never_supported(check: GroundingCheck, sentence: str) -> None:
    assert judged(check, sentence).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    "sentence",
    [
        "The lamp on pier 17 was not lit by Agnes Marrow in 1874 [1].",
        "The lamp on pier 17 wasn't lit by Agnes Marrow in 1874 [1].",
        "The lamp on pier 17 wasn’t lit by Agnes Marrow in 1874 [1].",
        "The lamp on pier 17 was never lit by Agnes Marrow in 1874 [1].",
        "She was the first keeper [1].",
        "No colony of bees keeps 34 degrees in winter [3].",
    ],
)
def test_the_contrary_is_never_supported(check: GroundingCheck, sentence: str) -> None:
    assert judged(check, sentence).verdict is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    "sentence",
    [
        "She was not the first keeper of the pier [1].",
        "Agnes Marrow lit the lamp on pier 17, and she was not the first keeper [1].",
    ],
)
def test_a_not_that_the_passage_has_too_is_supported(check: GroundingCheck, sentence: str) -> None:
    assert judged(check, sentence).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "sentence", ["Quarterly revenue rose by a fifth.", "The submarine surfaced near Lisbon [1].", "Zeppelins! [2]"]
)
def test_what_no_passage_says_is_unsupported_and_cites_nothing(check: GroundingCheck, sentence: str) -> None:
    found = judged(check, sentence)
    assert (found.verdict, found.citations) == (Verdict.UNSUPPORTED, ())


def test_half_of_it_is_partly(check: GroundingCheck) -> None:
    found = judged(check, "Agnes Marrow lit the lamp with a golden torch at midnight.")
    assert found.verdict is Verdict.PARTLY
    assert found.citations[0].number == 1


def test_a_wrong_citation_is_put_right(check: GroundingCheck) -> None:
    assert [c.number for c in judged(check, "Agnes Marrow lit the lamp on pier 17 [3].").citations] == [1]


def test_a_citation_that_does_not_exist_is_harmless(check: GroundingCheck) -> None:
    assert [c.number for c in judged(check, "Agnes Marrow lit the lamp on pier 17 [9, 0].").citations] == [1]


def test_a_second_passage_that_carries_the_claim_too_is_kept() -> None:
    check = GroundingCheck(passages((TEXTS[0], TEXTS[0])), words, lambda document, index: page_text(document, 0))
    found = judged(check, "Agnes Marrow lit the lamp on pier 17 [1][2].")
    assert sorted(citation.number for citation in found.citations) == [1, 2]


def test_words_without_a_claim_need_no_support(check: GroundingCheck) -> None:
    assert judged(check, "So it was.").verdict is Verdict.SUPPORTED


def test_without_passages_nothing_is_supported() -> None:
    check = GroundingCheck([], words, page_text)
    assert judged(check, "Agnes Marrow lit the lamp.").verdict is Verdict.UNSUPPORTED
    assert check.check("") == []


# ── the exact words on the page ──────────────────────────────────────────────────────────────────────────────────


def test_a_citation_is_the_words_on_the_page(check: GroundingCheck) -> None:
    for sentence in check.check(
        "She was not the first keeper [1]. The pier is 412 metres long. Hives die of hunger in March."
    ):
        (citation,) = sentence.citations
        page = page_text(citation.document, citation.page_index)
        assert squeezed(page[citation.char_start : citation.char_end]) == squeezed(citation.quote)
        assert citation.page_label == str(citation.page_index + 1)


def test_any_sentence_of_any_passage_is_found_on_its_page(library: Library) -> None:
    """Over every chunk of the filled library: hyphens, columns, tables, headings and ligatures included.

    Nearly all are exactly these words; a few have a running foot between them, or go on somewhere else.
    """
    exact = inexact = 0
    chunks = [row[0] for row in library.database.read().execute("SELECT id FROM chunks")]
    for passage in library.passages([(chunk, 1.0) for chunk in chunks]):
        page = library.page_text(passage.document, passage.page_index)
        for start, end in sentence_spans(passage.text):
            first, last = page_span(passage, start, end, library.page_text)
            assert passage.char_start <= first < last <= passage.char_end
            said = squeezed(passage.text[start:end]).replace("|", "")
            there = squeezed(tidy(page[first:last]).text)
            exact += there == said
            inexact += there != said
            assert there in said or is_in_order(said, there)
    assert exact > 100
    assert inexact <= 0.02 * exact


def is_in_order(words: str, text: str) -> bool:
    """Return whether a text has all the letters of the words in their order, with others between."""
    letters = iter(text)
    return all(letter in letters for letter in words)


def passage_with_runs(text: str, *runs: TextRun) -> Passage:
    return Passage(1, 1.0, "doc", "/d.pdf", "D", 0, "1", 0, 900, "", text, runs=runs)


def no_page(_document: str, _index: int) -> str:
    raise AssertionError("the runs are enough")


def test_runs_tell_the_place_without_the_page() -> None:
    passage = passage_with_runs("lighthouse on rock", TextRun(0, 100, 5), TextRun(5, 107, 13))
    assert page_span(passage, 0, 10, no_page) == (100, 112)
    assert page_span(passage, 14, 18, no_page) == (116, 120)


def test_words_in_two_columns_are_shown_where_most_of_them_are() -> None:
    passage = passage_with_runs("the end of one column and the next", TextRun(0, 300, 21), TextRun(21, 700, 13))
    assert page_span(passage, 0, 34, no_page) == (300, 321)
    assert page_span(passage, 11, 34, no_page) == (700, 713)


def test_a_passage_of_two_columns_has_two_places() -> None:
    passage = passage_with_runs(
        "end of one and the next", TextRun(0, 300, 11), TextRun(11, 700, 4), TextRun(16, 706, 7)
    )
    assert passage_spans(passage) == [(300, 311), (700, 713)]
    assert passage_spans(passage_with_runs("an old library")) == [(0, 900)]


def test_a_row_below_a_repeated_header_is_shown_itself() -> None:
    passage = passage_with_runs("Year | Barrels\n1902 | 112", TextRun(15, 400, 4), TextRun(22, 410, 3))
    assert page_span(passage, 0, 25, no_page) == (400, 413)
    assert page_span(passage, 0, 14, lambda document, index: "") == (0, 900)  # only the header, which stands nowhere
    assert page_span(passage, 0, 14, lambda document, index: "Year\t Barrels\r\n1901") == (0, 13)


def test_a_chunk_of_another_tidying_is_found_by_its_words(check: GroundingCheck) -> None:
    (passage, *_) = passages()
    changed = passages(
        (TEXTS[0].replace("Agnes Marrow", "Agnes  Marrow").replace("The pier", "the  pier"), *TEXTS[1:])
    )[0]
    start = changed.text.index("lit by")
    found = cite(1, changed, start, start + len("lit by Agnes  Marrow"), page_text)
    assert page_text("doc", 0)[found.char_start : found.char_end] == "lit by Agnes Marrow"
    lost = cite(1, changed, changed.text.index("the  pier"), len(changed.text), lambda *_: "other words entirely" * 9)
    assert (lost.char_start, lost.char_end) == (passage.char_start, changed.char_end)


# ── sentences and numbers ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("One [1]. Two [2].", ["One [1].", "Two [2]."]),
        ("One. [1] Two. [2][3] Three.", ["One. [1]", "Two. [2][3]", "Three."]),
        ("One. [1, 2]", ["One. [1, 2]"]),
        ("One.[1]\nTwo.", ["One.[1]", "Two."]),
        ("[1] One.", ["[1] One."]),
        ("- One [1]\n- Two [2]", ["- One [1]", "- Two [2]"]),
    ],
)
def test_marks_belong_to_the_sentence_before_them(text: str, sentences: list[str]) -> None:
    assert [text[a:b].strip() for a, b in answer_sentences(text)] == sentences


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("no numbers", set()),
        ("In 1874, 9,000 barrels at 2.6 tonnes.", {"1874", "9000", "2.6"}),
        ("12.5 %", {"12.5"}),
        ("It ended in 1874.", {"1874"}),
        ("pages 3–5", {"3", "5"}),
    ],
)
def test_numbers_are_compared_without_their_commas(text: str, numbers: set[str]) -> None:
    assert numbers_in(text) == numbers


def test_the_check_uses_the_words_of_the_keyword_index(library: Library) -> None:
    ((chunk, _), *_) = library.search_keywords("colony of bees winter ball", 1, None)
    check = GroundingCheck(library.passages([(chunk, 1.0)]), library.words, library.page_text)
    assert judged(check, "Bee colonies in winters are balls that breathe.").verdict is Verdict.SUPPORTED


# ── facts, reasons, parts ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The lamp on pier 17 was lit by Agnes Marrow in 1875.", "The number 1875 is not in the passages."),
        ("The lamp on pier 17 was lit by Bruno Calder in 1874.", "“Bruno Calder” is not in the passages."),
        ("The lamp on pier 17 was not lit by Agnes Marrow.", "The sentence says “not”, the passage does not."),
        ("She was the first keeper.", "The passage says “not”."),
        ("Fewer hives die of hunger in March than of frost.", "The sentence says “fewer”, the passage “more”."),
        ("A common year brought 112 barrels.", "The passages say 112 of something else."),
        ("The harbour landed 17 barrels in the spring of 1902.", "The passages say 17 of something else."),
        ("Agnes Marrow lit the lamp with a golden torch at midnight.", "The passage does not say “golden”"),
        ("The submarine surfaced near Lisbon.", "“Lisbon” is not in the passages."),
        ("Quarterly revenue rose.", "The passages do not say this."),
    ],
)
def test_why_a_sentence_is_doubted_is_said(check: GroundingCheck, sentence: str, reason: str) -> None:
    found = judged(check, sentence)
    assert found.verdict is not Verdict.SUPPORTED
    assert found.reason.startswith(reason)


def test_what_is_supported_needs_no_reason(check: GroundingCheck) -> None:
    assert judged(check, "Agnes Marrow lit the lamp on pier 17 [1].").reason == ""


def test_a_name_of_the_title_is_known(check: GroundingCheck) -> None:
    claim = "In the spring of 1902 the harbour of Skell landed 112 barrels."
    assert judged(check, claim).reason == "“Skell” is not in the passages."
    titled = GroundingCheck(passages(title="Harbour Book of Skell"), words, page_text)
    assert "Skell" not in judged(titled, claim).reason


def test_a_name_of_the_title_in_the_place_of_the_sentences_own_is_not_supported() -> None:
    check = GroundingCheck(passages(title="The history of Skell"), words, page_text)
    found = judged(check, "The lamp on pier 17 was lit by Skell in 1874.")
    assert found.verdict is not Verdict.SUPPORTED
    assert found.reason == "The passage says “Agnes Marrow”, not “Skell”."


def test_two_facts_of_two_passages_are_cited_both() -> None:
    texts = ("Agnes Marrow lit the lamp on pier 17.", "Agnes Marrow died of a fever in Skell.", TEXTS[2])
    check = GroundingCheck(passages(texts), words, lambda _, i: "Chapter one\r\n" + texts[i])
    found = judged(check, "Agnes Marrow lit the lamp on pier 17 and died of a fever in Skell.")
    assert found.verdict is Verdict.SUPPORTED
    assert [citation.number for citation in found.citations] == [1, 2]


def test_facts_of_two_who_have_nothing_in_common_are_not_glued() -> None:
    texts = ("Agnes Marrow lit the lamp on pier 17.", "Bruno Calder died of a fever in Skell.", TEXTS[2])
    check = GroundingCheck(passages(texts), words, lambda _, i: "Chapter one\r\n" + texts[i])
    found = judged(check, "Agnes Marrow lit the lamp on pier 17 and died of a fever in Skell.")
    assert found.verdict is not Verdict.SUPPORTED


def test_the_narrowest_sentence_is_cited(check: GroundingCheck) -> None:
    (citation,) = judged(check, "The pier is 412 metres long [1].").citations
    assert citation.quote == "The pier is 412 metres long."


def test_meaning_counts_where_there_is_an_embedder(library: Library, embedder: OpenVinoEmbedder) -> None:
    check = GroundingCheck(passages(), library.words, page_text, embedder)
    assert judged(check, "Agnes Marrow lit the lamp on pier 17 in 1874.").verdict is Verdict.SUPPORTED
    assert judged(check, "The quarterly revenue of the submarine fleet fell.").verdict is Verdict.UNSUPPORTED


def test_a_growing_text_is_judged_once(library: Library) -> None:
    asked: list[int] = []

    class Counting(HashEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            asked.append(len(texts))
            return super().embed_passages(texts)

    check = GroundingCheck(passages(), library.words, page_text, Counting())
    check.check("Agnes Marrow lit the lamp on pier 17.")
    before = list(asked)
    check.check("Agnes Marrow lit the lamp on pier 17.")
    assert asked == before != []
