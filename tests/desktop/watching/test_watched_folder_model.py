from __future__ import annotations

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from core.watching.folders import WatchedFolder
from core.watching.states import FolderState, WatchStatus
from desktop.watching.watched_folder_model import WatchedFolderModel, WatchedFolderRole

LEGAL, SCANS = WatchedFolder("/files/Legal", "Contracts"), WatchedFolder("/mnt/<b>Scans</b>")


@pytest.fixture
def model(qapp: QApplication, qtmodeltester: ModelTester) -> WatchedFolderModel:
    model = WatchedFolderModel(qapp)
    qtmodeltester.check(model)
    model.set_folders([LEGAL, SCANS])
    return model


def value(model: WatchedFolderModel, folder: WatchedFolder, role: int) -> object:
    return model.data(model.index_of(folder.path), role)


def test_passes_the_model_tester(model: WatchedFolderModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.set_state(FolderState(SCANS, WatchStatus.WATCHING))
    model.set_folders([SCANS])
    model.set_folders([])


def test_roles(model: WatchedFolderModel) -> None:
    model.set_state(FolderState(LEGAL, WatchStatus.WATCHING, files=212, missing=3))
    assert value(model, LEGAL, WatchedFolderRole.PATH) == "/files/Legal"
    assert value(model, LEGAL, WatchedFolderRole.NAME) == "Legal"
    assert value(model, LEGAL, WatchedFolderRole.COLLECTION) == "Contracts"
    assert value(model, LEGAL, WatchedFolderRole.STATUS) == WatchStatus.WATCHING
    assert value(model, LEGAL, WatchedFolderRole.STATE_LINE) == "Watching · 212 files · 3 missing"
    assert value(model, LEGAL, WatchedFolderRole.FILES) == 212
    assert value(model, LEGAL, WatchedFolderRole.MISSING) == 3
    assert value(model, LEGAL, Qt.ItemDataRole.AccessibleTextRole) == "Legal, Watching · 212 files · 3 missing"
    assert b"state_line" in {bytes(name.data()) for name in model.roleNames().values()}


def test_a_folder_that_nothing_is_known_of_yet(model: WatchedFolderModel) -> None:
    assert value(model, SCANS, WatchedFolderRole.STATUS) == WatchStatus.STARTING
    assert value(model, SCANS, WatchedFolderRole.COLLECTION) is None
    assert value(model, SCANS, WatchedFolderRole.FILES) == value(model, SCANS, WatchedFolderRole.MISSING) == 0
    assert value(model, WatchedFolder("/nowhere"), WatchedFolderRole.NAME) is None


def test_the_root_of_a_drive_has_a_name_too(model: WatchedFolderModel) -> None:
    model.set_folders([WatchedFolder("/")])
    assert value(model, WatchedFolder("/"), WatchedFolderRole.NAME) == "/"


def test_the_tool_tip_cannot_be_markup(model: WatchedFolderModel) -> None:
    assert "&lt;b&gt;Scans" in str(value(model, SCANS, Qt.ItemDataRole.ToolTipRole))


def test_a_state_changes_one_row(model: WatchedFolderModel, qtbot: QtBot) -> None:
    state = FolderState(SCANS, WatchStatus.WATCHING, files=1)
    with qtbot.waitSignal(model.dataChanged) as changed:
        assert model.set_state(state)
    assert changed.args is not None
    assert changed.args[0].row() == changed.args[1].row() == 1
    with qtbot.assertNotEmitted(model.dataChanged):
        assert model.set_state(state)
        assert not model.set_state(FolderState(WatchedFolder("/nowhere"), WatchStatus.WATCHING))


def test_states_and_places_outlive_a_refresh(model: WatchedFolderModel) -> None:
    state = FolderState(SCANS, WatchStatus.WATCHING, files=1)
    model.set_state(state)
    kept = QPersistentModelIndex(model.index_of(SCANS.path))
    edited = WatchedFolder(SCANS.path, "Inbox")
    model.set_folders([edited])
    assert kept.row() == 0
    assert model.folder(SCANS.path) == edited
    assert model.state(SCANS.path) == state
    assert model.folder(LEGAL.path) is None
