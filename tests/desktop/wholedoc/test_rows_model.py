"""The table of what each document answers: rows as they come, sorted by any column, opened by keyboard and mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.answering.every_document import DocumentRow, RowVerdict
from desktop.theme.theme import Theme
from desktop.wholedoc.rows_model import COL_ANSWER, COL_DOCUMENT, COL_PAGE, COL_VERDICT, DocumentRowsModel, RowRole
from desktop.wholedoc.rows_table import RowsTable

MakeRow = Callable[..., DocumentRow]


@pytest.fixture
def model(holder: QObject, make_row: MakeRow, locked_row: DocumentRow) -> DocumentRowsModel:
    model = DocumentRowsModel(holder)
    for row in (
        make_row("Beta", "The rent is 1,450 crowns.", 4),
        make_row("alpha", "Rent: 1,200 crowns.", 1),
        make_row("Gamma"),
        locked_row,
        make_row("Delta", error="The model stopped."),
    ):
        model.append(row)
    return model


def texts(table: RowsTable, column: int) -> list[str]:
    return [str(table.model().index(row, column).data()) for row in range(table.model().rowCount())]


def test_the_model_is_sound(qtmodeltester: ModelTester, model: DocumentRowsModel) -> None:
    qtmodeltester.check(model)
    model.clear()
    qtmodeltester.check(model)
    assert model.rows == ()


def test_cells_say_what_came_of_it(model: DocumentRowsModel) -> None:
    cells = [[model.index(row, column).data() for column in range(4)] for row in range(5)]
    assert cells == [
        ["Beta", "The rent is 1,450 crowns.", "p. 5", "Supported"],
        ["alpha", "Rent: 1,200 crowns.", "p. 2", "Supported"],
        ["Gamma", "Nothing found", "near p. 1", "Nothing found"],
        ["Locked", "Needs a password.", "", "Not read"],
        ["Delta", "The model stopped.", "near p. 1", "No answer"],
    ]
    assert model.headerData(COL_ANSWER, Qt.Orientation.Horizontal) == "Answer"
    assert model.index(0, 0).data(RowRole.VERDICT) == RowVerdict.SUPPORTED
    assert model.index(2, 0).data(RowRole.IS_NEAREST)


def test_rows_are_sorted_by_any_column(theme: Theme, model: DocumentRowsModel, holder: QWidget) -> None:
    table = RowsTable(theme, model, holder)
    assert texts(table, COL_DOCUMENT) == ["alpha", "Beta", "Delta", "Gamma", "Locked"]
    table.sortByColumn(COL_PAGE, Qt.SortOrder.AscendingOrder)
    assert texts(table, COL_DOCUMENT)[:2] == ["alpha", "Beta"]
    table.sortByColumn(COL_VERDICT, Qt.SortOrder.DescendingOrder)
    assert texts(table, COL_DOCUMENT)[0] == "Delta"


def test_a_row_that_comes_later_takes_its_place(
    theme: Theme, model: DocumentRowsModel, holder: QWidget, make_row: MakeRow
) -> None:
    table = RowsTable(theme, model, holder)
    model.append(make_row("Aachen", "The rent is due in May."))
    assert texts(table, COL_DOCUMENT)[0] == "Aachen"


def test_enter_and_a_double_click_open_a_row(
    qtbot: QtBot, theme: Theme, model: DocumentRowsModel, holder: QWidget
) -> None:
    table = RowsTable(theme, model, holder)
    table.setCurrentIndex(table.model().index(0, COL_ANSWER))
    with qtbot.waitSignal(table.row_opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args[0].document.title == "alpha"
    with qtbot.waitSignal(table.row_opened) as opened:
        table.doubleClicked.emit(table.model().index(1, COL_DOCUMENT))
    assert opened.args[0].document.title == "Beta"


@pytest.mark.parametrize("width", [420, 900])
def test_long_answers_take_more_lines_and_no_column_is_lost(
    qtbot: QtBot, theme: Theme, model: DocumentRowsModel, holder: QWidget, make_row: MakeRow, width: int
) -> None:
    model.append(make_row("Zeta", "The rent of the lamp room is 1,450 crowns a year. " * 12))
    table = RowsTable(theme, model, holder)
    table.resize(width, 500)
    with qtbot.waitExposed(holder):
        holder.show()
    last = table.model().rowCount() - 1
    assert table.rowHeight(last) > table.rowHeight(0)
    assert sum(table.columnWidth(column) for column in range(4)) <= table.viewport().width()
    assert not table.grab().isNull()
