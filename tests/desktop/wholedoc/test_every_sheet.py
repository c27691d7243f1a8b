"""The sheet that asks each document: a question, rows as they come, and every way that it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from real_desk import button

from core.answering.every_document import DocumentRow, RowFound
from core.answering.progress import Progress
from desktop.theme.theme import Theme
from desktop.wholedoc.every_sheet import EverySheet
from desktop.wholedoc.rows_model import DocumentRowsModel
from desktop.wholedoc.run_sheet import RunState

MakeRow = Callable[..., DocumentRow]


@pytest.fixture
def model(holder: QWidget) -> DocumentRowsModel:
    return DocumentRowsModel(holder)


@pytest.fixture
def sheet(theme: Theme, model: DocumentRowsModel, holder: QWidget) -> EverySheet:
    return EverySheet(theme, model, holder)


def test_a_question_is_asked_by_enter_and_by_the_button(qtbot: QtBot, sheet: EverySheet) -> None:
    ask = button(sheet, "Ask")
    assert not ask.isEnabled()
    with qtbot.assertNotEmitted(sheet.question_submitted):
        qtbot.keyClick(sheet.field, Qt.Key.Key_Return)
    sheet.field.setText(" What is the rent? ")
    for press in (ask.click, lambda: qtbot.keyClick(sheet.field, Qt.Key.Key_Return)):
        with qtbot.waitSignal(sheet.question_submitted) as asked:
            press()
        assert asked.args == ["What is the rent?"]


def test_before_any_question_it_says_what_will_come(sheet: EverySheet) -> None:
    sheet.present_for("Asking all documents")
    assert sheet.line == "Asking all documents"
    assert "gets a row" in sheet.body.words
    assert not button(sheet, "Export as CSV…").isEnabled()


def test_rows_appear_and_the_end_is_told(sheet: EverySheet, model: DocumentRowsModel, make_row: MakeRow) -> None:
    sheet.begin("Asking the documents…")
    model.clear()
    assert sheet.body.words == "Asking the first document…"
    for done, row in enumerate((make_row("A", "The rent is 1,200 crowns."), make_row("B")), 1):
        model.append(row)
        sheet.show_row(RowFound(row, Progress(done, 2, 4.0 if done == 1 else None)))
    assert sheet.body.words == ""
    assert sheet.line == "2 of 2 documents"
    sheet.show_done()
    assert sheet.state is RunState.DONE
    assert sheet.line == "1 of 2 documents answer"
    assert button(sheet, "Export as CSV…").isEnabled()


def test_stopped_and_failed_keep_the_rows(sheet: EverySheet, model: DocumentRowsModel, make_row: MakeRow) -> None:
    sheet.begin("Asking the documents…")
    model.append(make_row("A", "The rent is 1,200 crowns."))
    sheet.show_stopped()
    assert (sheet.state, model.rowCount()) == (RunState.STOPPED, 1)
    sheet.begin("Asking the documents…")
    sheet.show_failed("The model stopped.")
    assert (sheet.state, sheet.problem, model.rowCount()) == (RunState.FAILED, "The model stopped.", 1)


def test_an_empty_scope_is_named(sheet: EverySheet, model: DocumentRowsModel) -> None:
    sheet.begin("Asking the documents…")
    model.clear()
    sheet.show_done()
    assert "no documents" in sheet.body.words


def test_the_table_is_asked_for_as_a_file(
    qtbot: QtBot, sheet: EverySheet, model: DocumentRowsModel, make_row: MakeRow
) -> None:
    model.append(make_row("A", "The rent is 1,200 crowns."))
    with qtbot.waitSignal(sheet.export_requested):
        button(sheet, "Export as CSV…").click()
