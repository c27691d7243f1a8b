"""A comparison as a table of two columns, and its sheet."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.answering.comparison import Comparison
from core.answering.progress import Progress
from desktop.theme.theme import Theme
from desktop.wholedoc.comparison_model import ComparisonModel, ComparisonRole
from desktop.wholedoc.comparison_sheet import ComparisonSheet
from desktop.wholedoc.run_sheet import RunState


def cells(model: ComparisonModel) -> list[tuple[str, str]]:
    return [(model.index(row, 0).data(), model.index(row, 1).data()) for row in range(model.rowCount())]


def test_the_model_is_sound(qtmodeltester: ModelTester, holder: QObject, comparison: Comparison) -> None:
    model = ComparisonModel(holder)
    qtmodeltester.check(model)
    model.set_comparison(comparison)
    qtmodeltester.check(model)
    model.clear()
    qtmodeltester.check(model)


def test_topics_span_both_and_each_side_has_its_column(holder: QObject, comparison: Comparison) -> None:
    model = ComparisonModel(holder)
    model.set_comparison(comparison)
    assert cells(model) == [
        ("Rent", ""),
        ("", "The new rent is 1,450 crowns."),
        ("The rent is 1,200 crowns.", "The rent is 1,450 crowns."),
        ("Without a heading", ""),
        ("", "Swimming is forbidden."),
    ]
    assert [model.is_topic(row) for row in range(5)] == [True, False, False, True, False]
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in (0, 1)]
    assert titles == ["Lease of old", "Lease of new"]
    changed = model.index(2, 1)
    assert changed.data(ComparisonRole.KIND) == "Differs"
    assert changed.data(ComparisonRole.DETAILS) == ["1,450"]
    assert changed.data(ComparisonRole.PAGE) == "p. 1"
    assert model.index(4, 0).data(ComparisonRole.KIND) == ""
    assert not model.index(4, 0).flags() & Qt.ItemFlag.ItemIsSelectable


def test_it_only_grows(qtbot: QtBot, holder: QObject, comparison: Comparison) -> None:
    model = ComparisonModel(holder)
    model.set_comparison(replace(comparison, topics=comparison.topics[:1]))
    before = cells(model)
    with qtbot.waitSignal(model.rowsInserted) as inserted:
        model.set_comparison(comparison)
    assert inserted.args[1:] == [3, 4]
    assert cells(model)[:3] == before
    with qtbot.assertNotEmitted(model.rowsInserted):
        model.set_comparison(comparison)


def test_a_statement_opens_its_page(qtbot: QtBot, theme: Theme, holder: QWidget, comparison: Comparison) -> None:
    sheet = ComparisonSheet(theme, holder)
    sheet.begin_comparison("Comparing…")
    sheet.show_comparison(comparison)
    sheet.table.setCurrentIndex(sheet.model.index(2, 1))
    with qtbot.waitSignal(sheet.citation_opened) as opened:
        qtbot.keyClick(sheet.table, Qt.Key.Key_Return)
    passage, citations = opened.args
    assert passage == comparison.passages[1]
    assert [(c.document, c.quote) for c in citations] == [("new", "The rent is 1,450 crowns.")]
    with qtbot.assertNotEmitted(sheet.citation_opened):
        sheet.table.clicked.emit(sheet.model.index(0, 0))


def test_the_sheet_says_how_it_stands(theme: Theme, holder: QWidget, comparison: Comparison) -> None:
    sheet = ComparisonSheet(theme, holder)
    sheet.begin_comparison("Comparing…")
    assert sheet.state is RunState.RUNNING
    sheet.show_comparison(replace(comparison, is_finished=False, progress=Progress(1, 4, 12.0)))
    assert sheet.line.startswith("1 of 4 sections compared")
    sheet.show_comparison(comparison)
    assert sheet.state is RunState.DONE
    assert sheet.line == "1 difference · 1 only in one of them · 2 word by word the same"
    sheet.show_comparison(replace(comparison, error="The model stopped."))
    assert sheet.state is RunState.FAILED
    assert sheet.problem == "The model stopped."
    sheet.show_stopped(comparison)
    assert sheet.state is RunState.STOPPED
    sheet.begin_comparison("Again")
    sheet.show_comparison(replace(comparison, topics=(), same=3))
    assert sheet.body.words == "Nothing was found in which they differ."
    sheet.begin_comparison("Again")
    sheet.show_comparison(replace(comparison, topics=(), same=0))
    assert "not enough text" in sheet.body.words
    sheet.show_comparison(replace(comparison, topics=(), question="What?"))
    assert sheet.body.words == "Neither of them seems to answer this."


def test_what_to_compare_in_is_asked_for(qtbot: QtBot, theme: Theme, holder: QWidget) -> None:
    sheet = ComparisonSheet(theme, holder)
    sheet.field.setText("  The rent? ")
    with qtbot.waitSignal(sheet.question_submitted) as asked:
        qtbot.keyClick(sheet.field, Qt.Key.Key_Return)
    assert asked.args == ["The rent?"]
