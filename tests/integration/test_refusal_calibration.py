"""The calibration of refusals: what is learnt from, what is only judged, and where the line is drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from benchmarks.calibrate_refusal import (
    ANSWERED,
    FAR,
    NEAR,
    UNANSWERABLE,
    Asked,
    Asker,
    PartialLibrary,
    asked_of,
    fit,
    scored,
    strange_questions,
    threshold,
    usable,
)
from benchmarks.hash_embedding import DIMENSION, HashEmbedder
from core.answering.missing import SIGNALS
from core.answering.refusal import evidence_against
from core.index.vector_index import Ids
from core.types import Chunk, JobState, Page, PageSource, Scope, Survey

TELLING, NOISE = "words", "nowhere"


def questions(name: str, kind: str, count: int, middle: float) -> list[Asked]:
    """One signal lies around the middle, another anywhere."""
    drawn = np.random.default_rng([count, len(name), len(kind)])
    return [
        Asked(name, kind, f"{kind} {i}", {TELLING: middle + 0.2 * drawn.normal(), NOISE: drawn.random()})
        for i in range(count)
    ]


def of_two_sets(count: int = 60) -> list[Asked]:
    return [
        asked
        for name in ("one", "other")
        for kind, middle in ((ANSWERED, 0.2), (FAR, 0.8), (NEAR, 0.5))
        for asked in questions(name, kind, count, middle)
    ]


def test_what_tells_far_from_answered_gets_the_weight() -> None:
    weights = fit(of_two_sets(), [TELLING, NOISE])
    assert weights[TELLING] > 5 * abs(weights[NOISE])
    assert (
        evidence_against({TELLING: 0.2, NOISE: 0.5}, weights)
        < 0
        < evidence_against({TELLING: 0.8, NOISE: 0.5}, weights)
    )


def test_near_and_unanswerable_questions_teach_nothing() -> None:
    asked = of_two_sets()
    learnt = [question for question in asked if question.kind != NEAR]
    assert fit(asked, [TELLING]) == fit(learnt, [TELLING])
    assert fit([*learnt, *questions("one", UNANSWERABLE, 50, 0.0)], [TELLING]) == fit(learnt, [TELLING])


def test_every_set_counts_the_same_whatever_its_size_and_either_kind() -> None:
    one, other = questions("one", ANSWERED, 10, 0.2), questions("other", ANSWERED, 10, 0.4)
    far = questions("one", FAR, 10, 0.8)
    assert fit([*one, *other, *far], [TELLING]) == pytest.approx(fit([*one * 7, *other, *far * 3], [TELLING]), rel=1e-6)


def test_the_line_keeps_to_the_mean_and_to_the_worst_set() -> None:
    asked = [Asked(name, ANSWERED, "", {}) for name in ("one", "other") for _ in range(100)]
    scores = [float(i) for i in range(100)] + [float(i) - 50 for i in range(100)]
    above = threshold(asked, scores, 0.05)
    assert (np.array(scores[:100]) > above).mean() == pytest.approx(0.1)
    assert (np.array(scores[100:]) > above).mean() == 0.0
    above = threshold(asked, scores, 0.05, of_a_set=0.03)
    assert (np.array(scores[:100]) > above).mean() == pytest.approx(0.03)
    assert max(scores) <= threshold(asked, scores, 0.0)


def test_a_set_that_is_left_out_is_scored_without_having_taught() -> None:
    asked = of_two_sets()
    odd = [*asked, *questions("odd", ANSWERED, 40, 0.8), *questions("odd", FAR, 40, 0.2)]
    together, apart = (scored(odd, [TELLING], apart=apart) for apart in (False, True))
    assert together[0] != apart[0]
    alone = fit(asked, [TELLING])
    assert apart[-1] == evidence_against(odd[-1].signals, alone)


def test_questions_without_the_embedders_signals_are_judged_by_words_alone() -> None:
    asked = [
        Asked("one", ANSWERED, "", {"words": 0.0, "nowhere": 0.0}),
        Asked("one", ANSWERED, "", dict.fromkeys(SIGNALS, 0.0)),
    ]
    assert usable(asked, ["words"]) == asked
    assert usable(asked, ["words", "far_words"]) == asked[1:]


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

PAGES = [
    "The lamp on the pier was lit by Agnes Marrow.",
    "The harbour landed 112 barrels of herring.",
    "A colony of bees keeps 34 degrees in winter.",
]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[PartialLibrary]:
    """Return a library of two documents, of which the first has two pages."""
    with closing(PartialLibrary(tmp_path / "library", HashEmbedder.model_id, DIMENSION)) as library:
        for name, texts in (("piers", PAGES[:2]), ("hives", PAGES[2:])):
            pages = [Page(i, str(i + 1), text, PageSource.TEXT) for i, text in enumerate(texts)]
            chunks = [(Chunk(page.index, 0, len(page.text), page.text, (), 10), "") for page in pages]
            library.add_file(name, tmp_path / f"{name}.pdf", name, None)
            library.set_survey(name, Survey(name, len(pages)))
            library.commit_pages(name, pages, chunks, HashEmbedder().embed_passages(texts))
            library.set_state(name, JobState.READY)
        yield library


def texts_of(library: PartialLibrary, chunks: Ids | None) -> list[str]:
    assert chunks is not None
    return [candidate.text for candidate in library.candidates([int(chunk) for chunk in chunks])]


def test_beside_a_page_stands_the_rest_of_its_document(small: PartialLibrary) -> None:
    assert texts_of(small, small.beside({("piers.pdf", 0)})) == [PAGES[1]]
    assert texts_of(small, small.beside({("piers.pdf", 1), ("hives.pdf", 5)})) == [PAGES[0], PAGES[2]]
    assert small.chunks_in_scope(Scope(), None) is None
    small.shown = small.beside({("piers.pdf", 0)})
    assert texts_of(small, small.chunks_in_scope(Scope(), None)) == [PAGES[1]]


def test_every_kind_of_question_is_asked_and_remembered(small: PartialLibrary, tmp_path: Path) -> None:
    lines = [
        {"question": "Who lit the lamp on the pier?", "documents": ["piers.pdf"], "gold_pages": [1]},
        {"question": "How warm is a colony of bees in winter?", "documents": ["hives.pdf"]},
        {"question": "Wer hat die Lampe angezündet?", "documents": ["piers.pdf"], "gold_pages": [1]},
        {"question": "Who flew the zeppelin?", "documents": [], "answerable": False},
    ]
    folder = tmp_path / "harbour"
    folder.mkdir()
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n", "utf-8")
    embedder = HashEmbedder()
    asker = Asker(embedder, {})
    asked = list(asked_of(folder, small, asker, embedder, ["Who won the cup?"], 10))
    assert [(question.kind, question.question) for question in asked] == [
        (ANSWERED, lines[0]["question"]),
        (ANSWERED, lines[1]["question"]),
        (ANSWERED, lines[2]["question"]),
        (UNANSWERABLE, lines[3]["question"]),
        (FAR, "Who won the cup?"),
        *((NEAR, question.question) for question in asked[5:]),
    ]
    near = {question.question: question.signals for question in asked[5:]}
    assert near.keys() == {lines[0]["question"], lines[2]["question"]}
    assert asked[0].signals == {"words": 0.0, "nowhere": 0.0}
    assert near[lines[0]["question"]]["nowhere"] > 0.5  # the page that has these words is hidden
    assert small.shown is None
    again = list(asked_of(folder, small, Asker(embedder, asker.found), embedder, ["Who won the cup?"], 10))
    assert again == asked


def test_strange_questions_come_from_the_other_sets_alone(tmp_path: Path) -> None:
    folders = []
    for name in ("one", "other", "third"):
        folders.append(tmp_path / name)
        folders[-1].mkdir()
        lines = [{"question": f"{name} {i}", "documents": []} for i in range(9)]
        lines.append({"question": f"{name} nowhere", "documents": [], "answerable": False})
        (folders[-1] / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    drawn = strange_questions(folders, folders[0], 8, lambda question: not question.endswith("3"))
    assert len(drawn) == len(set(drawn)) == 8
    assert {question.split()[0] for question in drawn} == {"other", "third"}
    assert not {"other 3", "third 3", "other nowhere", "third nowhere"} & set(drawn)
