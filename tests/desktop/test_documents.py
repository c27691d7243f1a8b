"""What is asked of documents, in the whole window: real workers, a real library, real faults."""

from __future__ import annotations

import shutil
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QWidget
from real_desk import OpenDesk, all_are, button, dialog_of, drop, states, until

from core.errors import DeathCause, WorkerDied
from core.ingest.tasks import PagesTask
from core.ingest.worker_pool import WorkerPool
from core.types import DocumentState
from desktop.activity.queue_dialog import QueueDialog
from desktop.app import Desk
from desktop.document_action import DocumentAction as Action
from desktop.health.health_dialog import HealthDialog
from desktop.library.document_model import DocumentRole


def says(widget: QWidget, words: str) -> bool:
    """Tell whether a label that can be seen holds some words."""
    return any(words in label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def ask(desk: Desk, action: Action, *documents: str) -> None:
    desk.library_panel.action_requested.emit(action, list(documents))


def id_of(desk: Desk, name: str) -> str:
    return next(one.id for one in desk.library.documents if Path(one.path).name == name)


async def test_everything_is_paused_and_goes_on_after_a_restart(open_desk: OpenDesk, data: Path) -> None:
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "long.pdf", data / "labels.pdf")
        await until(lambda: says(desk.footer, "Adding"))
        desk.footer._pause.click()
        await until(lambda: all_are(desk, DocumentState.PAUSED, 2))
        await until(lambda: says(desk.footer, "Paused"))
        desk.footer._working.pressed.emit()
        queue = await dialog_of(desk, QueueDialog)
        await until(lambda: len(queue.list._rows.keys) == 2)
        assert button(queue, "Resume all").isVisible()
    async with open_desk() as desk:
        await until(lambda: says(desk.footer, "Paused"))
        assert all_are(desk, DocumentState.PAUSED, 2)
        button(desk.footer, "Resume").click()
        await until(lambda: all_are(desk, DocumentState.READY, 2))
        await until(lambda: not says(desk.footer, "Paused"))


async def test_one_file_is_paused_while_the_others_go_on(open_desk: OpenDesk, data: Path) -> None:
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "long.pdf")
        await until(lambda: all_are(desk, DocumentState.READING, 1) or all_are(desk, DocumentState.EMBEDDING, 1))
        long = id_of(desk, "long.pdf")
        ask(desk, Action.PAUSE, long)
        await until(lambda: all_are(desk, DocumentState.PAUSED, 1))
        drop(desk.chat_panel.composer, data / "labels.pdf")
        await until(lambda: states(desk).get("labels.pdf") is DocumentState.READY)
        assert states(desk)["long.pdf"] is DocumentState.PAUSED
        assert desk.documents.index_of(long).data(DocumentRole.ACTION) == Action.RESUME
        ask(desk, Action.RESUME, long)
        await until(lambda: all_are(desk, DocumentState.READY, 2))


async def test_a_file_is_stopped_and_says_how_far_it_came(open_desk: OpenDesk, data: Path) -> None:
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "long.pdf")
        await until(lambda: all_are(desk, DocumentState.EMBEDDING, 1))
        long = id_of(desk, "long.pdf")
        ask(desk, Action.STOP, long)
        await until(lambda: all_are(desk, DocumentState.PAUSED, 1))
        await until(lambda: desk.documents.index_of(long).data(DocumentRole.META).startswith("Stopped after"))
        ask(desk, Action.RESUME, long)
        await until(lambda: all_are(desk, DocumentState.READY, 1))


async def test_the_order_of_the_queue_is_the_persons(open_desk: OpenDesk, data: Path) -> None:
    names = ("labels.pdf", "text_two_pages.pdf", "empty_page.pdf")
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        desk.files.ingest.pause_all()
        for name in names:
            drop(desk.empty, data / name)
        await until(lambda: all_are(desk, DocumentState.PAUSED, 3))
        desk.files.ingest.show_queue()
        queue = desk.files.queue_dialog.list._rows
        first, second, third = (id_of(desk, name) for name in names)
        await until(lambda: queue.keys == [first, second, third])
        for action, order in (
            (Action.FIRST, [third, first, second]),
            (Action.DOWN, [first, third, second]),
            (Action.LAST, [first, second, third]),
            (Action.UP, [first, third, second]),
        ):
            ask(desk, action, third)
            await until(lambda order=order: queue.keys == order)


@pytest.fixture
def torn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every worker die that is given pages past the fortieth, until the monkeypatch is undone."""
    submit = WorkerPool.submit

    def refuse(pool: WorkerPool, task: Any, *arguments: Any, **named: Any) -> Future[Any]:
        if not isinstance(task, PagesTask) or max(task.pages) < 40:
            return submit(pool, task, *arguments, **named)
        dead: Future[Any] = Future()
        dead.set_exception(WorkerDied("It died.", DeathCause.CRASH))
        return dead

    monkeypatch.setattr(WorkerPool, "submit", refuse)


async def test_health_names_what_is_wrong_and_mends_it(
    open_desk: OpenDesk, data: Path, torn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, data / "long.pdf")
        await until(lambda: all_are(desk, DocumentState.READY, 1), 60)
        long = id_of(desk, "long.pdf")
        await until(lambda: desk.documents.index_of(long).data(DocumentRole.ACTION) == Action.DETAILS)
        ask(desk, Action.DETAILS, long)
        health = await dialog_of(desk, HealthDialog)
        assert health._model.keys == ["40-59"]
        health._list.action_triggered.emit("40-59", Action.OPEN_PAGE)
        assert desk.viewer.place is not None
        assert desk.viewer.place.page_index == 40

        health.pages_action_requested.emit(Action.SKIP, long, [40, 41])
        await until(lambda: health._model.keys[-1] == "42-59")
        monkeypatch.undo()
        health.pages_action_requested.emit(Action.RETRY, long, list(range(42, 60)))
        await until(lambda: desk.library.documents[0].health.text == 58)
        await until(lambda: health._model.keys == ["40-41"])
        assert desk.documents.index_of(long).data(DocumentRole.ACTION) is None


async def test_pages_are_read_again_by_ocr_on_request(open_desk: OpenDesk, lamps: Path) -> None:
    async with open_desk() as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        document = desk.library.documents[0].id
        heard: list[DocumentState] = []
        desk.events.progressed.connect(lambda progress: heard.extend(one.state for one in progress))
        desk.files.health_dialog.pages_action_requested.emit(Action.RECOGNISE, document, [1])
        await until(lambda: DocumentState.READING in heard)
        await until(lambda: heard[-1] is DocumentState.READY)
        assert desk.library.documents[0].health.pages_done == 8


async def test_a_file_that_moved_is_located(open_desk: OpenDesk, data: Path, tmp_path: Path) -> None:
    lies = tmp_path / "here.pdf"
    shutil.copy(data / "labels.pdf", lies)
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, lies)
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        document = desk.library.documents[0].id
        desk.library_panel.document_opened.emit(document)
        moved = lies.rename(tmp_path / "there.pdf")
        await locate(desk, document, moved)
        await until(lambda: desk.library.documents[0].path == str(moved))
        await until(lambda: desk.viewer.place is not None and desk.viewer.place.path == str(moved))

        await locate(desk, document, data / "text_two_pages.pdf")
        await until(lambda: says(desk.window, "That is another document."))
        await until(lambda: len(desk.library.documents) == 2)


async def locate(desk: Desk, document: str, path: Path) -> None:
    ask(desk, Action.LOCATE, document)
    dialog = await dialog_of(desk, QFileDialog)
    field = dialog.findChild(QLineEdit)
    assert field is not None
    field.setText(str(path))
    dialog.accept()


async def test_locating_does_not_wait_for_the_rest_of_the_queue(
    open_desk: OpenDesk, data: Path, tmp_path: Path
) -> None:
    lies = tmp_path / "here.pdf"
    shutil.copy(data / "labels.pdf", lies)
    async with open_desk() as desk:
        await until(desk.empty.isVisible)
        drop(desk.empty, lies)
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        document = desk.library.documents[0].id
        desk.library_panel.document_opened.emit(document)
        drop(desk.chat_panel.composer, data / "long.pdf")
        await until(lambda: states(desk).get("long.pdf") is DocumentState.EMBEDDING)
        moved = lies.rename(tmp_path / "there.pdf")
        await locate(desk, document, moved)
        await until(lambda: desk.viewer.place is not None and desk.viewer.place.path == str(moved))
        assert states(desk)["long.pdf"] is DocumentState.EMBEDDING


async def test_removing_forgets_and_closes_what_shows_it(open_desk: OpenDesk, lamps: Path) -> None:
    async with open_desk() as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        document = desk.library.documents[0].id
        desk.files.health.show_health(document)
        health = await dialog_of(desk, HealthDialog)
        desk.files.library.remove([document])
        await until(desk.empty.isVisible)
        await until(lambda: not health.isVisible())
        assert states(desk) == {}


async def test_what_stands_beside_the_window_goes_with_it(open_desk: OpenDesk, lamps: Path) -> None:
    async with open_desk() as desk:
        await until(lambda: all_are(desk, DocumentState.READY, 1))
        ask(desk, Action.DETAILS, desk.library.documents[0].id)
        health = await dialog_of(desk, HealthDialog)
        shown: list[bool] = []
        health.finished.connect(lambda _: shown.append(desk.window.isVisible()))
    assert shown == [False]
