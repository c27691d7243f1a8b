"""Filling the health of a document and the library's report, and the report as a file."""

from __future__ import annotations

import csv
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest
from desk_stand_ins import SlowLibrary, document
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from real_desk import button, until

from core.types import Document, DocumentState, Health, PageProblem, PageSource
from desktop.health.health_controller import HealthController
from desktop.health.health_dialog import HealthDialog
from desktop.health.report_dialog import ReportDialog
from desktop.tasks import Tasks
from desktop.theme.theme import Theme


@dataclass
class Bench:
    """The controller and what it fills."""

    controller: HealthController
    health: HealthDialog
    report: ReportDialog
    library: SlowLibrary
    noticed: list[str]
    tasks: Tasks


@pytest.fixture
def bench(run_async: object, theme: Theme, holder: QWidget) -> Bench:
    holder.resize(900, 700)
    holder.show()
    health, report = HealthDialog(theme, holder), ReportDialog(theme, holder)
    noticed: list[str] = []
    tasks = Tasks(noticed.append)
    controller = HealthController(health, report, tasks, holder)
    controller.noticed.connect(noticed.append)
    library = SlowLibrary()
    library.may_read.set()
    library.held = [
        document("a", health=Health(text=7, failed=1)),
        document("b", DocumentState.NEEDS_PASSWORD, reason="It is protected."),
        document("c", health=Health(text=8)),
    ]
    library.found = [PageProblem(2, "3", PageSource.FAILED, "The file is damaged here.")]
    controller.attach(library)  # type: ignore[arg-type]
    return Bench(controller, health, report, library, noticed, tasks)


async def test_health_is_read_and_read_again(bench: Bench) -> None:
    bench.controller.show_health("a")
    await until(bench.health.isVisible)
    assert bench.health._model.keys == ["2-2"]
    bench.library.held[0] = document("a", health=Health(text=8))
    bench.library.found = []
    bench.controller.refresh()
    bench.controller.refresh()
    await until(lambda: bench.health._model.keys == [])


async def test_health_of_what_has_gone_closes(bench: Bench) -> None:
    bench.controller.show_health("nobody")
    bench.controller.show_health("a")
    await until(bench.health.isVisible)
    bench.library.held = []
    bench.controller.refresh()
    await until(lambda: not bench.health.isVisible())


async def test_a_late_answer_about_another_document_changes_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_answer, answered, read = threading.Event(), threading.Event(), bench.library.document

    def read_late(document_id: str) -> Document:
        if document_id == "a":
            return read(document_id)
        assert may_answer.wait(10)
        try:
            return read(document_id)
        finally:
            answered.set()

    monkeypatch.setattr(bench.library, "document", read_late)
    for late in ("nobody", "c"):
        bench.controller.show_health(late)
        bench.controller.show_health("a")
        await until(bench.health.isVisible)
        may_answer.set()
        await until(lambda: answered.is_set() and not bench.tasks._running)
        assert bench.health.isVisible()
        assert bench.health.document == "a"
        may_answer.clear()
        answered.clear()


async def test_the_report_is_read_and_read_again(bench: Bench) -> None:
    bench.controller.show_report()
    await until(bench.report.isVisible)
    assert bench.report._line.text() == "2 of 3 documents are ready. 1 needs a password, 1 was read in part."
    assert bench.report._pages.text() == "24 pages"
    assert bench.report._model.keys == ["b", "a"]
    assert button(bench.report, "Show in the list").isVisible()
    bench.library.held = [document("c", health=Health(text=8))]
    bench.controller.refresh()
    await until(lambda: bench.report._line.text() == "The document is ready.")
    assert not button(bench.report, "Show in the list").isVisible()


async def test_nothing_is_read_for_what_nobody_looks_at(bench: Bench) -> None:
    before = bench.library.readings
    bench.controller.refresh()
    assert bench.library.readings == before


async def export(bench: Bench, target: Path) -> None:
    """Press the button and choose a file."""
    bench.controller.show_report()
    await until(bench.report.isVisible)
    button(bench.report, "Export as CSV…").click()
    await until(lambda: any(one.isVisible() for one in bench.report.findChildren(QFileDialog)))
    dialog = bench.report.findChild(QFileDialog)
    assert dialog is not None
    field = dialog.findChild(QLineEdit)
    assert field is not None
    field.setText(str(target))
    dialog.accept()
    await until(lambda: bench.noticed)


async def test_the_report_as_a_file(bench: Bench, tmp_path: Path) -> None:
    bench.library.held.append(document("=evil()", DocumentState.FAILED))
    await export(bench, tmp_path / "report")
    written = tmp_path / "report.csv"
    assert bench.noticed == ["The report was written to report.csv."]
    assert written.read_bytes().startswith(b"\xef\xbb\xbf")
    with written.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["ready", "needs_password", "ready", "failed"]
    assert rows[0]["failed"] == "1"
    assert rows[3]["title"] == "'=Evil()"


async def test_a_report_that_cannot_be_written_is_a_sentence(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    await bench.controller._write(bench.library, tmp_path / "folder.csv")  # type: ignore[arg-type]
    assert bench.noticed == ["The report could not be written: Is a directory."]
