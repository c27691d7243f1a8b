from __future__ import annotations

import time

import pytest
from desk_stand_ins import job, jobs
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.types import DocumentState, IngestProgress
from desktop.action_rows.model import ActionRole
from desktop.activity.queue_model import QueueModel


@pytest.fixture
def model(holder: QWidget) -> QueueModel:
    model = QueueModel(holder)
    model.set_jobs(jobs("a", "b", "c", "d"))
    return model


def told(document: str, done: int, scans: int = 0, state: DocumentState = DocumentState.EMBEDDING) -> IngestProgress:
    return IngestProgress(document, "", state, done, 60, 5.0, 10.0, None, scans)


def detail(model: QueueModel, document: str) -> str:
    return str(model.index_of(document).data(ActionRole.DETAIL))


def test_passes_the_model_tester(model: QueueModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.moveRow(QModelIndex(), 0, QModelIndex(), 3)
    model.set_jobs(jobs("d", "x", "a"))


@pytest.mark.parametrize(
    ("source", "destination", "order", "before"),
    [(0, 3, "bcad", "d"), (0, 4, "bcda", None), (3, 0, "dabc", "a"), (2, 1, "acbd", "b")],
)
def test_a_dragged_row_tells_where_it_went(
    model: QueueModel, qtbot: QtBot, source: int, destination: int, order: str, before: str | None
) -> None:
    key = model.keys[source]
    with qtbot.waitSignal(model.moved) as moved:
        assert model.moveRow(QModelIndex(), source, QModelIndex(), destination)
    assert moved.args == [key, before]
    assert "".join(model.keys) == order
    assert model.index_of(key).row() == order.index(key)


def test_a_row_that_stays_where_it_is_tells_nothing(model: QueueModel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(model.moved):
        assert not model.moveRow(QModelIndex(), 1, QModelIndex(), 1)
        assert not model.moveRow(QModelIndex(), 1, QModelIndex(), 2)
        assert not model.moveRows(QModelIndex(), 0, 2, QModelIndex(), 4)


def test_rows_are_dropped_between_others(model: QueueModel) -> None:
    assert model.flags(QModelIndex()) & Qt.ItemFlag.ItemIsDropEnabled
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDropEnabled
    assert model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled


def test_the_stage_follows_what_was_read_last(model: QueueModel) -> None:
    model.update_progress([told("a", 8)])
    assert detail(model, "a").startswith("Reading · 8 of 60 pages")
    model.update_progress([told("a", 16, scans=8)])
    assert detail(model, "a").startswith("Recognising scans · 16 of 60 pages")
    model.update_progress([told("a", 16, scans=8)])
    assert detail(model, "a").startswith("Recognising scans")
    model.update_progress([told("a", 24, scans=8)])
    assert detail(model, "a").startswith("Reading · 24 of 60 pages")


def test_what_was_told_outlives_a_reading_of_the_queue(model: QueueModel) -> None:
    model.update_progress([told("a", 8), told("late", 8)])
    model.set_jobs(jobs("late", "a"))
    assert detail(model, "a").startswith("Reading · 8 of 60 pages")
    assert detail(model, "late").startswith("Reading · 8 of 60 pages"), "it was told of before the queue was read"


@pytest.mark.parametrize("end", [DocumentState.READY, DocumentState.FAILED, DocumentState.NEEDS_PASSWORD])
def test_what_has_come_to_its_end_leaves(model: QueueModel, end: DocumentState) -> None:
    model.update_progress([told("b", 60, state=end), told("nobody", 60, state=end)])
    assert model.keys == ["a", "c", "d"]
    assert model.index_of("d").row() == 2
    assert not model.knows("b")
    assert not model.knows("nobody")


def test_rows_made_elsewhere_are_no_older_than_what_was_told_meanwhile(model: QueueModel) -> None:
    model.update_progress([told("a", 8)])
    snapshot = model.snapshot()
    rows = snapshot.rows(jobs("a", "b"))
    model.update_progress([told("a", 16)])
    model.set_jobs(jobs("a", "b"), (snapshot, rows))
    assert detail(model, "a").startswith("Reading · 16 of 60 pages")
    assert snapshot.rows(jobs("b"))[0] is snapshot.shown["b"], "what is as it was is not made again"


def test_five_thousand_jobs_are_no_burden(holder: QWidget) -> None:
    model = QueueModel(holder)
    many = [job(f"d{number}") for number in range(5000)]
    model.set_jobs(many)
    snapshot = model.snapshot()
    rows = snapshot.rows([*many[1:], many[0]])
    started = time.perf_counter()
    model.set_jobs([*many[1:], many[0]], (snapshot, rows))
    assert time.perf_counter() - started < 0.1
    started = time.perf_counter()
    for number in range(100):
        model.update_progress([told(f"d{number}", 8)])
    assert time.perf_counter() - started < 0.1, "a hundred updates, which is ten seconds' worth"
    assert model.rowCount() == 5000
