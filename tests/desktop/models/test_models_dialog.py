"""The dialog of models in each of its states, used by mouse and keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from real_desk import button

from core.llm.catalogue import Catalogue
from core.llm.memory import Memory, MemoryNeed
from core.llm.ollama_host import OllamaState
from core.llm.ollama_models import InstalledModel
from core.llm.ollama_pull import PullProgress, PullStage
from core.llm.openai_server import ServedModel
from core.llm.suggestions import Suggestion
from core.settings import KEEP_ALIVE, OFF, OLLAMA_ADDRESS, PRELOAD, SERVER_ADDRESS
from desktop.document_action import DocumentAction
from desktop.models.models_dialog import ModelsDialog
from desktop.models.pulls import Pull, PullState
from desktop.theme.theme import Theme
from desktop.watching.check_box import CheckBox

GIB = 1 << 30
MEMORY = Memory(16 * GIB, 9 * GIB)
HERE = "http://127.0.0.1:11434"
QWEN = InstalledModel("qwen3:8b", 5_200_000_000, "qwen3", "8.2B", "Q4_K_M", 40960, MemoryNeed(5_200_000_000))
LARGE = InstalledModel("llama3.3:70b", 42_000_000_000, "llama", "70B", "Q4_K_M", 131072, MemoryNeed(42_000_000_000))
RUNNING = Catalogue(
    MEMORY,
    OllamaState.RUNNING,
    HERE,
    "",
    (LARGE, QWEN),
    (ServedModel("phi4.gguf", "http://127.0.0.1:8080", 8192),),
    (Suggestion("phi4-mini", 2_500_000_000, "MIT", 8 * GIB, "quick"),),
)
FETCHING = PullProgress("phi4-mini", PullStage.FETCHING, 1_000_000_000, 2_500_000_000, 20_000_000.0, 75.0)


@pytest.fixture
def dialog(theme: Theme, holder: QWidget, qtbot: QtBot) -> ModelsDialog:
    holder.resize(900, 900)
    dialog = ModelsDialog(theme, holder)
    for model in (dialog.models, dialog.pulls, dialog.suggested):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, dialog)
    with qtbot.waitExposed(dialog):
        dialog.present()
    return dialog


def show(dialog: ModelsDialog, catalogue: Catalogue = RUNNING, *pulls: Pull, consented: str = "") -> None:
    dialog.show_catalogue(catalogue, "ollama/qwen3:8b", consented)
    dialog.show_pulls(pulls)


def actions(dialog: ModelsDialog, key: str) -> list[DocumentAction]:
    row = next(row for model in (dialog.models, dialog.pulls, dialog.suggested) if (row := model.row(key)))
    return list(row.actions)


def test_what_can_answer_is_listed_with_what_can_be_done(dialog: ModelsDialog) -> None:
    show(dialog)
    assert dialog.models.keys == ["ollama/llama3.3:70b", "ollama/qwen3:8b", "openai/phi4.gguf", "builtin"]
    assert actions(dialog, "ollama/qwen3:8b") == [DocumentAction.REMOVE]  # it is in use
    assert actions(dialog, "ollama/llama3.3:70b") == [DocumentAction.USE, DocumentAction.REMOVE]
    assert actions(dialog, "openai/phi4.gguf") == [DocumentAction.USE]
    assert actions(dialog, "builtin") == [DocumentAction.USE]
    rows = {key: dialog.models.row(key) for key in dialog.models.keys}
    assert rows["ollama/qwen3:8b"] is not None
    assert rows["ollama/qwen3:8b"].detail.startswith("In use · 5.2 GB")
    assert rows["ollama/llama3.3:70b"] is not None
    assert rows["ollama/llama3.3:70b"].tone == "caution"
    assert "too large" in rows["ollama/llama3.3:70b"].detail
    assert not dialog.card.isVisible()
    assert dialog.suggested.keys == ["phi4-mini"]


def test_a_press_tells_what_is_wanted(dialog: ModelsDialog, qtbot: QtBot) -> None:
    show(dialog)
    models = dialog._lists[1]
    models.setCurrentIndex(dialog.models.index_of("ollama/llama3.3:70b"))
    with qtbot.waitSignal(dialog.action_requested) as told:
        QTest.keyClick(models, Qt.Key.Key_Return)
    assert told.args == ["ollama/llama3.3:70b", DocumentAction.USE]
    suggested = dialog._lists[2]
    suggested.setCurrentIndex(dialog.suggested.index_of("phi4-mini"))
    with qtbot.waitSignal(dialog.pull_requested) as wanted:
        QTest.keyClick(suggested, Qt.Key.Key_Return)
    assert wanted.args == ["phi4-mini"]


def test_any_other_model_is_wanted_by_its_name(dialog: ModelsDialog, qtbot: QtBot) -> None:
    show(dialog)
    QTest.keyClicks(dialog.other, "  granite3.3:2b ")
    with qtbot.waitSignal(dialog.pull_requested) as wanted:
        QTest.keyClick(dialog.other, Qt.Key.Key_Return)
    assert wanted.args == ["granite3.3:2b"]
    assert dialog.other.text() == ""
    with qtbot.assertNotEmitted(dialog.pull_requested):
        button(dialog, "Download").click()


def test_a_download_can_be_paused_resumed_and_stopped(dialog: ModelsDialog, qtbot: QtBot) -> None:
    show(dialog, RUNNING, Pull(FETCHING))
    assert dialog.suggested.keys == []  # it is under way
    assert actions(dialog, "phi4-mini") == [DocumentAction.PAUSE, DocumentAction.STOP]
    row = dialog.pulls.row("phi4-mini")
    assert row is not None
    assert row.fraction == pytest.approx(0.4)
    with qtbot.waitSignal(dialog.pull_action_requested) as told:
        dialog._lists[0].setCurrentIndex(dialog.pulls.index_of("phi4-mini"))
        QTest.keyClick(dialog._lists[0], Qt.Key.Key_Return)
    assert told.args == ["phi4-mini", DocumentAction.PAUSE]
    for state in (PullState.PAUSED, PullState.FAILED):
        dialog.show_pulls([Pull(FETCHING, state, "The disk is full.")])
        assert actions(dialog, "phi4-mini") == [DocumentAction.RESUME, DocumentAction.STOP]
    row = dialog.pulls.row("phi4-mini")
    assert row is not None
    assert (row.tone, row.detail) == ("fault", "The disk is full.")
    dialog.show_pulls([])
    assert dialog.suggested.keys == ["phi4-mini"]
    assert not dialog._lists[0].isVisible()


def test_nothing_has_a_bar_before_it_is_measured(dialog: ModelsDialog) -> None:
    show(dialog, RUNNING, Pull(PullProgress("phi4-mini", PullStage.STARTING)))
    row = dialog.pulls.row("phi4-mini")
    assert row is not None
    assert row.fraction is None


@pytest.mark.parametrize(
    ("state", "problem", "heading"),
    [
        (OllamaState.NOT_INSTALLED, "Ollama is not installed. Install it.", "Ollama is not installed"),
        (OllamaState.NOT_RUNNING, "Ollama is not running. Start it.", "Ollama is not running"),
        (OllamaState.REFUSED, "OLLAMA_HOST is “x”, which is no address.", "Ollama’s address cannot be used"),
    ],
)
def test_without_ollama_it_says_why_and_what_to_do(
    dialog: ModelsDialog, qtbot: QtBot, state: OllamaState, problem: str, heading: str
) -> None:
    address = "" if state is OllamaState.REFUSED else HERE
    show(dialog, Catalogue(MEMORY, state, address, problem, suggested=RUNNING.suggested))
    assert dialog.card.isVisible()
    assert dialog.card.text == f"{heading} {problem.removeprefix(heading + '. ')}"
    assert dialog.models.keys == ["builtin"]
    assert actions(dialog, "phi4-mini") == []  # worth knowing, but nobody could fetch it
    assert not dialog.other.isVisible()
    with qtbot.waitSignal(dialog.refresh_requested):
        dialog.card.button.click()


def test_another_computer_is_asked_for_consent_and_consent_is_shown(dialog: ModelsDialog, qtbot: QtBot) -> None:
    address = "http://192.0.2.1:11434"
    far = Catalogue(MEMORY, OllamaState.REFUSED, address, "refused", refused=address)
    show(dialog, far)
    assert "Nothing has been sent there" in dialog.card.text
    with qtbot.waitSignal(dialog.consent_requested):
        button(dialog, "Allow 192.0.2.1:11434…").click()
    show(dialog, RUNNING, consented="192.0.2.1:11434")
    assert dialog.card.text.startswith("Passages may go to 192.0.2.1:11434")
    with qtbot.waitSignal(dialog.withdraw_requested):
        button(dialog, "Withdraw").click()


def test_a_problem_is_said_and_taken_back(dialog: ModelsDialog) -> None:
    dialog.show_problem("“x” is no address.")
    assert dialog._problem.isVisible()
    dialog.show_problem("")
    assert not dialog._problem.isVisible()


# ── who is asked ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_settings_are_shown_and_changed(dialog: ModelsDialog, qtbot: QtBot) -> None:
    editor = dialog.editor
    editor.show_values({OLLAMA_ADDRESS.name: "http://127.0.0.1:1", KEEP_ALIVE.name: "2h", PRELOAD.name: "on"})
    ollama, server = editor.findChildren(QLineEdit)
    assert (ollama.text(), server.text()) == ("http://127.0.0.1:1", "")
    assert editor._keep.text() == "2 hours after an answer"
    ollama.clear()
    with qtbot.waitSignal(editor.chosen) as chosen:
        ollama.editingFinished.emit()
    assert chosen.args == [OLLAMA_ADDRESS, OLLAMA_ADDRESS.default]
    QTest.keyClicks(server, "127.0.0.1:5000")
    with qtbot.waitSignal(editor.chosen) as chosen:
        QTest.keyClick(server, Qt.Key.Key_Return)
    assert chosen.args == [SERVER_ADDRESS, "127.0.0.1:5000"]
    with qtbot.waitSignal(editor.chosen) as chosen:
        next(action for action in editor._keep.menu().actions() if action.data() == "always").trigger()
    assert chosen.args == [KEEP_ALIVE, "always"]
    preload = editor.findChild(CheckBox)
    assert preload.isChecked()
    with qtbot.waitSignal(editor.chosen) as chosen:
        preload.click()
    assert chosen.args == [PRELOAD, OFF]


def test_what_is_as_it_was_is_not_told(dialog: ModelsDialog, qtbot: QtBot) -> None:
    editor = dialog.editor
    editor.show_values({OLLAMA_ADDRESS.name: "http://127.0.0.1:1"})
    with qtbot.assertNotEmitted(editor.chosen):
        for field in editor.findChildren(QLineEdit):
            field.editingFinished.emit()


def test_an_address_that_is_being_typed_is_not_overwritten(dialog: ModelsDialog) -> None:
    field = dialog.editor.findChildren(QLineEdit)[0]
    field.setFocus()
    QTest.keyClicks(field, "127.0.0.1:9")
    if not field.hasFocus():
        pytest.skip("this platform gives no focus")
    dialog.editor.show_values({})
    assert field.text() == "127.0.0.1:9"


def test_every_row_is_shown_in_full(dialog: ModelsDialog) -> None:
    show(dialog)
    models = dialog._lists[1]
    last = models.visualRect(dialog.models.index(dialog.models.rowCount() - 1))
    assert last.bottom() < models.viewport().height()


def test_in_the_narrowest_window_nothing_is_cut_off(dialog: ModelsDialog) -> None:
    show(dialog, Catalogue(MEMORY, OllamaState.NOT_INSTALLED, HERE, "", (), (), RUNNING.suggested))
    dialog.resize(448, 700)  # what a window of 480 gives it
    page = dialog.editor.parentWidget()
    assert page.parentWidget().width() > 400
    assert page.width() <= page.parentWidget().width()
