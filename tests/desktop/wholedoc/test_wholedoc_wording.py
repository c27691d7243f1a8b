"""What is said of whole-document work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.answering.comparison import Comparison
from core.answering.every_document import DocumentRow, RowVerdict
from core.answering.progress import Progress
from core.answering.topics import PairKind
from desktop.wholedoc.wording import (
    answer_line,
    comparison_line,
    documents_line,
    kind_name,
    outcome_line,
    pages_between,
    place_of,
    sections_line,
    topics_line,
    verdict_name,
)


def test_progress_tells_the_time_left_only_where_it_was_measured() -> None:
    assert sections_line(Progress(4, 17)) == "4 of 17 sections"
    assert sections_line(Progress(4, 17, 12.0)) == "4 of 17 sections · 12 s left"
    assert documents_line(Progress(1, 3)) == "1 of 3 documents"
    assert topics_line(Progress(1, 3)) == "1 of 3 sections compared"


def test_pages_and_parts() -> None:
    assert (place_of("iv"), place_of("§ 3")) == ("p. iv", "§ 3")
    assert (pages_between("3", "3"), pages_between("3", "7")) == ("p. 3", "p. 3–7")


@pytest.mark.parametrize(("rows", "found", "said"), [
    (12, 9, "9 of 12 documents answer"),
    (1, 1, "The document answers."),
    (1, 0, "The document does not answer."),
])  # fmt: skip
def test_how_many_answer(rows: int, found: int, said: str) -> None:
    assert outcome_line(rows, found) == said


def test_each_verdict_and_each_kind_has_a_name() -> None:
    assert len({verdict_name(verdict) for verdict in RowVerdict}) == len(RowVerdict)
    assert all(kind_name(kind) for kind in PairKind)


def test_a_row_without_an_answer_says_why(make_row: Callable[..., DocumentRow], locked_row: DocumentRow) -> None:
    assert answer_line(make_row("A", "The rent is 1,200 crowns.")) == "The rent is 1,200 crowns."
    assert answer_line(make_row("A")) == "Nothing found"
    assert answer_line(make_row("A", error="The model stopped.")) == "The model stopped."
    assert answer_line(locked_row) == "Needs a password."
    assert answer_line(replace(locked_row, reason="")) == "There is no text of it yet."


def test_a_comparison_is_counted(comparison: Comparison) -> None:
    assert comparison_line(comparison) == "1 difference · 1 only in one of them · 2 word by word the same"
    assert comparison_line(replace(comparison, topics=(), same=0)) == "0 differences"
    assert comparison_line(replace(comparison, question="The rent?")) == "What each of them answers, side by side."
