from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from library_pane import Pane
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from core.types import Conversation, Document, DocumentState, IngestProgress
from desktop.document_action import DocumentAction
from desktop.library.document_model import DocumentRole
from desktop.library.drop_target import DropTarget
from desktop.library.pane_parts import EmbedderEntry, PaneHeader
from desktop.theme.theme import Theme

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def row_center(pane: Pane, document_id: str) -> QPoint:
    view = pane.panel._documents
    return view.visualRect(pane.panel._filter.index_of(document_id)).center()


def click(pane: Pane, document_id: str, modifier: Qt.KeyboardModifier = NONE) -> None:
    view = pane.panel._documents
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, row_center(pane, document_id))


def make_current(pane: Pane, document_id: str) -> None:
    view = pane.panel._documents
    selection = view.selectionModel()
    selection.setCurrentIndex(pane.panel._filter.index_of(document_id), selection.SelectionFlag.NoUpdate)


def shown(pane: Pane) -> list[str]:
    model = pane.panel._filter
    return [model.index(row, 0).data(DocumentRole.ID) for row in range(model.rowCount())]


def action(menu: QMenu, text: str) -> QAction:
    return next(entry for entry in menu.actions() if entry.text().split("\t")[0] == text)


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_choosing_documents_sets_the_scope(pane: Pane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(pane.panel.scope_selected) as scope:
        click(pane, "ready")
    assert scope.args == [["ready"]]
    with qtbot.waitSignal(pane.panel.scope_selected) as scope:
        click(pane, "scan", CTRL)
    assert scope.args == [["ready", "scan"]]
    assert pane.panel._documents_title.action_text == "2 chosen · Clear"
    with qtbot.waitSignal(pane.panel.scope_selected) as scope:
        QTest.keyClick(pane.panel._documents, Qt.Key.Key_Escape)
    assert scope.args == [[]]
    assert pane.panel._documents_title.action_text == ""


def test_the_scope_outlives_a_filter(pane: Pane, qtbot: QtBot) -> None:
    click(pane, "ready")
    with qtbot.assertNotEmitted(pane.panel.scope_selected):
        pane.panel._field.setText("role")
    assert shown(pane) == ["scan"]
    assert pane.panel.scope == ["ready"]
    with qtbot.waitSignal(pane.panel.scope_selected) as scope:
        click(pane, "scan", CTRL)
    assert scope.args == [["ready", "scan"]]
    with qtbot.assertNotEmitted(pane.panel.scope_selected):
        pane.panel._field.clear()
    selected = {index.data(DocumentRole.ID) for index in pane.panel._documents.selectionModel().selectedIndexes()}
    assert selected == {"ready", "scan"}


def test_a_plain_click_chooses_anew_even_what_is_hidden(pane: Pane, qtbot: QtBot) -> None:
    click(pane, "ready")
    pane.panel._field.setText("role")
    with qtbot.waitSignal(pane.panel.scope_selected) as scope:
        click(pane, "scan")
    assert scope.args == [["scan"]]


def test_a_removed_document_leaves_the_scope(pane: Pane, documents: list[Document], qtbot: QtBot) -> None:
    pane.panel.set_scope(["ready", "scan"])
    with qtbot.waitSignal(pane.panel.scope_selected) as scope:
        pane.documents.set_documents(documents[1:])
    assert scope.args == [["scan"]]


def test_setting_the_scope_tells_nothing(pane: Pane, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(pane.panel.scope_selected):
        pane.panel.set_scope(["scan", "nobody"])
    assert pane.panel.scope == ["scan"]


def test_opening(pane: Pane, qtbot: QtBot) -> None:
    view = pane.panel._documents
    click(pane, "ready")
    with qtbot.waitSignal(pane.panel.document_opened) as opened:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, row_center(pane, "ready"))
    assert opened.args == ["ready"]
    make_current(pane, "scan")
    with qtbot.waitSignal(pane.panel.document_opened) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == ["scan"]
    make_current(pane, "locked")
    with qtbot.waitSignal(pane.panel.action_requested) as unlocking:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert unlocking.args == [DocumentAction.UNLOCK, ["locked"]]


def test_delete_stops_what_works_and_removes_the_rest(pane: Pane, qtbot: QtBot) -> None:
    make_current(pane, "working")
    with qtbot.waitSignal(pane.panel.action_requested) as stopped:
        QTest.keyClick(pane.panel._documents, Qt.Key.Key_Delete)
    assert stopped.args == [DocumentAction.STOP, ["working"]]
    make_current(pane, "broken")
    with qtbot.waitSignal(pane.panel.action_requested) as removed:
        QTest.keyClick(pane.panel._documents, Qt.Key.Key_Delete)
    assert removed.args == [DocumentAction.REMOVE, ["broken"]]


@pytest.mark.parametrize(
    ("document_id", "wanted", "part"),
    [
        ("locked", DocumentAction.UNLOCK, "action"),
        ("broken", DocumentAction.RETRY, "action"),
        ("broken", DocumentAction.DETAILS, "meta"),
        ("partly", DocumentAction.DETAILS, "action"),
        ("gone", DocumentAction.LOCATE, "action"),
        ("paused", DocumentAction.RESUME, "action"),
        ("working", DocumentAction.STOP, "stop"),
        ("working", DocumentAction.PAUSE, "pause"),
    ],
)
def test_inline_actions(
    pane: Pane,
    more_documents: list[Document],
    qtbot: QtBot,
    document_id: str,
    wanted: DocumentAction,
    part: str,
) -> None:
    pane.documents.set_documents(more_documents)
    view = pane.panel._documents
    view.scrollTo(pane.panel._filter.index_of(document_id))
    index = pane.panel._filter.index_of(document_id)
    spot = getattr(view._delegate.parts(view.visualRect(index), index, shows_icons=True), part).center()
    assert view._delegate.action_at(view.visualRect(index), index, spot) is wanted
    QTest.mouseMove(view.viewport(), spot)
    qtbot.waitUntil(lambda: view._delegate.hot == (document_id, wanted))
    assert not view.grab().isNull()
    with qtbot.assertNotEmitted(pane.panel.scope_selected), qtbot.waitSignal(pane.panel.action_requested) as emitted:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, spot)
    assert emitted.args == [wanted, [document_id]]
    with qtbot.assertNotEmitted(pane.panel.document_opened):
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, spot)


def test_an_action_stands_beside_its_words_also_where_these_are_brief(
    pane: Pane, more_documents: list[Document]
) -> None:
    pane.documents.set_documents(more_documents)
    view = pane.panel._documents
    index = pane.panel._filter.index_of("partly")
    for width, words in ((420, "212 pages · 6 could not be read"), (296, "212 pages · 6 not read")):
        view.resize(width, 600)
        parts = view._delegate.parts(view.visualRect(index), index, shows_icons=False)
        assert view._delegate._meta_text(index, parts.meta.width()) == words
        assert parts.action.left() - parts.meta.right() < 12
        assert parts.action.right() <= view.visualRect(index).right()


def test_a_press_that_leaves_an_action_does_nothing(pane: Pane, qtbot: QtBot) -> None:
    view = pane.panel._documents
    index = pane.panel._filter.index_of("broken")
    spot = view._delegate.parts(view.visualRect(index), index, shows_icons=False).action.center()
    with qtbot.assertNotEmitted(pane.panel.action_requested):
        QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, NONE, spot)
        QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, NONE, row_center(pane, "broken"))


def test_alt_and_an_arrow_move_what_works_in_the_queue(pane: Pane, qtbot: QtBot) -> None:
    make_current(pane, "working")
    for key, wanted in ((Qt.Key.Key_Up, DocumentAction.UP), (Qt.Key.Key_Down, DocumentAction.DOWN)):
        with qtbot.waitSignal(pane.panel.action_requested) as moved:
            QTest.keyClick(pane.panel._documents, key, Qt.KeyboardModifier.AltModifier)
        assert moved.args == [wanted, ["working"]]
    make_current(pane, "ready")
    with qtbot.assertNotEmitted(pane.panel.action_requested):
        QTest.keyClick(pane.panel._documents, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)


def test_the_report_is_in_the_header_once_there_are_documents(pane: Pane, qtbot: QtBot) -> None:
    report = pane.panel._header._report
    with qtbot.waitSignal(pane.panel.report_requested):
        report.click()
    pane.documents.set_documents([])
    assert not report.isVisible()


def test_the_menu_offers_what_can_be_done(pane: Pane, more_documents: list[Document], qtbot: QtBot) -> None:
    view = pane.panel._documents
    pane.documents.set_documents(more_documents)
    for ids, text, wanted, asked in (
        (["broken", "ready"], "Retry", DocumentAction.RETRY, ["broken"]),
        (["working", "ready"], "Stop", DocumentAction.STOP, ["working"]),
        (["working"], "Pause", DocumentAction.PAUSE, ["working"]),
        (["working"], "Read this one first", DocumentAction.FIRST, ["working"]),
        (["working"], "Move to the end", DocumentAction.LAST, ["working"]),
        (["paused", "working"], "Resume", DocumentAction.RESUME, ["paused"]),
        (["locked"], "Unlock…", DocumentAction.UNLOCK, ["locked"]),
        (["ready"], "Details…", DocumentAction.DETAILS, ["ready"]),
        (["gone"], "Locate…", DocumentAction.LOCATE, ["gone"]),
        (["ready", "scan"], "Remove from library", DocumentAction.REMOVE, ["ready", "scan"]),
    ):
        with qtbot.waitSignal(pane.panel.action_requested) as emitted:
            action(view.menu_for(ids), text).trigger()
        assert emitted.args == [wanted, asked]
    with qtbot.waitSignal(pane.panel.action_requested):
        next(a for a in view.menu_for(["ready"]).actions() if a.text().startswith("Show in")).trigger()
    texts = [entry.text() for entry in view.menu_for(["ready"]).actions()]
    assert "Stop" not in texts
    assert "Retry" not in texts


def test_the_menu_adds_to_collections(pane: Pane, qtbot: QtBot) -> None:
    menu = pane.panel._documents.menu_for(["ready"])
    names = menu.findChildren(QMenu)[0]
    assert not action(names, "Benefits").isEnabled(), "it is in there already"
    with qtbot.waitSignal(pane.panel.documents_assigned) as assigned:
        action(names, "Contracts").trigger()
    assert assigned.args == ["Contracts", ["ready"]]
    pane.panel.set_collection("Benefits")
    with qtbot.waitSignal(pane.panel.documents_unassigned) as taken:
        action(pane.panel._documents.menu_for(["ready"]), "Remove from “Benefits”").trigger()
    assert taken.args == ["Benefits", ["ready"]]


def test_the_menu_gives_and_takes_tags(
    pane: Pane, documents: list[Document], make_document: Callable[..., Document], qtbot: QtBot
) -> None:
    tagged = make_document("tagged", tags=("Old & dry", "signed"))
    pane.documents.set_documents([*documents, tagged, make_document("other", tags=("signed",))])
    view = pane.panel._documents

    def tags_of(*ids: str) -> QMenu:
        return view.menu_for(ids).findChildren(QMenu)[1]

    assert [a.text() for a in tags_of("tagged", "other").actions() if a.isChecked()] == ["signed"]
    with qtbot.waitSignal(pane.panel.documents_tagged) as given:
        action(tags_of("tagged", "other"), "Old && dry").trigger()
    assert given.args == ["Old & dry", ["tagged", "other"]]
    with qtbot.waitSignal(pane.panel.documents_untagged) as taken:
        action(tags_of("tagged", "other"), "signed").trigger()
    assert taken.args == ["signed", ["tagged", "other"]]


def test_a_new_tag_is_named_in_place(pane: Pane, qtbot: QtBot) -> None:
    field = pane.panel._tag_field
    action(pane.panel._documents.menu_for(["ready", "scan"]).findChildren(QMenu)[1], "New tag…").trigger()
    assert field.isVisible()
    QTest.keyClicks(field, "  to   read ")
    with qtbot.waitSignal(pane.panel.documents_tagged) as given:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert given.args == ["to read", ["ready", "scan"]]
    assert not field.isVisible()
    action(pane.panel._documents.menu_for(["ready"]).findChildren(QMenu)[1], "New tag…").trigger()
    with qtbot.assertNotEmitted(pane.panel.documents_tagged):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()


def test_a_tag_finds_its_documents(
    pane: Pane, documents: list[Document], make_document: Callable[..., Document]
) -> None:
    pane.documents.set_documents([*documents, make_document("tagged", tags=("Unterzeichnet",))])
    pane.panel._field.setText("unterz")
    assert shown(pane) == ["tagged"]


def test_the_menu_opens_by_keyboard(pane: Pane, qtbot: QtBot) -> None:
    make_current(pane, "scan")
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(pane.panel._documents.viewport(), event)
    menu = pane.panel._documents.findChildren(QMenu)[0]
    qtbot.waitUntil(menu.isVisible)
    menu.close()


# ── collections ──────────────────────────────────────────────────────────────────────────────────────────────────


def choose_collection(pane: Pane, row: int) -> None:
    view = pane.panel._collections
    spot = view.visualRect(pane.collections.index(row)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, spot)


def test_choosing_a_collection_narrows_the_list(pane: Pane, qtbot: QtBot) -> None:
    pane.panel.set_scope(["scan"])
    with qtbot.waitSignals([pane.panel.scope_selected, pane.panel.collection_selected], order="strict"):
        choose_collection(pane, 1)
    assert pane.panel.collection == "Benefits"
    assert shown(pane) == ["ready"]
    with qtbot.waitSignal(pane.panel.collection_selected) as chosen:
        choose_collection(pane, 0)
    assert chosen.args == [None]
    with qtbot.assertNotEmitted(pane.panel.collection_selected):
        pane.panel.set_collection("Benefits")
    assert shown(pane) == ["ready"]


def test_one_collection_is_always_chosen(pane: Pane, qtbot: QtBot) -> None:
    view = pane.panel._collections
    pane.panel.set_collection("Contracts")
    spot = view.visualRect(pane.collections.index_of("Contracts")).center()
    with qtbot.assertNotEmitted(pane.panel.collection_selected):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, CTRL, spot)
    assert len(view.selectionModel().selectedIndexes()) == 1
    with qtbot.waitSignal(pane.panel.collection_selected) as chosen:
        pane.collections.set_collections([("Benefits", 1)], 5)
    assert chosen.args == [None], "the neighbour of what is gone was not asked for"
    assert view.selectionModel().selectedIndexes()[0].row() == 0


def test_another_collection_going_changes_nothing(pane: Pane, qtbot: QtBot) -> None:
    pane.panel.set_collection("Contracts")
    with qtbot.assertNotEmitted(pane.panel.collection_selected):
        pane.collections.set_collections([("Contracts", 0), ("New", 0)], 5)
    assert pane.panel.collection == "Contracts"
    assert pane.panel._collections.selectionModel().selectedIndexes()[0].data() == "Contracts"


def test_naming_a_collection(pane: Pane, qtbot: QtBot) -> None:
    header = pane.panel.findChild(PaneHeader)
    assert header is not None
    action(header.menu, "New collection…").trigger()
    field = pane.panel._name_field
    assert field.isVisible()
    with qtbot.assertNotEmitted(pane.panel.collection_create_requested):
        QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "  Due   diligence ")
    with (
        qtbot.assertNotEmitted(pane.panel.documents_assigned),
        qtbot.waitSignal(pane.panel.collection_create_requested) as created,
    ):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert created.args == ["Due diligence"]
    assert not field.isVisible()


def test_a_new_collection_for_documents(pane: Pane, qtbot: QtBot) -> None:
    names = pane.panel._documents.menu_for(["ready", "scan"]).findChildren(QMenu)[0]
    action(names, "New collection…").trigger()
    QTest.keyClicks(pane.panel._name_field, "New one")
    with qtbot.waitSignals([pane.panel.collection_create_requested, pane.panel.documents_assigned], order="strict"):
        QTest.keyClick(pane.panel._name_field, Qt.Key.Key_Return)
    pane.panel._on_new_collection_requested(["ready"])
    QTest.keyClick(pane.panel._name_field, Qt.Key.Key_Escape)
    pane.panel.open_new_collection()
    QTest.keyClicks(pane.panel._name_field, "Other")
    with qtbot.assertNotEmitted(pane.panel.documents_assigned):
        QTest.keyClick(pane.panel._name_field, Qt.Key.Key_Return)


def test_removing_a_collection(pane: Pane, qtbot: QtBot) -> None:
    pane.panel.set_collection("Contracts")
    with qtbot.waitSignal(pane.panel.collection_remove_requested) as removed:
        QTest.keyClick(pane.panel._collections, Qt.Key.Key_Delete)
    assert removed.args == ["Contracts"]
    pane.panel.set_collection(None)
    with qtbot.assertNotEmitted(pane.panel.collection_remove_requested):
        QTest.keyClick(pane.panel._collections, Qt.Key.Key_Delete)


# ── conversations, filter, footer ────────────────────────────────────────────────────────────────────────────────


def test_conversations(pane: Pane, qtbot: QtBot) -> None:
    view = pane.panel._conversations
    spot = view.visualRect(pane.conversations.index(0)).center()
    with qtbot.waitSignal(pane.panel.conversation_opened) as opened:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, spot)
    assert opened.args == [7]
    assert not view.selectionModel().hasSelection(), "the mark is the controller's to set"
    pane.panel.set_current_conversation(7)
    pane.conversations.set_conversations(
        [Conversation(8, "New", "", "2024-11-13T10:00:00"), Conversation(7, "Old", "", "2024-11-12T10:00:00")]
    )
    assert view.selectionModel().selectedIndexes()[0].row() == 1
    with qtbot.waitSignal(pane.panel.conversation_remove_requested) as removed:
        QTest.keyClick(view, Qt.Key.Key_Delete)
    assert removed.args == [7]
    with qtbot.waitSignal(pane.panel.conversation_new_requested):
        pane.panel._conversations_title._action.click()


def test_a_section_without_rows_is_not_there(pane: Pane) -> None:
    pane.conversations.set_conversations([])
    assert not pane.panel._conversations_title.isVisible()
    pane.documents.set_documents([])
    assert not pane.panel._documents_title.isVisible()


def test_the_filter_by_keyboard(pane: Pane, qtbot: QtBot) -> None:
    field = pane.panel._field
    with qtbot.waitActive(pane.panel.window()):
        pane.panel.window().activateWindow()
    pane.panel.focus_filter()
    QTest.keyClicks(field, "zzz")
    assert shown(pane) == []
    assert pane.panel._documents.hint == "No document matches."
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert len(shown(pane)) == 5
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert pane.panel._documents.hasFocus()
    assert pane.panel._documents.currentIndex().row() == 0


def test_attention(pane: Pane) -> None:
    pane.panel.set_collection("Benefits")
    pane.panel._field.setText("x")
    pane.panel.show_attention()
    assert shown(pane) == ["locked", "broken"]
    assert pane.panel.collection is None
    assert pane.panel._documents_title.action_text == "Show all"
    pane.panel._documents_title._action.click()
    assert len(shown(pane)) == 5


def test_menu_of_the_header(pane: Pane, qtbot: QtBot) -> None:
    header = pane.panel.findChild(PaneHeader)
    assert header is not None
    with qtbot.waitSignal(pane.panel.add_files_requested):
        action(header.menu, "Add files…").trigger()
    with qtbot.waitSignal(pane.panel.add_folder_requested):
        action(header.menu, "Add folder…").trigger()


def test_embedding_models_are_offered_and_the_one_in_force_is_marked(pane: Pane, qtbot: QtBot) -> None:
    header = pane.panel.findChild(PaneHeader)
    assert header is not None
    menu = action(header.menu, "Embedding model")
    assert not menu.isVisible()
    pane.panel.set_embedders(
        [EmbedderEntry("builtin", "Built & in", True), EmbedderEntry("ollama/x", "x · Ollama", False)]
    )
    assert menu.isVisible()
    entries = {entry.text(): entry for entry in menu.menu().actions() if entry.text()}
    assert {text: entry.isChecked() for text, entry in entries.items() if entry.isCheckable()} == {
        "Built && in": True,
        "x · Ollama": False,
    }
    with qtbot.waitSignal(pane.panel.embedder_selected) as selected:
        entries["x · Ollama"].trigger()
    assert selected.args == ["ollama/x"]
    with qtbot.waitSignal(pane.panel.embedder_folder_requested):
        entries["Model folder…"].trigger()


def test_dropped_files_are_told_of(pane: Pane, qtbot: QtBot) -> None:
    target = pane.panel.findChild(DropTarget)
    assert target is not None
    target.hover_changed.emit(True)
    assert pane.panel._outline.isVisible()
    assert pane.panel._outline.size() == pane.panel.size()
    with qtbot.waitSignal(pane.panel.paths_dropped) as dropped:
        target.paths_dropped.emit([Path("/a.pdf")])
    assert dropped.args == [[Path("/a.pdf")]]


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_everything_paints(pane: Pane, theme: Theme, appearance: str) -> None:
    theme.set_appearance(appearance)
    pane.documents.set_thumbnail("ready", QImage(120, 90, QImage.Format.Format_RGB32))
    pane.documents.update_progress(IngestProgress("working", "", DocumentState.EMBEDDING, 64, 188, 9.0, 31))
    pane.panel.set_scope(["ready"])
    pane.panel._outline.set_shown(True)
    assert not pane.panel.grab().isNull()


def test_rows_keep_their_width_when_the_scroll_bar_comes(pane: Pane, qtbot: QtBot) -> None:
    view = pane.panel._documents
    assert view.viewport().width() == 288
    pane.panel.resize(296, 560)
    qtbot.waitUntil(lambda: view.verticalScrollBar().isVisible())
    assert view.viewport().width() == 288
