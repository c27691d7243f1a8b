"""Models in the whole window: a real library, and stand-ins for Ollama and others over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from ollama_server import Mode, OllamaServer, Served
from openai_server import OpenAiServer
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from real_desk import NoKeyring, ScriptedModel, all_are, button, dialog_of, forget, until

from core.answering import hearing
from core.errors import ModelMissing
from core.llm.chat_model import ChatModel, ModelInfo
from core.llm.ollama_models import USUAL_CONTEXT
from core.settings import OLLAMA_ADDRESS, PRELOAD, REMOTE_HOST, SERVER_ADDRESS
from core.types import Answer, DocumentState
from desktop.app import Desk
from desktop.chat.model_source import ModelSource
from desktop.chat.transcript_model import TranscriptRole
from desktop.dialogs import QuestionDialog
from desktop.document_action import DocumentAction
from desktop.models.idle_preload import IdlePreload
from desktop.models.models_dialog import ModelsDialog
from desktop.models.pulls import PullState

LLAMA, QWEN = "ollama/llama3.2:3b", "ollama/qwen3:8b"
FAR = "192.0.2.1:11434"
QUESTION = "Who lit the first lamp of the Long Pier, and when?"


class OpenOwnDesk(Protocol):
    """Opens a desk that takes models from this machine's servers."""

    def __call__(self) -> AbstractAsyncContextManager[Desk]: ...


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    thinker = Served("qwen3:8b", 5_000_000_000, "qwen3", 40960, capabilities=("completion", "thinking"))
    small = Served("phi4-mini", layers=(4000,))
    with OllamaServer(models=[Served("llama3.2:3b"), thinker], library=(small,)) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.address)
        yield running


@pytest.fixture
def own_desk(qapp: QApplication, run_async: Any, own_look: None, lamps: Path, server: OllamaServer) -> OpenOwnDesk:
    @asynccontextmanager
    async def open_it() -> AsyncIterator[Desk]:
        desk = Desk(qapp, lamps, None, NoKeyring())
        running = asyncio.ensure_future(desk.run())
        await until(lambda: desk.ready.is_set() and desk.chat._models)
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        try:
            yield desk
        finally:
            desk.window.close()
            assert await running == 0
            forget(desk)

    return open_it


async def opened(desk: Desk) -> ModelsDialog:
    """Return the dialog, once it knows what there is."""
    desk.chat_panel.models_requested.emit()
    dialog = await dialog_of(desk, ModelsDialog)
    await until(lambda: dialog.models.rowCount())
    return dialog


async def answer_to(desk: Desk, question: str = QUESTION) -> Answer:
    rows = desk.transcript.rowCount()
    desk.chat.ask(question)
    await until(lambda: desk.transcript.rowCount() == rows + 2 and not desk.chat.is_answering)
    answer = desk.transcript.index(rows + 1).data(TranscriptRole.ANSWER)
    assert isinstance(answer, Answer)
    return answer


# ── what there is ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_models_are_listed_used_and_removed(own_desk: OpenOwnDesk, server: OllamaServer) -> None:
    async with own_desk() as desk:
        dialog = await opened(desk)
        assert dialog.models.keys == [QWEN, LLAMA, "builtin"]
        dialog.action_requested.emit(LLAMA, DocumentAction.USE)
        await until(lambda: dialog.models.row(LLAMA).detail.startswith("In use"))  # type: ignore[union-attr]
        assert (await answer_to(desk)).model == LLAMA
        dialog.action_requested.emit(LLAMA, DocumentAction.REMOVE)
        question = await dialog_of(desk, QuestionDialog)
        button(question, "Remove").click()
        await until(lambda: dialog.models.keys == [QWEN, "builtin"])
        assert server.bodies("/api/delete") == [{"model": "llama3.2:3b"}]
        # Its name goes from everywhere, and another one answers.
        await until(lambda: [model.id for model in desk.chat._models] == [QWEN, "builtin"])
        assert (await answer_to(desk)).model == QWEN


async def test_nothing_is_removed_without_a_yes(own_desk: OpenOwnDesk, server: OllamaServer) -> None:
    async with own_desk() as desk:
        dialog = await opened(desk)
        dialog.action_requested.emit(LLAMA, DocumentAction.REMOVE)
        question = await dialog_of(desk, QuestionDialog)
        button(question, "Cancel").click()
        await until(lambda: not question.isVisible())
        assert server.bodies("/api/delete") == []


async def test_a_server_of_another_kind_is_found_by_its_address(own_desk: OpenOwnDesk) -> None:
    with OpenAiServer(thoughts=("Hm.",)) as other:
        async with own_desk() as desk:
            dialog = await opened(desk)
            dialog.setting_chosen.emit(SERVER_ADDRESS, other.address.removeprefix("http://"))
            await until(lambda: "openai/qwen3-4b.gguf" in dialog.models.keys)
            dialog.action_requested.emit("openai/qwen3-4b.gguf", DocumentAction.USE)
            await until(lambda: desk.footer._privacy.text() == "A server on this computer · nothing leaves")
            answer = await answer_to(desk)
            assert (answer.model, answer.thoughts) == ("openai/qwen3-4b.gguf", "Hm.")


async def test_without_ollama_it_is_said_and_found_when_it_is_there(
    own_desk: OpenOwnDesk, server: OllamaServer
) -> None:
    async with own_desk() as desk:
        dialog = await opened(desk)
        dialog.setting_chosen.emit(OLLAMA_ADDRESS, "127.0.0.1:1")
        await until(dialog.card.isVisible)
        assert dialog.card.text.startswith(("Ollama is not installed", "Ollama is not running"))
        await until(lambda: [model.id for model in desk.chat._models] == ["builtin"])
        dialog.setting_chosen.emit(OLLAMA_ADDRESS, OLLAMA_ADDRESS.default)
        await until(lambda: QWEN in dialog.models.keys and not dialog.card.isVisible())


async def test_what_is_no_address_is_said(own_desk: OpenOwnDesk) -> None:
    async with own_desk() as desk:
        dialog = await opened(desk)
        dialog.setting_chosen.emit(OLLAMA_ADDRESS, "127.0.0.1:port")
        await until(dialog._problem.isVisible)
        assert "is no address" in dialog._problem.text()


# ── fetching ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_model_is_fetched_paused_resumed_and_can_be_asked(own_desk: OpenOwnDesk, server: OllamaServer) -> None:
    async with own_desk() as desk:
        heard: list[str] = []
        desk.models.noticed.connect(heard.append)
        dialog = await opened(desk)
        server.steps_before_hold = 2
        dialog.pull_requested.emit("phi4-mini")
        await until(lambda: (row := dialog.pulls.row("phi4-mini")) and row.fraction == 0.5)
        dialog.pull_action_requested.emit("phi4-mini", DocumentAction.PAUSE)
        assert await asyncio.to_thread(server.client_left.wait, 30)
        row = dialog.pulls.row("phi4-mini")
        assert row is not None
        assert row.detail == "Paused · 2 kB of 4 kB"
        server.steps_before_hold = None
        dialog.pull_action_requested.emit("phi4-mini", DocumentAction.RESUME)
        await until(lambda: "ollama/phi4-mini" in dialog.models.keys)
        assert dialog.pulls.rowCount() == 0
        assert heard == ["phi4-mini is there and can be asked."]
        await until(lambda: "ollama/phi4-mini" in [model.id for model in desk.chat._models])


async def test_stopping_forgets_a_download(own_desk: OpenOwnDesk, server: OllamaServer) -> None:
    async with own_desk() as desk:
        dialog = await opened(desk)
        server.steps_before_hold = 1
        dialog.pull_requested.emit("phi4-mini")
        await until(lambda: (row := dialog.pulls.row("phi4-mini")) and row.fraction)
        dialog.pull_action_requested.emit("phi4-mini", DocumentAction.STOP)
        assert await asyncio.to_thread(server.client_left.wait, 30)
        assert dialog.pulls.rowCount() == 0


async def test_what_breaks_off_says_why_and_goes_on(own_desk: OpenOwnDesk, server: OllamaServer) -> None:
    async with own_desk() as desk:
        dialog = await opened(desk)
        server.mode = Mode.BROKEN
        dialog.pull_requested.emit("phi4-mini")
        await until(lambda: desk.models._pulls["phi4-mini"].state is PullState.FAILED)
        row = dialog.pulls.row("phi4-mini")
        assert row is not None
        assert "broke off while phi4-mini was being fetched. Resume it." in row.detail
        server.mode = Mode.NORMAL
        dialog.pull_action_requested.emit("phi4-mini", DocumentAction.RESUME)
        await until(lambda: "ollama/phi4-mini" in dialog.models.keys)


async def test_leaving_pauses_a_download(own_desk: OpenOwnDesk, server: OllamaServer) -> None:
    server.steps_before_hold = 1
    async with own_desk() as desk:
        dialog = await opened(desk)
        dialog.pull_requested.emit("phi4-mini")
        await until(lambda: (row := dialog.pulls.row("phi4-mini")) and row.fraction)
    assert await asyncio.to_thread(server.client_left.wait, 30)


# ── another computer ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_another_computer_is_asked_only_after_consent_which_is_always_shown_and_can_be_withdrawn(
    own_desk: OpenOwnDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with own_desk() as desk:
        dialog = await opened(desk)
        dialog.setting_chosen.emit(OLLAMA_ADDRESS, FAR)  # whoever connected there would fail the test
        await until(lambda: "Nothing has been sent there" in dialog.card.text)
        assert not desk.footer._details.isVisibleTo(desk.footer)
        # No is no.
        dialog.card.button.click()
        question = await dialog_of(desk, QuestionDialog)
        button(question, "Cancel").click()
        await until(lambda: not question.isVisible())
        assert desk._open is not None
        assert desk._open.library.setting(REMOTE_HOST) == REMOTE_HOST.default

        dialog.setting_chosen.emit(OLLAMA_ADDRESS, OLLAMA_ADDRESS.default)
        await until(lambda: not dialog.card.isVisible())
        dialog.setting_chosen.emit(REMOTE_HOST, FAR)  # as a yes does; the address stays here, for there is no network
        await until(lambda: desk.footer._privacy.text() == f"Passages may go to {FAR}")
        assert desk.footer._dot.token == "caution"
        await until(lambda: dialog.card.text.startswith(f"Passages may go to {FAR}"))
        # Where the sidebar is away, the bar above the conversation says it.
        pill = desk.chat_panel.header._remote
        assert not pill.isVisibleTo(desk.window)
        desk.window.toggle_sidebar()
        assert pill.isVisibleTo(desk.window)
        assert pill.accessibleName() == f"Passages may go to {FAR}"
        dialog.close()
        pill.click()
        question = await dialog_of(desk, QuestionDialog)
        button(question, "Withdraw").click()
        await until(lambda: desk.footer._dot.token == "supported")
        assert not pill.isVisibleTo(desk.window)
        assert desk._open.library.setting(REMOTE_HOST) == REMOTE_HOST.default


async def test_consent_is_given_by_the_button_that_names_the_host(own_desk: OpenOwnDesk) -> None:
    async with own_desk() as desk:
        dialog = await opened(desk)
        chosen: list[object] = []

        async def note(setting: object, value: str) -> None:
            chosen.append((setting, value))

        dialog.setting_chosen.emit(OLLAMA_ADDRESS, FAR)
        await until(lambda: "Nothing has been sent there" in dialog.card.text)
        desk.models._set = note  # type: ignore[method-assign]
        dialog.card.button.click()
        question = await dialog_of(desk, QuestionDialog)
        button(question, f"Allow {FAR}").click()
        await until(lambda: chosen)
        assert chosen == [(REMOTE_HOST, FAR)]


# ── answering ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_thoughts_are_folded_away_and_kept(own_desk: OpenOwnDesk, server: OllamaServer) -> None:
    server.thoughts = ("Passage 1 says ", "1874.")
    server.pieces = ("Agnes Marrow lit the first of them on 21 June 1874 [1].",)
    async with own_desk() as desk:
        desk.chat.choose_model(QWEN)
        answer = await answer_to(desk)
        assert answer.thoughts == "Passage 1 says 1874."
        assert "Passage 1 says" not in answer.text
        row = desk.chat_panel.transcript.row_widget(1)
        assert row.thoughts.isVisibleTo(row)
        assert not row.thoughts.is_open
        row.thoughts.button.click()
        assert row.thoughts.is_open
        assert row.thoughts.text == "Passage 1 says 1874."
        stored = desk.chat._messages[-1].answer
        assert stored is not None
        assert stored.thoughts == answer.thoughts


async def test_a_model_that_is_slow_to_begin_is_said_to_be(
    own_desk: OpenOwnDesk, server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing.heard, "__defaults__", (0.05,))
    async with own_desk() as desk:
        desk.chat.choose_model(LLAMA)
        server.mode = Mode.LOADING
        server.gate.clear()
        desk.chat.ask(QUESTION)

        def status() -> str:
            return str(desk.transcript.index(desk.transcript.rowCount() - 1).data(TranscriptRole.STATUS))

        expected = "llama3.2:3b is still being loaded. Wait, or stop and choose the built-in model."
        await until(lambda: status() == expected)
        server.mode = Mode.NORMAL
        server.gate.set()
        await until(lambda: not desk.chat.is_answering)
        answer = desk.transcript.index(1).data(TranscriptRole.ANSWER)
        assert answer.error is None


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (Mode.BROKEN, "broke off while llama3.2:3b was answering. Ask again."),
        (Mode.NO_MEMORY, "not enough memory for llama3.2:3b. Close other programs"),
        (Mode.MISSING, "Ollama does not have llama3.2:3b. Fetch it under “Models”"),
    ],
)
async def test_what_goes_wrong_is_a_sentence_and_the_next_try_answers(
    own_desk: OpenOwnDesk, server: OllamaServer, mode: Mode, words: str
) -> None:
    async with own_desk() as desk:
        desk.chat.choose_model(LLAMA)
        server.mode = mode
        answer = await answer_to(desk)
        assert words in (answer.error or "")
        assert answer.passages
        if mode is Mode.BROKEN:  # what was said stays
            assert answer.text.startswith("The lamp")
        server.mode = Mode.NORMAL
        desk.chat_panel.retry_requested.emit(desk.chat._messages[-1].id)
        await until(lambda: desk.chat.is_answering)
        await until(lambda: not desk.chat.is_answering)
        again = desk.chat._messages[-1].answer
        assert again is not None
        assert again.error is None


# ── loaded beforehand ────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_chosen_model_is_loaded_while_nobody_asks(own_desk: OpenOwnDesk, server: OllamaServer) -> None:
    async with own_desk() as desk:
        desk.chat.choose_model(LLAMA)
        desk.preload._timer.setInterval(1)
        desk.preload.wait()
        await until(lambda: server.bodies("/api/generate"))
        (body,) = server.bodies("/api/generate")
        assert (body["model"], body["options"]["num_ctx"]) == ("llama3.2:3b", USUAL_CONTEXT)
        assert body["keep_alive"] == "5m"


async def test_nothing_is_loaded_where_that_is_not_wanted(own_desk: OpenOwnDesk, server: OllamaServer) -> None:
    async with own_desk() as desk:
        await desk.models._set(PRELOAD, "off")
        assert not await desk.models.wants_preload()
        asked = asyncio.Event()

        async def may_load() -> bool:
            asked.set()
            return await desk.models.wants_preload()

        preload = IdlePreload(desk.chat.preload, may_load, desk.tasks, desk, 1)
        preload.wait()
        await asked.wait()
        assert preload._loading is not None
        await preload._loading
        preload.stop()
        assert server.bodies("/api/generate") == []


def test_a_scripted_model_is_none_that_can_be_loaded() -> None:
    from core.llm.chat_model import LoadableModel

    assert not isinstance(ScriptedModel("x"), LoadableModel)


async def test_a_wish_is_kept_while_its_server_is_away(own_desk: OpenOwnDesk) -> None:
    async with own_desk() as desk:
        desk.chat.choose_model(LLAMA)
        dialog = await opened(desk)
        dialog.setting_chosen.emit(OLLAMA_ADDRESS, "127.0.0.1:1")
        await until(lambda: desk.models.current == "builtin")
        dialog.setting_chosen.emit(OLLAMA_ADDRESS, OLLAMA_ADDRESS.default)
        await until(lambda: desk.models.current == LLAMA)


async def test_ollama_is_found_when_the_person_comes_back_from_starting_it(
    own_desk: OpenOwnDesk, server: OllamaServer, qapp: QApplication
) -> None:
    server.mode = Mode.NOT_OLLAMA
    async with own_desk() as desk:
        assert [model.id for model in desk.chat._models] == ["builtin"]
        server.mode = Mode.NORMAL
        qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
        await until(lambda: QWEN in [model.id for model in desk.chat._models])


async def test_whether_another_computer_may_be_asked_is_asked_before_every_question(own_desk: OpenOwnDesk) -> None:
    far = ScriptedModel("Agnes Marrow lit it [1].", model_id=LLAMA)
    far.info = ModelInfo(LLAMA, "llama3.2:3b · Ollama", host=FAR)
    refused = ModelMissing("Passages would leave this computer.")
    outcomes: list[ScriptedModel | ModelMissing] = [far, refused]

    async def available() -> list[ModelInfo]:
        return [far.info]

    async def choose(wanted: str | None) -> ChatModel:
        outcome = outcomes.pop(0)
        if isinstance(outcome, ModelMissing):
            raise outcome
        return outcome

    async with own_desk() as desk:
        desk.preload.stop()
        desk.chat._source = ModelSource(available, choose)
        desk.chat.refresh_models()
        await until(lambda: desk.models.current == LLAMA)
        assert desk.footer._privacy.text() == f"Passages go to {FAR}"
        assert (await answer_to(desk)).error is None
        assert (await answer_to(desk)).error == str(refused)  # it was withdrawn meanwhile
        assert far.is_closed
