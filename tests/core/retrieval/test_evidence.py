"""What speaks for a candidate, and how it is weighed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from stand_ins import CodedAsTheyAre

from core.embedding.embedder import TokenVectors
from core.index.candidates import Candidate
from core.retrieval.evidence import OF_THE_EMBEDDER, SIGNALS, add_tokens, gather
from core.retrieval.late_interaction import LateInteraction, most_promising
from core.retrieval.names import Naming, date_in
from core.retrieval.ranking import load_weights, parts_of, score_of
from core.retrieval.retriever import shared_out

CHUNKS = [
    Candidate(1, 1, 0, "Tide tables", "The lamp burns oil."),
    Candidate(2, 1, 0, "Tide tables", "Nothing else is here."),
    Candidate(3, 1, 1, "Tide tables", "Oil and the lamp of the pier."),
    Candidate(4, 2, 7, "Harbour", "Herring."),
]


def signals_of(
    question: str, dense: list[tuple[int, float]], keyword: list[tuple[int, float]], naming: Naming | None = None
) -> dict[int, dict[str, float]]:
    pages: dict[tuple[int, int], list[str]] = {}
    for chunk in CHUNKS:
        pages.setdefault(chunk.page, []).append(chunk.text.lower())
    found = gather(question.split(), CHUNKS, dense, keyword, pages, naming or Naming(), str.split)
    return {chunk.chunk: signals for chunk, signals in zip(CHUNKS, found, strict=True)}


def test_every_signal_is_there_and_between_0_and_1() -> None:
    found = signals_of("lamp oil", [(1, 0.9), (3, 0.8), (2, 0.1)], [(3, 7.0), (4, 2.0)])
    for signals in found.values():
        assert tuple(signals) == SIGNALS
        assert all(0.0 <= value <= 1.0 for value in signals.values())
    assert found[1]["meaning"] == found[3]["words"] == 1.0
    assert found[3]["meaning"] == pytest.approx(0.875)
    assert found[4]["meaning"] == 0.0
    assert [found[chunk]["meaning_rank"] for chunk in (1, 3, 2, 4)] == pytest.approx([1.0, 0.5, 1 / 3, 0.0])
    assert [found[chunk]["words_rank"] for chunk in (3, 4, 1)] == [1.0, 0.5, 0.0]


def test_chunks_of_equal_scores_share_the_first_place_of_them() -> None:
    found = signals_of("lamp oil", [], [(3, 9.0), (1, 7.0), (2, 7.0), (4, 2.0)])
    assert [found[chunk]["words_rank"] for chunk in (3, 1, 2, 4)] == [1.0, 0.5, 0.5, 0.25]


def test_late_interaction_is_stretched_over_those_that_have_it() -> None:
    signals = [{"tokens": 0.0} for _ in range(4)]
    add_tokens(signals, [2, 0, 3], [0.4, 0.6, 0.5])
    assert [s["tokens"] for s in signals] == pytest.approx([1.0, 0.0, 0.0, 0.5])
    add_tokens(signals, [1], [0.3])
    assert signals[1]["tokens"] == 1.0
    add_tokens(signals, [], [])


def test_a_page_counts_with_all_its_chunks_and_its_neighbours() -> None:
    found = signals_of("the lamp", [(1, 0.9), (2, 0.5), (3, 0.1)], [(1, 5.0), (4, 1.0)])
    assert found[2]["page_second"] == pytest.approx(1.0)
    assert found[1]["page_second"] == pytest.approx(0.25)
    assert found[3]["page_second"] == 0.0
    assert found[3]["neighbour"] == pytest.approx(1.0)
    assert found[4]["neighbour"] == 0.0
    assert found[1]["page_phrases"] == found[3]["page_phrases"] == 1.0
    assert found[4]["page_words"] == found[4]["page_phrases"] == 0.0


def test_the_beginning_of_a_document_and_its_name_count() -> None:
    found = signals_of("lamp", [], [(1, 1.0)], Naming({1: 0.5, 2: 1.0}, frozenset({2})))
    assert [found[chunk]["opening"] for chunk in (1, 3, 4)] == pytest.approx([1.0, 0.779, 0.174], abs=1e-3)
    assert (found[1]["named"], found[4]["named"]) == (0.125, 1.0)
    assert (found[1]["newest"], found[4]["newest"]) == (0.0, 1.0)


def test_a_score_is_the_sum_of_its_parts() -> None:
    signals = signals_of("lamp oil", [(1, 0.9), (3, 0.8)], [(3, 7.0)])[3]
    parts = parts_of(signals, {"words": 2.0, "opening": 4.5, "tokens": 0.5, "meaning": 0.0})
    assert parts == (("opening", pytest.approx(3.505, abs=1e-3)), ("words", 2.0))
    assert score_of(signals, {"words": 2.0, "opening": 4.5}) == pytest.approx(sum(value for _, value in parts))


def test_the_weights_that_ship_are_of_known_signals_and_none_is_negative(tmp_path: Path) -> None:
    weights = load_weights()
    assert set(weights.known) == {*weights.without_tokens, "tokens"} <= set(SIGNALS)
    assert not set(weights.foreign) & set(OF_THE_EMBEDDER)
    for some in (weights.known, weights.without_tokens, weights.foreign):
        assert min(some.values()) >= 0.0 < sum(some.values())
    other = tmp_path / "fusion.json"
    unknown = {"known_language": {"smell": 1.0}, "known_language_without_tokens": {}, "foreign_language": {}}
    other.write_text(json.dumps(unknown), "utf-8")
    with pytest.raises(ValueError, match="smell"):
        load_weights(other)


class LetterTokens(CodedAsTheyAre):
    """One token a letter, each of its own direction."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.asked += texts
        letters = [[ord(c) % 32 for c in text if c.isalpha()] for text in texts]
        return [np.eye(32, dtype=np.float16)[row].reshape(-1, 32) for row in letters]


def nothing_stored(chunks: Sequence[int]) -> dict[int, bytes]:
    return {}


def test_late_interaction_asks_for_every_token_of_the_question() -> None:
    late = LateInteraction(LetterTokens(), nothing_stored)
    passages = [Candidate(i, 1, 0, "", text) for i, text in enumerate(["abcd", "ab", "", "xyz"])]
    assert late.similarities("abcd", passages) == [1.0, 0.5, 0.0, 0.0]
    assert late.similarities("ab", passages) == [1.0, 1.0, 0.0, 0.0]
    assert late.similarities("??", passages) == [0.0] * 4


def test_only_a_passage_whose_tokens_are_not_kept_is_embedded_again() -> None:
    embedder = LetterTokens()
    passages = [Candidate(i, 1, 0, "Title", text) for i, text in enumerate(["abcd", "ab", "xyz"], 7)]
    _, codes = LetterTokens().code_passages(["abxy", "ab"])
    asked_for: list[int] = []

    def stored(chunks: Sequence[int]) -> dict[int, bytes]:
        asked_for.extend(chunks)
        return {8: codes[1], 7: codes[0], 9: b""}

    late = LateInteraction(embedder, stored)
    assert late.similarities("abxyz", passages) == pytest.approx(
        [0.8, 0.4, 0.6]
    )  # by what is kept, not by what the text has
    assert asked_for == [7, 8, 9]
    assert embedder.asked == ["abxyz", "Title\nxyz"]


def test_late_interaction_tells_of_each_token_how_near_the_passage_comes() -> None:
    passages = [Candidate(i, 1, 0, "", text) for i, text in enumerate(["ab", "", "cxa"])]
    matches = LateInteraction(LetterTokens(), nothing_stored).matches("abc", passages)
    assert matches.tolist() == [[1.0, 1.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 1.0]]
    assert LateInteraction(LetterTokens(), nothing_stored).matches("??", passages).shape == (3, 0)


def test_few_candidates_are_compared_and_of_a_page_two_at_most() -> None:
    candidates = [Candidate(i, 1, i // 4, "", "") for i in range(40)]
    scores = [-0.1 * i for i in range(40)]
    assert most_promising(candidates, scores) == [0, 1, 4, 5, 8, 9, 12, 13]
    scores[39] = 1.0
    assert most_promising(candidates, scores)[:2] == [39, 0]
    assert most_promising([], []) == []


def test_who_is_far_behind_is_not_compared_but_four_are_in_any_case() -> None:
    candidates = [Candidate(i, 1, i, "", "") for i in range(9)]
    assert most_promising(candidates, [9.0, 8.0, 7.0, 6.0, 4.1, 4.0, 3.0, 2.0, 1.0]) == [0, 1, 2, 3, 4]
    assert most_promising(candidates, [9.0, 3.0, 2.0, 1.0, 0.5, 0.4, 0.3, 0.2, 0.1]) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2022 Q3 ACME", (2022, 3)),
        ("acme 3q 2021", (2021, 3)),
        ("Annual report 2019", (2019, 0)),
        ("Tide tables 1999 to 2004", (2004, 0)),
        ("Part 120194", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_the_date_in_a_name(name: str, date: tuple[int, int]) -> None:
    assert date_in(name) == date


def test_documents_are_compared_only_where_each_has_a_word_of_its_own() -> None:
    both = Naming({1: 1.0, 2: 0.9, 3: 0.2}, words={1: {"apple": 1.0}, 2: {"intel": 0.9}, 3: {"q3": 0.2}})
    assert both.compared(4) == [1, 2]
    assert both.compared(1) == []
    assert Naming({1: 1.0, 2: 1.0}, words={1: {"apple": 1.0}, 2: {"apple": 1.0}}).compared(4) == []
    assert Naming({1: 1.0}, words={1: {"apple": 1.0}}).compared(4) == []


def test_documents_that_are_compared_take_turns_at_the_head_and_scores_still_fall() -> None:
    scored = [(Candidate(i, document, i, "", ""), 9.0 - i) for i, document in enumerate([1, 1, 1, 2, 3, 2])]
    ordered = shared_out(scored, [1, 2])
    assert [candidate.document for candidate, _ in ordered] == [1, 2, 1, 2, 1, 3]
    assert [score for _, score in ordered] == [9.0, 8.0, 7.0, 6.0, 5.0, 4.0]
    assert shared_out(scored, [1]) == scored
    assert shared_out(scored, [1, 9]) == scored
