"""The nouns."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from core import types
from core.types import Document, DocumentState, Health, OverallProgress

DATACLASSES = [thing for thing in vars(types).values() if dataclasses.is_dataclass(thing)]


@pytest.mark.parametrize("kind", DATACLASSES)
def test_what_crosses_threads_and_processes_cannot_change(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert not hasattr(kind, "__dict__") or "__slots__" in vars(kind)


def test_states_after_which_nothing_happens_without_the_person() -> None:
    final = {state for state in DocumentState if state.is_final}
    assert final == {"ready", "failed", "needs_password", "paused"}


def test_a_document_is_where_it_was_seen_last() -> None:
    document = Document("id", "Title", DocumentState.READY, ("/new.pdf", "/old.pdf"), health=Health(1, 2, 3, 4))
    assert document.path == "/new.pdf"
    assert document.health.pages_done == 10
    assert dataclasses.replace(document, paths=()).path == ""
    assert pickle.loads(pickle.dumps(document)) == document


@pytest.mark.parametrize(("done", "total", "idle"), [(0, 0, True), (1, 2, False), (2, 2, True)])
def test_all_is_done_when_every_file_is(done: int, total: int, idle: bool) -> None:
    assert OverallProgress(done, total, 0, 0).is_idle is idle
