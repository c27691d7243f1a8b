from __future__ import annotations

import pytest
from desk_stand_ins import document
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.types import DocumentState, Health, PageProblem, PageSource
from desktop.document_action import DocumentAction as Action
from desktop.health.health_dialog import HealthDialog
from desktop.health.health_rows import WHOLE
from desktop.theme.theme import Theme

FAILED = [PageProblem(page, str(page + 1), PageSource.FAILED, "The file is damaged here.") for page in (2, 3, 6)]


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme, holder: QWidget) -> HealthDialog:
    holder.resize(700, 600)
    holder.show()
    dialog = HealthDialog(theme, holder)
    dialog.present()
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def words(dialog: HealthDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel) if not label.isHidden()]


def test_it_tells_what_is_known(dialog: HealthDialog, qtbot: QtBot) -> None:
    shown = document(
        "a", health=Health(text=5, failed=3), attachments=("figures.xlsx", "notes.pdf"), collections=("Reports",)
    )
    dialog.show_document(shown, FAILED)
    assert dialog.document == "a"
    assert dialog.windowTitle() == "A"
    told = {"8 pages", "File", "/files/a.pdf", "figures.xlsx, notes.pdf", "Reports"}
    qtbot.waitUntil(lambda: told <= set(words(dialog)))
    assert dialog._bar.accessibleName() == "5 text, 3 could not be read"
    dialog.show_document(document("b", health=Health(text=8)), [])
    assert "figures.xlsx, notes.pdf" not in words(dialog)
    assert "Attachments" not in words(dialog)
    assert dialog._list.hint == "Every page was read."
    assert dialog._model.rowCount() == 0


def test_many_places_are_counted(dialog: HealthDialog, qtbot: QtBot) -> None:
    shown = document("a")
    copies = tuple(f"/copies/{number}.pdf" for number in range(9))
    dialog.show_document(type(shown)(shown.id, shown.title, shown.state, copies, 8), [])
    qtbot.waitUntil(lambda: "and 6 more places" in words(dialog))


def test_a_title_is_no_markup(dialog: HealthDialog, qtbot: QtBot) -> None:
    shown = document("a", DocumentState.FAILED, reason="<b>x</b>", attachments=("<img src=x>",))
    dialog.show_document(shown, [])
    qtbot.waitUntil(lambda: "<img src=x>" in words(dialog))
    assert {label.textFormat() for label in dialog.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    assert dialog._list.hint == "It is not read yet."
    assert not dialog._bar.isHidden()


def test_pages_are_mended_together_or_by_run(dialog: HealthDialog, qtbot: QtBot) -> None:
    dialog.show_document(document("a", health=Health(text=5, failed=3)), FAILED)
    for key, action, pages in (
        ("2-3", Action.SKIP, [2, 3]),
        ("6-6", Action.OPEN_PAGE, [6]),
        (WHOLE, Action.RETRY, [2, 3, 6]),
        (WHOLE, Action.RECOGNISE, [2, 3, 6]),
    ):
        with qtbot.waitSignal(dialog.pages_action_requested) as asked:
            dialog._list.action_triggered.emit(key, action)
        assert asked.args == [action, "a", pages]


def test_what_concerns_the_whole_document(dialog: HealthDialog, qtbot: QtBot) -> None:
    for shown, action in (
        (document("a", DocumentState.NEEDS_PASSWORD), Action.UNLOCK),
        (document("a", DocumentState.FAILED), Action.RETRY),
        (document("a", health=Health(empty=8)), Action.RECOGNISE),
        (document("a", health=Health(text=8), missing=True), Action.LOCATE),
    ):
        dialog.show_document(shown, [])
        with qtbot.waitSignal(dialog.action_requested) as asked:
            dialog._list.action_triggered.emit(WHOLE, action)
        assert asked.args == [action, ["a"]]


def test_a_failed_file_is_retried_as_a_whole_although_all_its_pages_failed(dialog: HealthDialog, qtbot: QtBot) -> None:
    dialog.show_document(document("a", DocumentState.FAILED, health=Health(failed=8)), FAILED)
    with qtbot.waitSignal(dialog.action_requested) as asked:
        dialog._list.action_triggered.emit(WHOLE, Action.RETRY)
    assert asked.args == [Action.RETRY, ["a"]]
