"""The words of "What was searched"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.retrieval.evidence import SIGNALS
from core.retrieval.explaining import ORDER
from core.types import Answer, ContextUse
from desktop.chat.searched_wording import context_line, figure, part_name, parts_line


def test_every_part_has_a_plain_name() -> None:
    names = {part: part_name(part) for part in (*SIGNALS, ORDER)}
    assert names["meaning"] == "meaning"
    assert names["named"] == "named document"
    assert len(set(names.values())) == len(names)
    assert not any("_" in name for name in names.values())
    assert not [part for part, name in names.items() if "_" in part and name == part.replace("_", " ")]  # unnamed
    assert part_name("of_tomorrow") == "of tomorrow"


def test_parts_in_a_line() -> None:
    assert parts_line([("meaning", 0.618), ("words", 0.5), ("order", -0.1), ("opening", 0.004)]) == (
        "meaning 0.62 · the words 0.50 · place in the order −0.10"
    )
    assert parts_line([]) == ""
    assert figure(-3) == "−3.00"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "6 of 8 passages fit 2,048 tokens"),
        ({"context": ContextUse(0, 0, 8, 8)}, "8 passages found, all of them read"),
        ({"context": ContextUse(10, 4096, 8, 8)}, "8 of 8 passages fit 4,096 tokens"),
        ({"refused": True}, "8 passages found, none near enough to answer from"),
        ({"error": "The model stopped."}, "8 passages found"),
        ({"stopped": True}, "8 passages found"),
        ({"passages": ()}, "No passage was found"),
    ],
)
def test_what_became_of_the_passages(answer: Answer, changes: dict[str, object], line: str) -> None:
    assert context_line(replace(answer, **changes)) == line  # type: ignore[arg-type]


def test_one_passage(answer: Answer) -> None:
    one = replace(answer, passages=answer.passages[:1], context=ContextUse(10, 4096, 1, 1))
    assert context_line(one) == "1 of 1 passage fit 4,096 tokens"
