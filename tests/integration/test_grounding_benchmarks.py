"""The programs behind the check's figures: made claims are what they say, and a wrong number is found."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from benchmarks.calibrate_grounding import Measured, fit
from benchmarks.check_answers import wrong_numbers
from benchmarks.made_claims import Claim, false_claims, statement_of, true_claims
from core.answering.closeness import Closeness
from core.index.analysis import comparable_words
from core.types import Verdict

SENTENCE = "In 1902, the harbour of Skell (a town) was not closed by Agnes Marrow, and 9,000 barrels were landed."
OTHERS = ("The keeper of Cape Sorrow was Bruno Calder, and 412 lamps were lit.",)
PAGE = "The harbour landed 9,000 barrels.\r\nIn 1902 it landed 112."


def answer(text: str, verdict: str, start: int, end: int) -> dict[str, Any]:
    place = {"citation": 1, "document": "doc", "page_index": 0, "char_start": start, "char_end": end}
    sentence = {"text": text, "citations": [1], "verdict": verdict, "reason": "", "places": [place]}
    return {"sentences": [sentence], "passages": [{"text": PAGE}]}


@pytest.mark.parametrize(
    ("text", "verdict", "wrong"),
    [
        ("The harbour landed 9000 barrels. [1]", "supported", []),
        ("The harbour landed 9,001 barrels. [1]", "supported", ["9,001"]),
        ("The harbour landed 112 barrels. [1]", "supported", ["112"]),  # on the page, but not in the words cited
        ("The harbour landed 9,001 barrels. [1]", "partly", []),
    ],
)
def test_a_wrong_number_is_found(text: str, verdict: str, wrong: list[str]) -> None:
    found = wrong_numbers(answer(text, verdict, 0, PAGE.index("\r")), lambda *_: PAGE)
    assert [number for _, number in found] == wrong


def test_true_claims_keep_the_facts() -> None:
    for seed in range(5):
        claims = true_claims(SENTENCE, Random(seed))
        assert claims[0].text == SENTENCE
        assert all(claim.is_true and "Agnes Marrow" in claim.text and "1902" in claim.text for claim in claims)


def test_false_claims_change_one() -> None:
    kinds = set()
    for seed in range(20):
        for claim in false_claims(SENTENCE, OTHERS, comparable_words, Random(seed), lambda _: False):
            assert not claim.is_true
            assert claim.text != SENTENCE
            kinds.add(claim.kind)
    assert {"number changed", "date shifted", "name swapped", "not removed"} <= kinds


def test_a_question_and_its_answer_make_a_sentence() -> None:
    assert statement_of("Who lit the lamp?", "Agnes") == "Agnes lit the lamp."
    assert statement_of("When was it lit?", "1874") == ""


def test_weights_tell_true_from_false() -> None:
    def measured(*, is_true: bool, measure: float) -> Measured:
        closeness = Closeness(measure, measure, measure, measure)
        return Measured(Claim("", is_true, ""), closeness, "", Verdict.PARTLY, "")

    steps = [i / 40 for i in range(40)]
    claims = [measured(is_true=True, measure=0.9 + step / 10) for step in steps]
    claims += [measured(is_true=False, measure=0.4 + step / 10) for step in steps]
    weights = fit([claims], with_meaning=True)
    assert all((weights.score(m.closeness) >= weights.supported) is m.claim.is_true for m in claims)
