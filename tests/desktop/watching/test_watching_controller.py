"""Watched folders from the dialog to the rows and to the watcher, with a real library file and real folders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from real_desk import until

from core.index import store
from core.index.database import Database
from core.index.locations import read_missing
from core.watching.folders import WatchedFolder, read_folders
from core.watching.states import WatchStatus, WatchTimes
from desktop.tasks import Tasks
from desktop.theme.theme import Theme
from desktop.watching.missing_notice import MissingNotice
from desktop.watching.watched_folder_model import WatchedFolderModel, WatchedFolderRole
from desktop.watching.watching_controller import WatchingController

FAST = WatchTimes(settle=0.2, tick=0.05, poll=0.1, retry=0.05)


class SmallIngest:
    """Links the files that it is given under their names, and removes documents, one after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = ThreadPoolExecutor(1)
        self.added: list[tuple[str, str | None]] = []

    def add(self, paths: Sequence[Path], collection: str | None = None) -> None:
        self.run_on_writer(lambda: self._link(paths[0], collection))

    def remove(self, documents: Sequence[str]) -> Future[Any]:
        return self.run_on_writer(lambda: self._remove(documents))

    def run_on_writer(self, function: Callable[[], Any]) -> Future[Any]:
        return self._writer.submit(function)

    def close(self) -> None:
        self._writer.shutdown()

    def _link(self, path: Path, collection: str | None) -> None:
        with self._database.write() as db:
            store.insert_document(db, path.name, path.stem)
            store.link(db, path.name, str(path), collection)
        self.added.append((path.name, collection))

    def _remove(self, documents: Sequence[str]) -> None:
        with self._database.write() as db:
            store.delete_documents(db, list(documents))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "library").mkdir()
    with closing(Database(tmp_path / "library" / "library.sqlite3")) as opened:
        yield opened


@pytest.fixture
def ingest(database: Database) -> Iterator[SmallIngest]:
    with closing(SmallIngest(database)) as opened:
        yield opened


@pytest.fixture
def problems() -> list[str]:
    return []


@pytest.fixture
def model(holder: QWidget) -> WatchedFolderModel:
    return WatchedFolderModel(holder)


@pytest.fixture
def controller(
    run_async: Any,
    theme: Theme,
    model: WatchedFolderModel,
    holder: QWidget,
    database: Database,
    ingest: SmallIngest,
    problems: list[str],
    tmp_path: Path,
) -> Iterator[WatchingController]:
    holder.show()
    tasks = Tasks(problems.append)
    controller = WatchingController(theme, model, tasks, holder, FAST)
    run_async(controller.attach(database, tmp_path / "library", ingest))
    yield controller
    run_async(controller.close())
    run_async(tasks.close())


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "deed.pdf").write_bytes(b"a deed")
    (inbox / "kept.pdf").write_bytes(b"kept")
    return inbox


def status(model: WatchedFolderModel) -> object:
    return model.index(0).data(WatchedFolderRole.STATUS)


async def test_an_added_folder_is_watched_and_its_files_come_in(
    run_async: Any, controller: WatchingController, model: WatchedFolderModel, ingest: SmallIngest,
    database: Database, holder: QWidget, inbox: Path,
) -> None:  # fmt: skip
    dialog = controller.open_dialog([], holder)
    dialog.folder_added.emit(inbox)
    await until(lambda: len(ingest.added) == 2)
    assert read_folders(database.read()) == [WatchedFolder(str(inbox))]
    await until(lambda: status(model) == WatchStatus.WATCHING)
    dialog.folder_edited.emit(WatchedFolder(str(inbox), "Incoming"))
    await until(lambda: model.index(0).data(WatchedFolderRole.COLLECTION) == "Incoming")
    await until(lambda: model.index(0).data(WatchedFolderRole.FILES) == 2)
    (inbox / "late.pdf").write_bytes(b"late")
    await until(lambda: ("late.pdf", "Incoming") in ingest.added)
    dialog.folder_removed.emit(str(inbox))
    await until(lambda: model.rowCount() == 0)
    assert read_folders(database.read()) == []
    assert len(store.read_documents(database.read())) == 3, "its documents stay"
    dialog.accept()


async def test_what_cannot_be_done_is_said_in_the_dialog(
    run_async: Any, controller: WatchingController, model: WatchedFolderModel, holder: QWidget, inbox: Path,
    problems: list[str], tmp_path: Path,
) -> None:  # fmt: skip
    dialog = controller.open_dialog([], holder)
    said: list[str] = []
    dialog.show_problem = said.append  # type: ignore[method-assign]
    dialog.folder_added.emit(tmp_path / "library")
    await until(lambda: bool(said) and "keeps the library itself" in said[-1])
    dialog.folder_added.emit(inbox)
    await until(lambda: said[-1] == "")
    dialog.folder_edited.emit(WatchedFolder(str(inbox), None, ("!a.pdf",)))
    await until(lambda: "begins with “!”" in said[-1])
    assert model.folder(str(inbox)) == WatchedFolder(str(inbox))
    dialog.accept()
    await until(lambda: controller._dialog is None)
    controller._on_folder_added(tmp_path / "nowhere")
    await until(lambda: problems == [f"There is no folder {tmp_path / 'nowhere'}. Choose one that exists."])


async def test_a_deleted_file_is_marked_shown_and_forgotten(
    run_async: Any, controller: WatchingController, ingest: SmallIngest, database: Database, holder: QWidget,
    inbox: Path, qtbot: QtBot,
) -> None:  # fmt: skip
    changes: list[None] = []
    controller.files_changed.connect(lambda: changes.append(None))
    dialog = controller.open_dialog([], holder)
    dialog.folder_added.emit(inbox)
    await until(lambda: len(ingest.added) == 2)
    notice = dialog.findChild(MissingNotice)
    assert not notice.isVisible()
    before = len(changes)
    (inbox / "deed.pdf").unlink()
    await until(notice.isVisible)
    assert len(changes) > before
    assert [missing.title for missing in read_missing(database.read())] == ["deed"]
    dialog.missing_forgotten.emit(["deed.pdf"])
    await until(lambda: not notice.isVisible())
    assert [document.title for document in store.read_documents(database.read())] == ["kept"]
    dialog.accept()


async def test_what_is_kept_is_asked_about_again_only_with_others(
    run_async: Any, controller: WatchingController, ingest: SmallIngest, database: Database, holder: QWidget,
    inbox: Path,
) -> None:  # fmt: skip
    (inbox / "third.pdf").write_bytes(b"third")
    controller._on_folder_added(inbox)
    await until(lambda: len(ingest.added) == 3)
    (inbox / "deed.pdf").unlink()
    await until(lambda: len(read_missing(database.read())) == 1)
    first = controller.open_dialog([], holder)
    await until(first.findChild(MissingNotice).isVisible)
    first.findChild(MissingNotice).kept.emit(["deed.pdf"])
    first.accept()
    second = controller.open_dialog([], holder)
    notice = second.findChild(MissingNotice)
    asked: list[int] = []
    second.set_missing = lambda missing: asked.append(len(missing))  # type: ignore[method-assign]
    await until(lambda: asked == [0])
    assert not notice.isVisible()
    (inbox / "kept.pdf").unlink()
    await until(lambda: asked[-1] == 2)
    second.accept()


async def test_a_removed_document_is_not_brought_back(
    run_async: Any, controller: WatchingController, ingest: SmallIngest, database: Database, holder: QWidget,
    inbox: Path, tmp_path: Path,
) -> None:  # fmt: skip
    controller._on_folder_added(inbox)
    await until(lambda: len(ingest.added) == 2)
    controller.leave_out([str(inbox / "deed.pdf"), str(tmp_path / "elsewhere.pdf")])
    await until(lambda: read_folders(database.read())[0].ignore == ("/deed.pdf",))
    await asyncio.wrap_future(ingest.remove(["deed.pdf"]))
    (inbox / "deed.pdf").write_bytes(b"a deed, changed")
    (inbox / "late.pdf").write_bytes(b"late")
    await until(lambda: any(name == "late.pdf" for name, _ in ingest.added))
    assert [name for name, _ in ingest.added].count("deed.pdf") == 1


async def test_after_the_end_nothing_is_done(
    run_async: Any, controller: WatchingController, database: Database, inbox: Path
) -> None:
    await controller.close()
    controller._on_folder_added(inbox)
    controller.leave_out([str(inbox / "deed.pdf")])
    await asyncio.sleep(0)
    assert read_folders(database.read()) == []
