"""The calibration of refusals: what is learnt from, what is only judged, and where the line is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.calibrate_refusal import ANSWERED, FAR, NEAR, UNANSWERABLE, Asked, fit, scored, threshold, usable
from core.answering.missing import SIGNALS
from core.answering.refusal import evidence_against

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
