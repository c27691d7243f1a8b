from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.action_rows.model import ActionRole, ActionRow, ActionRowModel
from desktop.document_action import DocumentAction

ROWS = [
    ActionRow("a", "Annual report", "Needs a password", "caution", actions=(DocumentAction.UNLOCK,)),
    ActionRow("b", "Benefits", "64 of 188 pages", fraction=0.34, tool_tip="/files/b.pdf"),
    ActionRow("c", "Contract"),
]


@pytest.fixture
def model(holder: QWidget) -> ActionRowModel:
    model = ActionRowModel(holder)
    model.set_rows(ROWS)
    return model


def test_passes_the_model_tester(model: ActionRowModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.set_rows([ROWS[2], ROWS[0]])
    model.set_rows([])


def test_roles(model: ActionRowModel) -> None:
    index = model.index_of("a")
    assert index.data(ActionRole.ROW) is ROWS[0]
    assert index.data(ActionRole.KEY) == "a"
    assert index.data() == "Annual report"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Annual report, Needs a password"
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Unlock"
    assert model.index_of("b").data(ActionRole.FRACTION) == 0.34
    assert model.index_of("b").data(Qt.ItemDataRole.ToolTipRole) == "/files/b.pdf"
    assert model.index_of("c").data(Qt.ItemDataRole.AccessibleTextRole) == "Contract"
    assert not model.index_of("nobody").isValid()
    assert b"detail" in {bytes(name.data()) for name in model.roleNames().values()}


def test_one_row_changes_alone(model: ActionRowModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(model.dataChanged) as changed:
        assert model.update_row(ActionRow("b", "Benefits", "65 of 188 pages"))
    assert changed.args is not None
    assert changed.args[0].row() == changed.args[1].row() == 1
    with qtbot.assertNotEmitted(model.dataChanged):
        model.update_row(ActionRow("b", "Benefits", "65 of 188 pages"))
    assert not model.update_row(ActionRow("nobody", "Nobody"))
    assert model.keys == ["a", "b", "c"]
