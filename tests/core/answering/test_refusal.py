"""Saying plainly that the documents do not answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filled_library import Filled
from passages import passages
from stand_ins import HashEmbedder

from core.answering.missing import OF_THE_EMBEDDER, SIGNALS
from core.answering.refusal import (
    CONSTANT,
    KNOWN,
    WORDS_ONLY,
    documents_are_silent,
    evidence_against,
    load_calibration,
    says_nothing_found,
)
from core.embedding.openvino_embedder import OpenVinoEmbedder
from core.embedding.weights import BUILTIN_SHA256
from core.index.library import Library
from core.retrieval.retriever import Retrieval, Retriever
from core.types import Scope

ANSWERED = [
    "Who lit the lamp on pier 17?",
    "Who kept the light on the pier?",
    "Why did so many hives die in March?",
    "How warm is it inside a bee colony in winter?",
    "How far does the Long Pier reach into the Sound of Marl?",
    "When did the herring stay away?",
]
UNANSWERED = [
    "Who won the football world cup in 2018?",
    "What is the chemical symbol for gold?",
    "What was the depreciation of intangible assets?",
    "Can standing desks be reimbursed?",
    "How loud is the smell of a rose?",
]


@pytest.fixture(scope="module")
def silent(library: Library, embedder: OpenVinoEmbedder) -> Callable[..., bool]:
    retriever = Retriever(library, embedder)

    def ask(question: str, scope: Scope | None = None) -> bool:
        found = retriever.retrieve_with_evidence(question, 24, scope)
        return documents_are_silent(question, found, library, embedder, scope)

    return ask


# ── the decision ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("question", ANSWERED)
def test_what_the_documents_answer_is_not_refused(silent: Callable[..., bool], question: str) -> None:
    assert silent(question) is False


@pytest.mark.parametrize("question", UNANSWERED)
def test_what_they_do_not_speak_of_is_refused(silent: Callable[..., bool], question: str) -> None:
    assert silent(question) is True


def test_what_another_document_answers_is_refused_within_a_scope(silent: Callable[..., bool], filled: Filled) -> None:
    question = "Why did so many hives of the bees die of hunger?"
    assert silent(question, Scope((filled.id_of("empty_page.pdf"),))) is False
    assert silent(question, Scope((filled.id_of("table.pdf"),))) is True


def test_nothing_found_is_refused(library: Library, embedder: OpenVinoEmbedder) -> None:
    assert documents_are_silent("Who lit the lamp?", Retrieval((), None), library, embedder) is True
    assert documents_are_silent("Who lit the lamp?", Retrieval((), 0.9), library, embedder) is True


def test_in_a_language_that_the_embedder_does_not_know_words_decide(
    silent: Callable[..., bool], library: Library, embedder: OpenVinoEmbedder
) -> None:
    german = "Die Lampe am Pier wurde von Agnes Marrow angezündet."
    found = tuple(replace(passage, text=german) for passage in passages())
    asked = "Wer hat die Lampe am Pier angezündet?"
    other = "Wie hoch waren die Abschreibungen der Tochtergesellschaft?"
    assert documents_are_silent(asked, Retrieval(found, 0.0), library, embedder) is False
    assert documents_are_silent(other, Retrieval(found, 0.9), library, embedder) is True


# ── other embedders ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cosine", [0.05, 0.95, None])
def test_cosines_of_another_embedder_do_not_decide(library: Library, cosine: float | None) -> None:
    found = Retrieval(tuple(passages()), cosine)
    answered = "Who lit the lamp on pier 17 in 1874?"
    assert documents_are_silent(answered, found, library, HashEmbedder()) is False
    assert documents_are_silent("What is the zeppelin's trajectory?", found, library, HashEmbedder()) is True


def test_an_embedder_of_many_languages_may_have_found_the_answer_in_another_one(library: Library) -> None:
    found = Retrieval(tuple(passages()), 0.7)
    asked = "Wer hat die Leuchte auf der Mole angezündet?"
    assert documents_are_silent(asked, found, library, HashEmbedder()) is False
    assert documents_are_silent("谁点亮了灯塔？", found, library, HashEmbedder()) is False


@pytest.mark.parametrize("question", ["谁点亮了灯塔？", "ใครจุดประภาคาร", "दीपक किसने जलाया?"])
def test_words_do_not_decide_in_scripts_where_they_often_seem_to_be_missing(
    library: Library, embedder: OpenVinoEmbedder, question: str
) -> None:
    assert documents_are_silent(question, Retrieval(tuple(passages()), 0.0), library, embedder) is False
    assert documents_are_silent(question, Retrieval((), None), library, embedder) is True


# ── the weights ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_ships_was_found_with_the_built_in_embedder() -> None:
    calibration = load_calibration()
    assert calibration.embedder == BUILTIN_SHA256
    for weights in (calibration.known, calibration.words_only):
        assert weights[CONSTANT] < 0 <= min(weight for name, weight in weights.items() if name != CONSTANT)
        assert evidence_against(dict.fromkeys(SIGNALS, 0.0), weights) < 0
        assert evidence_against(dict.fromkeys(SIGNALS, 1.0), weights) > 0


@pytest.mark.parametrize(("group", "name"), [(KNOWN, "luck"), (WORDS_ONLY, OF_THE_EMBEDDER[0])])
def test_weights_of_what_is_no_signal_are_an_error(tmp_path: Path, group: str, name: str) -> None:
    found = {"embedder": "e", KNOWN: {CONSTANT: -1.0}, WORDS_ONLY: {CONSTANT: -1.0}}
    file = tmp_path / "refusal.json"
    file.write_text(json.dumps(found | {group: {CONSTANT: -1.0, name: 1.0}}), "utf-8")
    with pytest.raises(ValueError, match=f"unknown signals in {group}.*{name}"):
        load_calibration(file)


# ── a model's words ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "text",
    [
        "The documents do not say.",
        "the document does not mention it",
        " The passages do not contain the answer. ",
        "The provided text does not specify this.",
        "Not found.",
        "No information about that.",
    ],
)
def test_a_model_that_found_nothing_says_so_in_many_ways(text: str) -> None:
    assert says_nothing_found(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The lamp was lit in 1874 [1].",
        "The lamp was lit in 1874. The documents do not say by whom.",
        "The documents do not say. " + "But there is much more to tell of it. " * 10,
        "Notable finds were made.",
    ],
)
def test_an_answer_with_a_gap_is_an_answer(text: str) -> None:
    assert says_nothing_found(text) is False
