"""The dialog of watched folders, used by mouse and keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from real_desk import button

from core.index.locations import MissingDocument
from core.watching.folders import WatchedFolder
from core.watching.states import FolderState, PollingCause, WatchStatus
from desktop.theme.theme import Theme
from desktop.watching.check_box import CheckBox
from desktop.watching.missing_notice import MissingNotice
from desktop.watching.watched_folder_list import WatchedFolderList
from desktop.watching.watched_folder_model import WatchedFolderModel
from desktop.watching.watching_dialog import WatchingDialog

LEGAL = WatchedFolder("/files/Legal", "Contracts", ("drafts/*",))
SCANS = WatchedFolder("/mnt/Scans")
DEED = MissingDocument("d", "Deed", "/files/Legal/Deed.pdf", "")
LEASE = MissingDocument("l", "Lease", "/files/Legal/Lease.pdf", "")


@pytest.fixture
def model(holder: QWidget) -> WatchedFolderModel:
    return WatchedFolderModel(holder)


@pytest.fixture
def dialog(theme: Theme, model: WatchedFolderModel, holder: QWidget, qtbot: QtBot) -> WatchingDialog:
    dialog = WatchingDialog(theme, model, holder)
    with qtbot.waitExposed(dialog):
        dialog.open()
    return dialog


def collection(dialog: WatchingDialog) -> QLineEdit:
    [field] = [one for one in dialog.findChildren(QLineEdit) if one.accessibleName().startswith("Collection")]
    return field


def patterns(dialog: WatchingDialog) -> QPlainTextEdit:
    return dialog.findChild(QPlainTextEdit)


def polling(dialog: WatchingDialog) -> CheckBox:
    return dialog.findChild(CheckBox)


def visible_texts(dialog: WatchingDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_folders_one_sentence_says_what_they_are_for(dialog: WatchingDialog) -> None:
    assert any(text.startswith("No folder is watched yet.") for text in visible_texts(dialog))
    assert [one.text() for one in dialog.findChildren(QPushButton) if one.isVisible()] == ["Add folder…", "Done"]
    assert not collection(dialog).isVisible()


def test_the_first_folder_is_chosen_and_shown(dialog: WatchingDialog, model: WatchedFolderModel) -> None:
    model.set_folders([LEGAL, SCANS])
    assert dialog.chosen == LEGAL.path
    assert collection(dialog).text() == "Contracts"
    assert patterns(dialog).toPlainText() == "drafts/*"
    assert not polling(dialog).isChecked()
    assert not any(text.startswith("No folder") for text in visible_texts(dialog))


def test_the_dialog_grows_with_the_list(dialog: WatchingDialog, model: WatchedFolderModel, qtbot: QtBot) -> None:
    before = dialog.height()
    model.set_folders([LEGAL, SCANS])
    view = dialog.findChild(WatchedFolderList)
    qtbot.waitUntil(lambda: view.height() >= view.sizeHint().height())
    assert dialog.height() > before


def test_choosing_another_folder_shows_it(dialog: WatchingDialog, model: WatchedFolderModel) -> None:
    model.set_folders([LEGAL, SCANS])
    dialog.choose(SCANS.path)
    dialog.choose("/nowhere")
    assert dialog.chosen == SCANS.path
    assert collection(dialog).text() == patterns(dialog).toPlainText() == ""


def test_adding(dialog: WatchingDialog, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.show_problem("/x lies in /, which is watched with all that is in it.")
    QTest.mouseClick(button(dialog, "Add folder…"), Qt.MouseButton.LeftButton)
    chooser = dialog.findChild(QFileDialog)
    assert chooser.fileMode() is QFileDialog.FileMode.Directory
    with qtbot.waitSignal(dialog.folder_added) as added:
        chooser.fileSelected.emit(str(tmp_path))
    assert added.args == [tmp_path]
    assert not any("lies in" in text for text in visible_texts(dialog)), "a new try takes the old problem back"
    chooser.close()


@pytest.mark.parametrize("way", ["button", "delete"])
def test_removing(dialog: WatchingDialog, model: WatchedFolderModel, qtbot: QtBot, way: str) -> None:
    model.set_folders([LEGAL, SCANS])
    dialog.choose(SCANS.path)
    with qtbot.waitSignal(dialog.folder_removed) as removed:
        if way == "button":
            QTest.mouseClick(button(dialog, "Remove"), Qt.MouseButton.LeftButton)
        else:
            QTest.keyClick(dialog.findChild(WatchedFolderList), Qt.Key.Key_Delete)
    assert removed.args == [SCANS.path]


def test_after_the_last_folder_went_the_sentence_is_back(dialog: WatchingDialog, model: WatchedFolderModel) -> None:
    model.set_folders([LEGAL])
    model.set_folders([])
    assert dialog.chosen == ""
    assert any(text.startswith("No folder is watched yet.") for text in visible_texts(dialog))


def test_a_problem_is_said_as_it_is(dialog: WatchingDialog, model: WatchedFolderModel) -> None:
    model.set_folders([LEGAL, SCANS])
    dialog.show_problem("<b>/x</b> is not a folder.")
    assert "<b>/x</b> is not a folder." in visible_texts(dialog)
    assert {label.textFormat() for label in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    dialog.choose(SCANS.path)
    assert "<b>/x</b> is not a folder." not in visible_texts(dialog)


# ── how a folder is watched ──────────────────────────────────────────────────────────────────────────────────────


def test_a_collection_is_told_when_its_field_is_left(
    dialog: WatchingDialog, model: WatchedFolderModel, qtbot: QtBot
) -> None:
    dialog.set_collections(["Contracts", "Incoming"])
    model.set_folders([LEGAL])
    collection(dialog).setFocus()
    collection(dialog).selectAll()
    with qtbot.assertNotEmitted(dialog.folder_edited):
        QTest.keyClicks(collection(dialog), " New  mail ")
    with qtbot.waitSignal(dialog.folder_edited) as edited:
        QTest.keyClick(collection(dialog), Qt.Key.Key_Tab)
    assert edited.args == [WatchedFolder(LEGAL.path, "New mail", LEGAL.ignore)]
    with qtbot.assertNotEmitted(dialog.folder_edited):
        dialog.accept()


def test_no_collection_is_none(dialog: WatchingDialog, model: WatchedFolderModel, qtbot: QtBot) -> None:
    model.set_folders([LEGAL])
    collection(dialog).clear()
    with qtbot.waitSignal(dialog.folder_edited) as edited:
        dialog.accept()
    assert edited.args == [WatchedFolder(LEGAL.path, None, LEGAL.ignore)]


def test_patterns_are_told_when_another_folder_is_chosen(
    dialog: WatchingDialog, model: WatchedFolderModel, qtbot: QtBot
) -> None:
    model.set_folders([LEGAL, SCANS])
    patterns(dialog).setPlainText("drafts/*\n\n  *.bak \n")
    with qtbot.waitSignal(dialog.folder_edited) as edited:
        dialog.choose(SCANS.path)
    assert edited.args == [WatchedFolder(LEGAL.path, LEGAL.collection, ("drafts/*", "*.bak"))]
    assert patterns(dialog).toPlainText() == ""


def test_tab_leaves_the_patterns(dialog: WatchingDialog, model: WatchedFolderModel) -> None:
    model.set_folders([LEGAL])
    QTest.keyClick(patterns(dialog), Qt.Key.Key_Tab)
    assert "\t" not in patterns(dialog).toPlainText()


def test_polling_can_be_chosen(dialog: WatchingDialog, model: WatchedFolderModel, qtbot: QtBot) -> None:
    model.set_folders([LEGAL])
    with qtbot.waitSignal(dialog.folder_edited) as edited:
        QTest.mouseClick(polling(dialog), Qt.MouseButton.LeftButton, pos=QPoint(60, 8))
    assert edited.args == [WatchedFolder(LEGAL.path, LEGAL.collection, LEGAL.ignore, polling=True)]


def test_a_network_drive_is_polled_whatever_was_chosen(
    dialog: WatchingDialog, model: WatchedFolderModel, qtbot: QtBot
) -> None:
    model.set_folders([SCANS])
    model.set_state(FolderState(SCANS, WatchStatus.POLLING, None, PollingCause.NETWORK, 30.0))
    assert polling(dialog).isChecked()
    assert not polling(dialog).isEnabled()
    with qtbot.assertNotEmitted(dialog.folder_edited):
        dialog.accept()


def test_news_of_a_folder_leaves_alone_what_is_being_typed(dialog: WatchingDialog, model: WatchedFolderModel) -> None:
    model.set_folders([LEGAL])
    collection(dialog).setText("Half a na")
    patterns(dialog).setPlainText("drafts/*\n*.b")
    model.set_state(FolderState(LEGAL, WatchStatus.WATCHING, files=3))
    assert collection(dialog).text() == "Half a na"
    assert patterns(dialog).toPlainText() == "drafts/*\n*.b"


def test_what_was_changed_elsewhere_shows(dialog: WatchingDialog, model: WatchedFolderModel, qtbot: QtBot) -> None:
    model.set_folders([LEGAL])
    model.set_folders([WatchedFolder(LEGAL.path, "Other", ("*.bak",), polling=True)])
    assert collection(dialog).text() == "Other"
    assert patterns(dialog).toPlainText() == "*.bak"
    assert polling(dialog).isChecked()
    with qtbot.assertNotEmitted(dialog.folder_edited):
        dialog.accept()


# ── files that are gone ──────────────────────────────────────────────────────────────────────────────────────────


def notice(dialog: WatchingDialog) -> MissingNotice:
    return dialog.findChild(MissingNotice)


def test_missing_files_are_kept_or_forgotten_by_the_person(dialog: WatchingDialog, qtbot: QtBot) -> None:
    assert not notice(dialog).isVisible()
    dialog.set_missing([DEED, LEASE])
    assert "2 files are no longer where they were" in visible_texts(dialog)
    assert "Deed.pdf and Lease.pdf" in visible_texts(dialog)
    with qtbot.waitSignal(dialog.missing_forgotten) as forgotten:
        QTest.mouseClick(button(dialog, "Forget"), Qt.MouseButton.LeftButton)
    assert forgotten.args == [["d", "l"]]
    dialog.set_missing([])
    assert not notice(dialog).isVisible()


def test_missing_files_may_be_kept(dialog: WatchingDialog, qtbot: QtBot) -> None:
    dialog.set_missing([DEED])
    with qtbot.waitSignal(dialog.missing_kept) as kept:
        QTest.mouseClick(button(dialog, "Keep"), Qt.MouseButton.LeftButton)
    assert kept.args == [["d"]]
    assert not notice(dialog).isVisible()


# ── keyboard and looks ───────────────────────────────────────────────────────────────────────────────────────────


def test_enter_is_done_and_never_forgets(dialog: WatchingDialog, qtbot: QtBot) -> None:
    dialog.set_missing([DEED])
    with qtbot.assertNotEmitted(dialog.missing_forgotten), qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog, Qt.Key.Key_Return)


@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize("width", [420, 560, 900])
def test_rows_paint_in_every_state(
    dialog: WatchingDialog, model: WatchedFolderModel, theme: Theme, appearance: str, width: int
) -> None:
    theme.set_appearance(appearance)
    folders = [WatchedFolder(f"/files/{status.value * 20}", status.value * 9) for status in WatchStatus]
    model.set_folders(folders)
    for folder, status in zip(folders, WatchStatus, strict=True):
        model.set_state(FolderState(folder, status, "It is not there." * 9))
    dialog.resize(width, 700)
    view = dialog.findChild(WatchedFolderList)
    filled = view.grab().toImage()
    model.set_folders([])
    assert view.grab().toImage() != filled
    box = polling(dialog)
    unchecked = box.grab().toImage()
    box.setChecked(True)
    assert box.grab().toImage() != unchecked


def test_a_check_box_gives_way_where_there_is_no_room(theme: Theme, holder: QWidget) -> None:
    box = CheckBox(theme, holder)
    box.setText("Look now and then, as on network drives")
    assert box.minimumSizeHint().width() < 40 < box.sizeHint().width()
