"""What of a question the passages do not have, in a library of a few sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from stand_ins import chunks_of, hash_vector, page_of

from core.answering import missing as missing_module
from core.answering.missing import asked_words, language_of_question, missing, pieces_of
from core.index.library import Library
from core.retrieval.retriever import Retrieval
from core.types import JobState, PageRange, Passage, Scope, Survey

LIGHTS = [
    "The lamp on the pier was lit by Agnes Marrow. She was not the first keeper of the harbour. The pier is long.",
    "The harbour is closed in winter.",
]
BEES = ["A colony of bees keeps 34.5 degrees in winter. The honey is sold in the harbour."]


@pytest.fixture
def small(open_small: Callable[..., Library]) -> Library:
    library = open_small()
    for name, texts in (("lights", LIGHTS), ("bees", BEES)):
        pages = [page_of(index, text) for index, text in enumerate(texts)]
        library.add_file(name, library.cache_folder / f"{name}.pdf", name.title(), None)
        library.set_survey(name, Survey(name.title(), len(pages)))
        library.commit_pages(name, pages, chunks_of(pages), np.stack([hash_vector(text) for text in texts]))
        library.set_state(name, JobState.READY)
    return library


def passage(text: str, title: str = "Lights", heading: str = "") -> Passage:
    return Passage(1, 0.9, "lights", "/lights.pdf", title, 0, "1", 0, len(text), heading, text)


def signals_of(
    library: Library, question: str, passages: Sequence[Passage], scope: Scope | None = None
) -> dict[str, float]:
    return missing(question, Retrieval(tuple(passages), 0.5), library, scope or Scope(), None)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pieces_keep_numbers_whole_and_signs_apart() -> None:
    assert pieces_of("Is 34.5° (or 1,200) in the 10-Q?") == [
        *("Is", "34.5", "°", "(", "or", "1,200", ")", "in", "the", "10", "-", "Q", "?")
    ]


@pytest.mark.parametrize(
    ("question", "stems"),
    [
        ("Who lit the lamps, and which lamp was lit?", ["lit", "lamp"]),
        ("What is it?", []),
        ("Wer hat die Lampen und die Häuser gezählt?", ["lamp", "haus", "gezahlt"]),
        ("灯塔的灯", ["灯塔", "塔的", "的灯"]),
        ("", []),
    ],
)
def test_words_that_carry_meaning_are_asked_for_once(question: str, stems: list[str]) -> None:
    asked = asked_words(pieces_of(question), language_of_question(question))
    assert [word.stem for word in asked] == stems


def test_a_word_knows_its_place_in_the_question() -> None:
    pieces = pieces_of("Who lit (all) the lamps?")
    assert [pieces[word.piece] for word in asked_words(pieces, "en")] == ["lit", "lamps"]


def test_nothing_is_missing_where_one_passage_has_it_all(small: Library) -> None:
    found = signals_of(small, "Was Agnes Marrow the first keeper?", [passage(BEES[0]), passage(LIGHTS[0])])
    assert found == {"words": 0.0, "nowhere": 0.0}


def test_what_one_passage_and_what_another_has_do_not_count_together(small: Library) -> None:
    found = signals_of(
        small, "Was Agnes Marrow the keeper?", [passage("Agnes Marrow came."), passage("The keeper left.")]
    )
    assert 0.2 < found["words"] < 0.5
    assert found["nowhere"] == 0.0


def test_words_are_compared_by_the_rules_of_the_question_s_language(small: Library) -> None:
    asked = "Wie viele Häuser und Lampen hat der Hafen?"
    assert signals_of(small, asked, [passage("Der Hafen hat ein Haus und eine Lampe.")])["words"] == 0.0


@pytest.mark.parametrize(("title", "heading"), [("The lamp", ""), ("", "Piers › The lamp")])
def test_title_and_headings_count_as_words_of_the_passage(small: Library, title: str, heading: str) -> None:
    text = "It was lit by Agnes Marrow."
    assert signals_of(small, "Who lit the lamp?", [passage(text, "", "")])["words"] > 0.3
    assert signals_of(small, "Who lit the lamp?", [passage(text, title, heading)])["words"] == 0.0


def test_a_rare_word_weighs_more_than_a_common_one(small: Library) -> None:
    rare = signals_of(small, "harbour honey", [passage("The harbour.")])["words"]
    common = signals_of(small, "harbour honey", [passage("The honey.")])["words"]
    assert rare > common > 0.0
    assert signals_of(small, "harbour honey", [passage("Nothing.")])["words"] == 1.0


def test_a_word_is_nowhere_only_if_no_chunk_in_scope_has_it(small: Library) -> None:
    passages = [passage(LIGHTS[0])]
    assert signals_of(small, "zeppelin", passages) == {"words": 1.0, "nowhere": 1.0}
    assert signals_of(small, "honey", passages) == {"words": 1.0, "nowhere": 0.0}
    assert signals_of(small, "honey", passages, Scope(("lights",))) == {"words": 1.0, "nowhere": 1.0}
    assert 0.0 < signals_of(small, "lamp zeppelin", passages)["nowhere"] < 1.0


def test_among_very_many_chunks_a_word_is_looked_for_in_all_of_their_documents(
    small: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = Scope(("lights",), pages=(PageRange(1, 1),))
    passages = [passage(LIGHTS[0])]
    assert signals_of(small, "closed honey", passages, scope)["nowhere"] == 1.0
    monkeypatch.setattr(missing_module, "_COUNTED", 0)
    assert 0.0 < signals_of(small, "closed honey", passages, scope)["nowhere"] < 1.0


def test_a_question_of_function_words_misses_nothing(small: Library) -> None:
    assert signals_of(small, "What is it?", [passage(LIGHTS[0])]) == {"words": 0.0, "nowhere": 0.0}


# ── distance in meaning ──────────────────────────────────────────────────────────────────────────────────────────


def one_each(pieces: Sequence[str]) -> list[int]:
    return [1] * len(pieces)


def with_matches(library: Library, cosine: float | None, matches: list[list[float]] | None) -> dict[str, float]:
    """Signals of a question of four tokens, the sign among them; the passage lacks its last word."""
    array = None if matches is None else np.array(matches, np.float32)
    retrieval = Retrieval((passage(LIGHTS[0]),), cosine, matches=array)
    return missing("Who lit zeppelins?", retrieval, library, Scope(), one_each)


def test_distance_multiplies_what_is_missing(small: Library) -> None:
    near = with_matches(small, 0.9, [[0.0, 0.5, 0.5, 0.0]])
    far = with_matches(small, 0.1, [[0.0, 0.5, 0.5, 0.0]])
    assert near["words"] == far["words"] > 0.0
    assert far["far_words"] == pytest.approx(9 * near["far_words"])
    assert far["far_words"] == pytest.approx(0.9 * far["words"])
    assert far["far_tokens"] == pytest.approx(0.9 * 0.5)


def test_only_the_tokens_of_words_that_carry_meaning_count_and_the_best_passage(small: Library) -> None:
    found = with_matches(small, 0.0, [[1.0, 0.0, 0.0, 1.0], [0.0, 0.8, 0.8, 0.0]])
    assert found["far_tokens"] == pytest.approx(0.2)


def test_a_rare_word_in_its_sense_weighs_more(small: Library) -> None:
    lacks_rare = with_matches(small, 0.0, [[0.0, 1.0, 0.0, 0.0]])["far_tokens"]
    lacks_common = with_matches(small, 0.0, [[0.0, 0.0, 1.0, 0.0]])["far_tokens"]
    assert lacks_rare > lacks_common


def test_tokens_that_do_not_add_up_count_alike(small: Library) -> None:
    found = with_matches(small, 0.0, [[0.5, 0.5, 0.5]])
    assert found["far_tokens"] == pytest.approx(0.5)


@pytest.mark.parametrize(("cosine", "matches"), [(None, [[1.0] * 4]), (0.5, None)])
def test_without_vectors_words_alone_tell(
    small: Library, cosine: float | None, matches: list[list[float]] | None
) -> None:
    assert with_matches(small, cosine, matches).keys() == {"words", "nowhere"}


def test_cosines_beyond_their_bounds_keep_signals_between_0_and_1(small: Library) -> None:
    for cosine in (-0.2, 1.01):
        found = with_matches(small, cosine, [[-0.1] * 4])
        assert all(0.0 <= value <= 1.0 for value in found.values())


def test_a_passage_without_tokens_has_no_word_in_its_sense(small: Library) -> None:
    retrieval = Retrieval((passage(LIGHTS[0]),), 0.25, matches=np.empty((0, 4), np.float32))
    assert missing("Who lit zeppelins?", retrieval, small, Scope(), one_each)["far_tokens"] == pytest.approx(0.75)


def test_vowel_signs_belong_to_their_letters() -> None:
    assert pieces_of("आखिरी हिमनद कब?") == ["आखिरी", "हिमनद", "कब", "?"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much is the deposit for a berth?", ["deposit", "berth"]),
        ("How long is the pier called Skell?", ["pier", "skell"]),
        ("Please tell me whose lamp it was.", ["lamp"]),
        ("Is the long pier high?", ["long", "pier", "high"]),
    ],
)
def test_what_only_asks_is_not_missing(question: str, words: list[str]) -> None:
    assert [word.text.lower() for word in asked_words(pieces_of(question), "en")] == words
