"""What stands between the library pane and core, with a library that answers when it is told to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QWidget
from real_desk import until

from core.errors import LibraryError
from core.types import Document, DocumentState, IngestProgress, OverallProgress
from desktop.activity.activity_footer import ActivityFooter
from desktop.library.collection_model import CollectionModel
from desktop.library.document_model import DocumentModel, DocumentRole
from desktop.library.ingest_events import IngestEvents
from desktop.library.library_controller import LibraryController
from desktop.tasks import Tasks
from desktop.theme.theme import Theme


@dataclass
class SlowLibrary:
    """Lists documents as soon as `may_read` is set, and counts how often it was asked."""

    held: list[Document] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    may_read: threading.Event = field(default_factory=threading.Event)
    readings: int = 0

    def documents(self) -> list[Document]:
        self.readings += 1
        self.may_read.wait(10)
        return list(self.held)

    def collections(self) -> list[tuple[str, int]]:
        return [(name, 0) for name in self.names]

    def add_collection(self, name: str) -> None:
        if name == "full":
            raise LibraryError("The disk is full.")
        self.names.append(name)


class ObedientIngestor:
    """Does at once what changes the library, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.asked.append((name, *arguments))

    def remove(self, documents: list[str]) -> Future[None]:
        return self.run_on_writer(lambda: self.asked.append(("remove", documents)))

    def run_on_writer(self, function: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function())
        except LibraryError as error:
            future.set_exception(error)
        return future


@dataclass
class Bench:
    """The controller and all that it stands between."""

    controller: LibraryController
    documents: DocumentModel
    collections: CollectionModel
    footer: ActivityFooter
    events: IngestEvents
    tasks: Tasks
    library: SlowLibrary
    ingestor: ObedientIngestor
    errors: list[str]

    async def attach(self) -> None:
        self.library.may_read.set()
        await self.controller.attach(self.library, self.ingestor)  # type: ignore[arg-type]

    def says(self, words: str) -> bool:
        return any(words in label.text() for label in self.footer.findChildren(QLabel) if not label.isHidden())


@pytest.fixture
def bench(run_async: object, theme: Theme, holder: QWidget) -> Bench:
    documents, collections, events = DocumentModel(holder), CollectionModel(holder), IngestEvents(holder)
    footer = ActivityFooter(theme, holder)
    errors: list[str] = []
    tasks = Tasks(errors.append)
    controller = LibraryController(documents, collections, footer, events, tasks, holder)
    return Bench(controller, documents, collections, footer, events, tasks, SlowLibrary(), ObedientIngestor(), errors)


def document(name: str, state: DocumentState = DocumentState.READY) -> Document:
    return Document(name, name.title(), state, (f"/files/{name}.pdf",), 8)


async def test_without_a_library_nothing_happens(bench: Bench) -> None:
    controller = bench.controller
    controller.cancel(["a"])
    controller.retry(["a"])
    controller.unlock("a", "lamp")
    controller.remove(["a"])
    controller.create_collection("Lamps")
    controller.refresh()
    assert bench.ingestor.asked == []
    assert controller.passwords == {}
    assert bench.library.readings == 0


async def test_attaching_reads_the_lists_and_goes_on(bench: Bench) -> None:
    bench.library.held, bench.library.names = [document("a")], ["Lamps"]
    await bench.attach()
    assert bench.ingestor.asked == [("recover",)]
    assert [one.id for one in bench.controller.documents] == ["a"]
    assert bench.documents.rowCount() == 1
    assert bench.collections.names == ["Lamps"]


async def test_what_is_dropped_before_the_library_is_open_waits(bench: Bench) -> None:
    bench.controller.add([Path("/a.pdf")], "Lamps")
    await bench.attach()
    assert bench.ingestor.asked == [("recover",), ("add", [Path("/a.pdf")], "Lamps")]


async def test_requests_during_a_reading_are_answered_by_one_more(bench: Bench) -> None:
    await bench.attach()
    bench.library.may_read.clear()
    before = bench.library.readings
    bench.controller.refresh()
    await until(lambda: bench.library.readings == before + 1)
    for _ in range(20):
        bench.controller.refresh()
    bench.library.held = [document("late")]
    bench.library.may_read.set()
    await until(lambda: bench.library.readings == before + 2 and bench.documents.rowCount() == 1)
    await asyncio.gather(*bench.tasks._running)
    assert bench.library.readings == before + 2


async def test_requests_are_handed_on(bench: Bench) -> None:
    await bench.attach()
    bench.ingestor.asked.clear()
    bench.controller.add([Path("/a.pdf")], "Lamps")
    bench.controller.cancel(["a"])
    bench.controller.retry(["a"])
    unlocked: list[tuple[str, str]] = []
    bench.controller.unlocked.connect(lambda *given: unlocked.append(given))
    bench.controller.unlock("a", "lamp")
    assert bench.ingestor.asked == [
        ("add", [Path("/a.pdf")], "Lamps"),
        ("cancel", ["a"]),
        ("retry", ["a"]),
        ("retry", ["a"], ["lamp"]),
    ]
    assert unlocked == [("a", "lamp")]
    assert bench.controller.passwords == {"a": "lamp"}

    removed: list[list[str]] = []
    bench.controller.removed.connect(removed.append)
    bench.controller.remove(["a"])
    await until(lambda: removed == [["a"]])
    assert bench.controller.passwords == {}


async def test_a_change_that_fails_is_told(bench: Bench) -> None:
    await bench.attach()
    bench.controller.create_collection("Lamps")
    await until(lambda: bench.collections.names == ["Lamps"])
    bench.controller.create_collection("full")
    await until(lambda: bench.errors == ["The disk is full."])
    assert bench.collections.names == ["Lamps"]


async def test_progress_goes_to_its_row_and_unknown_documents_are_looked_up(bench: Bench) -> None:
    bench.library.held = [document("a", DocumentState.EMBEDDING)]
    await bench.attach()
    bench.events.tell_progress(IngestProgress("a", "/files/a.pdf", DocumentState.EMBEDDING, 3, 8, 2.0, 4.0))
    await until(lambda: bench.documents.index(0).data(DocumentRole.PAGES_DONE) == 3)
    bench.library.held = [document("a", DocumentState.EMBEDDING), document("b", DocumentState.QUEUED)]
    bench.events.tell_progress(IngestProgress("b", "/files/b.pdf", DocumentState.QUEUED, 0, 0))
    await until(lambda: bench.documents.rowCount() == 2)


async def test_the_footer_counts_then_sums_up(bench: Bench) -> None:
    bench.library.held = [document("a"), document("b", DocumentState.NEEDS_PASSWORD)]
    await bench.attach()
    bench.events.tell_overall(OverallProgress(0, 2, 3, 16, 2.0, 6.0))
    await until(lambda: bench.says("Adding 2 files"))
    bench.events.tell_overall(OverallProgress(2, 2, 16, 16))
    await until(lambda: bench.says("1\u00a0needs attention"))


async def test_what_failed_at_once_is_summed_up_too(bench: Bench) -> None:
    bench.library.held = [document("a", DocumentState.FAILED)]
    await bench.attach()
    bench.events.tell_overall(OverallProgress(0, 1, 0, 0))
    bench.events.tell_overall(OverallProgress(1, 1, 0, 0))  # before anyone has heard of the first
    await until(lambda: bench.says("1\u00a0needs attention"))


async def test_what_was_left_out_is_named(bench: Bench) -> None:
    noticed: list[str] = []
    bench.controller.noticed.connect(noticed.append)
    bench.events.tell_skipped(Path("/files/a.txt"), "It is no PDF.")
    await until(lambda: noticed)
    for name in "abcde":
        bench.events.tell_skipped(Path(f"/files/{name}.txt"), "It is no PDF.")
    await until(lambda: len(noticed) == 2)
    assert noticed == [
        "a.txt was not added. It is no PDF.",
        "5 files were not added, among them a.txt, b.txt, c.txt …",
    ]


class FileManager(QObject):
    """Takes the place of the system's own."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


@pytest.fixture
def file_manager(qapp: object) -> Iterator[FileManager]:
    manager = FileManager()
    QDesktopServices.setUrlHandler("file", manager, "open")
    yield manager
    QDesktopServices.unsetUrlHandler("file")


async def test_a_document_is_shown_in_its_folder(bench: Bench, file_manager: FileManager) -> None:
    bench.library.held = [document("a")]
    await bench.attach()
    bench.controller.reveal("a")
    bench.controller.reveal("unknown")
    await asyncio.sleep(0)
    assert file_manager.opened == ["/files"]
